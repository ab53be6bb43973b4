"""A data file as TOML, and the texts in it as values.

Owns how a file is found and read, and the sentence of each wrong text, with file, key and
cure. Called by the loaders of the single files, through `notes` where more than the first
mistake is to be told. Invariant: nothing but a `RulesError` comes of a wrong file.
"""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from streams.core.calendar import Interval, Workdays

#: The files shipped with hallwatch; a directory of one's own may hold only some of them.
SHIPPED = Path(__file__).parent


class Mistake(Struct, frozen=True):
    """One thing wrong with a data file."""

    file: Path
    key: str  #: "" for the file as a whole
    what: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key + ': ' if self.key else ''}{self.what}"


class RulesError(Exception):
    """Data files are wrong. The text has a line for each mistake: file, key and cure."""

    def __init__(self, file: Path, key: str, what: str) -> None:
        self.mistakes: Sequence[Mistake] = (Mistake(file, key, what),)

    @classmethod
    def of(cls, mistakes: Sequence[Mistake]) -> Self:
        """One error for all of them; there has to be one at least."""
        error = cls(mistakes[0].file, mistakes[0].key, mistakes[0].what)
        error.mistakes = tuple(mistakes)
        return error

    def __str__(self) -> str:
        return "\n".join(map(str, self.mistakes))


def find(directory: Path | None, name: str) -> Path:
    own = directory / name if directory else None
    return own if own and own.exists() else SHIPPED / name


def read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise RulesError(path, "", f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RulesError(path, "", "no UTF-8; save the file in that encoding") from error
    except tomllib.TOMLDecodeError as error:
        raise RulesError(path, "", f"no valid TOML: {error}") from error


def code(path: Path, key: str, text: str) -> str:
    """As events can carry it: they could never name what is called otherwise."""
    if not re.fullmatch(r"[!-~]{1,64}", text):
        raise RulesError(
            path, key, f"{text!r} is no code; 1 to 64 letters, digits and signs, without spaces"
        )
    return text


def words(path: Path, key: str, text: str) -> str:
    if not text.strip():
        raise RulesError(path, key, "empty; people read it")
    return text


def zone(path: Path, key: str, name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise RulesError(
            path, key, f"no time zone {name!r}; use a name such as Asia/Shanghai"
        ) from None


_HOURS = re.compile(r"^(\d{2}):(\d{2})-(\d{2}):(\d{2})$")
_DAY = 24 * 60


def hours(path: Path, key: str, texts: list[str]) -> tuple[Interval, ...]:
    """Minutes of the day of ["09:00-11:30", "13:30-17:00"], in that order."""
    intervals: list[Interval] = []
    for text in texts:
        start, end = _minutes(path, key, text)
        if start >= end:
            raise RulesError(path, key, f"{text!r} does not end after it starts, within one day")
        if intervals and start < intervals[-1][1]:
            raise RulesError(path, key, f"{text!r} overlaps the interval before it")
        intervals.append((start, end))
    return tuple(intervals)


def quiet_hours(path: Path, key: str, texts: list[str]) -> tuple[Interval, ...]:
    """As `hours`, in any order; one that ends before it starts goes on in the morning."""
    intervals: list[Interval] = []
    for text in texts:
        start, end = _minutes(path, key, text)
        if start == end:
            raise RulesError(path, key, f"{text!r} is no time at all; leave it out")
        parts = [(start, end)] if start < end else [(start, _DAY), (0, end)]
        for part in (part for part in parts if part[0] < part[1]):
            if any(part[0] < end and start < part[1] for start, end in intervals):
                raise RulesError(path, key, f"{text!r} overlaps another of them")
            intervals.append(part)
    if sum(end - start for start, end in intervals) == _DAY:
        raise RulesError(path, key, "are the whole day: no message would ever come through")
    return tuple(sorted(intervals))


def _minutes(path: Path, key: str, text: str) -> Interval:
    found = _HOURS.match(text)
    if not found:
        raise RulesError(path, key, f'{text!r} is no interval such as "09:00-11:30"')
    start_hour, start_minute, end_hour, end_minute = (int(part) for part in found.groups())
    start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
    if start_minute > 59 or end_minute > 59 or start >= _DAY or end > _DAY:
        raise RulesError(path, key, f"{text!r} is not within one day of 24 hours")
    return start, end


_UNITS = {"s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_DURATION = re.compile(r"(\d+)\s*(d|h|min|s)\b")


def duration(path: Path, key: str, text: str) -> int:
    """Milliseconds of "1 h 30 min"."""
    parts = _DURATION.findall(text)
    if not parts or _DURATION.sub("", text).strip():
        raise RulesError(path, key, f'{text!r} is no duration such as "60 s" or "1 h 30 min"')
    return sum(int(number) * _UNITS[unit] for number, unit in parts)


_WORKDAYS = re.compile(r"(\d+)\s*workdays?")


def limit(path: Path, key: str, text: str) -> int | Workdays:
    """A limit: milliseconds, as `duration`, or "5 workdays" of a calendar."""
    found = _WORKDAYS.fullmatch(text)
    if found is None:
        if "workday" in text:
            raise RulesError(path, key, f'{text!r} is no whole number of days such as "5 workdays"')
        return duration(path, key, text)
    if not int(found[1]):
        raise RulesError(path, key, f"{text!r} is no time at all; at least 1 workday")
    return Workdays(int(found[1]))


_SHARE = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%")


def share(path: Path, key: str, text: str) -> float:
    """A part of the whole: "90 %" is 0.9."""
    found = _SHARE.fullmatch(text)
    if found is None or not 0 < float(found[1]) <= 100:
        raise RulesError(path, key, f'{text!r} is no share such as "90 %"')
    return float(found[1]) / 100
