"""A source that pours an old day into the log, told apart from one whose clock is slow."""

import pytest

from streams.core.backlog import Backlog
from tests.core.hall import Hall
from tests.core.office_story import acknowledged, share
from tests.core.story import chat, ms

SECOND = 1_000


def watched(lag: int, speed: float, seconds: int) -> list[bool]:
    """Each second one record comes, whose event is `lag` ms old at first and advances
    `speed` times as fast as time does."""
    backlog, start = Backlog(), ms("10:00")
    return [
        backlog.pours(
            start + at * SECOND,
            start + at * SECOND,
            start - lag + int(at * SECOND * speed),
        )
        for at in range(seconds)
    ]


def test_events_that_come_at_once_are_no_backlog() -> None:
    assert not any(watched(lag=2 * SECOND, speed=1, seconds=60))


def test_exactly_at_the_lag_is_no_backlog() -> None:
    assert watched(lag=30 * SECOND, speed=1, seconds=1) == [False]
    assert watched(lag=30 * SECOND + 1, speed=1, seconds=1) == [True]


def test_an_old_day_poured_in_is_a_backlog_until_it_has_caught_up() -> None:
    found = watched(lag=3_600 * SECOND, speed=61, seconds=62)
    assert found[:59] == [True] * 59
    assert found[60:] == [False] * 2


@pytest.mark.parametrize("slow_by", [31 * SECOND, 3_600 * SECOND, 8 * 3_600 * SECOND])
def test_a_slow_clock_holds_alerts_back_for_five_seconds(slow_by: int) -> None:
    found = watched(lag=slow_by, speed=1, seconds=60)
    assert found == [True] * 5 + [False] * 55


def test_a_pause_ends_a_backlog() -> None:
    backlog, start = Backlog(), ms("10:00")
    reached = start - 3_600 * SECOND
    assert backlog.pours(start + 2_999, start, reached)
    assert not backlog.pours(start + 3_000, start, reached)


def test_before_the_first_event_there_is_no_backlog() -> None:
    assert not Backlog().pours(ms("10:00"), ms("10:00"), 0)


def test_what_hallwatch_says_itself_tells_nothing_of_how_far_the_hall_s_systems_have_got() -> None:
    """A share of the day bears the present time while an old day is poured in."""
    hall = Hall()
    hall.hear(chat().requested("09:00"), ingest="11:00")
    hall.hear([share(0, 9, 1, moment="10:59:59")], ingest="11:00")
    hall.hear([acknowledged("10:59:58", "online-first-response/C1/1")], ingest="11:00")
    assert hall.partition.position.reached == ms("09:00")
