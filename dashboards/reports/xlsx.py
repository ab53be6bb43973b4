"""A report as a workbook: the words on the first sheet, each table on one of its own.

Owns which sheets there are, their charts and print set-up; what stands in a table's cells is
`xlsx_table`'s. Called by the command; needs openpyxl. Invariant: a chart is on the sheet of its
table, and its numbers on the last one.
"""

import io
import re
from datetime import UTC, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from dashboards.reports.document import (
    Chart,
    Heat,
    Paragraph,
    Report,
    Signatures,
    Table,
)
from dashboards.reports.office_charts import drawn_chart, put_data
from dashboards.reports.xlsx_table import LINE, TEXT, lines_in, put_heat, put_table
from sinks.spreadsheet import write_text

#: Names no sheet may have anything of.
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME = 31

#: Characters a line of the first sheet holds.
_FRONT_WIDTH = 92

_WORDS = {"zh": ("概况", "图表数据"), "en": ("Summary", "Chart data")}


def as_xlsx(report: Report) -> bytes:
    book = Workbook()
    front: Any = book.active
    summary, data_name = _WORDS[report.language]
    front.title = summary
    book.properties.title, book.properties.creator = report.title, "hallwatch"
    book.properties.created = datetime.fromtimestamp(report.made, UTC).replace(tzinfo=None)
    _front(front, report)
    charts: list[Chart] = []
    for chapter in report.chapters:
        for item in chapter.items:
            match item:
                case Table():
                    put_table(book.create_sheet(sheet_name(item.sheet)), item, report)
                case Heat():
                    put_heat(book.create_sheet(sheet_name(item.sheet)), item, report.language)
                case Chart():
                    charts.append(item)
    _charts(book, charts, data_name)
    for page in book.worksheets:
        _for_print(page)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_name(name: str) -> str:
    return _NOT_IN_NAMES.sub("-", name)[:_LONGEST_NAME]


def _front(page: Any, report: Report) -> None:
    page.column_dimensions["A"].width = 26
    page.column_dimensions["B"].width = _FRONT_WIDTH
    page.merge_cells("A1:B1")
    write_text(page["A1"], report.title)
    page["A1"].font = Font(bold=True, size=18)
    page["A1"].alignment = Alignment(horizontal="center")
    row = 3
    for label, words in report.facts:
        write_text(page.cell(row, 1), label)
        write_text(page.cell(row, 2), words)
        page.cell(row, 1).font = Font(bold=True)
        row += 1
    if report.banner:
        write_text(page.cell(row, 2), report.banner)
        page.cell(row, 2).font = Font(bold=True, color="B2182B")
        row += 1
    for chapter in report.chapters:
        row += 1
        write_text(page.cell(row, 1), chapter.heading)
        page.cell(row, 1).font = Font(bold=True, size=13)
        row += 1
        for item in chapter.items:
            lines: tuple[str, ...] = ()
            if isinstance(item, Paragraph):
                lines = (item.words,)
            elif isinstance(item, Signatures):
                lines = item.lines
            for line in lines:
                write_text(page.cell(row, 2), line)
                page.cell(row, 2).alignment = TEXT
                page.row_dimensions[row].height = LINE * lines_in(line, _FRONT_WIDTH - 4) + 2
                row += 1
            if isinstance(item, Table | Heat):
                write_text(page.cell(row, 2), item.title)
                page.cell(row, 2).hyperlink = f"#'{sheet_name(item.sheet)}'!A1"
                page.cell(row, 2).font = Font(color="1F5FA8", underline="single")
                row += 1


def _charts(book: Any, charts: list[Chart], data_name: str) -> None:
    if not charts:
        return
    data = book.create_sheet(data_name)
    data.column_dimensions["A"].width = 28
    row = 1
    for chart in charts:
        write_text(data.cell(row, 1), chart.title)
        data.cell(row, 1).font = Font(bold=True)
        put_data(data, chart, row + 1)
        page = book[sheet_name(chart.sheet)]
        below = page.max_row + 2
        write_text(page.cell(below, 1), chart.title)
        page.cell(below, 1).font = Font(bold=True)
        page.add_chart(drawn_chart(data, chart, row + 1), f"A{below + 1}")
        row += len(chart.categories) + 4


def _for_print(page: Any) -> None:
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.orientation = "landscape" if page.max_column > 4 else "portrait"
    # A chart is not torn apart; a long table goes on over its pages.
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 1 if page._charts else 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.oddFooter.center.text = "— &P / &N —"
    page.print_options.horizontalCentered = True
    margins = page.page_margins
    margins.left = margins.right = 0.5
    margins.top = margins.bottom = 0.7
