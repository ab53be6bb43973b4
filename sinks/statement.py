"""What a SQL text asks for, as far as a server must know before it runs it.

Owns telling statements apart: kind, more than one, files on this machine, inline data.
Does not understand SQL beyond that. Called by `sinks.http_request` and `sinks.query`.
Invariant: what stands in quotes or comments is never taken for SQL.
"""

import re

from msgspec import Struct

#: Quoted text and comments; none of it is SQL. What has no end reaches to the end, as in
#: ClickHouse, and that also keeps the search linear.
_NOT_SQL = re.compile(
    r"'(?:[^'\\]|\\(?:.|\Z)|'')*(?:'|\Z)"
    r'|"(?:[^"\\]|\\(?:.|\Z)|"")*(?:"|\Z)'
    r"|`(?:[^`\\]|\\(?:.|\Z)|``)*(?:`|\Z)"
    r"|--[^\n]*|\#[ !][^\n]*|/\*.*?(?:\*/|\Z)",
    re.DOTALL,
)
#: ClickHouse also quotes with $tag$ and with curly quotes (here as text and as the bytes of
#: UTF-8). Rare and easily confused, so whoever must be sure refuses them.
_ODD_QUOTES = re.compile(r"(?<![\w$])\$\w*\$|[‘’“”]|\xe2\x80[\x98\x99\x9c\x9d]", re.ASCII)
_WORD = re.compile(r"[\s(]*([A-Za-z]+)")
#: Where the SQL of an INSERT ends and its rows begin.
_DATA = re.compile(
    r"\b(?:VALUES\b\s*|FORMAT\s+(?!VALUES\b)(\w+)[ \t]*(?:\r?\n|;|\Z)?)", re.IGNORECASE | re.ASCII
)
_FORMAT = re.compile(r"\bFORMAT\s+(\w+)\s*;?\s*\Z", re.IGNORECASE | re.ASCII)
#: The word alone: what stands between INTO and it may be any white space of Unicode.
_FILES = re.compile(r"\b(?:OUT|IN)FILE\b", re.IGNORECASE | re.ASCII)

#: An INSERT names its FORMAT within this many characters.
_INSERT_HEAD = 65_536

READS = frozenset({"SELECT", "WITH", "SHOW", "DESCRIBE", "DESC", "EXISTS", "EXPLAIN"})
_ANSWERS = READS | {"CHECK", "KILL"}


class Statement(Struct, frozen=True, kw_only=True):
    kind: str  #: its first word, upper case; "" when there is none
    several: bool  #: a second statement follows
    touches_files: bool  #: INTO OUTFILE or FROM INFILE: files of the machine it runs on
    odd_quotes: bool  #: quoted in a way not told apart here, so the rest is not certain
    format: str  #: the FORMAT it names, or ""
    sql_to: int  #: where the SQL ends: at the text's end, or before the FORMAT of rows
    data_from: int | None  #: of an INSERT: where in the text its rows begin

    @property
    def reads(self) -> bool:
        return self.kind in READS

    @property
    def answers(self) -> bool:
        """It has a result, even an empty one."""
        return self.kind in _ANSWERS


def blank(sql: str) -> str:
    """`sql` with everything in quotes and comments blanked, places kept."""
    return _NOT_SQL.sub(lambda match: " " * len(match.group()), sql)


def names_only(sql: str) -> str:
    """`sql` with texts and comments blanked and quoted names laid bare."""

    def lay_bare(match: re.Match[str]) -> str:
        found = match.group()
        return f" {found[1:-1]} " if found[0] in '"`' else " " * len(found)

    return _NOT_SQL.sub(lay_bare, sql)


def read_statement(sql: str) -> Statement:
    """Never raises: what is no SQL is refused by the engine, in its own words."""
    kind = _kind(blank(sql[:_INSERT_HEAD]))
    if kind != "INSERT":
        bare = blank(sql)
        named = _FORMAT.search(bare)
        return Statement(
            kind=kind,
            several=_several(bare),
            touches_files=_FILES.search(bare) is not None,
            odd_quotes=_has_odd_quotes(sql, bare),
            format=named.group(1) if named else "",
            sql_to=len(sql),
            data_from=None,
        )
    return _read_insert(sql)


def _read_insert(sql: str) -> Statement:
    """Only the text before the rows is SQL; the rows of a FORMAT may hold anything."""
    data = _DATA.search(blank(sql[:_INSERT_HEAD]))
    inline = data is not None and data.group(1) is not None
    # The rows of VALUES are SQL literals, and a statement could hide behind them.
    bare = blank(sql[: data.start()]) if data is not None and inline else blank(sql)
    return Statement(
        kind="INSERT",
        several=_several(bare),
        touches_files=_FILES.search(bare) is not None,
        odd_quotes=_has_odd_quotes(sql[: data.start()] if data else sql, bare),
        format=(data.group(1) or "VALUES") if data else "",
        sql_to=data.start() if data else len(sql),
        data_from=data.end() if data else None,
    )


def _has_odd_quotes(sql: str, bare: str) -> bool:
    """A name may also be written with escapes, as `f\\x69le`."""
    return _ODD_QUOTES.search(bare) is not None or any(
        match.group()[0] in '"`' and "\\" in match.group() for match in _NOT_SQL.finditer(sql)
    )


def _kind(bare: str) -> str:
    word = _WORD.match(bare)
    return word.group(1).upper() if word else ""


def _several(bare: str) -> bool:
    _, semicolon, rest = bare.partition(";")
    return bool(semicolon) and bool(rest.strip(" \t\r\n;"))
