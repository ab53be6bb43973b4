"""What is promised: the rules of `promises.toml`, and how leaving is read.

Owns that file's format. Called by `load`. Invariant: every promise there is has a rule.
"""

from datetime import date, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from streams.core.rules import Leaving, Promise, PromiseRules, Rule
from streams.rules.notes import Notes
from streams.rules.reading import duration, zone
from streams.rules.shape import read_shape


class _Rule(Struct):
    version: str
    since: date
    limit: str | None = None
    warn: str | None = None


class _Promise(Struct, rename="kebab"):
    id: str
    clause: str
    title_zh: str
    title_en: str
    rule: list[_Rule]


class _Leaving(Struct, rename="kebab"):
    mistaken: str = "2 min"
    grace: str = "0 s"
    expiry_grace: str = "1 h"


class _Promises(Struct):
    zone: str
    promise: list[_Promise]
    leaving: _Leaving = field(default_factory=_Leaving)


def load_promises(notes: Notes) -> tuple[dict[Promise, PromiseRules], Leaving]:
    content = read_shape(notes, _Promises)
    local = notes.of(zone, "zone", content.zone, ZoneInfo("UTC"))
    found: dict[Promise, PromiseRules] = {}
    for index, item in enumerate(content.promise):
        key = f"promise[{index}]"
        rules = _rules(notes, key, item.rule, local)
        if not item.clause.strip():
            notes.wrong(f"{key}.clause", "empty; name the clause it stands in")
        try:
            promise = Promise(item.id)
        except ValueError:
            notes.wrong(f"{key}.id", f"unknown {item.id!r}; one of {', '.join(Promise)}")
            continue
        if promise in found:
            notes.wrong(f"{key}.id", f"{item.id!r} is given twice")
        found[promise] = PromiseRules(
            promise=promise,
            clause=item.clause,
            title_zh=item.title_zh,
            title_en=item.title_en,
            rules=rules,
        )
    missing = [promise.value for promise in Promise if promise not in found]
    if missing:
        notes.wrong("promise", f"missing: {', '.join(missing)}; copy the shipped one")
    leaving = content.leaving
    return found, Leaving(
        mistaken_ms=notes.of(duration, "leaving.mistaken", leaving.mistaken, 0),
        grace_ms=notes.of(duration, "leaving.grace", leaving.grace, 0),
        expiry_grace_ms=notes.of(duration, "leaving.expiry-grace", leaving.expiry_grace, 0),
    )


def _rules(notes: Notes, key: str, items: list[_Rule], local: ZoneInfo) -> tuple[Rule, ...]:
    rules = tuple(
        _rule(notes, f"{key}.rule[{number}]", item, local) for number, item in enumerate(items)
    )
    versions = [rule.version for rule in rules]
    notes.refuse_twice(f"{key}.rule[{{}}].version", versions, "a verdict names it")
    if not rules:
        notes.wrong(f"{key}.rule", "at least one rule is needed")
    if any(one.since_ms >= two.since_ms for one, two in pairwise(rules)):
        notes.wrong(f"{key}.rule", "rules must be in the order of `since`")
    return rules


def _rule(notes: Notes, key: str, item: _Rule, local: ZoneInfo) -> Rule:
    limit = None if item.limit is None else notes.of(duration, f"{key}.limit", item.limit, None)
    warn = None if item.warn is None else notes.of(duration, f"{key}.warn", item.warn, None)
    if warn is not None and (item.limit is None or (limit is not None and warn >= limit)):
        notes.wrong(f"{key}.warn", "must be shorter than limit")
    since = datetime.combine(item.since, time(), local)
    return Rule(
        version=item.version,
        since_ms=int(since.timestamp()) * 1000,
        limit_ms=limit,
        warn_ms=warn,
    )
