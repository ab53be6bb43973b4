"""What the audit goes by: the values of `audit.toml`.

Owns that file's format; the deciding modules know only `AuditRules`. Called by the wiring
of `hallwatch audit`, `hallwatch orders` and `hallwatch check`. Invariant: nothing but a
`RulesError` comes of a wrong file, and rules that load can decide about any facts.
"""

import re
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

from msgspec import Meta, Struct, field

from schemas.audit import Confidence
from streams.audit.rules import (
    AuditRules,
    Circumstance,
    Found,
    Item,
    Missing,
    RecheckRules,
    RepeatRules,
    ShareRules,
    TraceRules,
    VolumeRules,
)
from streams.rules.folder import check_folder
from streams.rules.reading import RulesError, duration, find, read, zone

_Days = Annotated[int, Meta(ge=1, le=366)]
_Count = Annotated[int, Meta(ge=1, le=100_000)]
_Part = Annotated[float, Meta(ge=0, le=1)]
_Score = Annotated[float, Meta(gt=0, le=10)]


class _Trace(Struct, forbid_unknown_fields=True, rename="kebab"):
    window_days: Annotated[int, Meta(ge=0, le=30)]
    near: str
    found: dict[str, str]
    missing: dict[str, str]


class _Volume(Struct, forbid_unknown_fields=True, rename="kebab"):
    days: _Days
    counter_share: _Part
    least_cases: _Count
    least_days: _Days


class _Share(Struct, forbid_unknown_fields=True, rename="kebab"):
    days: _Days
    days_before: _Days
    least_cases: _Count
    rise: _Part
    z: _Score
    z_certain: _Score


class _Repeat(Struct, forbid_unknown_fields=True, rename="kebab"):
    days: _Days
    per_counter: _Count
    per_section: _Count
    due_days: _Days
    recurrence_days: _Days


class _Recheck(Struct, forbid_unknown_fields=True, rename="kebab"):
    days: _Days
    most_days: _Days
    least: _Count
    z: _Score


class _Item(Struct, forbid_unknown_fields=True, rename="kebab"):
    code: str
    name_zh: str
    department: str
    at_counter: bool


class _Audit(Struct, forbid_unknown_fields=True, rename="kebab"):
    zone: str
    run_at: str
    again_days: Annotated[int, Meta(ge=0, le=90)]
    trace: _Trace
    volume: _Volume
    share: _Share
    repeat: _Repeat
    recheck: _Recheck
    item: list[_Item] = field(default_factory=list)


def load_audit_rules(directory: Path | None = None) -> AuditRules:
    """Of `audit.toml` in `directory`, or of the shipped one where there is none.

    Raises RulesError, with file and key, when the file cannot be read or contradicts itself.
    """
    if directory is not None:
        check_folder(directory)
    path = find(directory, "audit.toml")
    content = read(path, _Audit)
    volume, share, recheck = content.volume, content.share, content.recheck
    if volume.least_days > volume.days:
        raise RulesError(path, "volume.least-days", f"must be at most days ({volume.days})")
    if share.z_certain < share.z:
        raise RulesError(path, "share.z-certain", f"must be at least z ({share.z:g})")
    if recheck.most_days < recheck.days:
        raise RulesError(path, "recheck.most-days", f"must be at least days ({recheck.days})")
    return AuditRules(
        zone=zone(path, "zone", content.zone),
        run_at=_minute(path, "run-at", content.run_at),
        again_days=content.again_days,
        trace=_trace(path, content.trace),
        volume=VolumeRules(
            days=volume.days,
            counter_share=volume.counter_share,
            least_cases=volume.least_cases,
            least_days=volume.least_days,
        ),
        share=ShareRules(
            days=share.days,
            days_before=share.days_before,
            least_cases=share.least_cases,
            rise=share.rise,
            z=share.z,
            z_certain=share.z_certain,
        ),
        repeat=_repeat(path, content.repeat),
        recheck=RecheckRules(
            days=recheck.days, most_days=recheck.most_days, least=recheck.least, z=recheck.z
        ),
        items=_items(path, content.item),
    )


def _trace(path: Path, trace: _Trace) -> TraceRules:
    near = timedelta(milliseconds=duration(path, "trace.near", trace.near))
    confidence: dict[Circumstance, Confidence] = {}
    confidence.update(_levels(path, "trace.found", trace.found, Found))
    confidence.update(_levels(path, "trace.missing", trace.missing, Missing))
    return TraceRules(window_days=trace.window_days, near=near, confidence=confidence)


_Kind = TypeVar("_Kind", bound=StrEnum)

_LEVELS: dict[str, Confidence] = {
    "certain": "certain",
    "likely": "likely",
    "possible": "possible",
}


def _levels(
    path: Path, key: str, given: dict[str, str], kind: type[_Kind]
) -> dict[_Kind, Confidence]:
    known = [one.value for one in kind]
    for name, level in given.items():
        if name not in known:
            raise RulesError(path, f"{key}.{name}", f"unknown; one of {', '.join(known)}")
        if level not in _LEVELS:
            raise RulesError(path, f"{key}.{name}", f"{level!r}: one of {', '.join(_LEVELS)}")
    for name in known:
        if name not in given:
            raise RulesError(path, f"{key}.{name}", f"missing; one of {', '.join(_LEVELS)}")
    return {one: _LEVELS[given[one.value]] for one in kind}


def _repeat(path: Path, repeat: _Repeat) -> RepeatRules:
    if repeat.recurrence_days < repeat.days:
        raise RulesError(path, "repeat.recurrence-days", f"must be at least days ({repeat.days})")
    return RepeatRules(
        days=repeat.days,
        per_counter=repeat.per_counter,
        per_section=repeat.per_section,
        due_days=repeat.due_days,
        recurrence_days=repeat.recurrence_days,
    )


def _items(path: Path, given: list[_Item]) -> dict[str, Item]:
    found: dict[str, Item] = {}
    for index, item in enumerate(given):
        key = f"item[{index}]"
        for name in ("code", "name-zh", "department"):
            if not str(getattr(item, name.replace("-", "_"))).strip():
                raise RulesError(path, f"{key}.{name}", "empty; say which it is")
        if item.code in found:
            raise RulesError(path, f"{key}.code", f"{item.code!r} is given twice")
        found[item.code] = Item(
            code=item.code,
            name_zh=item.name_zh,
            department=item.department,
            at_counter=item.at_counter,
        )
    return found


_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def _minute(path: Path, key: str, text: str) -> int:
    told = _CLOCK.fullmatch(text)
    if told is None:
        raise RulesError(path, key, f'{text!r} is no time of day such as "19:30"')
    return int(told[1]) * 60 + int(told[2])
