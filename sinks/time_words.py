"""Spans and moments in words, as people of the hall say them.

Owns the words of time in both languages. Pure; called by the bodies. Invariant: a span is cut,
never rounded up: "60 s over" must not be said before 60 s have passed.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sinks.names import Language

_HOUR_MS = 3_600_000


def span(milliseconds: int, language: Language) -> str:
    """3 分 20 秒; from an hour on without its seconds, from two days on in days and hours."""
    minutes, seconds = divmod(max(0, milliseconds) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    days = 0
    if hours >= 48:
        days, hours = divmod(hours, 24)
        minutes = seconds = 0
    elif hours:
        seconds = 0
    if language is Language.CHINESE:
        parts = ((days, "天"), (hours, "小时"), (minutes, "分"), (seconds, "秒"))
        return " ".join(f"{value} {unit}" for value, unit in parts if value) or "不足 1 秒"
    units = ((days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s"))
    return " ".join(f"{value} {unit}" for value, unit in units if value) or "less than 1 s"


def limit_span(milliseconds: int, language: Language) -> str:
    """A limit is a round figure: 10 分钟, not 10 分."""
    if milliseconds % _HOUR_MS and milliseconds % 60_000 == 0 and milliseconds < _HOUR_MS:
        minutes = milliseconds // 60_000
        return f"{minutes} 分钟" if language is Language.CHINESE else f"{minutes} min"
    return span(milliseconds, language)


def workdays(count: int, language: Language) -> str:
    if language is Language.CHINESE:
        return f"{count} 个工作日"
    return f"{count} working day" if count == 1 else f"{count} working days"


def clock(at: float, now: float, zone: str, language: Language, seconds: bool = False) -> str:
    """The time of day; with its day where that is not `now`'s."""
    local = datetime.fromtimestamp(at, ZoneInfo(zone))
    time = local.strftime("%H:%M:%S" if seconds else "%H:%M")
    if local.date() == datetime.fromtimestamp(now, ZoneInfo(zone)).date():
        return time
    return f"{day(local.date(), language)} {time}"


def day(of: date, language: Language) -> str:
    if language is Language.CHINESE:
        return f"{of.month}月{of.day}日"
    return f"{of.day} {of:%b}"


def day_of(at: float, zone: str) -> date:
    return datetime.fromtimestamp(at, ZoneInfo(zone)).date()


def percent(permille: float) -> str:
    """92.3 %; cut, so that it is never rounded up to what was promised."""
    tenths = int(permille + 1e-9)
    return f"{tenths // 10} %" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10} %"
