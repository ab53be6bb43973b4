"""Limits in working days (民法典 第二百零一条、第二百零三条): the first day is not counted, days
off are none, and the last day ends when service does."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.calendar import Workdays
from streams.rules.reading import RulesError, limit
from tests.core.hall import BOOK
from tests.core.journeys import law
from tests.core.story import ms

HALL = BOOK.section("desk").calendar
ALWAYS = BOOK.elsewhere.calendar

#: 2022-10-17 is a Monday; the hall is open on Saturday mornings, on the 8th and 9th all day.
AFTER = {
    "one day: the next day's closing": ("2022-10-17 10:00", 1, "2022-10-18 17:00"),
    "however late on the first day": ("2022-10-17 23:59:59.999", 1, "2022-10-18 17:00"),
    "however early": ("2022-10-17 00:00", 1, "2022-10-18 17:00"),
    "a short day counts, and ends at its own closing": (
        "2022-10-21 10:00",
        1,
        "2022-10-22 11:30",
    ),
    "a day off does not": ("2022-10-22 10:00", 1, "2022-10-24 17:00"),
    "from a day off": ("2022-10-23 10:00", 1, "2022-10-24 17:00"),
    "five days over a Sunday": ("2022-10-20 10:00", 5, "2022-10-26 17:00"),
    "over the holidays": ("2022-09-30 10:00", 1, "2022-10-08 17:00"),
    "make-up days count": ("2022-09-30 10:00", 3, "2022-10-10 17:00"),
    "from within the holidays": ("2022-10-03 10:00", 2, "2022-10-09 17:00"),
    "fifteen days": ("2022-10-14 10:00", 15, "2022-11-01 17:00"),
}


@pytest.mark.parametrize(("at", "count", "then"), AFTER.values(), ids=AFTER)
def test_working_days_after(at: str, count: int, then: str) -> None:
    assert HALL.workdays_after(ms(at), count) == ms(then)


BETWEEN = {
    "the same day": ("2022-10-17 09:00", "2022-10-17 23:00", 0),
    "the next day, a moment before closing": ("2022-10-17 09:00", "2022-10-18 16:59:59.999", 0),
    "the next day's closing": ("2022-10-17 09:00", "2022-10-18 17:00", 1),
    "a week": ("2022-10-17 09:00", "2022-10-24 17:00", 6),
    "a Sunday adds nothing": ("2022-10-22 09:00", "2022-10-23 23:00", 0),
    "the holidays add nothing": ("2022-09-30 09:00", "2022-10-08 09:00", 0),
    "backwards": ("2022-10-18 09:00", "2022-10-17 09:00", 0),
}


@pytest.mark.parametrize(("start", "end", "passed"), BETWEEN.values(), ids=BETWEEN)
def test_whole_working_days_between(start: str, end: str, passed: int) -> None:
    assert HALL.workdays_between(ms(start), ms(end)) == passed


def test_a_hall_that_never_closes_works_every_day_to_midnight() -> None:
    assert ALWAYS.workdays_after(ms("2022-10-17 10:00"), 3) == ms("2022-10-21 00:00")
    assert ALWAYS.workdays_between(ms("2022-10-17 10:00"), ms("2022-10-21 00:00")) == 3


MOMENTS = st.integers(ms("2022-09-20 00:00"), ms("2022-11-10 00:00"))


@given(MOMENTS, st.integers(1, 20))
@law
def test_what_was_counted_has_passed_and_not_a_moment_sooner(at: int, count: int) -> None:
    then = HALL.workdays_after(at, count)
    assert HALL.workdays_between(at, then) == count
    assert HALL.workdays_between(at, then - 1) == count - 1
    assert HALL.workdays_after(at, count + 1) > then


LIMITS = {
    "5 workdays": Workdays(5),
    "1 workday": Workdays(1),
    "15workdays": Workdays(15),
    "60 s": 60_000,
    "1 h 30 min": 5_400_000,
}


@pytest.mark.parametrize("text", LIMITS)
def test_a_limit_is_time_or_working_days(text: str) -> None:
    assert limit(Path("promises.toml"), "limit", text) == LIMITS[text]


NO_LIMITS = {
    "half a day": ("1.5 workdays", 'no whole number of days such as "5 workdays"'),
    "both": ("1 workday 2 h", "no whole number of days"),
    "none": ("0 workdays", "at least 1 workday"),
    "days of another kind": ("5 days", "no duration"),
}


@pytest.mark.parametrize(("text", "told"), NO_LIMITS.values(), ids=NO_LIMITS)
def test_what_is_no_limit_is_told(text: str, told: str) -> None:
    with pytest.raises(RulesError) as caught:
        limit(Path("promises.toml"), "promise[0].rule[0].limit", text)
    assert str(caught.value).startswith(f"promises.toml: promise[0].rule[0].limit: {text!r} is")
    assert told in str(caught.value)
