"""Quiet hours by the clock of the hall; who hears that a channel fails."""

import pytest

from streams.core.calendar import Interval
from streams.notify.routes import quiet_until, told_of_failure
from tests.notify.org import CALENDAR, HOUR, MINUTE, NIGHT, TEN, book, person

MIDNIGHT = TEN - 10 * HOUR

#: Quiet hours in minutes of the day, now and their end in hours since midnight; None: awake.
QUIET: dict[str, tuple[tuple[Interval, ...], float, float | None]] = {
    "awake": (NIGHT, 10, None),
    "in the evening, till the next morning": (NIGHT, 23, 24 + 7),
    "in the small hours": (NIGHT, 3, 7),
    "at their first moment": (NIGHT, 22, 24 + 7),
    "at their end": (NIGHT, 7, None),
    "till midnight only": (((22 * 60, 24 * 60),), 23, 24),
    "one after the other": (((20 * 60, 22 * 60), (22 * 60, 23 * 60)), 21, 23),
    "never": ((), 3, None),
}


@pytest.mark.parametrize(("quiet", "now", "end"), QUIET.values(), ids=QUIET)
def test_quiet_hours_end(quiet: tuple[Interval, ...], now: float, end: float | None) -> None:
    until = quiet_until(person("one", quiet=quiet), CALENDAR, MIDNIGHT + round(now * HOUR))
    assert until == (0 if end is None else MIDNIGHT + round(end * 60) * MINUTE)


def test_of_a_failing_channel_hear_who_looks_after_the_hall_and_who_waits_for_it() -> None:
    told = [one.code for one in told_of_failure(book(), "mail")]
    assert sorted(told) == ["chief", "deputy", "head"]
