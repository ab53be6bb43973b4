"""What is promised: the rules of `promises.toml`, and how leaving is read.

Owns that file's format. Called by `load`. Invariant: every promise in it has a rule; one that
is left out is not judged.
"""

from datetime import date, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from streams.core.calendar import Workdays
from streams.core.rules import KINDS, Leaving, Promise, PromiseKind, PromiseRules, Rule
from streams.rules.notes import Notes
from streams.rules.reading import duration, limit, share, zone
from streams.rules.shape import read_shape


class _Rule(Struct, rename="kebab"):
    version: str
    since: date
    limit: str | None = None
    warn: str | None = None
    look_back: str | None = None
    target: str | None = None
    minimum: int | None = None


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
        if not item.clause.strip():
            notes.wrong(f"{key}.clause", "empty; name the clause it stands in")
        try:
            promise = Promise(item.id)
        except ValueError:
            notes.wrong(f"{key}.id", f"unknown {item.id!r}; one of {', '.join(Promise)}")
            _rules(notes, key, item.rule, local, PromiseKind.DEADLINE)
            continue
        rules = _rules(notes, key, item.rule, local, KINDS[promise])
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
        notes.doubtful("promise", f"not judged, since not there: {', '.join(missing)}")
    leaving = content.leaving
    return found, Leaving(
        mistaken_ms=notes.of(duration, "leaving.mistaken", leaving.mistaken, 0),
        grace_ms=notes.of(duration, "leaving.grace", leaving.grace, 0),
        expiry_grace_ms=notes.of(duration, "leaving.expiry-grace", leaving.expiry_grace, 0),
    )


def _rules(
    notes: Notes, key: str, items: list[_Rule], local: ZoneInfo, kind: PromiseKind
) -> tuple[Rule, ...]:
    rules = tuple(
        _rule(notes, f"{key}.rule[{number}]", item, local, kind)
        for number, item in enumerate(items)
    )
    versions = [rule.version for rule in rules]
    notes.refuse_twice(f"{key}.rule[{{}}].version", versions, "a verdict names it")
    if not rules:
        notes.wrong(f"{key}.rule", "at least one rule is needed")
    if any(one.since_ms >= two.since_ms for one, two in pairwise(rules)):
        notes.wrong(f"{key}.rule", "rules must be in the order of `since`")
    return rules


def _rule(notes: Notes, key: str, item: _Rule, local: ZoneInfo, kind: PromiseKind) -> Rule:
    allowed = None if item.limit is None else notes.of(limit, f"{key}.limit", item.limit, None)
    warn = None if item.warn is None else notes.of(limit, f"{key}.warn", item.warn, None)
    if warn is not None and (item.limit is None or not _shorter(warn, allowed)):
        notes.wrong(f"{key}.warn", "must be shorter than limit, and in the same unit")
    if kind is not PromiseKind.DEADLINE and allowed is None:
        allowed = 0  # it holds at once or not at all
    since = datetime.combine(item.since, time(), local)
    look_back = 0
    if item.look_back is not None:
        look_back = notes.of(duration, f"{key}.look-back", item.look_back, 0)
    if kind is not PromiseKind.RATIO:
        for name, given in (
            ("target", item.target),
            ("minimum", item.minimum),
            ("look-back", item.look_back),
        ):
            if given is not None:
                notes.wrong(f"{key}.{name}", "is for a ratio; this promise is none")
    if item.minimum is not None and item.minimum < 1:
        notes.wrong(f"{key}.minimum", "at least 1")
    return Rule(
        version=item.version,
        since_ms=int(since.timestamp()) * 1000,
        limit_ms=allowed if isinstance(allowed, int) else None,
        warn_ms=warn if isinstance(warn, int) else None,
        limit_days=allowed.count if isinstance(allowed, Workdays) else None,
        warn_days=warn.count if isinstance(warn, Workdays) else None,
        look_back_ms=look_back,
        target=None if item.target is None else notes.of(share, f"{key}.target", item.target, None),
        minimum=item.minimum or 1,
    )


def _shorter(warn: int | Workdays, allowed: int | Workdays | None) -> bool:
    """True where it cannot be told: what is wrong with the limit is told already."""
    if allowed is None:
        return True
    if isinstance(warn, Workdays):
        return isinstance(allowed, Workdays) and warn.count < allowed.count
    return isinstance(allowed, int) and warn < allowed
