"""Service hours of the autumn of 2022, counted in the plainest way.

Those of the shipped calendar `hall`; which days were off and which were worked in their place is
copied from the State Council's notice. Called by the oracle. Times in ms since 1970.
"""

from datetime import UTC, date, datetime, timedelta

#: Shanghai is eight hours ahead and has no summer time.
_ZONE_MS = 8 * 3_600_000
_EPOCH = date(1970, 1, 1)

_OFF = {date(2022, 9, day) for day in (10, 11, 12)} | {date(2022, 10, day) for day in range(1, 8)}
_WORKED = {date(2022, 10, 8), date(2022, 10, 9)}
_MORNING, _AFTERNOON = (540, 690), (810, 1020)  #: minutes of the day


def day_of(at: int) -> date:
    return datetime.fromtimestamp((at + _ZONE_MS) / 1000, UTC).date()


def hour_of(at: int) -> int:
    return datetime.fromtimestamp((at + _ZONE_MS) / 1000, UTC).hour


def midnight(day: date) -> int:
    return (day - _EPOCH).days * 86_400_000 - _ZONE_MS


def intervals(day: date) -> list[tuple[int, int]]:
    if day in _OFF or (day.weekday() == 6 and day not in _WORKED):
        minutes = []
    elif day.weekday() == 5 and day not in _WORKED:
        minutes = [_MORNING]
    else:
        minutes = [_MORNING, _AFTERNOON]
    begin = midnight(day)
    return [(begin + opens * 60_000, begin + closes * 60_000) for opens, closes in minutes]


def is_open(at: int) -> bool:
    return any(opens <= at < closes for opens, closes in intervals(day_of(at)))


def elapsed(start: int, end: int) -> int:
    total, day = 0, day_of(start)
    while day <= day_of(end):
        for opens, closes in intervals(day):
            total += max(0, min(end, closes) - max(start, opens))
        day += timedelta(days=1)
    return total


def after(start: int, service_ms: int) -> int:
    """When so much service has passed; used up exactly at closing it lasts until the next
    opening."""
    day = day_of(start)
    while True:
        for opens, closes in intervals(day):
            begin = max(start, opens)
            if begin >= closes:
                continue
            if begin + service_ms < closes:
                return begin + service_ms
            service_ms -= closes - begin
        day += timedelta(days=1)


def closing(at: int) -> int:
    """Of the day of `at`, or of the next that has service left."""
    day = day_of(at)
    while not (open_then := intervals(day)) or open_then[-1][1] <= at:
        day += timedelta(days=1)
    return open_then[-1][1]


def workdays_after(at: int, count: int) -> int:
    day = day_of(at)
    while count:
        day += timedelta(days=1)
        count -= bool(intervals(day))
    return intervals(day)[-1][1]
