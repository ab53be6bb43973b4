"""The markup the phone's pages share: a head, texts, and how a tree is written out.

Owns these few. Pure; called by `stories.html` and `acts.page`. Invariant: markup is built as a tree
and written by the standard library, so that whatever came from outside is text and nothing else.
"""

from xml.etree.ElementTree import Element, SubElement, tostring

#: By language: the tag of the page, the other language's name and code.
LANGUAGES = {"zh": ("zh-CN", "English", "en"), "en": ("en", "中文", "zh")}


def page_head(html: Element, title: str, root: str, *styles: str) -> None:
    """`root`: the relative path from the page to where the wall is served, `../`."""
    head = SubElement(html, "head")
    SubElement(head, "meta", charset="utf-8")
    viewport = "width=device-width, initial-scale=1"
    SubElement(head, "meta", name="viewport", content=viewport)
    # A phone takes ticket numbers for telephone numbers.
    SubElement(head, "meta", {"name": "format-detection", "content": "telephone=no"})
    text(head, "title", title)
    SubElement(head, "link", rel="icon", href=f"{root}page/icon.svg", type="image/svg+xml")
    for style in ("story.css", *styles):
        SubElement(head, "link", rel="stylesheet", href=f"{root}page/{style}")


def text(into: Element, tag: str, words: str, /, **attributes: str) -> Element:
    element = SubElement(into, tag, attributes)
    element.text = "".join(each if each.isprintable() else " " for each in words)
    return element


def written(html: Element) -> bytes:
    markup: bytes = tostring(html, encoding="utf-8", method="html")
    return b"<!doctype html>\n" + markup
