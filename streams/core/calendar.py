"""Service hours: whether a moment is inside them, and time counted only inside them.

Pure; the data comes from `calendars.toml` through `streams.rules.load`. Invariant: a
calendar always knows an answer: every week has at least one open interval.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

#: Minutes since midnight, local time: [from, to).
Interval = tuple[int, int]

_DAY_MINUTES = 24 * 60
_QUARTER = 900_000
#: A calendar closed for longer than this is a mistake in the data file.
_LOOK_AHEAD = timedelta(days=60)


class CalendarData(Struct, frozen=True, kw_only=True):
    """One calendar as data: intervals of each weekday (Monday first) and exceptions."""

    name: str
    version: str
    zone: str
    week: tuple[tuple[Interval, ...], ...]
    holidays: frozenset[date] = frozenset()  #: closed although a weekday would be open
    workdays: dict[date, tuple[Interval, ...]] = {}  #: 调休 and other special days


class Calendar:
    """Answers in milliseconds since the epoch; keeps each day's intervals once computed."""

    def __init__(self, data: CalendarData) -> None:
        self.name = data.name
        self.version = data.version
        self._data = data
        self._zone = ZoneInfo(data.zone)
        self._days: dict[date, tuple[tuple[int, int], ...]] = {}
        self._dates: dict[int, date] = {}

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
            if day in self._data.workdays:
                minutes = self._data.workdays[day]
            elif day in self._data.holidays:
                minutes = ()
            else:
                minutes = self._data.week[day.weekday()]
            known = tuple((self._at(day, start), self._at(day, end)) for start, end in minutes)
            self._days[day] = known
        return known

    def _at(self, day: date, minutes: int) -> int:
        if minutes == _DAY_MINUTES:
            day, minutes = day + timedelta(days=1), 0
        local = datetime.combine(day, time(minutes // 60, minutes % 60), self._zone)
        return int(local.timestamp()) * 1000
