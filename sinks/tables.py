"""The ClickHouse tables, derived from the row structs: columns, identity, engine, TTL.

Owns how a struct field becomes a column and what makes two rows the same row. Does not
run SQL (`sinks.migrate`) and does not insert (`sinks.writer`). Called by the migration
generator and the schema check, by dashboards for names, and by tests. Invariant: a
column is declared once, as a field in `schemas.outcomes`; and a row never changes its
partition key, so that a newer version always meets the older one.
"""

from enum import StrEnum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from schemas.outcomes import ROWS, Table
from sinks.column_comments import comment_of


class TableSettings(Struct, frozen=True, kw_only=True):
    """What a site may choose about its tables."""

    time_zone: str = "Asia/Shanghai"  #: of every time column; decides where a month begins
    #: Days that rows stay, see `sinks.retention`. Raw events from their ingest time, dead letters
    #: as long if not said otherwise; what is derived from them from when it began, 0: for ever.
    keep_days: int = 180
    keep_dead_letters: int | None = None
    keep_journeys: int = 0
    keep_verdicts: int = 0
    keep_windows: int = 0
    keep_alerts: int = 0


def days_kept(table: Table, settings: TableSettings) -> int:
    """How many days rows of `table` stay; 0: for ever."""
    match table:
        case Table.EVENTS:
            return settings.keep_days
        case Table.DEAD_LETTERS:
            own = settings.keep_dead_letters
            return settings.keep_days if own is None else own
        case Table.JOURNEYS:
            return settings.keep_journeys
        case Table.VERDICTS:
            return settings.keep_verdicts
        case Table.WINDOWS:
            return settings.keep_windows
        case Table.ALERTS:
            return settings.keep_alerts
        case Table.FORECASTS:
            return 0  # a row for each queue, of the present


class Column(Struct, frozen=True):
    name: str
    type: str
    default: str = ""  #: `DEFAULT 'open'`, `MATERIALIZED …` or nothing
    comment: str = ""


class SkipIndex(Struct, frozen=True):
    """What readers pick by that is no part of the identity: what has none of it is passed over.

    Where journeys are named by their day, as the contract asks, what stands together began
    together, and a reader of one month passes over the others.
    """

    name: str
    by: str  #: a column, or what is reckoned from several
    kind: str = "minmax GRANULARITY 1"


#: When a citizen was asked to rate; of a journey of which nobody was (`WAS_ASKED`) when it began,
#: since an index by what may be NULL passes over nothing. Not `coalesce` bare: ClickHouse turns
#: that into something else before it looks for an index.
ASKED_AT = "assumeNotNull(coalesce(invited_at, rated_at, opened_at))"
WAS_ASKED = "(invited_at IS NOT NULL OR rated_at IS NOT NULL)"


class Declaration(Struct, frozen=True, kw_only=True):
    """One table, whole."""

    table: Table
    columns: tuple[Column, ...]
    identity: tuple[str, ...]  #: rows equal in these are one row; also the sorting key
    version: str = ""  #: of rows with one identity the highest wins; "" = they are equal
    month_of: str = ""  #: partitioned by the month of this column, which must never change
    expires_by: str = ""  #: TTL counts from this column, where the site wants one
    expires: bool = False  #: whether it does by what `settings` say
    kept: str = ""  #: rows of which this is true do not expire
    skips: tuple[SkipIndex, ...] = ()
    whole_after_s: int = 0  #: a month untouched for so long is put together; 0: as it suits


#: Strings that take few values (or thousands at most): a dictionary per part.
_FEW_VALUES = frozenset(
    {
        *("section", "service", "complexity", "channel", "counter", "clerk", "handed_to"),
        *("department", "receiver", "approver", "result", "cause"),
        *("acknowledged_by", "excused_by"),
        *("promise", "clause", "rule_version", "type", "source", "topic", "reason", "field"),
    }
)


class _Shape(Struct, frozen=True, kw_only=True):
    """What the struct cannot say about a table."""

    identity: tuple[str, ...]
    version: str = "version"
    month_of: str = ""
    expires_by: str = ""
    kept: str = ""
    skips: tuple[SkipIndex, ...] = ()
    whole_after_s: int = 0
    extra: tuple[tuple[str, str, str], ...] = ()  #: computed columns: name, type, default


_BY_START = SkipIndex("by_started_at", "started_at")

