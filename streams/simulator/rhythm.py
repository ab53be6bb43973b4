"""The hall's day: how many citizens come when, and who is at lunch.

Pure functions of a clock that may be shifted (a demo at midnight shows a hall at ten) and
may loop over the busy hours. Invariant: random numbers come from named sources, so that
what one section does never changes another's day.
"""

import math
from datetime import time
from random import Random

from streams.simulator.hall import Hall

MINUTE = 60_000  #: ms
DAY = 24 * 60  #: minutes

#: The hours a demo goes round in, minutes of the day: it never gets evening.
LOOP_FROM, LOOP_TO = 9 * 60.0, 16 * 60.0

#: Counters of one section eat in two shifts.
LUNCH = ((11 * 60 + 45, 12 * 60 + 25), (12 * 60 + 25, 13 * 60 + 5))


class Rhythm:
    """The clock of the simulated day, from epoch milliseconds."""

    def __init__(self, hall: Hall, start_ms: int, start_is: time, *, looping: bool) -> None:
        self._start_ms = start_ms
        self._start_minute = start_is.hour * 60 + start_is.minute + start_is.second / 60
        self._looping = looping
        self._steps = [(_minute(at), share) for at, share in hall.rhythm]

    def minute_of_day(self, at_ms: int) -> float:
        minute = self._start_minute + (at_ms - self._start_ms) / MINUTE
        if self._looping and minute >= LOOP_TO:
            return LOOP_FROM + (minute - LOOP_FROM) % (LOOP_TO - LOOP_FROM)
        return minute % DAY

    def arrivals(self, at_ms: int) -> float:
        """Share of the day's top, 0 to 1."""
        minute = self.minute_of_day(at_ms)
        share = 0.0
        for begins, this in self._steps:
            if minute < begins:
                break
            share = this
        return share

    def office_hour(self, at_ms: int) -> int:
        """The moment itself while the hall is open, else as far into the next opening as the
        moment is into its half hour, so that the morning does not begin with everything."""
        for halves in range(2 * 24 + 1):
            moment = at_ms + halves * 30 * MINUTE
            if self.arrivals(moment) > 0:
                return moment
        return at_ms

    def lunch_ends(self, at_ms: int, shift: int) -> int | None:
        """When a counter at lunch is back, epoch ms; None if it is not at lunch."""
        minute = self.minute_of_day(at_ms)
        begins, ends = LUNCH[shift % len(LUNCH)]
        if begins <= minute < ends:
            return at_ms + max(1, math.ceil((ends - minute) * MINUTE))
        return None

    def next_arrival(self, at_ms: int, per_minute: float, random: Random) -> int | None:
        """The next of a Poisson stream with this rate at the top, by thinning; None when
        nobody comes for a day."""
        moment = float(at_ms)
        while moment < at_ms + DAY * MINUTE:
            moment += random.expovariate(per_minute) * MINUTE
            if random.random() < self.arrivals(int(moment)):
                return int(moment) + 1
        return None


def _minute(clock_face: str) -> int:
    hour, minute = clock_face.split(":")
    return int(hour) * 60 + int(minute)


def source(*names: object) -> Random:
    """A source of random numbers of its own, the same for the same names."""
    return Random("/".join(map(str, names)))


def around(random: Random, mean: float, spread: float = 0.45) -> float:
    """A log-normal with this mean: durations of people have a long tail."""
    return random.lognormvariate(math.log(mean) - spread * spread / 2, spread)
