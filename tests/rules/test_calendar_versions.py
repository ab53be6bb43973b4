"""Calendars over the years: versions, public holidays and make-up days, local days over both,
and years of which nothing is published yet."""

from datetime import date
from pathlib import Path

import pytest

from streams.core.calendar import Calendar
from streams.core.rules import Rulebook
from streams.rules.doubts import unknown_years
from streams.rules.load import load_rulebook
from streams.rules.public_holidays import CHINA
from tests.core.story import ms
from tests.rules.org import CALENDARS, write_hall


def hall_of(folder: Path, **changed: str) -> Rulebook:
    return load_rulebook(write_hall(folder, **changed))


@pytest.fixture
def calendar(tmp_path: Path) -> Calendar:
    """Two versions; the second from 2026-03-02 on."""
    return hall_of(tmp_path).section("S01").calendar


#: Of a day: its hours, and the version they are of.
DAYS = {
    "a Monday of the old version": ("2026-02-02", "09:00-11:30 13:30-17:00", "2025"),
    "the last day of the old version": ("2026-02-28", "09:00-11:30 13:30-17:00", "2025"),
    "the first day of the new one": ("2026-03-02", "08:30-17:30", "2026"),
    "long before any version: the first one's": ("2011-03-02", "09:00-11:30 13:30-17:00", "2025"),
    "New Year's Day": ("2026-01-01", "", "2025"),
    "a Friday that is off with it": ("2026-01-02", "", "2025"),
    "the Sunday that makes up for it: Monday's hours": (
        "2026-01-04",
        "09:00-11:30 13:30-17:00",
        "2025",
    ),
    "a Saturday of the week": ("2026-01-10", "09:00-11:30", "2025"),
    "a Saturday in the Spring Festival": ("2026-02-21", "", "2025"),
    "a make-up Saturday: the hours of a day of the site's choice": (
        "2026-10-10",
        "08:30-16:30",
        "2026",
    ),
    "a make-up Saturday that the site does not work": ("2026-05-09", "", "2026"),
    "a public holiday that the site works": ("2026-05-01", "10:00-12:00", "2026"),
    "the public holiday after it": ("2026-05-04", "", "2026"),
    "a day off of the site's own": ("2026-04-03", "", "2026"),
    "a holiday of a year the site lists": ("2027-01-01", "", "2026"),
    "a weekday of that year": ("2027-01-04", "08:30-17:30", "2026"),
}


@pytest.mark.parametrize(("day", "hours", "version"), DAYS.values(), ids=DAYS)
def test_a_day_s_hours(calendar: Calendar, day: str, hours: str, version: str) -> None:
    spans = [span.split("-") for span in hours.split()]
    opened = tuple((ms(f"{day} {start}"), ms(f"{day} {end}")) for start, end in spans)
    assert calendar.open_between(ms(f"{day} 00:00"), ms(f"{day} 23:59:59")) == opened
    assert calendar.version_at(ms(f"{day} 00:00")) == version
    assert calendar.version_at(ms(f"{day} 23:59:59.999")) == version
    assert calendar.guessed_years == ()


def test_a_stretch_across_versions_is_counted_by_each_day_s_own(calendar: Calendar) -> None:
    start, end = ms("2026-02-28 16:00"), ms("2026-03-02 10:00")
    assert calendar.elapsed(start, end) == 3_600_000 + 90 * 60_000
    assert calendar.add(start, 3_600_000 + 90 * 60_000) == end
    assert calendar.open_between(start, end) == (
        (start, ms("2026-02-28 17:00")),
        (ms("2026-03-02 08:30"), end),
    )


def test_a_moment_that_is_no_stretch_has_no_hours(calendar: Calendar) -> None:
    at = ms("2026-02-02 10:00")
    assert calendar.open_between(at, at) == ()
    assert calendar.open_between(at, at - 1) == ()


LAST = max(CHINA.years)


def test_a_year_nobody_published_keeps_the_week_and_is_remembered(tmp_path: Path) -> None:
    """Looked at once is enough; a year never looked at is not guessed."""
    text = CALENDARS.replace("listed-years = [2027]\n", "")
    calendar = hall_of(tmp_path, calendars=text).section("S01").calendar
    assert not calendar.is_open(ms(f"{LAST}-10-01 10:00"))
    assert list(calendar.guessed_years) == []
    assert calendar.is_open(ms(f"{LAST + 2}-10-02 10:00")) == (date(LAST + 2, 10, 2).weekday() < 5)
    assert list(calendar.guessed_years) == [LAST + 2]
    assert calendar.is_open(ms("2003-10-01 10:00")), "a Wednesday, before all that is known"
    assert list(calendar.guessed_years) == [2003, LAST + 2]


def test_a_deadline_that_only_reaches_into_an_unknown_year_shows_it(tmp_path: Path) -> None:
    text = CALENDARS.replace("listed-years = [2027]\n", "")
    calendar = hall_of(tmp_path, calendars=text).section("S01").calendar
    calendar.workdays_after(ms(f"{LAST}-12-30 10:00"), 5)
    assert calendar.guessed_years == (LAST + 1,)


def test_this_year_and_the_next_are_missed_in_time(tmp_path: Path) -> None:
    """Calendars that no section keeps, and those that ask for no holidays, are not."""
    (tmp_path / "old").mkdir()
    unlisted = hall_of(tmp_path / "old", calendars=CALENDARS.replace("[2027]", "[]"))
    assert list(unknown_years(unlisted, date(LAST - 1, 6, 1))) == []
    assert list(unknown_years(unlisted, date(LAST, 6, 1))) == [("counters", LAST + 1)]
    assert list(unknown_years(unlisted, date(LAST + 1, 6, 1))) == [
        ("counters", LAST + 1),
        ("counters", LAST + 2),
    ]
    text = CALENDARS.replace("[2027]", f"[{LAST + 1}]")
    (tmp_path / "new").mkdir()
    listed = hall_of(tmp_path / "new", calendars=text)
    assert list(unknown_years(listed, date(LAST, 6, 1))) == []
    assert list(unknown_years(load_rulebook(), date(LAST + 5, 6, 1))) == []


def test_the_package_s_days_are_what_the_notice_of_2022_says() -> None:
    """国办发明电〔2021〕11号: the National Day and the Labour Day of that year."""
    off = sorted(day for day in CHINA.closed if day.year == 2022 and day.month in (5, 10))
    worked = sorted(day for day in CHINA.made_up if day.year == 2022)
    assert off == [date(2022, 5, day) for day in range(1, 5)] + [
        date(2022, 10, day) for day in range(1, 8)
    ]
    assert worked == [
        date(2022, 1, 29),
        date(2022, 1, 30),
        date(2022, 4, 2),
        date(2022, 4, 24),
        date(2022, 5, 7),
        date(2022, 10, 8),
        date(2022, 10, 9),
    ]
