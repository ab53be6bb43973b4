"""A report as a Word document, laid out as an office files it (GB/T 9704 in its fonts and sizes).

Owns headings, tables and where charts stand; styles are `docx_styles`' matter; needs
python-docx. Called by the command. Invariant: headings are Word's own, heads of tables repeat on
each page, pages are numbered.
"""

import io
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from dashboards.reports.cells import is_number, lines_of
from dashboards.reports.document import (
    Cell,
    Chapter,
    Chart,
    Heat,
    Item,
    Link,
    Paragraph,
    Report,
    Signatures,
    Table,
)
from dashboards.reports.docx_chart import put_chart
from dashboards.reports.docx_styles import dress
from dashboards.reports.drawing import heat_colour, ink_on

#: Margins of GB/T 9704, a little wider inside for the tables.
_TOP, _BOTTOM, _LEFT, _RIGHT = 30, 26, 22, 20
_PAPER = (210, 297)

#: Twentieths of a point beside the text of a cell.
_CELL_MARGIN = "60"

#: Characters of columns that fit beside each other on an upright page.
_UPRIGHT = 140


def as_docx(report: Report) -> bytes:
    document: Any = Document()
    _page(document)
    dress(document)
    document.core_properties.title = f"{report.title} {report.facts[0][1]}"
    document.core_properties.author = "hallwatch"
    made = datetime.fromtimestamp(report.made, UTC)
    document.core_properties.created = document.core_properties.modified = made
    document.core_properties.language = "zh-CN" if report.language == "zh" else "en"
    document.add_paragraph(report.title, style="Title")
    _facts(document, report)
    if report.banner:
        said = document.add_paragraph(report.banner, style="Body Text")
        said.runs[0].bold = True
        said.runs[0].font.color.rgb = RGBColor(0xB2, 0x18, 0x2B)
    for chapter in report.chapters:
        _turn(document, chapter)
        heading = document.add_heading(chapter.heading, level=1)
        heading.paragraph_format.page_break_before = chapter.new_page
        for item in chapter.items:
            _item(document, item, report.language)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(side) for side in _PAPER)
    section.top_margin, section.bottom_margin = Mm(_TOP), Mm(_BOTTOM)
    section.left_margin, section.right_margin = Mm(_LEFT), Mm(_RIGHT)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run("— ")
    for kind, words in (("begin", ""), ("", " PAGE "), ("end", "")):
        run = footer.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = words
        run._r.append(mark)
    footer.add_run(" —")


def _turn(document: Any, chapter: Chapter) -> None:
    """On its side where a table needs the room, and upright again after it."""
    wide = any(
        isinstance(item, Table) and sum(column.width for column in item.columns) > _UPRIGHT
        for item in chapter.items
    )
    if wide == (document.sections[-1].orientation == WD_ORIENT.LANDSCAPE):
        return
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = section.page_height, section.page_width


def _facts(document: Any, report: Report) -> None:
    colon = "：" if report.language == "zh" else ": "
    for label, words in report.facts:
        line = document.add_paragraph()
        line.paragraph_format.space_after = Pt(2)
        line.add_run(f"{label}{colon}").bold = True
        line.add_run(words)


def _item(document: Any, item: Item, language: str) -> None:
    match item:
        case Paragraph():
            document.add_paragraph(item.words, style="Body Text")
        case Table():
            _table(document, item, language)
        case Heat():
            _heat(document, item, language)
        case Chart():
            put_chart(document, item)
            caption = document.add_paragraph(item.title)
            caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
            caption.runs[0].font.size = Pt(10.5)
        case Signatures():
            for line in item.lines:
                document.add_paragraph(line).paragraph_format.space_before = Pt(14)


def _table(document: Any, table: Table, language: str) -> None:
    document.add_heading(table.title, level=2)
    if not table.rows:
        document.add_paragraph(table.empty, style="Body Text")
        return
    widths = [column.width for column in table.columns]
    drawn = _grid(document, len(table.rows) + 1, widths)
    _head(drawn.rows[0], [column.title for column in table.columns], language)
    for line, row in zip(drawn.rows[1:], table.rows, strict=True):
        _keep_together(line)
        for cell, value in zip(line.cells, row, strict=True):
            _fill(cell, value, language)
    _note(document, table.note)


def _grid(document: Any, rows: int, widths: list[int]) -> Any:
    """As wide as the text; columns share it by what they hold."""
    section = document.sections[-1]
    room = section.page_width - section.left_margin - section.right_margin
    drawn = document.add_table(rows=rows, cols=len(widths), style="Table Grid")
    drawn.alignment = WD_TABLE_ALIGNMENT.CENTER
    drawn.autofit = False
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), _CELL_MARGIN)
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    drawn._tbl.tblPr.append(margins)
    for column, width in zip(drawn.columns, widths, strict=True):
        share = room * width // sum(widths)
        column.width = share
        for cell in column.cells:
            cell.width = share
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    return drawn


def _head(row: Any, names: list[str], language: str) -> None:
    mark = OxmlElement("w:tblHeader")
    row._tr.get_or_add_trPr().append(mark)
    _keep_together(row)
    for cell, name in zip(row.cells, names, strict=True):
        _shade(cell, "E3EAF4")
        run = _write(cell, name, WD_ALIGN_PARAGRAPH.CENTER)
        run.bold = True
        if language != "zh":
            run.font.size = Pt(7.5)  # words cannot be broken anywhere, as Chinese can


def _keep_together(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _shade(cell: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _fill(cell: Any, value: Cell, language: str) -> None:
    side = WD_ALIGN_PARAGRAPH.RIGHT if is_number(value) else WD_ALIGN_PARAGRAPH.LEFT
    if isinstance(value, Link) and value.href:
        _link(cell.paragraphs[0], value)
        return
    first, *others = lines_of(value, language)
    _write(cell, first, side)
    for words in others:
        run = cell.paragraphs[0].add_run()
        run.add_break()
        run.add_text(words)
        run.font.size = Pt(7.5)


def _write(cell: Any, words: str, side: Any) -> Any:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = side
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(words)
    run.font.size = Pt(9)
    return run


def _link(paragraph: Any, link: Link) -> None:
    external = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    target = paragraph.part.relate_to(link.href, external, is_external=True)
    mark = OxmlElement("w:hyperlink")
    mark.set(qn("r:id"), target)
    paragraph._p.append(mark)
    run = paragraph.add_run(link.words)
    run.font.size, run.font.underline = Pt(9), True
    run.font.color.rgb = RGBColor(0x1F, 0x5F, 0xA8)
    mark.append(run._r)


def _heat(document: Any, heat: Heat, language: str) -> None:
    document.add_heading(heat.title, level=2)
    drawn = _grid(document, len(heat.lines) + 1, [7] + [8] * len(heat.columns))
    _head(drawn.rows[0], [heat.corner, *heat.columns], language)
    for line, name, cells in zip(drawn.rows[1:], heat.lines, heat.cells, strict=True):
        _keep_together(line)
        _write(line.cells[0], name, WD_ALIGN_PARAGRAPH.CENTER)
        for cell, value in zip(line.cells[1:], cells, strict=True):
            if value is None:
                continue
            _fill(cell, value, language)
            _shade(cell, heat_colour(value))
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(7)
                run.font.color.rgb = RGBColor.from_string(ink_on(value))
    _note(document, heat.note)


def _note(document: Any, words: str) -> None:
    """Below a table; without words it is the space between it and what follows."""
    note = document.add_paragraph()
    note.add_run(words).font.size = Pt(9 if words else 4)
    note.paragraph_format.space_before = Pt(2)
