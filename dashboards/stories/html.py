"""A story as a page: one column, readable on a phone, without a script.

Owns the markup; colours are in `page/story.css`. Pure; called by `pages`. Invariant: markup is
built as a tree and written out by the standard library, so that whatever came from outside is
text and nothing else.
"""

from xml.etree.ElementTree import Element, SubElement, tostring

from dashboards.stories.links import path_of
from dashboards.stories.story import Chapter, Fact, Item, Level, Ref, Story

_LANGUAGES = {"zh": ("zh-CN", "English", "en"), "en": ("en", "中文", "zh")}


def as_page(story: Story, root: str) -> bytes:
    """`root`: the relative path from the page to where the wall is served, `../`."""
    tag, other_name, other = _LANGUAGES[story.language]
    html = Element("html", lang=tag)
    _head(html, story, root)
    body = SubElement(html, "body")
    header = SubElement(body, "header", {"data-level": story.level.value})
    bar = SubElement(header, "nav")
    _text(bar, "a", "hallwatch", href=root)
    _text(bar, "a", other_name, href=f"{root}{path_of(story.page, story.key)}?lang={other}")
    _text(header, "h1", story.title)
    for sentence in story.lead:
        _text(header, "p", sentence)
    main = SubElement(body, "main")
    if story.facts:
        listed = SubElement(SubElement(main, "section"), "dl")
        for fact in story.facts:
            _text(listed, "dt", fact.label)
            _text(listed, "dd", fact.words)
    for chapter in story.chapters:
        _chapter(main, chapter, story, root)
    return _written(html)


def _head(html: Element, story: Story, root: str) -> None:
    head = SubElement(html, "head")
    SubElement(head, "meta", charset="utf-8")
    viewport = "width=device-width, initial-scale=1"
    SubElement(head, "meta", name="viewport", content=viewport)
    # A phone takes ticket numbers for telephone numbers.
    SubElement(head, "meta", {"name": "format-detection", "content": "telephone=no"})
    _text(head, "title", story.title)
    SubElement(head, "link", rel="icon", href=f"{root}page/icon.svg", type="image/svg+xml")
    SubElement(head, "link", rel="stylesheet", href=f"{root}page/story.css")


def _chapter(main: Element, chapter: Chapter, story: Story, root: str) -> None:
    section = SubElement(main, "section", {"data-chapter": chapter.name})
    _text(section, "h2", chapter.heading)
    listed: Element | None = None
    day = ""
    for item in chapter.items:
        if item.when is not None and item.when.day != day:
            day = item.when.day
            _text(section, "h3", day)
            listed = None
        if listed is None:
            listed = SubElement(section, "ol")
        _item(listed, item, story, root)


def _item(listed: Element, item: Item, story: Story, root: str) -> None:
    line = SubElement(listed, "li", {"data-level": item.level.value, "data-name": item.name})
    if item.when is not None:
        _text(line, "time", item.when.clock, datetime=item.when.at)
    told = SubElement(line, "div")
    whole = [ref for ref in item.refs if ref.words == item.words]
    if whole:
        _link(SubElement(told, "b"), whole[0], item.words, story, root)
    else:
        _text(told, "b", item.words)
    if item.of:
        _text(told, "i", item.of)
    for mark in item.marks:
        _text(told, "em", mark.words)
    if item.facts:
        facts = SubElement(told, "p")
        for fact in item.facts:
            _fact(facts, fact)
    for ref in item.refs:
        if ref not in whole:
            _link(SubElement(told, "p", {"class": "ref"}), ref, f"{ref.words} ›", story, root)


def _fact(facts: Element, fact: Fact) -> None:
    told = _text(facts, "span", fact.label, **{"data-name": fact.name})
    if fact.words:
        told.text = f"{fact.label} "
        _text(told, "s", fact.words)


def _link(into: Element, ref: Ref, words: str, story: Story, root: str) -> None:
    href = f"{root}{path_of(ref.page, ref.key)}?lang={story.language}"
    _text(into, "a", words, href=href)


def _text(into: Element, tag: str, text: str, **attributes: str) -> Element:
    element = SubElement(into, tag, attributes)
    element.text = "".join(each if each.isprintable() else " " for each in text)
    return element


def _written(html: Element) -> bytes:
    markup: bytes = tostring(html, encoding="utf-8", method="html")
    return b"<!doctype html>\n" + markup


def plain_page(title: str, sentence: str, language: str, root: str) -> bytes:
    """A page that only says something: ClickHouse is away."""
    tag, _, _ = _LANGUAGES[language]
    html = Element("html", lang=tag)
    head = SubElement(html, "head")
    SubElement(head, "meta", charset="utf-8")
    SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    _text(head, "title", title)
    SubElement(head, "link", rel="stylesheet", href=f"{root}page/story.css")
    header = SubElement(SubElement(html, "body"), "header", {"data-level": Level.NEAR.value})
    _text(SubElement(header, "nav"), "a", "hallwatch", href=root)
    _text(header, "h1", title)
    _text(header, "p", sentence)
    return _written(html)
