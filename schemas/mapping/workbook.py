"""An Excel workbook → the rows of its first sheet, as `table` reads those of a CSV.

Cells become the text a CSV would have: times in ISO, whole numbers without a point. Needs openpyxl,
which is an extra. Called by `table`. Invariant: a row's line is its number in the sheet.
"""

import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from schemas.mapping.format import MappingError

#: What every workbook since Excel 2007 begins with; and what those before do.
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

_ENDINGS = (".xlsx", ".xlsm")

#: What openpyxl, zipfile and the XML parser raise for a file that is not what it seems.
_DAMAGED = (
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


def is_workbook(path: Path, begins: bytes) -> bool:
    """Told by name and content. Raises MappingError for Excel's old format."""
    if begins.startswith(OLE):
        raise MappingError(f"{path.name}: Excel's old format; save it as .xlsx or CSV")
    named = path.suffix.lower() in _ENDINGS
    if named and not begins.startswith(ZIP):
        raise MappingError(f"{path.name}: no Excel workbook, or one with a password")
    return begins.startswith(ZIP)


def sheet_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of each row of the first sheet that holds something; the first of them
    says how wide the table is. Raises MappingError."""
    try:
        import openpyxl
    except ImportError:
        raise MappingError(
            f"{path.name}: Excel workbooks need: pip install 'hallwatch[reports]'"
        ) from None
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            yield from _table_of(book.worksheets[0])
        finally:
            book.close()
    except _DAMAGED:
        raise MappingError(f"{path.name}: no Excel workbook that can be read") from None


def _table_of(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    # What some programs write there is not so.
    sheet.reset_dimensions()
    width = 0
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = [_text(cell) for cell in row]
        while len(cells) > width and not cells[-1]:
            cells.pop()
        if any(cells):
            width = width or len(cells)
            yield number, cells + [""] * (width - len(cells))


def _text(cell: Any) -> str:
    value = cell.value
    match value:
        case None:
            return ""
        case datetime():
            # Excel has no days without a time: that one is meant is told by how it is shown.
            shown = value if "h" in cell.number_format.lower() else value.date()
            return shown.isoformat(" ") if isinstance(shown, datetime) else shown.isoformat()
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
    return str(value)
