"""What a panel is: one declared figure of the hall and the SQL that finds it.

Owns the declaration's shape and how its placeholders are filled. Does not know the wall's
page nor Grafana: both read these declarations, so that the two cannot disagree. Called by
the `sql_*` modules (declare), `feed`, `period` and `grafana` (fill). Invariant: SQL names
time only by placeholder, never by `now()`, so that history shows as it was.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from string import Template
from zoneinfo import ZoneInfo

from msgspec import Struct

from dashboards.words import Words
from schemas.outcomes import Table
from sinks.tables import TableSettings, declare


class Unit(StrEnum):
    """What a column's numbers count."""

    NAME = "name"  #: a code or text, not a number
    PEOPLE = "people"
    JOURNEYS = "journeys"
    EVENTS = "events"
    SECONDS = "seconds"
    MOMENT = "moment"  #: seconds since 1970-01-01 UTC
    SHARE = "share"  #: 0 to 1
    COUNTERS = "counters"
    STEP = "step"  #: twentieths of a limit
    STARS = "stars"  #: 1 (worst) to 5


class Shade(StrEnum):
    """Which way a number is good news."""

    PLAIN = "plain"  #: neither
    HIGH_IS_GOOD = "high-is-good"
    HIGH_IS_BAD = "high-is-bad"


class Scope(StrEnum):
    """What time a panel is about."""

    MOMENT = "moment"  #: now, the day it is in, the rolling window before it (`Span`)
    PERIOD = "period"  #: a period somebody chose (`period.Period`)


class Look(StrEnum):
    """How an answer is shown by whoever has no page of its own for the panel."""

    TABLE = "table"
    FIGURE = "figure"  #: its last column, large
    BARS = "bars"  #: a bar for each row: a name, then one number
    LINES = "lines"  #: over time: a moment, then names (one line each), then numbers
    HEAT = "heat"  #: over time: a moment, the row of a cell, what is in it
    STATES = "states"  #: over time: a moment, a name, the state it was in


class Column(Struct, frozen=True):
    """One column of a panel's answer."""

    name: str
    title: Words
    unit: Unit
    shade: Shade = Shade.PLAIN


class Panel(Struct, frozen=True, kw_only=True):
    """One figure: what it is called, what its columns mean, how it is found.

    The placeholders of `sql` are one for each table (`$journeys`, …: its newest rows) and, as
    its scope has it, the fields of `Span` or what `period` lists.
    """

    id: str
    title: Words
    columns: tuple[Column, ...]
    sql: str
    refresh: timedelta = timedelta(0)  #: no oftener than this; 0: every round
    scope: Scope = Scope.MOMENT
    look: Look | None = None  #: None: as the units of its columns suggest
    about: Words | None = None  #: what is counted and what is not, in a sentence or two
    clauses: tuple[str, ...] = ()  #: of the plan, whose promises it shows


class Span(Struct, frozen=True, kw_only=True):
    """The times a round of questions is asked about, in seconds since the epoch."""

    now: float
    day_start: float
    window_start: float
    open_since: float  #: nothing that began before this is looked for among what is open


def span_at(now: float, *, zone: ZoneInfo, window: timedelta, horizon: timedelta) -> Span:
    """The span as it stands at `now`: the hall's day begins at its own midnight."""
    today = datetime.fromtimestamp(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return Span(
        now=now,
        day_start=today.timestamp(),
        window_start=now - window.total_seconds(),
        open_since=now - horizon.total_seconds(),
    )


#: The time a table is read by, where it is not what the table is sorted by.
_BEGAN: Mapping[Table, str] = {
    Table.JOURNEYS: "opened_at",
    Table.VERDICTS: "started_at",
    Table.ALERTS: "started_at",
}


def newest(table: Table) -> str:
    """The newest version of each row, as something to select from.

    Where a table is not sorted by time, FINAL would merge all of history to find today:
    the rows of the last days are picked by their time first, then their newest version.
    The day's margin is for a late event that moved the time itself between two versions.
    """
    began = _BEGAN.get(table)
    if began is None:
        return f"{table.value} FINAL"
    declared = declare(table, TableSettings())
    return (
        f"(SELECT * FROM {table.value} WHERE {began} >= $open_since - INTERVAL 1 DAY "
        f"ORDER BY {declared.version} DESC LIMIT 1 BY {', '.join(declared.identity)})"
    )


NEWEST: Mapping[Scope, Mapping[str, str]] = {
    Scope.MOMENT: {table.value: newest(table) for table in Table},
    # A period is any time ago, and what came late may have moved a row out of it: only the
    # newest version of each row can say.
    Scope.PERIOD: {table.value: f"{table.value} FINAL" for table in Table},
}


def newest_where(table: Table, columns: str, condition: str, prefix: str = "true") -> str:
    """The newest rows of which `condition` is true, exactly, without merging all of history.

    Whichever versions ever fulfilled it name the rows to look at; of these only the newest
    version is asked. `prefix`: what holds of every version, best of the sorting key.
    """
    declared = declare(table, TableSettings())
    key, version = ", ".join(declared.identity), declared.version
    one = declared.identity[-1]
    return f"""(SELECT {columns} FROM (
  SELECT * FROM {table.value}
  WHERE {prefix} AND {one} IN (
    SELECT {one} FROM {table.value} WHERE {prefix} AND {condition})
  ORDER BY {version} DESC LIMIT 1 BY {key}
) WHERE {condition})"""


def fill(panel: Panel, span: Span) -> str:
    """The panel's SQL for one span; an unknown placeholder is an error."""
    return put(panel, {name: moment(getattr(span, name)) for name in span.__struct_fields__})


def put(panel: Panel, texts: Mapping[str, str]) -> str:
    """The panel's SQL with `texts` for its placeholders. Raises KeyError for an unknown one."""
    newest_rows = NEWEST[panel.scope]
    tables = {name: Template(sql).substitute(texts) for name, sql in newest_rows.items()}
    return Template(panel.sql).substitute(texts, **tables)


def moment(seconds: float) -> str:
    """A time in SQL, from seconds since the epoch."""
    return f"fromUnixTimestamp64Milli({round(seconds * 1000)})"
