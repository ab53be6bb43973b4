"""A table or a heat map on a sheet: heads that stay, cells with their formats, their widths.

Owns formats and widths. Called by `xlsx`. Invariant: a figure is a number that can be reckoned
with, and a share's components stand in the columns beside it.
"""

from datetime import datetime
from typing import Any

from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from dashboards.reports.cells import marks
from dashboards.reports.document import (
    Cell,
    Heat,
    Link,
    Moment,
    Points,
    Report,
    Share,
    Stars,
    Table,
    Took,
)
from sinks.spreadsheet import write_text

_EDGE = Side(style="thin", color="BFBFBF")
_BORDER = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_HEAD = PatternFill("solid", fgColor="E3EAF4")
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
TEXT = Alignment(vertical="center", wrap_text=True)

#: Points a line of text takes.
LINE = 15

#: Of a share or a mean: what stands in the two columns beside it.
_PARTS = {
    "zh": {Share: ("分子", "分母"), Stars: ("星数合计", "评价数")},
    "en": {Share: ("of these", "of all"), Stars: ("stars", "ratings")},
}


def lines_in(words: str, width: int) -> int:
    """How many a text takes in a column: not every program makes room by itself."""
    there = sum(2 if ord(each) > 0x2E7F or each in "“”—" else 1 for each in words)
    return max(1, -(-there // width))


def put_table(page: Any, table: Table, report: Report) -> None:
    language = report.language
    kinds = [_kind(cells) for cells in zip(*table.rows, strict=True)] or [None] * len(table.columns)
    heads: list[tuple[str, int]] = []
    for column, kind in zip(table.columns, kinds, strict=True):
        heads.append((column.title, max(column.width, 15) if kind is Share else column.width))
        if kind is not None:
            heads += [(f"{column.title} {words}", 9) for words in _PARTS[language][kind]]
    _head(page, f"{table.title} {report.facts[0][1]}", [name for name, _ in heads])
    for number, (_, width) in enumerate(heads, 1):
        page.column_dimensions[get_column_letter(number)].width = max(width + 2, 9)
    for line, row in enumerate(table.rows, 3):
        number, lines = 1, 1
        for cell, kind in zip(row, kinds, strict=True):
            _put(page.cell(line, number), cell, language)
            if isinstance(cell, str | Link):
                words = cell.words if isinstance(cell, Link) else cell
                lines = max(lines, lines_in(words, heads[number - 1][1]))
            number += 1
            if kind is not None:
                for part in _components(cell):
                    _put(page.cell(line, number), part, language)
                    number += 1
        page.row_dimensions[line].height = LINE * lines + 2
    last = 2 + len(table.rows)
    if table.rows:
        page.auto_filter.ref = f"A2:{get_column_letter(len(heads))}{last}"
    for offset, words in enumerate(
        filter(None, (table.note, "" if table.rows else table.empty)), 1
    ):
        write_text(page.cell(last + offset, 1), words)
        page.cell(last + offset, 1).font = Font(italic=True, color="555555")


def _kind(cells: tuple[Cell, ...]) -> type[Share] | type[Stars] | None:
    for kind in (Share, Stars):
        if any(isinstance(cell, kind) for cell in cells):
            return kind
    return None


def _components(cell: Cell) -> tuple[int | None, int | None]:
    match cell:
        case Share():
            return cell.part, cell.whole
        case Stars():
            return cell.total, cell.rated
        case _:
            return None, None


def _head(page: Any, title: str, heads: list[str]) -> None:
    """In two rows that stay in view."""
    write_text(page.cell(1, 1), title)
    page.cell(1, 1).font = Font(bold=True, size=13)
    page.row_dimensions[1].height = 24
    for number, name in enumerate(heads, 1):
        cell = page.cell(2, number)
        write_text(cell, name)
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment, cell.border = _CENTRE, _BORDER
    page.row_dimensions[2].height = 48
    page.freeze_panes = "B3"
    page.print_title_rows = "1:2"


def _put(drawn: Any, cell: Cell, language: str) -> None:
    drawn.border, drawn.alignment = _BORDER, TEXT
    match cell:
        case None:
            pass
        case str():
            write_text(drawn, cell)
        case int():
            drawn.value, drawn.number_format = cell, "0"
        case Share():
            drawn.value = cell.permille / 1000
            drawn.number_format = f"0.0%{_marked(cell, language)}"
        case Points():
            drawn.value, drawn.number_format = cell.tenths / 10, "+0.0;-0.0;0.0"
        case Took():
            drawn.value = cell.milliseconds // 1000 / 86_400
            drawn.number_format = f"[h]:mm:ss{_marked(cell, language)}"
        case Stars():
            drawn.value, drawn.number_format = cell.total * 100 // cell.rated / 100, "0.00"
        case Moment():
            moment = datetime.fromisoformat(cell.iso)
            whole = len(cell.iso) > len("2022-10-14")
            drawn.value = moment
            drawn.number_format = "yyyy-mm-dd hh:mm" if whole else "yyyy-mm-dd"
        case Link():
            write_text(drawn, cell.words)
            if cell.href:
                drawn.hyperlink = cell.href
                drawn.font = Font(color="1F5FA8", underline="single")


def _marked(cell: Share | Took, language: str) -> str:
    """Behind the number, in its format: it stays a number."""
    told = marks(cell, language)
    if not told:
        return ""
    return f'"（{"，".join(told)}）"' if language == "zh" else f'" ({", ".join(told)})"'


def put_heat(page: Any, heat: Heat, language: str) -> None:
    """The shares, coloured by Excel itself, and below them their components."""
    _head(page, heat.title, [heat.corner, *heat.columns])
    width = get_column_letter(len(heat.columns) + 1)
    for number in range(1, len(heat.columns) + 2):
        page.column_dimensions[get_column_letter(number)].width = 10
    last = _heat_block(page, heat, 3, lambda cell: cell.permille / 1000, "0.0%")
    page.conditional_formatting.add(
        f"B3:{width}{last}",
        ColorScaleRule(  # type: ignore[no-untyped-call]
            start_type="num",
            start_value=0,
            start_color="FFFFFF",
            end_type="num",
            end_value=0.5,
            end_color="B2182B",
        ),
    )
    row = last + 2
    for words, of in zip(_PARTS[language][Share], ("part", "whole"), strict=True):
        write_text(page.cell(row, 1), words)
        page.cell(row, 1).font = Font(bold=True)
        row = _heat_block(page, heat, row + 1, lambda cell, of=of: getattr(cell, of), "0") + 2
    if heat.note:
        write_text(page.cell(row, 1), heat.note)
        page.cell(row, 1).font = Font(italic=True, color="555555")


def _heat_block(page: Any, heat: Heat, row: int, value_of: Any, form: str) -> int:
    """Returns its last row."""
    for name, cells in zip(heat.lines, heat.cells, strict=True):
        write_text(page.cell(row, 1), name)
        page.cell(row, 1).border, page.cell(row, 1).fill = _BORDER, _HEAD
        for number, cell in enumerate(cells, 2):
            drawn = page.cell(row, number)
            drawn.border = _BORDER
            if cell is not None:
                drawn.value, drawn.number_format = value_of(cell), form
        row += 1
    return row - 1
