"""A table of cells as a file that Excel opens: CSV or xlsx.

Owns the two formats; what is in the table is its caller's (`hallwatch orders export`). Reports
of many sheets (`dashboards.reports.xlsx`) write their texts by it.
Invariant: no cell becomes a formula, whatever is in it: one that begins like a formula is
text in xlsx, and has an apostrophe before it in CSV (OWASP, CSV Injection).
"""

import csv
import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

Cell = str | int | float | datetime | None

#: What Excel, WPS and LibreOffice take for the start of a formula, full-width forms too.
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")

#: No XML can hold these, and no reader needs them.
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")

#: Excel's limit for a cell; longer text would make the file one that has to be repaired.
_LONGEST_CELL = 32_767


class SpreadsheetError(Exception):
    """The file cannot be made; the text names the cure."""


class Column(Struct, frozen=True):
    title: str
    width: int  #: in characters of the default font; a Chinese one takes two
    kind: str = "text"  #: text, count, share, moment, date


class Sheet(Struct, frozen=True):
    """Rows are as long as `columns`. Moments carry no zone: they are shown as they are."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]


def csv_of(sheet: Sheet) -> bytes:
    """UTF-8 with a byte order mark: without it Excel takes Chinese for another encoding."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_safe(column.title) for column in sheet.columns])
    for row in sheet.rows:
        cells = zip(sheet.columns, row, strict=True)
        writer.writerow([_written(column, cell) for column, cell in cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _written(column: Column, cell: Cell) -> str | int | float:
    match cell:
        case None:
            return ""
        case str():
            return _safe(_seen(cell))
        case datetime():
            return f"{cell:%Y-%m-%d}" if column.kind == "date" else f"{cell:%Y-%m-%d %H:%M}"
        case float():
            return f"{cell:.1%}" if column.kind == "share" else cell
        case int():
            return cell


def _safe(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _seen(text: str) -> str:
    return _UNSEEN.sub("", text)[:_LONGEST_CELL]


def write_text(cell: Any, words: str) -> None:
    """Into an openpyxl cell, as text: openpyxl would write what begins with = as a formula; the
    quote mark keeps it text when somebody saves the sheet as CSV or edits the cell."""
    cell.value = _seen(words)
    cell.data_type = "s"
    cell.quotePrefix = bool(_FORMULA.match(words))


_FORMATS = {
    "moment": "yyyy-mm-dd hh:mm",
    "date": "yyyy-mm-dd",
    "share": "0.0%",
    "count": "0",
}


def xlsx_of(sheet: Sheet) -> bytes:
    """A workbook of one sheet: header frozen, filters, widths, real dates. Raises
    SpreadsheetError where openpyxl is not installed."""
    try:
        from openpyxl import Workbook
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
        from openpyxl.utils import get_column_letter
    except ImportError:
        raise SpreadsheetError(
            "xlsx needs openpyxl: pip install 'hallwatch[reports]', or take --format csv"
        ) from None
    book = Workbook()
    page: Any = book.active
    page.title = sheet.title
    edge = Side(style="thin", color="BFBFBF")
    border = Border(left=edge, right=edge, top=edge, bottom=edge)
    for number, column in enumerate(sheet.columns, 1):
        page.column_dimensions[get_column_letter(number)].width = column.width
        head = page.cell(1, number)
        write_text(head, column.title)
        head.font = Font(bold=True)
        head.fill = PatternFill("solid", fgColor="D9E2F3")
        head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        head.border = border
    for line, row in enumerate(sheet.rows, 2):
        for number, (column, value) in enumerate(zip(sheet.columns, row, strict=True), 1):
            cell = page.cell(line, number)
            if isinstance(value, str):
                write_text(cell, value)
            else:
                cell.value = value
            cell.number_format = _FORMATS.get(column.kind, "@" if value is not None else "General")
            cell.alignment = Alignment(vertical="top", wrap_text=column.kind == "text")
            cell.border = border
    page.freeze_panes = "A2"
    if sheet.rows:
        page.auto_filter.ref = page.dimensions
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "1:1"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
