"""A real month walked through as it happened, and what was known of each queue once a minute.

Owns the walk: the month's events through the deciding core in the order of their times, and at
each whole minute its queues, beside what became of those who waited in them. What became of
them is read from the table itself, not from the core. Called by `forecast`. Invariant: at each
moment the core's queue is the true one, person by person, else there is no result.
"""

import csv
import gzip
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct

from schemas.frame import milliseconds
from schemas.mapping import events_from_csv, read_mapping
from schemas.queue import How
from streams.core.outlook import Pace, Queue, open_counters, pace_of, together
from streams.core.partition import Limits, Partition
from streams.core.rules import Rulebook
from tests.bench.recorded import WrongResultError
from tests.schemas.tables import EXAMPLES, decoded

MOMENT_MS = 60_000

#: Nobody waited longer in this month; a bound for looking back.
_LONGEST_MS = 2 * 3_600_000

_ZONE = ZoneInfo("Asia/Jerusalem")


class Stay(Struct, frozen=True, order=True):
    """Somebody's time in the queue, as it was. Milliseconds."""

    since: int
    until: int
    how: How


class Seen(Struct, frozen=True):
    """One queue at one moment, what was known of it, and what was to come."""

    at: int
    service: str
    queue: Queue
    pace: Pace
    serving: int  #: counters
    stays: Sequence[Stay]  #: of those waiting, in their order

    @property
    def hour(self) -> int:
        return datetime.fromtimestamp(self.at / 1000, _ZONE).hour


def true_stays(table: Path) -> dict[str, list[Stay]]:
    """By service, in the order of their beginning: everybody who queued at all."""
    stays: dict[str, list[Stay]] = defaultdict(list)
    opened = gzip.open if table.suffix == ".gz" else open
    with opened(table, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["outcome"] != "PHANTOM" and row["t_q_start"]:
                since, until = _ms(row["t_q_start"]), _ms(row["t_q_exit"])
                how = How.LEFT
                if row["outcome"] == "AGENT":
                    # In most rows service starts a second before the queue ends: then he was
                    # called by then at the latest, and so the core has it.
                    how = How.CALLED
                    until = min(until, _ms(row["t_ser_start"] or row["t_q_exit"]))
                if until > since:
                    stays[row["type"]].append(Stay(since, until, how))
    return {service: sorted(those) for service, those in stays.items()}


def walk(table: Path, stays: dict[str, list[Stay]], book: Rulebook) -> Iterator[Seen]:
    """Each queue somebody waits in, at each whole minute."""
    results = list(events_from_csv(read_mapping(EXAMPLES / "bank.toml"), table))
    events = sorted((milliseconds(one.time), n, one) for n, one in enumerate(decoded(results)))
    starts = {service: [stay.since for stay in those] for service, those in stays.items()}
    hall = Partition(0, book, Limits())
    look_back = book.forecasting.look_back_ms
    first, last = events[0][0], events[-1][0]
    offset = 0
    for at in range(first - first % MOMENT_MS, last + MOMENT_MS, MOMENT_MS):
        while offset < len(events) and events[offset][0] <= at:
            hall.take(events[offset][2], offset, events[offset][0])
            offset += 1
        while hall.settle(at).more:
            pass
        for (_, service), part in hall.queues().items():
            queue = together([(at, part)], at)
            waiting = _waiting(stays.get(service, []), starts.get(service, []), at)
            if [since for since, _ in queue.waiting] != [stay.since for stay in waiting]:
                raise WrongResultError(f"{service} at {at}: the core's queue is not the true one")
            if waiting:
                pace = pace_of(queue, at, look_back)
                serving = open_counters(queue, at, look_back)
                yield Seen(at, service, queue, pace, serving, waiting)


def _waiting(stays: list[Stay], starts: list[int], at: int) -> list[Stay]:
    lo, hi = bisect_left(starts, at - _LONGEST_MS), bisect_right(starts, at)
    return [stay for stay in stays[lo:hi] if stay.until > at]


def realised(stays: list[Stay], at: int, within_ms: int) -> Pace:
    """The pace of the time that followed."""
    end = at + within_ms
    first = bisect_left(stays, at - _LONGEST_MS, key=lambda stay: stay.since)
    last = bisect_right(stays, end, key=lambda stay: stay.since)
    there = [stay for stay in stays[first:last] if stay.until > at]
    gone = tuple((stay.since, stay.until, stay.how) for stay in there if stay.until <= end)
    waiting = tuple((stay.since, None) for stay in there if stay.until > end)
    return pace_of(Queue(waiting, gone, {}, at, 0), end, within_ms)


def _ms(local: str) -> int:
    return milliseconds(datetime.fromisoformat(local).replace(tzinfo=_ZONE).astimezone(UTC))
