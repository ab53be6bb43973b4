"""The citizens' hotline: orders that reach the hall, the call back, the end; some late.

Owns the spans, which are of the wall clock: a few hours to two weeks, pushed into office hours.
Invariant: an order is contacted before it is closed.
"""

from random import Random

from schemas import hotline
from schemas.ticket import Complexity
from streams.simulator.hall import Hall
from streams.simulator.rhythm import MINUTE, Rhythm, around, source
from streams.simulator.voice import Stage, Voice

HOTLINE_SYSTEM = "/hall/hotline"

_HOUR = 60 * MINUTE
_DAY = 24 * _HOUR


class Orders:
    """All orders."""

    def __init__(self, hall: Hall, stage: Stage, rhythm: Rhythm) -> None:
        self._hall = hall
        self._stage = stage
        self._rhythm = rhythm
        self._arrivals = source(stage.seed, "hotline", "arrivals")
        self._orders = 0

    def open(self, at: int) -> None:
        self._expect_next(at)

    def _expect_next(self, at: int) -> None:
        rate = self._hall.hotline.orders_per_minute
        coming = self._rhythm.next_arrival(at, rate, self._arrivals)
        if coming is not None:
            self._stage.agenda.at(coming, self._receive)

    def _receive(self, at: int) -> None:
        self._expect_next(at)
        self._orders += 1
        rates = self._hall.hotline
        number = f"{self._stage.run}-H{self._orders:04d}"
        random = source(self._stage.seed, number)
        section = random.choice(self._hall.section).code
        hard = random.random() < rates.complex
        received = hotline.OrderReceivedData(
            section=section,
            topic=random.choice(rates.topics),
            complexity=Complexity.COMPLEX if hard else Complexity.GENERAL,
        )
        voice = Voice(self._stage, number, HOTLINE_SYSTEM)
        voice.say(at, hotline.HotlineReceived, received)
        late = random.random() < rates.late
        clerk = f"clerk-{section.removeprefix('S')}{random.randint(80, 89)}"
        contacted = self._rhythm.office_hour(at + _to_contact(random, late))
        act = hotline.OrderActData(section=section, clerk=clerk)
        voice.say(contacted, hotline.HotlineContacted, act)
        closed = self._rhythm.office_hour(contacted + _to_close(random, hard, late))
        resolved = random.random() >= rates.unresolved
        over = hotline.OrderClosedData(section=section, clerk=clerk, resolved=resolved)
        voice.say(closed, hotline.HotlineClosed, over)


def _to_contact(random: Random, late: bool) -> int:
    """Promised within one working day."""
    return int(random.uniform(1.2, 3) * _DAY if late else random.uniform(0.1, 6) * _HOUR)


def _to_close(random: Random, hard: bool, late: bool) -> int:
    """Promised within five working days, fifteen where it is hard."""
    mean = 6.0 if hard else 1.0
    return int(around(random, mean * (3 if late else 1), 1.1) * _DAY)
