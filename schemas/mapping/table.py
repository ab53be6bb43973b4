"""A CSV file → its rows, one by one, with their line numbers; broken rows said as such.

Opens gzip by content, not by name; an Excel workbook is read like a CSV (`workbook`). Does not
know mappings beyond `[csv]`. Invariant: bytes or quotes that cannot be read spoil their own
row only.
"""

import csv
import gzip
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from msgspec import Struct

from schemas.mapping.format import Csv, MappingError
from schemas.mapping.workbook import is_workbook, sheet_rows

_GZIP = b"\x1f\x8b"
#: What `surrogateescape` makes of bytes that are not in the encoding.
_UNREADABLE = re.compile(r"[\udc80-\udcff]")


class Row(Struct, frozen=True):
    """One row: the line it starts on, its cells, and why it cannot be used ("" if it can)."""

    line: int
    cells: list[str]
    fault: str = ""
    column: str = ""


class Table(Struct, frozen=True):
    """A CSV's header and an iterator of its rows (to be used once)."""

    header: list[str]
    rows: Iterator[Row]


def open_table(path: Path, options: Csv) -> Table:
    """Reads the header. Raises `MappingError` for an empty file or a wrong encoding."""
    with path.open("rb") as file:
        begins = file.read(4)
    rows = _sheet(path) if is_workbook(path, begins) else _read(path, options)
    first = next(rows, None)
    if first is None:
        raise MappingError(f"{path.name}: empty; the first line must name the columns")
    header = [name.strip() for name in first.cells]
    if _UNREADABLE.search("".join(header)):
        raise MappingError(
            f"{path.name}: its first line is not {options.encoding};"
            " set csv.encoding in the mapping (gb18030 for most exports from Windows)"
        )
    return Table(header=header, rows=_checked(rows, header))


def _open(path: Path, options: Csv) -> IO[str]:
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP
    # utf-8-sig reads UTF-8 with and without the mark Excel puts first.
    encoding = options.encoding.lower().replace("_", "-")
    encoding = "utf-8-sig" if encoding in ("utf-8", "utf8") else options.encoding
    raw = gzip.open(path) if packed else path.open("rb")  # noqa: SIM115 - TextIOWrapper closes it
    return io.TextIOWrapper(raw, encoding=encoding, errors="surrogateescape", newline="")


def _sheet(path: Path) -> Iterator[Row]:
    return (Row(line=number, cells=cells) for number, cells in sheet_rows(path))


def _read(path: Path, options: Csv) -> Iterator[Row]:
    with _open(path, options) as text:
        reader = csv.reader(text, delimiter=options.delimiter, strict=True)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(line=line, cells=[], fault=f"not CSV: {error}")
                continue
            except EOFError:
                yield Row(line=line, cells=[], fault="the gzip file ends too early")
                return
            if any(cells):
                yield Row(line=line, cells=cells)


def _checked(rows: Iterator[Row], header: list[str]) -> Iterator[Row]:
    for row in rows:
        if row.fault:
            yield row
        elif len(row.cells) != len(header):
            fault = f"{len(row.cells)} cells where the header has {len(header)}"
            yield Row(line=row.line, cells=row.cells, fault=fault)
        else:
            spoiled = (
                name
                for name, cell in zip(header, row.cells, strict=True)
                if not cell.isascii() and _UNREADABLE.search(cell)
            )
            column = next(spoiled, "")
            fault = "bytes that are not in the encoding" if column else ""
            yield Row(line=row.line, cells=row.cells, fault=fault, column=column)
