"""A small hall's people and channels, as values.

Invariant: `desk` and `chief` of S01 have one channel each, `deputy` shares the chief's mail.
"""

from typing import Any

from msgspec.structs import replace

from streams.core.calendar import Calendar, CalendarData, Interval
from streams.core.notifying import Notifying
from streams.core.rules import ChannelRule, Escalation, Person, Rulebook, Section
from streams.rules.load import load_rulebook

MINUTE = 60_000
HOUR = 60 * MINUTE

#: Tuesday 2026-11-24, 10:00 in Shanghai.
TEN = 1_795_485_600_000

_DAY: tuple[Interval, ...] = ((9 * 60, 17 * 60),)
CALENDAR = Calendar(
    CalendarData(name="hall", version="1", zone="Asia/Shanghai", week=(*[_DAY] * 5, (), ()))
)


def person(code: str, *channels: str, quiet: tuple[Interval, ...] = ()) -> Person:
    return Person(code=code, name_zh=code, name_en=code, channels=channels, quiet=quiet)


NIGHT: tuple[Interval, ...] = ((0, 7 * 60), (22 * 60, 24 * 60))

PEOPLE = (
    person("desk", "screen"),
    person("chief", "robot", "mail"),
    person("deputy", "mail"),
    person("sleeper", "phone", quiet=NIGHT),
    person("head", "post"),
)


def section(
    code: str, *chiefs: str, desk: tuple[str, ...] = ("desk",), through: bool = False
) -> Section:
    steps = (
        Escalation(10 * MINUTE, ("deputy",)),
        Escalation(60 * MINUTE, ("sleeper",), through),
    )
    return Section(code, code, code, CALENDAR, {}, desk, chiefs, steps if chiefs else ())


def book(through: bool = False, nobody: bool = False, **notifying: Any) -> Rulebook:
    """S01 and S02 are the chief's, S03 is the sleeper's, of others the head is told."""
    if nobody:
        return load_rulebook()
    names = {name for one in PEOPLE for name in one.channels}
    return replace(
        load_rulebook(),
        sections={
            "S01": section("S01", "chief", through=through),
            "S02": section("S02", "chief"),
            "S03": section("S03", "sleeper"),
        },
        elsewhere=section("elsewhere", "head", desk=()),
        people={one.code: one for one in PEOPLE},
        channels={name: ChannelRule(name=name, kind="log", options={}) for name in sorted(names)},
        notifying=Notifying(**notifying),
    )
