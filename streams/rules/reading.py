"""A data file as its declared shape, and the texts in it as values.

Owns how a file is found and read, and how a mistake in it is told: with file, key and cure.
Called by `load` and `sources`. Invariant: nothing but a `RulesError` comes of a wrong file.
"""

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from streams.core.calendar import Interval

#: The files shipped with hallwatch; a directory of one's own may hold only some of them.
SHIPPED = Path(__file__).parent


class RulesError(Exception):
    """A data file is wrong. The text names the file, the key and the cure."""

    def __init__(self, file: Path, key: str, what: str) -> None:
        super().__init__(f"{file}: {key + ': ' if key else ''}{what}")


_Loaded = TypeVar("_Loaded")


def find(directory: Path | None, name: str) -> Path:
    own = directory / name if directory else None
    return own if own and own.exists() else SHIPPED / name


def read(path: Path, shape: type[_Loaded]) -> _Loaded:
    try:
        with path.open("rb") as file:
            content: dict[str, Any] = tomllib.load(file)
        return msgspec.convert(content, shape)
    except OSError as error:
        raise RulesError(path, "", f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RulesError(path, "", "no UTF-8; save the file in that encoding") from error
    except tomllib.TOMLDecodeError as error:
        raise RulesError(path, "", f"no valid TOML: {error}") from error
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at ")
        raise RulesError(path, where.strip("`").removeprefix("$."), what) from error


def zone(path: Path, key: str, name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise RulesError(
            path, key, f"no time zone {name!r}; use a name such as Asia/Shanghai"
        ) from None


_HOURS = re.compile(r"^(\d{2}):(\d{2})-(\d{2}):(\d{2})$")


def hours(path: Path, key: str, texts: list[str]) -> tuple[Interval, ...]:
    intervals: list[Interval] = []
    for text in texts:
        found = _HOURS.match(text)
        if not found:
            raise RulesError(path, key, f'{text!r} is no interval such as "09:00-11:30"')
        start_hour, start_minute, end_hour, end_minute = (int(part) for part in found.groups())
        start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
        if start_minute > 59 or end_minute > 59 or not 0 <= start < end <= 24 * 60:
            raise RulesError(path, key, f"{text!r} does not end after it starts, within one day")
        if intervals and start < intervals[-1][1]:
            raise RulesError(path, key, f"{text!r} overlaps the interval before it")
        intervals.append((start, end))
    return tuple(intervals)


_UNITS = {"s": 1_000, "min": 60_000, "h": 3_600_000}
_DURATION = re.compile(r"(\d+)\s*(h|min|s)\b")


def duration(path: Path, key: str, text: str) -> int:
    """Milliseconds of "1 h 30 min"."""
    parts = _DURATION.findall(text)
    if not parts or _DURATION.sub("", text).strip():
        raise RulesError(path, key, f'{text!r} is no duration such as "60 s" or "1 h 30 min"')
    return sum(int(number) * _UNITS[unit] for number, unit in parts)
