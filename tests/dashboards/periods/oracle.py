"""What the panels of a period have to answer, worked out in Python from what happened.

Knows no SQL, no rows and no code of the pipeline: a level is counted off the list of clocks.
Invariant: each function answers as its panel does, in the same order.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from statistics import mean
from typing import Any

from msgspec import Struct

from schemas.outcomes import Status
from tests.dashboards.periods.truths import (
    AT_COUNTER,
    EXEMPT,
    INVITED,
    ONE_VISIT,
    SOLVED,
    Clock,
    Raised,
    Truth,
)

Rows = list[tuple[Any, ...]]

#: Fewer judged than this say nothing; and what share of a section's day was promised.
MINIMUM = {SOLVED: 20, INVITED: 10, ONE_VISIT: 20}
TARGET = {SOLVED: 0.9, INVITED: 1.0, ONE_VISIT: 0.9}
CLAUSES = {
    "appointment-wait-general": "四（二）1",
    "online-first-response": "四（二）1",
    SOLVED: "四（二）1",
    "walk-in-wait": "",
    "session-recorded": "四（二）2",
    ONE_VISIT: "四（二）3",
    INVITED: "四（二）1",
    EXEMPT: "四（二）1",
    AT_COUNTER: "四（三）1",
}


class Chosen(Struct, frozen=True, kw_only=True):
    """What the reader picked."""

    since: datetime
    until: datetime
    grain: str = "day"
    sections: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()

    def has(self, section: str, moment: datetime | None, promise: str = "") -> bool:
        return (
            moment is not None
            and self.since <= moment <= self.until
            and (not self.sections or section in self.sections)
            and (not promise or not self.promises or promise in self.promises)
        )

    def slot(self, moment: datetime) -> int:
        hour = moment.replace(minute=0, second=0, microsecond=0)
        day = hour.replace(hour=0)
        match self.grain:
            case "hour":
                return int(hour.timestamp())
            case "week":
                return int((day - timedelta(days=day.weekday())).timestamp())
            case "month":
                return int(day.replace(day=1).timestamp())
            case _:
                return int(day.timestamp())


class Level(Struct):
    """Components of a service level."""

    promise: str
    kept: int = 0
    provisional: int = 0
    late: int = 0
    left_late: int = 0
    waiting_late: int = 0
    missed: int = 0
    excused: int = 0
    estimated: int = 0

    @property
    def judged(self) -> int:
        return self.kept + self.provisional + self.broken

    @property
    def broken(self) -> int:
        return self.late + self.left_late + self.waiting_late + self.missed

    def share(self, of: int) -> float | None:
        if of < MINIMUM.get(self.promise, 1):
            return None
        return (self.kept + self.provisional) / of

    @property
    def raw(self) -> float | None:
        return self.share(self.judged)

    @property
    def without_excused(self) -> float | None:
        return self.share(self.judged - self.excused)


def levels(clocks: Iterable[Clock], key: Callable[[Clock], Any]) -> dict[Any, Level]:
    found: dict[Any, Level] = {}
    for clock in clocks:
        level = found.setdefault(key(clock), Level(clock.promise))
        name = clock.status.replace("-", "_")
        if name in Level.__struct_fields__:
            setattr(level, name, getattr(level, name) + 1)
        level.excused += clock.excused
        level.estimated += clock.estimated
    return {one: level for one, level in found.items() if level.judged}


def _minute(moment: datetime) -> datetime:
    """A clock belongs to the minute it started in: so do the windows it is counted in."""
    return moment.replace(second=0, microsecond=0)


def clocks_of(truth: Truth, chosen: Chosen, *promises: str) -> Iterator[Clock]:
    for clock in truth.clocks:
        wanted = not promises or clock.promise in promises
        picked = "" if promises else clock.promise  # panels of one promise have no choice of it
        if wanted and chosen.has(clock.section, _minute(clock.started), picked):
            yield clock


def in_hours(truth: Truth, chosen: Chosen) -> list[Clock]:
    return [clock for clock in clocks_of(truth, chosen) if not clock.off_hours]


def promise_levels(truth: Truth, chosen: Chosen) -> Rows:
    found = levels(in_hours(truth, chosen), lambda clock: clock.promise)
    asked = Counter(c.promise for c in clocks_of(truth, chosen) if c.off_hours)
    rows: Rows = []
    for promise in sorted(found.keys() | asked.keys()):
        one = found.get(promise, Level(promise))
        rows.append(
            (promise, CLAUSES[promise], one.raw, one.without_excused, one.judged, one.kept,
             one.provisional, one.late, one.left_late, one.waiting_late, one.missed, one.excused,
             one.estimated, asked[promise])
        )  # fmt: skip
    return rows


def promise_trend(truth: Truth, chosen: Chosen) -> Rows:
    found = levels(in_hours(truth, chosen), lambda c: (chosen.slot(c.started), c.promise))
    return [(*key, level.raw) for key, level in sorted(found.items())]


def section_levels(truth: Truth, chosen: Chosen) -> Rows:
    found = levels(in_hours(truth, chosen), lambda clock: (clock.section, clock.promise))
    rows = [
        (
            *key,
            one.raw,
            one.without_excused,
            one.judged,
            one.broken,
            one.excused,
            one.provisional,
            one.estimated,
        )
        for key, one in found.items()
    ]
    return sorted(rows, key=lambda row: (row[2] is None, row[2] or 0, row[0], row[1]))


def section_states(truth: Truth, chosen: Chosen) -> Rows:
    good: Counter[tuple[int, str]] = Counter()
    judged: Counter[tuple[int, str]] = Counter()
    for clock in in_hours(truth, chosen):
        key = (chosen.slot(clock.started), clock.section)
        kept = clock.status in (Status.KEPT, Status.PROVISIONAL)
        good[key] += kept
        judged[key] += kept or clock.broken

    def state(key: tuple[int, str]) -> str:
        if 100 * good[key] >= 95 * judged[key]:
            return "good"
        return "fair" if 100 * good[key] >= 85 * judged[key] else "poor"

    return [(*key, state(key)) for key in sorted(judged) if judged[key]]


def broken_hours(truth: Truth, chosen: Chosen) -> Rows:
    days = Chosen(since=chosen.since, until=chosen.until)
    found = Counter(
        (days.slot(clock.started), f"{clock.started:%H}")
        for clock in in_hours(truth, chosen)
        if clock.broken
    )
    return [(*key, count) for key, count in sorted(found.items())]


def ratio_days(truth: Truth, chosen: Chosen) -> Rows:
    clocks = (clock for clock in in_hours(truth, chosen) if clock.promise in TARGET)
    found = levels(clocks, lambda clock: (clock.promise, clock.section, clock.started.date()))
    rows: Rows = []
    for promise in sorted(TARGET):
        days = [day for (name, _, _), day in found.items() if name == promise]
        target = TARGET[promise]
        counted = [day for day in days if day.raw is not None]
        below = [day for day in counted if day.raw is not None and day.raw < target]
        excused = [d for d in days if d.without_excused is not None and d.without_excused < target]
        if counted:
            rows.append((promise, len(counted), len(below), len(excused), target))
    return rows


def durations(truth: Truth, chosen: Chosen) -> Rows:
    took: dict[str, list[int]] = {}
    guessed: Counter[str] = Counter()
    for clock in in_hours(truth, chosen):
        if clock.took_ms is not None:
            took.setdefault(clock.promise, []).append(clock.took_ms)
            guessed[clock.promise] += clock.estimated

    def quantile(values: list[int], share: float) -> float:
        return sorted(values)[math.ceil(len(values) * share) - 1] / 1000

    return [
        (promise, len(values), guessed[promise], mean(values) / 1000,
         *(quantile(values, share) for share in (0.5, 0.9, 0.99)), max(values) / 1000)
        for promise, values in sorted(took.items())
    ]  # fmt: skip


def leavings(truth: Truth, chosen: Chosen) -> Rows:
    rows: Rows = []
    clocks = in_hours(truth, chosen)
    for promise in sorted({clock.promise for clock in clocks}):
        found = Counter(clock.status for clock in clocks if clock.promise == promise)
        left = tuple(
            found[status]
            for status in (
                Status.LEFT_MISTAKEN, Status.LEFT_IN_TIME, Status.LEFT_LATE, Status.CANCELLED,
                Status.EXPIRED,
            )
        )  # fmt: skip
        if any(left):
            rows.append((promise, found.total(), *left))
    return rows


def alert_handling(truth: Truth, chosen: Chosen) -> Rows:
    def row(section: str, theirs: list[Raised]) -> tuple[Any, ...]:
        delays = sorted(
            (one.acknowledged - one.breached) / timedelta(seconds=1)
            for one in theirs
            if one.acknowledged
        )
        return (
            section, len(theirs), sum(not one.held for one in theirs), len(delays),
            delays[len(delays) // 2] if delays else None,
            sum(one.escalated > 0 for one in theirs), sum(one.excused for one in theirs),
            sum(one.still_open for one in theirs),
        )  # fmt: skip

    found: dict[str, list[Raised]] = {}
    for one in truth.alerts:
        if not one.retracted and chosen.has(one.section, one.breached, one.promise):
            found.setdefault(one.section, []).append(one)
    return sorted((row(*one) for one in found.items()), key=lambda row: (-row[1], row[0]))
