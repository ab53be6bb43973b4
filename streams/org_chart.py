"""The org chart as tables of text: who is told of what, section by section, and over what.

Owns the words and the columns. Pure. Called by `hallwatch check` and `hallwatch sections`.
Invariant: a table shows who would be told, stand-ins included, not who is written down.
"""

import unicodedata
from collections.abc import Iterable, Sequence

from msgspec import Struct

from streams.core.calendar import Interval
from streams.core.chain import BREACHED, WARNED, escalation_of, told_at
from streams.core.rules import Person, Rulebook, Section

Row = tuple[str, ...]


class Words(Struct, frozen=True, kw_only=True):
    """One language's headings and signs."""

    chinese: bool
    told: Row
    listed: Row
    people: Row
    comma: str
    units: tuple[str, str, str]  #: after hours, minutes, seconds


CHINESE = Words(
    chinese=True,
    told=("科室", "预警通知", "超时通知", "逐级升级"),
    listed=("代码", "科室", "日历", "窗口", "值班台", "科长", "逐级升级"),
    people=("代码", "姓名", "渠道", "免打扰"),
    comma="、",
    units=("小时", "分钟", "秒"),
)
ENGLISH = Words(
    chinese=False,
    told=("section", "warned", "told of breaches", "escalation"),
    listed=("code", "section", "calendar", "counters", "desk", "chiefs", "escalation"),
    people=("code", "name", "channels", "quiet hours"),
    comma=", ",
    units=(" h", " min", " s"),
)


def told_table(book: Rulebook, words: Words) -> list[Row]:
    """Who is told of what in each section, over which channels."""
    rows = (
        (
            _name(section, words),
            _reached(told_at(book, section.code, WARNED), words),
            _reached(told_at(book, section.code, BREACHED), words),
            _climb(book, section, words),
        )
        for section in _sections(book)
    )
    return [words.told, *rows]


def sections_table(book: Rulebook, words: Words) -> list[Row]:
    rows = (
        (
            section.code,
            _name(section, words),
            section.calendar.name,
            words.comma.join(section.counters.values()) or "–",
            _names(told_at(book, section.code, WARNED), words),
            _names(told_at(book, section.code, BREACHED), words),
            _climb(book, section, words),
        )
        for section in _sections(book)
    )
    return [words.listed, *rows]


def people_table(book: Rulebook, words: Words) -> list[Row]:
    rows = [words.people]
    for person in book.people.values():
        quiet = words.comma.join(map(_hours, _over_midnight(person.quiet)))
        channels = words.comma.join(person.channels)
        rows.append((person.code, _name(person, words), channels, quiet or "–"))
    return rows


def aligned(rows: Sequence[Row]) -> Iterable[str]:
    """One line a row; a Chinese character is two columns wide."""
    widths = [max(_width(row[at]) for row in rows) for at in range(len(rows[0]) - 1)]
    for row in rows:
        cells = [
            cell + " " * (width - _width(cell))
            for cell, width in zip(row[:-1], widths, strict=True)
        ]
        yield "  ".join([*cells, row[-1]])


def _sections(book: Rulebook) -> tuple[Section, ...]:
    return (*book.sections.values(), book.elsewhere)


def _name(named: Section | Person, words: Words) -> str:
    return named.name_zh if words.chinese else named.name_en


def _names(people: Sequence[Person], words: Words) -> str:
    return words.comma.join(_name(person, words) for person in people) or "–"


def _reached(people: Sequence[Person], words: Words) -> str:
    opens, closes = ("（", "）") if words.chinese else (" (", ")")
    return (
        words.comma.join(
            f"{_name(person, words)}{opens}{words.comma.join(person.channels)}{closes}"
            for person in people
        )
        or "–"
    )


def _climb(book: Rulebook, section: Section, words: Words) -> str:
    steps = [
        f"{_span(step.after_ms, words)} {_names([book.people[one] for one in step.people], words)}"
        for step in escalation_of(book, section.code)
    ]
    return " → ".join(steps) or "–"


def _span(milliseconds: int, words: Words) -> str:
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    parts = zip((hours, minutes, seconds), words.units, strict=True)
    return "".join(f"{value}{unit}" for value, unit in parts if value)


def _over_midnight(quiet: tuple[Interval, ...]) -> tuple[Interval, ...]:
    """As people say it: what ends at midnight and goes on then is one."""
    if len(quiet) > 1 and quiet[0][0] == 0 and quiet[-1][1] == 24 * 60:
        return (*quiet[1:-1], (quiet[-1][0], quiet[0][1]))
    return quiet


def _hours(interval: Interval) -> str:
    return "-".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in interval)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
