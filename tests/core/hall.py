"""A partition with everything it ever said: the core's tests look at the newest of it.

Drives only the public door, `take` and `settle`, and encodes what is saved as a worker
would, so that any test can restart. Invariant: versions of one identity go up with each
row of one epoch; checked on each row.
"""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from schemas.decode import Event, Rejected
from schemas.frame import milliseconds
from schemas.outcomes import (
    AlertMessage,
    AlertRow,
    JourneyRow,
    Row,
    Table,
    VerdictRow,
    WindowRow,
)
from schemas.queue import ForecastRow
from streams.core.partition import Limits, Outcomes, Partition
from streams.core.rules import Rulebook
from streams.core.state import Restoring, StateRecord, encode_saved
from streams.rules.load import load_rulebook
from tests.core.story import ms

BOOK = load_rulebook(Path(__file__).parent / "rules")

#: Past every deadline and the closing time of the stories' day.
NIGHT = "23:00"

#: Nothing is refused and "now" is what the caller says: for stories told in any order.
ANY_ORDER = Limits(event_clock=True)

NUMBER = 3

#: The epoch stands above these bits of a version.
EPOCH_SHIFT = 40

_KEY_FIELDS = {
    JourneyRow: ("journey",),
    VerdictRow: ("promise", "journey"),
    WindowRow: (
        "promise",
        "minute_at",
        "section",
        "service",
        "complexity",
        "channel",
        "off_hours",
    ),
    AlertRow: ("alert",),
    ForecastRow: ("section", "service"),
}

Key = tuple[object, ...]


def key_of(row: Row) -> Key:
    """What a newer row of the same thing replaces."""
    return tuple(getattr(row, name) for name in _KEY_FIELDS[type(row)])


class Hall:
    """One partition. `limits`: the wall clock unless said otherwise."""

    def __init__(
        self, limits: Limits | None = None, book: Rulebook = BOOK, number: int = NUMBER
    ) -> None:
        self.limits = limits or Limits()
        self.book = book
        self.number = number
        self.partition = Partition(number, book, self.limits)
        self.rows: dict[Table, dict[Key, Row]] = {table: {} for table in Table}
        self.said: list[AlertMessage] = []
        self.state_topic: list[StateRecord] = []

    # -- in --------------------------------------------------------------------------------

    def hear(self, *told: Iterable[Event], ingest: str | int | None = None) -> list[Rejected]:
        """Takes events in the order given; the broker has each when it happens, or at
        `ingest`. Returns what was refused."""
        refused: list[Rejected] = []
        for event in (event for events in told for event in events):
            at = ms(ingest) if isinstance(ingest, str) else ingest
            at = milliseconds(event.time) if at is None else at
            result = self.partition.take(event, self.partition.position.next_offset, at)
            if result is not None:
                refused.append(result)
        return refused

    def settle(self, at: str | int, catching_up: bool = False, most: int = 2_000) -> Outcomes:
        now = ms(at) if isinstance(at, str) else at
        outcomes = self.partition.settle(now, catching_up, most)
        for table, found in outcomes.rows.items():
            known = self.rows[table]
            for row in found:
                before = known.get(key_of(row))
                if (
                    before is not None
                    and version(row) >> EPOCH_SHIFT < version(before) >> EPOCH_SHIFT
                ):
                    continue  # of a worker that lost the partition: sinks keep the newer
                assert before is None or version(before) < version(row)
                known[key_of(row)] = row
        self.said += outcomes.messages
        self.state_topic += encode_saved(self.partition.position, outcomes.saved)
        return outcomes

    def restart(self, book: Rulebook | None = None) -> None:
        """A new worker takes over from the state topic; what was not settled is lost."""
        restoring = Restoring()
        for key, value in self.state_topic:
            restoring.take(key, value)
        self.partition = Partition(self.number, book or self.book, self.limits)
        saved = restoring.restored()
        if saved is not None:
            self.partition.restore(saved)

    # -- out: the newest rows --------------------------------------------------------------

    def journey(self, name: str) -> JourneyRow:
        row = self.rows[Table.JOURNEYS][(name,)]
        assert isinstance(row, JourneyRow)
        return row

    def verdict(self, promise: str, journey: str) -> VerdictRow:
        row = self.rows[Table.VERDICTS][(promise, journey)]
        assert isinstance(row, VerdictRow)
        return row

    def verdicts(self) -> list[VerdictRow]:
        return [row for row in self.rows[Table.VERDICTS].values() if isinstance(row, VerdictRow)]

    def alert(self, name: str) -> AlertRow:
        row = self.rows[Table.ALERTS][(name,)]
        assert isinstance(row, AlertRow)
        return row

    def windows(self, promise: str | None = None) -> list[WindowRow]:
        """Windows with something in them, in the order of their minutes."""
        rows = [row for row in self.rows[Table.WINDOWS].values() if isinstance(row, WindowRow)]
        return sorted(
            (row for row in rows if row.started and promise in (None, row.promise)),
            key=key_of,
        )

    def messages(self, alert: str = "") -> list[str]:
        """Ids of the messages sent so far, in order, `alert` taken off their front."""
        return [
            message.id.removeprefix(f"{alert}/")
            for message in self.said
            if message.id.startswith(alert)
        ]


def version(row: Row) -> int:
    found: int = getattr(row, "version", 0)
    return found


def told(*stories: Iterable[Event], at: str | int = NIGHT, limits: Limits = ANY_ORDER) -> Hall:
    """A hall that heard the stories and settled once, at `at`."""
    hall = Hall(limits)
    assert hall.hear(*stories) == []
    hall.settle(at)
    return hall


def unversioned(row: Row) -> Row:
    return msgspec.structs.replace(row, version=0)
