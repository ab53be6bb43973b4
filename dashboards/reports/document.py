"""A report as a document: chapters of paragraphs, tables, a heat map, charts.

Owns its shape only: made by `month` and `quarter`, rendered by `html`, `xlsx` and `docx`.
Invariant: a figure stands in it as a number with its components, so that every format shows the
same digits.
"""

from enum import StrEnum

from msgspec import Struct


class Share(Struct, frozen=True):
    """A ratio with its components; provisional: what is to come may still change it; estimated:
    of some of them the time was, for want of a call or of a terminal's events."""

    part: int
    whole: int  #: never 0
    provisional: bool = False
    estimated: bool = False

    @property
    def permille(self) -> int:
        """Cut, so that it is never rounded up to what was promised."""
        return self.part * 1000 // self.whole


class Points(Struct, frozen=True):
    """The difference between two shares, in tenths of a percentage point."""

    tenths: int


class Took(Struct, frozen=True):
    """A span of time; estimated: it is, or has estimates in it."""

    milliseconds: int
    estimated: bool = False


class Stars(Struct, frozen=True):
    """A mean rating, with its components."""

    total: int
    rated: int  #: never 0


class Moment(Struct, frozen=True):
    """On the hall's wall clock, without its zone: YYYY-MM-DD, or with HH:MM behind it."""

    iso: str


class Link(Struct, frozen=True):
    words: str
    href: str  #: "": nowhere


Cell = str | int | Share | Points | Took | Stars | Moment | Link | None


class Column(Struct, frozen=True):
    title: str
    width: int = 8  #: in characters of the default font; a Chinese one takes two


class Table(Struct, frozen=True, kw_only=True):
    title: str  #: `numbering` puts a number before it
    sheet: str  #: a short name, of its own in the document
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    empty: str = ""  #: said in place of a table without rows


class Heat(Struct, frozen=True, kw_only=True):
    """Shares by weekday and hour; None: nothing was judged then."""

    title: str
    sheet: str
    corner: str
    lines: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Share | None, ...], ...]
    note: str = ""


class ChartKind(StrEnum):
    BARS = "bars"  #: horizontal: names are long
    LINES = "lines"


class Series(Struct, frozen=True):
    name: str
    values: tuple[Share | int | None, ...]


class Chart(Struct, frozen=True, kw_only=True):
    """Beside the table on `sheet`. All values are shares, or all are counts."""

    kind: ChartKind
    title: str
    sheet: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]


class Paragraph(Struct, frozen=True):
    words: str


class Signatures(Struct, frozen=True):
    """Lines to be filled in by hand."""

    lines: tuple[str, ...]


Item = Paragraph | Table | Heat | Chart | Signatures


class Chapter(Struct, frozen=True):
    heading: str
    items: tuple[Item, ...]
    new_page: bool = False


class Report(Struct, frozen=True, kw_only=True):
    title: str
    language: str
    facts: tuple[tuple[str, str], ...]  #: period, unit, as of when: label and words
    banner: str  #: that it is not final, or ""
    made: float  #: when, seconds since the epoch
    chapters: tuple[Chapter, ...]
