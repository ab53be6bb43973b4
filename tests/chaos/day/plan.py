"""A day in the hall, to the millisecond, before anything of it is sent.

Owns what happens to whom (`chats`, `visits`) and how it reaches Kafka: late, twice, or among
records that are no events. Called by the source and the oracle. Invariant: the same seed
plans the same days, however long they take to send.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any

from msgspec import Struct

from tests.chaos.day.hours import DAY_MS

#: 2022-10-17, a Monday, and the days after it; 08:50 to 16:30 somebody comes.
FIRST_DAY_MS = 1_665_936_000_000
_WEEKDAYS = 5
FIRST_COMES_MS = 530 * 60_000
LAST_COMES_MS = 990 * 60_000

#: A visit that begins later may not be over at closing time.
LAST_VISIT_MS = 905 * 60_000

#: How long an event is held back at most, so that what it stops has not been found yet.
CHAT_HELD_MS, VISIT_HELD_MS = 5_000, 30_000

SECTIONS = 6

_SHANGHAI = timezone(timedelta(hours=8))

Data = dict[str, Any]


class Happening(Struct, frozen=True):
    """One event. `held_ms`: how much later it is sent; `copies_ms`: and again, after that."""

    subject: str
    source: str
    id: str
    kind: str
    at: int
    data: Data
    held_ms: int = 0
    copies_ms: tuple[int, ...] = ()

    def encode(self) -> bytes:
        event = {
            "specversion": "1.0",
            "id": self.id,
            "source": self.source,
            "type": self.kind,
            "subject": self.subject,
            "time": moment(self.at),
            "data": self.data,
        }
        return json.dumps(event).encode()


class Script:
    """The events of one journey as it is being planned."""

    def __init__(self, random: Random, subject: str, source: str, held_ms: int) -> None:
        self.random = random
        self.subject = subject
        self.section = f"S{random.randint(1, SECTIONS):02d}"
        self.happenings: list[Happening] = []
        self._source = source
        self._held_ms = held_ms

    def add(self, at: int, kind: str, held_ms: int | None = None, **data: Any) -> None:
        """`held_ms`: instead of none or, sometimes, a little."""
        random = self.random
        if held_ms is None:
            held_ms = random.randint(1, self._held_ms) if random.random() < 0.08 else 0
        copies: tuple[int, ...] = ()
        if random.random() < 0.06:
            copies = (random.choice((0, random.randint(1, 3_000), random.randint(1, 900_000))),)
        self.happenings.append(
            Happening(
                self.subject,
                self._source,
                f"{self.subject}.{len(self.happenings)}",
                kind,
                at,
                {"section": self.section, **data},
                held_ms,
                copies,
            )
        )

    def ms(self, shortest_s: float, longest_s: float) -> int:
        return self.random.randint(int(shortest_s * 1000), int(longest_s * 1000))


def moment(at: int) -> str:
    """As the contract writes a time again, so that what is kept can be held against it."""
    whole = datetime.fromtimestamp(at // 1000, _SHANGHAI)
    return whole.replace(microsecond=at % 1000 * 1000).isoformat()


def arrivals(random: Random, per_minute: float) -> Iterator[int]:
    """When journeys begin, day after day."""
    day = 0
    while True:
        number = day // _WEEKDAYS * 7 + day % _WEEKDAYS
        at = FIRST_DAY_MS + number * DAY_MS + FIRST_COMES_MS
        last = at + LAST_COMES_MS - FIRST_COMES_MS
        while (at := at + 1 + int(random.expovariate(per_minute) * 60_000)) < last:
            yield at
        day += 1
