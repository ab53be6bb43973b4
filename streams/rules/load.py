"""Reads the rulebook from its data files; says file, key and cure when one is wrong.

Owns the files' format; the core knows only the `Rulebook`. Called at start by whatever
runs the core. Invariant: a rulebook that loads can judge any event.
"""

from datetime import date, datetime, time
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from streams.core.calendar import Calendar, CalendarData
from streams.core.rules import (
    Leaving,
    Promise,
    PromiseRules,
    Rule,
    Rulebook,
    Section,
)
from streams.rules.folder import check_folder
from streams.rules.reading import SHIPPED, RulesError, duration, find, hours, read, zone
from streams.rules.sources import load_sources

__all__ = ["SHIPPED", "RulesError", "load_rulebook"]

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class _Rule(Struct, forbid_unknown_fields=True):
    version: str
    since: date
    limit: str | None = None
    warn: str | None = None


class _Promise(Struct, forbid_unknown_fields=True, rename="kebab"):
    id: str
    clause: str
    title_zh: str
    title_en: str
    rule: list[_Rule]


class _Leaving(Struct, forbid_unknown_fields=True, rename="kebab"):
    mistaken: str = "2 min"
    grace: str = "0 s"
    expiry_grace: str = "1 h"


class _Promises(Struct, forbid_unknown_fields=True):
    zone: str
    promise: list[_Promise]
    leaving: _Leaving = field(default_factory=_Leaving)


class _Special(Struct, forbid_unknown_fields=True):
    date: date
    hours: list[str]


class _Calendar(Struct, forbid_unknown_fields=True):
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
    holidays: list[date] = field(default_factory=list)
    special: list[_Special] = field(default_factory=list)


class _Calendars(Struct, forbid_unknown_fields=True):
    calendar: list[_Calendar]


class _Section(Struct, forbid_unknown_fields=True, rename="kebab"):
    code: str
    name_zh: str
    name_en: str
    calendar: str


class _Sections(Struct, forbid_unknown_fields=True):
    elsewhere: _Section
    section: list[_Section] = field(default_factory=list)


def load_rulebook(directory: Path | None = None) -> Rulebook:
    """The rulebook of `directory`; files missing there are taken from the shipped ones.

    Raises RulesError, with file and key, when a file cannot be read or contradicts itself.
    """
    if directory is not None:
        check_folder(directory)
    calendars = _load_calendars(find(directory, "calendars.toml"))
    promises, leaving = _load_promises(find(directory, "promises.toml"))
    sections, elsewhere = _load_sections(find(directory, "sections.toml"), calendars)
    known = {elsewhere.code, *sections}
    sources = load_sources(find(directory, "sources.toml"), known)
    return Rulebook(promises, sections, elsewhere, leaving, sources)


def _load_promises(path: Path) -> tuple[dict[Promise, PromiseRules], Leaving]:
    content = read(path, _Promises)
    local = zone(path, "zone", content.zone)
    found: dict[Promise, PromiseRules] = {}
    for index, item in enumerate(content.promise):
        key = f"promise[{index}]"
        try:
            promise = Promise(item.id)
        except ValueError:
            known = ", ".join(Promise)
            raise RulesError(path, f"{key}.id", f"unknown {item.id!r}; one of {known}") from None
        if promise in found:
            raise RulesError(path, f"{key}.id", f"{item.id!r} is given twice")
        if not item.clause.strip():
            raise RulesError(path, f"{key}.clause", "empty; name the clause it stands in")
        rules = tuple(
            _rule(path, f"{key}.rule[{number}]", rule, local)
            for number, rule in enumerate(item.rule)
        )
        if not rules:
            raise RulesError(path, f"{key}.rule", "at least one rule is needed")
        if any(one.since_ms >= two.since_ms for one, two in pairwise(rules)):
            raise RulesError(path, f"{key}.rule", "rules must be in the order of `since`")
        _refuse_twice(
            path, key, "rule", "version", [rule.version for rule in rules], "a verdict names it"
        )
        found[promise] = PromiseRules(
            promise=promise,
            clause=item.clause,
            title_zh=item.title_zh,
            title_en=item.title_en,
            rules=rules,
        )
    missing = [promise.value for promise in Promise if promise not in found]
    if missing:
        raise RulesError(path, "promise", f"missing: {', '.join(missing)}; copy the shipped one")
    leaving = content.leaving
    return found, Leaving(
        mistaken_ms=duration(path, "leaving.mistaken", leaving.mistaken),
        grace_ms=duration(path, "leaving.grace", leaving.grace),
        expiry_grace_ms=duration(path, "leaving.expiry-grace", leaving.expiry_grace),
    )


def _refuse_twice(path: Path, key: str, of: str, field: str, values: list[str], why: str) -> None:
    for number, value in enumerate(values):
        if value in values[:number]:
            raise RulesError(
                path, f"{key}.{of}[{number}].{field}", f"{value} is given twice; {why}"
            )


def _rule(path: Path, key: str, item: _Rule, zone: ZoneInfo) -> Rule:
    limit = None if item.limit is None else duration(path, f"{key}.limit", item.limit)
    warn = None if item.warn is None else duration(path, f"{key}.warn", item.warn)
    if warn is not None and (limit is None or warn >= limit):
        raise RulesError(path, f"{key}.warn", "must be shorter than limit")
    since = datetime.combine(item.since, time(), zone)
    return Rule(
        version=item.version,
        since_ms=int(since.timestamp()) * 1000,
        limit_ms=limit,
        warn_ms=warn,
    )


def _load_calendars(path: Path) -> dict[str, Calendar]:
    found: dict[str, Calendar] = {}
    for index, item in enumerate(read(path, _Calendars).calendar):
        key = f"calendar[{index}]"
        zone(path, f"{key}.zone", item.zone)
        week = tuple(hours(path, f"{key}.{day}", getattr(item, day)) for day in _DAYS)
        if not any(week):
            raise RulesError(path, key, f"{item.name!r} is never open")
        if item.name in found:
            raise RulesError(path, f"{key}.name", f"{item.name!r} is given twice")
        days = [special.date.isoformat() for special in item.special]
        _refuse_twice(path, key, "special", "date", days, "write its hours into one")
        found[item.name] = Calendar(
            CalendarData(
                name=item.name,
                version=item.version,
                zone=item.zone,
                week=week,
                holidays=frozenset(item.holidays),
                workdays={
                    special.date: hours(path, f"{key}.special[{number}].hours", special.hours)
                    for number, special in enumerate(item.special)
                },
            )
        )
    return found


def _load_sections(
    path: Path, calendars: dict[str, Calendar]
) -> tuple[dict[str, Section], Section]:
    content = read(path, _Sections)

    def section(key: str, item: _Section) -> Section:
        calendar = calendars.get(item.calendar)
        if calendar is None:
            known = ", ".join(sorted(calendars))
            raise RulesError(path, f"{key}.calendar", f"no {item.calendar!r}; one of {known}")
        return Section(item.code, item.name_zh, item.name_en, calendar)

    found: dict[str, Section] = {}
    for index, item in enumerate(content.section):
        if item.code in found:
            raise RulesError(path, f"section[{index}].code", f"{item.code!r} is given twice")
        found[item.code] = section(f"section[{index}]", item)
    return found, section("elsewhere", content.elsewhere)
