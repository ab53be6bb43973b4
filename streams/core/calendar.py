"""Service hours: whether a moment is inside them, time and working days counted by them.

Pure; the data comes from `calendars.toml` through `streams.rules.load`. A day keeps the
hours of the version in force on it. Invariant: a calendar always knows an answer; one that
rests on no published holidays is remembered in `guessed_years`, for the shell to tell.
"""

from bisect import bisect_right
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

#: Minutes since midnight, local time: [from, to).
Interval = tuple[int, int]

_DAY_MINUTES = 24 * 60
_QUARTER = 900_000
#: A calendar closed for longer than this is a mistake in the data file.
_LOOK_AHEAD = timedelta(days=60)


class Workdays(Struct, frozen=True):
    """So many working days: a limit that ends with a day's closing, not after hours."""

    count: int


class PublicHolidays(Struct, frozen=True, kw_only=True):
    """What a state has published: days off, weekends that are worked, and for which years."""

    closed: frozenset[date]
    made_up: frozenset[date]  #: 调休: days of a weekend that are worked
    years: frozenset[int]  #: of others nothing is known


class CalendarData(Struct, frozen=True, kw_only=True):
    """One version of a calendar as data: intervals of each weekday (Monday first) and
    exceptions. Special days win over local holidays, these over public ones."""

    name: str
    version: str
    zone: str
    week: tuple[tuple[Interval, ...], ...]
    since: date = date.min  #: in force from this day on
    holidays: frozenset[date] = frozenset()  #: closed although a weekday would be open
    workdays: dict[date, tuple[Interval, ...]] = {}  #: special days, each with its hours
    public: PublicHolidays | None = None  #: None: the week is all there is
    make_up: tuple[Interval, ...] = ()  #: hours of the public holidays' `made_up` days


