"""What a SQL text asks for, as far as a server must know before it runs it.

Owns telling statements apart: kind, more than one, files on this machine, inline data.
Does not understand SQL beyond that. Called by `sinks.http_request` and `sinks.query`.
Invariant: what stands in quotes or comments is never taken for SQL.
"""

import re

from msgspec import Struct

#: Quoted text, comments and dollar-quoted text; none of it is SQL.
_NOT_SQL = re.compile(
    r"'(?:[^'\\]|\\.|'')*'"
    r'|"(?:[^"\\]|\\.|"")*"'
    r"|`(?:[^`\\]|\\.|``)*`"
    r"|--[^\n]*|#!?[^\n]*|/\*.*?\*/"
    r"|\$(\w*)\$.*?\$\1\$",
    re.DOTALL,
)
_WORD = re.compile(r"[\s(]*([A-Za-z]+)")
#: Where the SQL of an INSERT ends and its rows begin.
_DATA = re.compile(
    r"\b(?:VALUES\b\s*|FORMAT\s+(?!VALUES\b)(\w+)[ \t]*(?:\r?\n|;|\Z)?)", re.IGNORECASE
)
_FORMAT = re.compile(r"\bFORMAT\s+(\w+)\s*;?\s*\Z", re.IGNORECASE)
_FILES = re.compile(r"\bINTO\s+OUTFILE\b|\bFROM\s+INFILE\b", re.IGNORECASE)

#: An INSERT names its FORMAT within this many characters.
_INSERT_HEAD = 65_536

READS = frozenset({"SELECT", "WITH", "SHOW", "DESCRIBE", "DESC", "EXISTS", "EXPLAIN"})
_ANSWERS = READS | {"CHECK", "KILL"}


class Statement(Struct, frozen=True, kw_only=True):
    kind: str  #: its first word, upper case; "" when there is none
    several: bool  #: a second statement follows
    touches_files: bool  #: INTO OUTFILE or FROM INFILE: files of the machine it runs on
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
        format=(data.group(1) or "VALUES") if data else "",
        sql_to=data.start() if data else len(sql),
        data_from=data.end() if data else None,
    )


def _kind(bare: str) -> str:
    word = _WORD.match(bare)
    return word.group(1).upper() if word else ""


def _several(bare: str) -> bool:
    _, semicolon, rest = bare.partition(";")
    return bool(semicolon) and bool(rest.strip(" \t\r\n;"))
