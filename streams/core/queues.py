"""A partition's part of each section's queues, for the forecast that is made of all of them.

Owns which of its tickets wait, who went in the look-back, and when a part is to be told; whoever
joins them is `outlooks`. Derived from the journeys in memory, so nothing here is saved. Called
by `partition`. Invariant: a part is told only of a log that is read to its end, at most once
in `PACE_MS`, when it changed, or (while somebody waits) when `AGAIN_MS` have passed.
"""

from collections.abc import Collection

from msgspec import Struct

from schemas.outcomes import End, Status
from schemas.queue import (
    LONGEST_AGO,
    MOST_COUNTERS,
    MOST_GONE,
    MOST_WAITING,
    Gone,
    How,
    QueueData,
    Serving,
    Waiting,
)
from streams.core.finding import Settlement
from streams.core.forecasting import Forecasting
from streams.core.judge import WAITS
from streams.core.measure import Place
from streams.core.tracked import Tracked
from streams.core.visit import Visit

PACE_MS, AGAIN_MS = 5_000, 20_000

#: Section and service: whose tickets are one queue.
QueueName = tuple[str, str]


class _Ticket(Struct, frozen=True, gc=False):
    """What one visit is to its queue. Moments in ms; a direct one was never in it."""

    source: str  #: last heard of from
    since: int | None
    deadline: int | None = None
    until: int | None = None
    how: How = How.CALLED
    counter: str = ""
    called: int = 0
    freed: int | None = None

    def over_by(self, at: int) -> bool:
        """Nothing of it is later than that."""
        if self.since is not None and self.until is None:
            return False
        if self.counter and self.freed is None:
            return self.called <= at
        return max(self.until or 0, self.freed or 0) <= at


class _Line(Struct):
    tickets: dict[str, _Ticket]
    told_at: int = 0
    due: int | None = None  #: when it is to be told; None: nothing to tell


class Queues:
    """Of one partition; `on` False: of none."""

    def __init__(self, rule: Forecasting, on: bool) -> None:
        self._rule = rule
        self._on = on and rule.on
        self._lines: dict[QueueName, _Line] = {}

    def follow(self, tracked: Tracked, found: Settlement) -> None:
        """A journey is settled, and `tracked` still as it was before."""
        journey = tracked.journey
        if not self._on or not isinstance(journey, Visit):
            return
        key, name = journey.key, _queue_of(found.reading.place)
        # Until the ticket itself is seen nobody knows which queue it is in.
        ticket = _ticket(journey, tracked.heard[1], found) if name[1] else None
        before = tracked.place
        if before is not None and (ticket is None or _queue_of(before) != name):
            self.forget(tracked)
        if ticket is None:
            return
        line = self._lines.get(name)
        if line is None:
            line = self._lines[name] = _Line({})
        if line.tickets.get(key) != ticket:
            line.tickets[key] = ticket
            line.due = line.told_at + PACE_MS

    def forget(self, tracked: Tracked) -> None:
        line = self._lines.get(_queue_of(tracked.place)) if tracked.place else None
        if line is not None and line.tickets.pop(tracked.journey.key, None) is not None:
            line.due = line.told_at + PACE_MS

    def next_due(self) -> int | None:
        return min(
            (line.due for line in self._lines.values() if line.due is not None), default=None
        )

    def tell(
        self, now: int, catching_up: bool, silent: Collection[str], partition: int, version: int
    ) -> list[QueueData]:
        """The parts that are due, whole. What is found while catching up is no news."""
        told = []
        for name, line in self._lines.items():
            if line.due is None or line.due > now:
                continue
            if catching_up:
                line.due = now + PACE_MS
                continue
            part = self._part(name, line, now, silent, partition, version)
            line.told_at = now
            line.due = now + AGAIN_MS if part.waiting else None
            told.append(part)
        return told

    def parts(self, now: int) -> dict[QueueName, QueueData]:
        """Every part, as it would be told now."""
        return {name: self._part(name, line, now, (), 0, 0) for name, line in self._lines.items()}

    def _part(
        self,
        name: QueueName,
        line: _Line,
        now: int,
        silent: Collection[str],
        partition: int,
        version: int,
    ) -> QueueData:
        start = now - self._rule.look_back_ms
        for key in [key for key, one in line.tickets.items() if one.over_by(start)]:
            del line.tickets[key]
        tickets = line.tickets.values()
        waiting = sorted(
            (one.since, one.deadline is None, one.deadline or 0, one.source in silent)
            for one in tickets
            if one.since is not None and one.until is None
        )
        gone = sorted(
            (
                (one.until, one.since, one.how)
                for one in tickets
                if one.since is not None and one.until
            ),
            reverse=True,
        )
        counters: dict[str, tuple[int, int | None]] = {}
        for one in tickets:
            if one.counter and one.called >= counters.get(one.counter, (one.called, None))[0]:
                counters[one.counter] = one.called, one.freed
        latest = sorted(counters.items(), key=lambda item: -item[1][0])[:MOST_COUNTERS]
        whole = start if len(gone) <= MOST_GONE else gone[MOST_GONE][0]
        return QueueData(
            section=name[0],
            service=name[1],
            partition=partition,
            version=version,
            whole=now - whole,
            waiting=[
                Waiting(_ago(now, since), None if free else _ago(now, due))
                for since, free, due, _ in waiting[:MOST_WAITING]
            ],
            gone=[
                Gone(_ago(now, since), _ago(now, until), how)
                for until, since, how in gone[:MOST_GONE]
            ],
            counters=[
                Serving(counter, _ago(now, called), None if freed is None else _ago(now, freed))
                for counter, (called, freed) in latest
            ],
            more=max(0, len(waiting) - MOST_WAITING),
            suspected=any(one[3] for one in waiting),
        )


def _queue_of(place: Place) -> QueueName:
    return place.section, place.service


def _ago(now: int, at: int) -> int:
    """An appointment may be months off, and a clock may be wrong."""
    return max(-LONGEST_AGO, min(LONGEST_AGO, now - at))


def _ticket(visit: Visit, source: str, found: Settlement) -> _Ticket | None:
    """None: neither in a queue nor at a counter, as far as is known."""
    reading = found.reading
    counter, called, freed = "", 0, None
    if reading.call is not None:
        called, _, counter, _ = reading.call
        freed = reading.ended[0] if reading.ended else None
    for one in found.findings:
        verdict = one.verdict
        if verdict is None or verdict.clock.promise not in WAITS:
            continue
        if verdict.status is Status.WITHDRAWN:
            continue
        stop = verdict.clock.stop
        how = How.REMOVED
        if stop is not None and stop.how in (None, End.LEFT):
            how = How.CALLED if stop.how is None else How.LEFT
        return _Ticket(
            source,
            verdict.clock.start[0],
            verdict.deadline,
            None if stop is None else stop.at,
            how,
            counter,
            called,
            freed,
        )
    return _Ticket(source, None, counter=counter, called=called, freed=freed) if counter else None
