"""Recorded events through the core once more, under other rules: what would have come of them.

Owns one partition's way each: what was stored becomes events again, is taken and settled as a
worker does, and what it comes to is rows of verdicts and windows. No Kafka, no clock, no
ClickHouse; whoever calls it reads and writes. Invariant: under the rules the events were judged
by, and as of the same moment, the newest rows are those the worker wrote.

It keeps in memory what a worker keeps: open journeys, and those ended within the horizon.
"""

from collections.abc import Iterable, Iterator

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from schemas.decode import Event, Rejected, decode
from schemas.lookup import LookupChanged
from schemas.outcomes import Table, VerdictRow, WindowRow
from schemas.recorded import Recorded
from streams.core.partition import Limits, Partition
from streams.core.rules import Rulebook

#: As long as nobody is told anything, looking at journeys once a minute of the log is enough:
#: what is found does not depend on when it is looked for.
_LOOK_MS = 60_000


Found = VerdictRow | WindowRow


class Rerun:
    """All partitions of a hall, under the rules of `book`."""

    def __init__(self, book: Rulebook, horizon_ms: int) -> None:
        # Silences of sources are about alerts, and of heartbeats only one copy is stored.
        self._book = replace(book, sources=())
        # Nothing is refused that was taken once; so the clock is the events' own.
        self._limits = Limits(event_clock=True, horizon_ms=horizon_ms)
        self._partitions: dict[int, Partition] = {}
        self._told: list[Event] = []  # to every partition, also to those that come later
        self._looked_at: dict[int, int] = {}
        self.events = 0  #: of journeys
        self.refused = 0  #: stored by an earlier contract, and no event of this one

    @property
    def journeys(self) -> int:
        """Held in memory at the moment."""
        return sum(partition.journeys for partition in self._partitions.values())

    def take(self, stored: Iterable[Recorded]) -> Iterator[Found]:
        """Takes what follows, in the broker's order; yields what it comes to so far."""
        for each in stored:
            event = event_of(each)
            if isinstance(event, Rejected):
                self.refused += 1
                continue
            if isinstance(event, LookupChanged):
                self._told.append(event)
                for number in list(self._partitions):
                    yield from self._take(number, event, each.ingest)
            else:
                self.events += 1
                yield from self._take(each.partition, event, each.ingest)

    def end(self, as_of: int) -> Iterator[Found]:
        """No more events: what stands at the moment `as_of` (ms)."""
        for partition in self._partitions.values():
            yield from _settled(partition, as_of)

    def _take(self, number: int, event: Event, ingest: int) -> Iterator[Found]:
        partition = self._partitions.get(number)
        if partition is None:
            partition = self._partitions[number] = Partition(number, self._book, self._limits)
            for told in self._told:
                partition.take(told, partition.position.next_offset, ingest)
            self._looked_at[number] = ingest
        if ingest - self._looked_at[number] >= _LOOK_MS:
            self._looked_at[number] = ingest
            yield from _settled(partition, partition.log_time)
        refused = partition.take(event, partition.position.next_offset, ingest)
        self.refused += refused is not None


def _settled(partition: Partition, now: int) -> Iterator[Found]:
    more = True
    while more:
        outcomes = partition.settle(now)
        for table in (Table.VERDICTS, Table.WINDOWS):
            for row in outcomes.rows.get(table, ()):
                assert isinstance(row, VerdictRow | WindowRow)
                yield row
        more = outcomes.more


def event_of(stored: Recorded) -> Event | Rejected:
    """The event behind a row of the events table. It was looked through for what is personal
    when it came in."""
    frame = msgspec.json.encode(
        {
            "specversion": "1.0",
            "source": stored.source,
            "id": stored.id,
            "type": stored.type,
            "subject": stored.subject,
            "time": stored.time,
        }
    )
    return decode(frame[:-1] + b',"data":' + stored.data.encode() + b"}", clean=True)


class Span(Struct, frozen=True, kw_only=True):
    """Clocks that started from `since` on and before `until`; whole minutes, in ms."""

    since: int
    until: int

    def holds(self, row: Found) -> bool:
        began = row.started_at if isinstance(row, VerdictRow) else row.minute_at
        return self.since <= round(began * 1000) < self.until
