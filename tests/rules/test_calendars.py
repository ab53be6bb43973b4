"""Service hours (semantics §3, Calendars): several intervals a day, holidays, make-up days."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.calendar import Calendar, CalendarData
from streams.rules.load import load_rulebook
from tests.core.hall import BOOK
from tests.core.journeys import law
from tests.core.story import ms

HALL = BOOK.section("desk").calendar
ALWAYS = load_rulebook().elsewhere.calendar
SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000

OPEN = {
    "the first moment of the day": ("09:00", True),
    "a millisecond before it": ("08:59:59.999", False),
    "the last moment before lunch": ("11:29:59.999", True),
    "the lunch break's first moment": ("11:30", False),
    "after lunch": ("13:30", True),
    "closing time": ("17:00", False),
    "Saturday morning": ("2022-10-22 10:00", True),
    "Saturday afternoon": ("2022-10-22 14:00", False),
    "Sunday": ("2022-10-23 10:00", False),
    "a weekday of the holidays": ("2022-10-05 10:00", False),
    "the Saturday that makes up for it, in the afternoon": ("2022-10-08 14:00", True),
    "the Sunday that makes up for it": ("2022-10-09 10:00", True),
}


@pytest.mark.parametrize(("at", "is_open"), OPEN.values(), ids=OPEN)
def test_whether_the_hall_is_open(at: str, is_open: bool) -> None:
    assert HALL.is_open(ms(at)) == is_open


ADDED = {
    "inside an interval": ("10:00", MINUTE, "10:01"),
    "across lunch": ("11:29:30", MINUTE, "13:30:30"),
    "exactly to lunch: all lunch long it is used up": ("11:29", MINUTE, "13:30"),
    "from the lunch break": ("12:00", MINUTE, "13:31"),
    "from before the opening": ("03:00", MINUTE, "09:01"),
    "from exactly closing": ("17:00", MINUTE, "2022-10-18 09:01"),
    "over night": ("16:59:30", MINUTE, "2022-10-18 09:00:30"),
    "a whole day is six hours": ("09:00", 7 * HOUR, "2022-10-18 10:00"),
    "over a weekend": ("2022-10-22 11:00", HOUR, "2022-10-24 09:30"),
    "over the holidays": ("2022-09-30 16:59:30", MINUTE, "2022-10-08 09:00:30"),
    "from within the holidays": ("2022-10-03 10:00", MINUTE, "2022-10-08 09:01"),
    "nothing": ("10:00", 0, "10:00"),
    "nothing, from the lunch break": ("12:00", 0, "13:30"),
}


@pytest.mark.parametrize(("at", "duration", "then"), ADDED.values(), ids=ADDED)
def test_time_added_in_service_hours(at: str, duration: int, then: str) -> None:
    assert HALL.add(ms(at), duration) == ms(then)


ELAPSED = {
    "inside an interval": ("10:00", "10:05", 5 * MINUTE),
    "across lunch": ("11:29", "13:31", 2 * MINUTE),
    "inside the lunch break": ("11:45", "13:00", 0),
    "over night": ("16:59", "2022-10-18 09:01", 2 * MINUTE),
    "a whole day": ("00:00", "23:59", 6 * HOUR),
    "from the last working day to the make-up Saturday": (
        "2022-09-30 16:00",
        "2022-10-08 10:00",
        2 * HOUR,
    ),
    "a week": ("2022-10-17 00:00", "2022-10-24 00:00", 5 * 6 * HOUR + 150 * MINUTE),
    "backwards": ("10:05", "10:00", 0),
    "no time": ("10:00", "10:00", 0),
}


@pytest.mark.parametrize(("start", "end", "passed"), ELAPSED.values(), ids=ELAPSED)
def test_time_elapsed_in_service_hours(start: str, end: str, passed: int) -> None:
    assert HALL.elapsed(ms(start), ms(end)) == passed


CLOSING = {
    "in the morning: the end of the day": ("10:00", "17:00"),
    "in the lunch break: the end of the day": ("12:00", "17:00"),
    "before the opening": ("02:00", "17:00"),
    "after closing: the next day's end": ("17:00", "2022-10-18 17:00"),
    "on a short Saturday": ("2022-10-22 10:00", "2022-10-22 11:30"),
    "on a Sunday: Monday's end": ("2022-10-23 10:00", "2022-10-24 17:00"),
    "in the holidays: the make-up day's end": ("2022-10-03 10:00", "2022-10-08 17:00"),
}


@pytest.mark.parametrize(("at", "closing"), CLOSING.values(), ids=CLOSING)
def test_the_day_s_closing_time(at: str, closing: str) -> None:
    assert HALL.closing(ms(at)) == ms(closing)


def test_a_calendar_that_never_closes_counts_plain_time() -> None:
    for at in ("00:00", "03:00", "23:59:59.999", "2022-12-31 23:59"):
        assert ALWAYS.is_open(ms(at))
        assert ALWAYS.add(ms(at), 36 * HOUR) == ms(at) + 36 * HOUR
        assert ALWAYS.elapsed(ms(at), ms(at) + 36 * HOUR) == 36 * HOUR
    assert ALWAYS.closing(ms("10:00")) == ms("2022-10-18 00:00")


def test_a_zone_with_summer_time_counts_the_hours_there_were() -> None:
    """On 2023-03-26 Berlin's clocks go from two to three: that night has an hour less."""
    week = tuple(((0, 24 * 60),) for _ in range(7))
    berlin = Calendar(CalendarData(name="b", version="1", zone="Europe/Berlin", week=week))
    midnight = 1_679_785_200_000
    assert berlin.elapsed(midnight, midnight + 30 * HOUR) == 30 * HOUR
    assert berlin.closing(midnight) == midnight + 23 * HOUR
    assert berlin.add(midnight, 24 * HOUR) == midnight + 24 * HOUR


MOMENTS = st.integers(ms("2022-09-28 00:00"), ms("2022-10-26 00:00"))
DURATIONS = st.integers(0, 20 * HOUR)


@given(MOMENTS, DURATIONS)
@law
def test_what_was_added_has_elapsed(at: int, duration: int) -> None:
    then = HALL.add(at, duration)
    assert HALL.elapsed(at, then) == duration
    assert HALL.elapsed(at, then + 1) == duration + 1  # and `then` is the last such moment


@given(MOMENTS, MOMENTS, MOMENTS)
@law
def test_elapsed_time_adds_up(one: int, two: int, three: int) -> None:
    first, second, third = sorted((one, two, three))
    assert HALL.elapsed(first, second) + HALL.elapsed(second, third) == HALL.elapsed(first, third)


@given(MOMENTS)
@law
def test_closing_is_ahead_and_an_end_of_hours(at: int) -> None:
    closing = HALL.closing(at)
    assert closing > at
    assert not HALL.is_open(closing)
    assert HALL.is_open(closing - 1)
