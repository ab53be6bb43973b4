"""The queries' three days as plain rows, and how to count them without ClickHouse.

Read by the oracles. Invariant: shares nothing with the SQL.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from schemas.outcomes import AlertRow, EventRow, JourneyRow, VerdictRow, WindowRow
from tests.history.data import START, Data

Rows = list[tuple[Any, ...]]


KEPT = {"kept", "provisional"}


BROKEN = {"late", "left-late", "waiting-late", "missed"}


def local(at: float) -> datetime:
    return datetime.fromtimestamp(at, START.tzinfo)


def day_of(at: float) -> date:
    return local(at).date()


def in_time(at: float) -> bool:
    return date(2022, 10, 17) <= day_of(at) < date(2022, 10, 20)


def grouped(rows: Iterable[Any], key: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def quantile(values: list[int], share: float) -> float:
    """With linear interpolation."""
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


class Hall(Struct, frozen=True):
    """The rows of the queries' three days."""

    visits: list[JourneyRow]
    cases: list[JourneyRow]
    verdicts: list[VerdictRow]
    windows: list[WindowRow]
    alerts: list[AlertRow]
    events: list[EventRow]


def hall_of(data: Data) -> Hall:
    journeys = [row for row in data.journeys if in_time(row.opened_at)]
    return Hall(
        [row for row in journeys if row.kind == "visit"],
        [row for row in journeys if row.kind == "case"],
        [row for row in data.verdicts if in_time(row.started_at) and row.status != "withdrawn"],
        [row for row in data.windows if in_time(row.minute_at)],
        [row for row in data.alerts if in_time(row.started_at)],
        data.events,
    )