_SHAPES: dict[Table, _Shape] = {
    # The first delivery of an event is the event, as in the core: the copy with the lowest
    # offset wins, and ReplacingMergeTree keeps the highest version, hence the complement.
    # Two copies may fall into two months; FINAL merges across partitions all the same.
    Table.EVENTS: _Shape(
        identity=("source", "id"),
        version="earliest",
        month_of="ingest_at",
        expires_by="ingest_at",
        # A rectification order is what its events say, and so is who excused what: the ledger
        # and the figures of a year need them.
        kept="(startsWith(`type`, 'rectification.') OR startsWith(`type`, 'alert.'))",
        # Of the many events those of a rare type are found at once.
        skips=(SkipIndex("by_type", "type", "set(100) GRANULARITY 4"),),
        extra=(("earliest", "UInt64", "MATERIALIZED bitNot(offset)"),),
    ),
    # Not partitioned: a late event can move `opened_at` and `started_at`, and a row that
    # changed its partition would never again meet its older versions in a merge.
    Table.JOURNEYS: _Shape(
        identity=("journey",),
        expires_by="opened_at",
        skips=(SkipIndex("by_opened_at", "opened_at"), SkipIndex("by_asked_at", ASKED_AT)),
    ),
    Table.VERDICTS: _Shape(
        identity=("promise", "journey"), expires_by="started_at", skips=(_BY_START,)
    ),
    Table.ALERTS: _Shape(identity=("alert",), expires_by="started_at", skips=(_BY_START,)),
    # `minute_at` is part of the identity, so a window never changes its month. FINAL has nothing
    # left to do in a month that is one part: reports read half a year of them.
    Table.WINDOWS: _Shape(
        identity=(
            "promise",
            "minute_at",
            "section",
            "service",
            "complexity",
            "channel",
            "off_hours",
            "partition",
        ),
        month_of="minute_at",
        expires_by="minute_at",
        whole_after_s=86_400,
    ),
    # A second copy of a dead letter is byte for byte the first: no version needed.
    Table.DEAD_LETTERS: _Shape(
        identity=("topic", "partition", "offset"),
        version="",
        month_of="ingest_at",
        expires_by="ingest_at",
    ),
    # Of now only: as many rows as there are queues.
    Table.FORECASTS: _Shape(identity=("section", "service")),
}


def declare(table: Table, settings: TableSettings) -> Declaration:
    """`table` as its struct and `settings` have it."""
    shape = _SHAPES[table]
    hints = get_type_hints(ROWS[table])
    columns = [
        Column(
            field.name,
            column_type(field.name, hints[field.name], settings.time_zone),
            _default(field.default),
            comment_of(table, field.name),
        )
        for field in msgspec.structs.fields(ROWS[table])
    ]
    columns += [
        Column(name, type_, default, comment_of(table, name))
        for name, type_, default in shape.extra
    ]
    return Declaration(
        table=table,
        columns=tuple(columns),
        identity=shape.identity,
        version=shape.version,
        month_of=shape.month_of,
        expires_by=shape.expires_by,
        expires=days_kept(table, settings) > 0,
        kept=shape.kept,
        skips=shape.skips,
        whole_after_s=shape.whole_after_s,
    )


def column_type(name: str, hint: Any, time_zone: str) -> str:
    """The ClickHouse type of a field. A float is a time (`At`), always."""
    if get_origin(hint) in (UnionType, Union):
        (inner,) = (arg for arg in get_args(hint) if arg is not type(None))
        return f"Nullable({column_type(name, inner, time_zone)})"
    if get_origin(hint) is dict:
        return "Map(Int16, UInt32)"  # histogram: bucket number → count
    if get_origin(hint) is list:
        return "Array(String)"
    if hint is bool:
        return "Bool"
    if hint is float:
        return f"DateTime64(3, '{time_zone}')"
    if hint is int:
        return _integer_type(name)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return "LowCardinality(String)"
    if hint is str and name == "time":
        # As exact as the contract reads it: microseconds.
        return f"DateTime64(6, '{time_zone}')"
    if hint is str:
        return "LowCardinality(String)" if name in _FEW_VALUES else "String"
    raise TypeError(f"column {name}: no ClickHouse type for {hint!r}; say one in column_type")


def _integer_type(name: str) -> str:
    match name:
        case "version" | "offset":
            return "UInt64"
        case _ if name.endswith("_ms"):
            return "Int64"  # signed: a skewed clock makes a duration negative, not enormous
        case _:
            return "UInt32"


def _default(value: Any) -> str:
    """Rows leave out fields at their default; ClickHouse must then put in the same value."""
    if isinstance(value, StrEnum) and value != "":
        return f"DEFAULT '{value}'"
    if value in (msgspec.NODEFAULT, None, "", 0, False):
        return ""
    raise TypeError(f"no DEFAULT expression for {value!r}")
