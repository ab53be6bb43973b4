"""A report as one HTML file: nothing is loaded from anywhere, and it prints on A4.

Owns markup and styles. Pure; called by the command. Invariant: whatever came from outside is
text (`dashboards.markup`); a figure in it is `cells`' wording of the document's.
"""

from importlib.resources import files
from xml.etree.ElementTree import Element, SubElement

from dashboards.markup import LANGUAGES, text, written
from dashboards.reports.cells import is_number, lines_of
from dashboards.reports.document import (
    Cell,
    Chart,
    Heat,
    Item,
    Link,
    Paragraph,
    Report,
    Share,
    Signatures,
    Table,
)
from dashboards.reports.drawing import heat_colour, ink_on
from dashboards.reports.svg import drawn


def as_html(report: Report) -> bytes:
    html = Element("html", lang=LANGUAGES[report.language][0])
    head = SubElement(html, "head")
    SubElement(head, "meta", charset="utf-8")
    viewport = "width=device-width, initial-scale=1"
    SubElement(head, "meta", name="viewport", content=viewport)
    text(head, "title", f"{report.title} {report.facts[0][1]}")
    style = SubElement(head, "style")
    style.text = (files("dashboards") / "reports" / "report.css").read_text(encoding="utf-8")
    body = SubElement(html, "body")
    text(body, "h1", report.title)
    facts = SubElement(body, "dl")
    for label, words in report.facts:
        pair = SubElement(facts, "div")
        text(pair, "dt", label)
        text(pair, "dd", words)
    if report.banner:
        text(body, "p", report.banner, **{"class": "banner"})
    for chapter in report.chapters:
        section = SubElement(body, "section", {"class": "new-page"} if chapter.new_page else {})
        text(section, "h2", chapter.heading)
        for item in chapter.items:
            _item(section, item, report.language)
    return written(html)


def _item(into: Element, item: Item, language: str) -> None:
    match item:
        case Paragraph():
            text(into, "p", item.words)
        case Table():
            _table(into, item, language)
        case Heat():
            _heat(into, item, language)
        case Chart():
            figure = SubElement(into, "figure")
            figure.append(drawn(item, language))
            text(figure, "figcaption", item.title)
        case Signatures():
            lines = SubElement(into, "div", {"class": "signatures"})
            for line in item.lines:
                text(lines, "p", line)


def _table(into: Element, table: Table, language: str) -> None:
    text(into, "h3", table.title)
    if not table.rows:
        text(into, "p", table.empty)
        return
    wide = SubElement(into, "div", {"class": "wide"})
    drawn_table = SubElement(wide, "table")
    widths = SubElement(drawn_table, "colgroup")
    whole = sum(column.width for column in table.columns)
    for column in table.columns:
        SubElement(widths, "col", style=f"width:{100 * column.width / whole:.1f}%")
    line = SubElement(SubElement(drawn_table, "thead"), "tr")
    for column in table.columns:
        text(line, "th", column.title)
    body = SubElement(drawn_table, "tbody")
    for row in table.rows:
        line = SubElement(body, "tr")
        for cell in row:
            _cell(line, cell, language)
    if table.note:
        text(into, "p", table.note, **{"class": "note"})


def _cell(line: Element, cell: Cell, language: str) -> None:
    drawn_cell = SubElement(line, "td", {"class": "number"} if is_number(cell) else {})
    if isinstance(cell, Link) and cell.href:
        text(drawn_cell, "a", cell.words, href=cell.href)
        return
    first, *others = lines_of(cell, language)
    drawn_cell.text = "".join(each if each.isprintable() else " " for each in first)
    for words in others:
        text(drawn_cell, "small", words)


def _heat(into: Element, heat: Heat, language: str) -> None:
    text(into, "h3", heat.title)
    wide = SubElement(into, "div", {"class": "wide"})
    table = SubElement(wide, "table", {"class": "heat"})
    line = SubElement(SubElement(table, "thead"), "tr")
    for words in (heat.corner, *heat.columns):
        text(line, "th", words)
    body = SubElement(table, "tbody")
    for name, cells in zip(heat.lines, heat.cells, strict=True):
        line = SubElement(body, "tr")
        text(line, "th", name)
        for cell in cells:
            _hour(line, cell, language)
    if heat.note:
        text(into, "p", heat.note, **{"class": "note"})


def _hour(line: Element, cell: Share | None, language: str) -> None:
    if cell is None:
        SubElement(line, "td")
        return
    style = f"background:#{heat_colour(cell)};color:#{ink_on(cell)}"
    hour = SubElement(line, "td", {"class": "number", "style": style})
    first, *others = lines_of(cell, language)
    hour.text = first
    for words in others:
        text(hour, "small", words)