class Calendar:
    """Answers in milliseconds since the epoch; keeps each day's intervals once computed."""

    def __init__(self, *versions: CalendarData) -> None:
        """Of one name and zone, in the order of `since`; days before the first are its."""
        latest = versions[-1]
        self.name = latest.name
        self.versions = versions
        self.guessed_years: tuple[int, ...] = ()  #: judged by the week alone, for want of data
        self._zone = ZoneInfo(latest.zone)
        self._days: dict[date, tuple[tuple[int, int], ...]] = {}
        self._dates: dict[int, date] = {}
        self._due: dict[tuple[date, int], int] = {}

    def version_at(self, at: int) -> str:
        """The version in force on the local day of `at`."""
        return self._in_force(self._day(at)).version

    def knows(self, year: int) -> bool:
        """Whether the public holidays of the year are known, as far as it keeps any."""
        first = self._in_force(date(year, 1, 1))
        later = [data for data in self.versions if data.since.year == year]
        return all(data.public is None or year in data.public.years for data in (first, *later))

    def is_open(self, at: int) -> bool:
        """Whether `at` is inside service hours."""
        return any(start <= at < end for start, end in self._intervals(self._day(at)))

    def add(self, at: int, duration: int) -> int:
        """The last moment at which no more than `duration` ms of service hours have passed
        since `at`.

        A start outside service hours counts from the next opening. Used up exactly at
        closing, it lasts until the next opening: all night long it is exactly used up.
        """
        day = self._day(at)
        left = duration
        last = day + _LOOK_AHEAD
        while day < last:
            for start, end in self._intervals(day):
                begin = max(start, at)
                if begin >= end:
                    continue
                if begin + left < end:
                    return begin + left
                left -= end - begin
            day += timedelta(days=1)
        return at + duration

    def elapsed(self, start: int, end: int) -> int:
        """Milliseconds of service hours between two moments; 0 when end is not after start."""
        total = 0
        day, last = self._day(start), self._day(end)
        while day <= last:
            for opens, closes in self._intervals(day):
                total += max(0, min(end, closes) - max(start, opens))
            day += timedelta(days=1)
        return total

    def day(self, at: int) -> date:
        """The local date of `at`."""
        return self._day(at)

    def midnight(self, day: date) -> int:
        """When the local date begins."""
        return self._at(day, 0)

    def closing(self, at: int) -> int:
        """The end of the last interval of the local day of `at`, or of the next open day.

        Tickets still open then are expired (semantics §3, End of day).
        """
        day = self._day(at)
        last = day + _LOOK_AHEAD
        while day < last:
            intervals = self._intervals(day)
            if intervals and intervals[-1][1] > at:
                return intervals[-1][1]
            day += timedelta(days=1)
        return at

    def workdays_after(self, at: int, count: int) -> int:
        """The closing time of the working day that is the `count`-th (from 1) after the
        local day of `at`.

        The day itself is not counted, a day off is none, and the last day ends when service
        does (民法典 第二百零一条、第二百零三条). A working day is one with service hours.
        """
        first = day = self._day(at)
        known = self._due.get((first, count))
        if known is not None:
            return known
        left, last, closing = count, day + _LOOK_AHEAD, at
        while left > 0 and day < last:
            day += timedelta(days=1)
            intervals = self._intervals(day)
            if intervals:
                closing = intervals[-1][1]
                left -= 1
                last = day + _LOOK_AHEAD
        if count and not left:
            self._due[first, count] = closing
        return closing

    def workdays_between(self, start: int, end: int) -> int:
        """Whole working days that have passed: how many closing times after the local day of
        `start` lie at or before `end`."""
        day, last = self._day(start) + timedelta(days=1), self._day(end)
        passed = 0
        while day <= last:
            intervals = self._intervals(day)
            if intervals and intervals[-1][1] <= end:
                passed += 1
            day += timedelta(days=1)
        return passed

    def open_between(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """The stretches of service between two moments: what `elapsed` adds up."""
        day, last = self._day(start), self._day(end)
        found: list[tuple[int, int]] = []
        while day <= last:
            found += [
                (max(start, opens), min(end, closes))
                for opens, closes in self._intervals(day)
                if max(start, opens) < min(end, closes)
            ]
            day += timedelta(days=1)
        return tuple(found)

    def _day(self, at: int) -> date:
        # Zones differ from UTC by multiples of a quarter of an hour, so each quarter has
        # one local date.
        quarter = at // _QUARTER
        day = self._dates.get(quarter)
        if day is None:
            if len(self._dates) > 50_000:
                self._dates.clear()
            day = datetime.fromtimestamp(quarter * _QUARTER / 1000, self._zone).date()
            self._dates[quarter] = day
        return day

    def _intervals(self, day: date) -> tuple[tuple[int, int], ...]:
        known = self._days.get(day)
        if known is None:
            minutes = self._minutes(day)
            known = tuple((self._at(day, start), self._at(day, end)) for start, end in minutes)
            self._days[day] = known
        return known

    def _minutes(self, day: date) -> tuple[Interval, ...]:
        data = self._in_force(day)
        special = data.workdays.get(day)
        if special is not None:
            return special
        if day in data.holidays:
            return ()
        public = data.public
        if public is not None:
            if day in public.closed:
                return ()
            if day in public.made_up:
                return data.make_up
            if day.year not in public.years and day.year not in self.guessed_years:
                # Another thread may be reading it: never changed in place.
                self.guessed_years = tuple(sorted({*self.guessed_years, day.year}))
        return data.week[day.weekday()]

    def _in_force(self, day: date) -> CalendarData:
        index = bisect_right(self.versions, day, key=lambda data: data.since) - 1
        return self.versions[max(index, 0)]

    def _at(self, day: date, minutes: int) -> int:
        if minutes == _DAY_MINUTES:
            day, minutes = day + timedelta(days=1), 0
        local = datetime.combine(day, time(minutes // 60, minutes % 60), self._zone)
        return int(local.timestamp()) * 1000
