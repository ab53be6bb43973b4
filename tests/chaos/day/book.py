"""The book of the day: every record that was sent, and where the broker put it.

Filled by the source; the oracle and the comparison know the day from here alone. Invariant:
what is in it is in Kafka, at the place and with the time the broker said.
"""

from collections import defaultdict

from msgspec import Struct, field

from tests.chaos.day.plan import Happening


class Place(Struct, frozen=True, order=True):
    """Where one record went. `ingest`: the broker's time, ms."""

    offset: int
    partition: int
    ingest: int


class Bad(Struct, frozen=True):
    place: Place
    key: bytes
    value: bytes
    reason: str


class Told(Struct, frozen=True):
    """An event, and where each of its copies went."""

    event: Happening
    places: list[Place]


class Book(Struct):
    told: dict[str, Told] = field(default_factory=dict)  #: by the event's id
    bad: list[Bad] = field(default_factory=list)
    ends: dict[int, int] = field(default_factory=dict)  #: offsets after the last records
    #: Of each partition, offset and time of every accepted record.
    log: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))

    @property
    def records(self) -> int:
        return sum(len(one.places) for one in self.told.values()) + len(self.bad)

    def reaches(self, place: Place) -> None:
        self.ends[place.partition] = max(self.ends.get(place.partition, 0), place.offset + 1)

    def put(self, event: Happening, place: Place) -> None:
        self.told.setdefault(event.id, Told(event, [])).places.append(place)
        self.log[place.partition].append((place.offset, event.at))
