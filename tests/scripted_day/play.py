"""The day played through the core: four partitions in memory, no broker.

Owns who gets which event, and that shares of a day reach the partition that judges it.
Invariant: as in a replay whose records are decided one by one, "now" is the event time a
partition has reached.
"""

from collections.abc import Iterable

from schemas.decode import Event
from schemas.everywhere import EVERYWHERE
from schemas.outcomes import AlertMessage, AlertRow, Row, Table, VerdictRow
from streams.core.partition import Limits, Partition
from streams.core.rules import Rulebook
from streams.core.totals import Day, Share
from streams.publish import Names
from streams.shares import share_event
from tests.core.hall import key_of, version
from tests.core.story import clock_text, moment
from tests.scripted_day.day import Chapter

PARTITIONS = 4

_NAMES = Names("events", "outcomes", "alerts", "deadletters", PARTITIONS)


class Played:
    """A hall in memory; `rows` are the newest, `said` is everything that was ever told."""

    def __init__(self, book: Rulebook) -> None:
        limits = Limits(event_clock=True)
        self.partitions = [Partition(number, book, limits) for number in range(PARTITIONS)]
        self.rows: dict[Table, dict[tuple[object, ...], Row]] = {table: {} for table in Table}
        self.said: list[AlertMessage] = []
        self._shares: list[tuple[Partition, Day, Share]] = []

    def chapter(self, chapter: Chapter) -> None:
        for event in chapter.events:
            for partition in self._who_hears(event):
                self._take(partition, event)
        for beat in chapter.beats:
            for partition in self.partitions:
                self._take(partition, beat)
        while self._shares:
            shares, self._shares = self._shares, []
            for teller, day, share in shares:
                at = moment(clock_text(teller.position.now))
                event = share_event(teller.number, teller.version, day, share, at)
                for partition in self._who_hears(event):
                    self._take(partition, event)

    def alerts(self) -> Iterable[AlertRow]:
        rows = self.rows[Table.ALERTS].values()
        return [row for row in rows if isinstance(row, AlertRow)]

    def verdicts(self) -> Iterable[VerdictRow]:
        rows = self.rows[Table.VERDICTS].values()
        return [row for row in rows if isinstance(row, VerdictRow)]

    def _who_hears(self, event: Event) -> list[Partition]:
        if isinstance(event, EVERYWHERE):
            return self.partitions
        return [self.partitions[_NAMES.partition_of(event.subject)]]

    def _take(self, partition: Partition, event: Event) -> None:
        refused = partition.take(event, partition.position.next_offset, ingest=0)
        assert refused is None, refused
        outcomes = partition.settle(partition.log_time)
        for found in outcomes.rows.values():
            for row in found:
                if isinstance(row, AlertRow | VerdictRow):
                    table = Table.ALERTS if isinstance(row, AlertRow) else Table.VERDICTS
                    known = self.rows[table].get(key_of(row))
                    assert known is None or version(known) < version(row)
                    self.rows[table][key_of(row)] = row
        self.said += outcomes.messages
        for day, share in outcomes.totals:
            self._shares.append((partition, day, Share(share.kept, share.missed)))
