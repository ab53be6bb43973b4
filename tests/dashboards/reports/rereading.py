"""What stands in a written report: its tables read back, as whoever opens the file has them.

Called by the tests of the formats. Invariant: nothing of the writers is used here.
"""

import io
from html.parser import HTMLParser
from typing import Any
from zipfile import ZipFile

import openpyxl
from docx import Document

#: Of each table its rows; of each cell its lines.
Lines = tuple[str, ...]
Grid = list[list[Lines]]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: list[Grid] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.loads += [str(found[name]) for name in ("src", "xlink:href", "data") if name in found]
        if tag in ("link", "script", "img", "iframe"):
            self.loads.append(tag)
        if tag == "a":
            self.links.append(str(found["href"]))
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self._cell = [""]
        elif tag == "small" and self._cell is not None:
            self._cell.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None:
            self.tables[-1][-1].append(tuple(self._cell))
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell[-1] += data


def page_of(made: bytes) -> _Page:
    page = _Page()
    page.feed(made.decode())
    return page


def tables_of_html(made: bytes) -> list[Grid]:
    return page_of(made).tables


def tables_of_docx(made: bytes) -> list[Grid]:
    return [
        [[tuple(_words(cell).split("\n")) for cell in row.cells] for row in table.rows]
        for table in Document(io.BytesIO(made)).tables
    ]


def _words(cell: Any) -> str:
    """Links among them, which python-docx leaves out of a paragraph's runs."""
    return "\n".join(paragraph.text for paragraph in cell.paragraphs)


def workbook_of(made: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(made))


def part_names(made: bytes) -> list[str]:
    return ZipFile(io.BytesIO(made)).namelist()


def part(made: bytes, name: str) -> str:
    return ZipFile(io.BytesIO(made)).read(name).decode()
