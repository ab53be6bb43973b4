"""One page of an act: the alert in words, and one button; or what came of it.

Owns the markup. Pure; called by `pages`. Invariants: without a script it works as it is; what acts
is the button of a form that posts to the page's own address.
"""

from collections.abc import Sequence
from typing import Literal
from xml.etree.ElementTree import Element, SubElement

from msgspec import Struct

from dashboards.acts import act_words as say
from dashboards.markup import LANGUAGES, page_head, text, written
from dashboards.stories.links import in_language
from dashboards.words import Words
from schemas.acting import LONGEST_REASON, SILENCE_MINUTES, ActKind, Filled

Level = Literal["plain", "near", "bad", "good"]


class Choice(Struct, frozen=True):
    code: str
    title: str


class Item(Struct, frozen=True):
    """One alert of a list, and where to go about it: paths under the root, and their titles."""

    title: str
    lines: Sequence[str]
    ways: Sequence[Choice]


class ActPage(Struct, frozen=True, kw_only=True):
    language: Literal["zh", "en"]
    level: Level
    title: str
    lead: Sequence[str] = ()
    heading: str = ""  #: of the alert
    lines: Sequence[str] = ()
    form: ActKind | None = None  #: None: nothing to press
    means: str = ""  #: what pressing it does
    wrong: str = ""  #: what was wrong with the reason
    filled: Filled = Filled()  #: as it was typed
    people: Sequence[Choice] = ()  #: who he may be, where several people have the link
    foot: str = ""
    explain: str = ""  #: path of the alert's explanation under the root
    items: Sequence[Item] = ()  #: of a list


def as_page(page: ActPage, root: str) -> bytes:
    """`root`: the relative path from the page to where the wall is served, `../`."""
    tag, other_name, other = LANGUAGES[page.language]
    html = Element("html", lang=tag)
    page_head(html, page.title, root, "act.css")
    body = SubElement(html, "body")
    header = SubElement(body, "header", {"data-level": page.level})
    bar = SubElement(header, "nav")
    text(bar, "a", "hallwatch", href=root)
    text(bar, "a", other_name, href=f"?lang={other}")
    text(header, "h1", page.title)
    for sentence in page.lead:
        text(header, "p", sentence)
    main = SubElement(body, "main")
    if page.heading or page.lines:
        alert = SubElement(main, "section")
        if page.heading:
            text(alert, "h2", page.heading)
        for line in page.lines:
            text(alert, "p", line)
        if page.explain:
            href = root + in_language(page.explain, page.language)
            text(
                SubElement(alert, "p", {"class": "more"}),
                "a",
                _said(page, say.EXPLAINED),
                href=href,
            )
    for item in page.items:
        _item(main, item, root, page.language)
    if page.form is not None:
        _form(main, page, page.form)
    if page.foot:
        text(main, "footer", page.foot)
    return written(html)


def _form(main: Element, page: ActPage, kind: ActKind) -> None:
    form = SubElement(
        main, "form", {"method": "post", "action": f"?lang={page.language}", "autocomplete": "off"}
    )
    if page.means:
        text(form, "p", page.means)
    if page.people:
        _choice(form, page, "by", say.WHO, page.people, page.filled.by)
    if kind is ActKind.SILENCE:
        lasts = [Choice(str(each), _said(page, say.LASTS[each])) for each in SILENCE_MINUTES]
        _choice(form, page, "minutes", say.HOW_LONG, lasts, str(page.filled.minutes))
    if kind is not ActKind.ACKNOWLEDGE:
        text(form, "label", _said(page, say.REASON), **{"for": "reason"})
        typed = {"id": "reason", "name": "reason", "rows": "4", "required": "required"}
        area = text(form, "textarea", page.filled.reason, **typed, maxlength=str(LONGEST_REASON))
        area.set("aria-describedby", "hint")
        text(form, "small", _said(page, say.REASON_HINT), id="hint")
    if page.wrong:
        text(form, "strong", page.wrong, role="alert")
    text(form, "button", _said(page, say.BUTTON[kind]), type="submit")


def _choice(
    form: Element, page: ActPage, name: str, title: Words, choices: Sequence[Choice], chosen: str
) -> None:
    """Nothing is chosen beforehand: whoever just presses the button is asked."""
    text(form, "label", _said(page, title), **{"for": name})
    select = SubElement(form, "select", {"id": name, "name": name, "required": "required"})
    text(select, "option", _said(page, say.CHOOSE), value="")
    for choice in choices:
        option = text(select, "option", choice.title, value=choice.code)
        if choice.code == chosen:
            option.set("selected", "selected")


def _item(main: Element, item: Item, root: str, language: str) -> None:
    section = SubElement(main, "section", {"class": "item"})
    text(section, "h2", item.title)
    for line in item.lines:
        text(section, "p", line)
    ways = SubElement(section, "p", {"class": "ways"})
    for way in item.ways:
        text(ways, "a", way.title, href=root + in_language(way.code, language))


def _said(page: ActPage, words: Words) -> str:
    said: str = getattr(words, page.language)
    return said
