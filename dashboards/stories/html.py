"""A story as a page: one column, readable on a phone, without a script.

Owns the markup; colours are in `page/story.css`. Pure; called by `pages`. Invariant: markup is
built as a tree and written out by the standard library, so that whatever came from outside is
text and nothing else.
"""

from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement

from dashboards.markup import LANGUAGES, page_head, text, written
from dashboards.stories.links import PROOF, in_language, path_of
from dashboards.stories.story import Chapter, Fact, Item, Level, Ref, Story


def as_page(story: Story, root: str, proof: str = "") -> bytes:
    """`root`: the relative path from the page to where the wall is served, `../`. `proof`: what
    the page was opened with; it opens the same page in the other language."""
    tag, other_name, other = LANGUAGES[story.language]
    html = Element("html", lang=tag)
    page_head(html, story.title, root)
    body = SubElement(html, "body")
    header = SubElement(body, "header", {"data-level": story.level.value})
    bar = SubElement(header, "nav")
    text(bar, "a", "hallwatch", href=root)
    itself = root + path_of(story.page, story.key)
    if proof:
        itself += f"?{PROOF}={quote(proof)}"
    text(bar, "a", other_name, href=in_language(itself, other))
    text(header, "h1", story.title)
    for sentence in story.lead:
        text(header, "p", sentence)
    main = SubElement(body, "main")
    if story.facts:
        listed = SubElement(SubElement(main, "section"), "dl")
        for fact in story.facts:
            text(listed, "dt", fact.label)
            text(listed, "dd", fact.words)
    for chapter in story.chapters:
        _chapter(main, chapter, story, root)
    return written(html)


def _chapter(main: Element, chapter: Chapter, story: Story, root: str) -> None:
    section = SubElement(main, "section", {"data-chapter": chapter.name})
    text(section, "h2", chapter.heading)
    listed: Element | None = None
    day = ""
    for item in chapter.items:
        if item.when is not None and item.when.day != day:
            day = item.when.day
            text(section, "h3", day)
            listed = None
        if listed is None:
            listed = SubElement(section, "ol")
        _item(listed, item, story, root)


def _item(listed: Element, item: Item, story: Story, root: str) -> None:
    line = SubElement(listed, "li", {"data-level": item.level.value, "data-name": item.name})
    if item.when is not None:
        text(line, "time", item.when.clock, datetime=item.when.at)
    told = SubElement(line, "div")
    whole = [ref for ref in item.refs if ref.words == item.words]
    if whole:
        _link(SubElement(told, "b"), whole[0], item.words, story, root)
    else:
        text(told, "b", item.words)
    if item.of:
        text(told, "i", item.of)
    for mark in item.marks:
        text(told, "em", mark.words)
    if item.facts:
        facts = SubElement(told, "p")
        for fact in item.facts:
            _fact(facts, fact)
    for ref in item.refs:
        if ref not in whole:
            _link(SubElement(told, "p", {"class": "ref"}), ref, f"{ref.words} ›", story, root)


def _fact(facts: Element, fact: Fact) -> None:
    told = text(facts, "span", fact.label, **{"data-name": fact.name})
    if fact.words:
        told.text = f"{fact.label} "
        text(told, "s", fact.words)


def _link(into: Element, ref: Ref, words: str, story: Story, root: str) -> None:
    href = f"{root}{path_of(ref.page, ref.key)}?lang={story.language}"
    text(into, "a", words, href=href)


def plain_page(title: str, sentence: str, language: str, root: str) -> bytes:
    """A page that only says something: ClickHouse is away."""
    tag, _, _ = LANGUAGES[language]
    html = Element("html", lang=tag)
    page_head(html, title, root)
    header = SubElement(SubElement(html, "body"), "header", {"data-level": Level.NEAR.value})
    text(SubElement(header, "nav"), "a", "hallwatch", href=root)
    text(header, "h1", title)
    text(header, "p", sentence)
    return written(html)
