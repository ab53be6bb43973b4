"""Service hours: the versions of each calendar in `calendars.toml`.

Owns that file's format. Called by `load`. Invariant: a calendar that loads opens again
within two months of any moment of its own making.
"""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from streams.core.calendar import Calendar, CalendarData, Interval
from streams.rules.notes import Named, Notes
from streams.rules.public_holidays import STATES, without
from streams.rules.reading import hours, words, zone
from streams.rules.shape import read_shape

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

#: Stands in for one that nobody described.
NO_CALENDAR = Calendar(CalendarData(name="", version="", zone="UTC", week=((),) * 7))


class _Special(Struct):
    date: date
    hours: list[str]


class _Calendar(Struct, rename="kebab"):
    name: str
    version: str
    zone: str
    monday: list[str]
    tuesday: list[str]
    wednesday: list[str]
    thursday: list[str]
    friday: list[str]
    saturday: list[str]
    sunday: list[str]
    since: date | None = None
    public_holidays: str | None = None
    make_up_hours: str | None = None
    listed_years: list[int] = field(default_factory=list)
    holidays: list[date] = field(default_factory=list)
    special: list[_Special] = field(default_factory=list)


class _Calendars(Struct):
    calendar: list[_Calendar]


def load_calendars(notes: Notes) -> Named[Calendar]:
    versions: dict[str, list[CalendarData]] = {}
    for index, item in enumerate(read_shape(notes, _Calendars).calendar):
        key = f"calendar[{index}]"
        data = _version(notes, key, item)
        earlier = versions.setdefault(item.name, [])
        if earlier:
            _follows(notes, key, item, earlier)
        earlier.append(data)
    found = {name: Calendar(*known) for name, known in versions.items()}
    return notes.named("name", found)


def _version(notes: Notes, key: str, item: _Calendar) -> CalendarData:
    notes.of(words, f"{key}.name", item.name, "")
    notes.of(words, f"{key}.version", item.version, "")
    local = notes.of(zone, f"{key}.zone", item.zone, ZoneInfo("UTC"))
    week = tuple(_hours(notes, f"{key}.{day}", getattr(item, day)) for day in _DAYS)
    days = [special.date.isoformat() for special in item.special]
    notes.refuse_twice(f"{key}.special[{{}}].date", days, "write its hours into one")
    notes.refuse_twice(f"{key}.holidays[{{}}]", [day.isoformat() for day in item.holidays])
    for number, special in enumerate(item.special):
        if special.date in item.holidays:
            notes.doubtful(
                f"{key}.special[{number}].date",
                f"{special.date} is one of `holidays` too; these hours win",
            )
    public = make_up = None
    if item.public_holidays is None:
        if item.make_up_hours or item.listed_years:
            idle = "`make-up-hours`" if item.make_up_hours else "`listed-years`"
            notes.wrong(f"{key}.public-holidays", f'missing, and without "cn" {idle} do nothing')
    elif item.public_holidays not in STATES:
        notes.wrong(
            f"{key}.public-holidays", f'unknown {item.public_holidays!r}; "cn" is what there is'
        )
    else:
        public = without(STATES[item.public_holidays], frozenset(item.listed_years))
        make_up = _make_up(notes, key, item.make_up_hours or _DAYS[0], week)
    data = CalendarData(
        name=item.name,
        version=item.version,
        zone=local.key,
        since=item.since or date.min,
        week=week,
        holidays=frozenset(item.holidays),
        workdays={
            special.date: _hours(notes, f"{key}.special[{number}].hours", special.hours)
            for number, special in enumerate(item.special)
        },
        public=public,
        make_up=make_up or (),
    )
    if not any(week):
        notes.wrong(key, f"{item.name!r} is never open")
    else:
        _refuse_closed_for_good(notes, f"{key}.holidays", data)
    return data


def _make_up(
    notes: Notes, key: str, day: str, week: tuple[tuple[Interval, ...], ...]
) -> tuple[Interval, ...]:
    if day not in _DAYS:
        known = ", ".join(_DAYS)
        notes.wrong(
            f"{key}.make-up-hours", f"unknown {day!r}; the day whose hours they keep: {known}"
        )
        return ()
    kept = week[_DAYS.index(day)]
    if not kept and any(week):
        notes.wrong(
            f"{key}.make-up-hours", f"{day} has no hours for make-up days (调休); name one that has"
        )
    return kept


def _follows(notes: Notes, key: str, item: _Calendar, earlier: list[CalendarData]) -> None:
    before = earlier[-1]
    if item.since is None:
        told = f"{item.name!r} is given twice; a later version of it says `since` when"
        notes.wrong(f"{key}.name", told)
    elif item.since <= before.since:
        notes.wrong(f"{key}.since", f"versions of {item.name!r} must be in the order of `since`")
    if item.version in [data.version for data in earlier]:
        notes.wrong(
            f"{key}.version",
            f"{item.version!r} is given twice; each version of a calendar has its own",
        )
    if item.zone != before.zone:
        notes.wrong(f"{key}.zone", f"was {before.zone} before; another zone is another calendar's")


def _refuse_closed_for_good(notes: Notes, key: str, data: CalendarData) -> None:
    trial = Calendar(data)
    for day in sorted(data.holidays):
        noon = datetime.combine(day, time(12), ZoneInfo(data.zone))
        at = int(noon.timestamp()) * 1000
        if trial.workdays_after(at, 1) == at:
            notes.wrong(key, f"nothing is open for 60 days from {day} on; a year mistyped?")
            return


def _hours(notes: Notes, key: str, texts: list[str]) -> tuple[Interval, ...]:
    return notes.of(hours, key, texts, ())
