"""Rows of cells as aligned lines of a terminal, where a Chinese character takes two columns.

Called by the case list and the list of orders. Invariant: no control character of a cell
reaches the terminal.
"""

import unicodedata
from collections.abc import Sequence


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Each row a line; all rows are of one length."""
    if not rows:
        return ""
    widths = [max(_width(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "".join(
        "  ".join(
            _printable(cell) + " " * (width - _width(cell))
            for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        + "\n"
        for row in rows
    )


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _printable(text: str) -> str:
    return "".join(one if one.isprintable() else " " for one in text)
