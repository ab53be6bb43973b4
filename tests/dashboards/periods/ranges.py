"""Grafana's relative times, read as its documentation has them: "now-1w/w" and the like."""

import re
from datetime import datetime, timedelta

_TEXT = re.compile(r"now(?:-(\d+)([dwMy]))?(?:/([dwMy]))?")


def begins(text: str, now: datetime) -> datetime:
    count, unit, to = _parts(text)
    return _floor(_back(now, count, unit), to)


def ends(text: str, now: datetime) -> datetime:
    """The last millisecond of the day, week, month or year it is rounded to."""
    count, unit, to = _parts(text)
    back = _back(now, count, unit)
    if not to:
        return back
    begin = _floor(back, to)
    match to:
        case "d":
            after = begin + timedelta(days=1)
        case "w":
            after = begin + timedelta(days=7)
        case "M":
            after = _floor(begin + timedelta(days=32), "M")
        case _:
            after = begin.replace(year=begin.year + 1)
    return after - timedelta(milliseconds=1)


def _parts(text: str) -> tuple[int, str, str]:
    match = _TEXT.fullmatch(text)
    assert match, text
    return int(match[1] or 0), match[2] or "", match[3] or ""


def _back(now: datetime, count: int, unit: str) -> datetime:
    match unit:
        case "d":
            return now - timedelta(days=count)
        case "w":
            return now - timedelta(days=7 * count)
        case "M":
            month = now.year * 12 + now.month - 1 - count
            return now.replace(year=month // 12, month=month % 12 + 1)
        case "y":
            return now.replace(year=now.year - count)
        case _:
            return now


def _floor(moment: datetime, to: str) -> datetime:
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    match to:
        case "d":
            return day
        case "w":
            return day - timedelta(days=day.weekday())
        case "M":
            return day.replace(day=1)
        case "y":
            return day.replace(month=1, day=1)
        case _:
            return moment
