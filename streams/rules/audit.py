"""What the audit goes by: `audit.toml`.

Owns that file's format; the deciding modules know only `AuditRules`. Called by `load`, so
that its mistakes are told with all others, and by the commands `audit` and `orders`, which
need nothing else of the rules. Invariant: rules that load can decide about any facts.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct, field

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
from streams.rules.folder import Folder
from streams.rules.notes import Notes
from streams.rules.reading import RulesError, code, duration, words, zone
from streams.rules.shape import read_shape


class _Found(Struct, rename="kebab"):
    at_counter: str
    same_applicant: str
    never_called: str


class _Missing(Struct, rename="kebab"):
    nothing_fits: str
    visit_near: str
    same_counter: str
    elsewhere: str
    from_chat: str


class _Trace(Struct, rename="kebab"):
    window_days: int
    near: str
    found: _Found
    missing: _Missing


class _Volume(Struct, rename="kebab"):
    days: int
    counter_share: float
    least_cases: int
    least_days: int


class _Share(Struct, rename="kebab"):
    days: int
    days_before: int
    least_cases: int
    rise: float
    z: float
    z_certain: float


class _Repeat(Struct, rename="kebab"):
    days: int
    per_counter: int
    per_section: int
    due_days: int
    recurrence_days: int


class _Recheck(Struct, rename="kebab"):
    days: int
    most_days: int
    least: int
    z: float


class _Item(Struct, rename="kebab"):
    code: str
    name_zh: str
    department: str
    at_counter: bool


class _Audit(Struct, rename="kebab"):
    zone: str
    run_at: str
    again_days: int
    trace: _Trace
    volume: _Volume
    share: _Share
    repeat: _Repeat
    recheck: _Recheck
    item: list[_Item] = field(default_factory=list)


#: The range of each number, by its key. Days of a look are read from ClickHouse at once.
_RANGES: dict[str, tuple[float, float]] = {
    "again-days": (0, 90),
    "trace.window-days": (0, 30),
    "volume.days": (1, 366),
    "volume.counter-share": (0, 1),
    "volume.least-cases": (1, 100_000),
    "volume.least-days": (1, 366),
    "share.days": (1, 366),
    "share.days-before": (1, 366),
    "share.least-cases": (1, 100_000),
    "share.rise": (0, 1),
    "share.z": (0.5, 10),
    "share.z-certain": (0.5, 10),
    "repeat.days": (1, 366),
    "repeat.per-counter": (1, 100_000),
    "repeat.per-section": (1, 100_000),
    "repeat.due-days": (1, 366),
    "repeat.recurrence-days": (1, 3660),
    "recheck.days": (1, 366),
    "recheck.most-days": (1, 366),
    "recheck.least": (1, 100_000),
    "recheck.z": (0.5, 10),
}

#: Of these two the first may not be larger.
_AT_MOST = (
    ("volume.least-days", "volume.days"),
    ("share.z", "share.z-certain"),
    ("repeat.days", "repeat.recurrence-days"),
    ("recheck.days", "recheck.most-days"),
)


def load_audit_rules(directory: Path | None = None) -> AuditRules:
    """Of `audit.toml` in `directory`, or of the shipped one where there is none.

    Raises RulesError with all that is wrong with it.
    """
    folder = Folder(directory)
    rules = load_audit(folder.notes("audit.toml"))
    if mistakes := folder.mistakes():
        raise RulesError.of(mistakes)
    return rules


def load_audit(notes: Notes) -> AuditRules:
    content = read_shape(notes, _Audit)
    _check_numbers(notes, content)
    trace, volume, share = content.trace, content.volume, content.share
    repeat, recheck = content.repeat, content.recheck
    return AuditRules(
        zone=notes.of(zone, "zone", content.zone, ZoneInfo("UTC")),
        run_at=notes.of(_minute, "run-at", content.run_at, 0),
        again_days=content.again_days,
        trace=TraceRules(
            window_days=trace.window_days,
            near=timedelta(milliseconds=notes.of(duration, "trace.near", trace.near, 0)),
            confidence=dict(
                [
                    *_levels(notes, "trace.found", trace.found, Found),
                    *_levels(notes, "trace.missing", trace.missing, Missing),
                ]
            ),
        ),
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
        repeat=RepeatRules(
            days=repeat.days,
            per_counter=repeat.per_counter,
            per_section=repeat.per_section,
            due_days=repeat.due_days,
            recurrence_days=repeat.recurrence_days,
        ),
        recheck=RecheckRules(
            days=recheck.days, most_days=recheck.most_days, least=recheck.least, z=recheck.z
        ),
        items=_items(notes, content.item),
    )


def _check_numbers(notes: Notes, content: _Audit) -> None:
    def number(key: str) -> float:
        found: object = content
        for name in key.replace("-", "_").split("."):
            found = getattr(found, name)
        assert isinstance(found, int | float)
        return found

    for key, (low, high) in _RANGES.items():
        if not low <= number(key) <= high:
            notes.wrong(key, f"{number(key):g} is not between {low:g} and {high:g}")
    for smaller, larger in _AT_MOST:
        if number(smaller) > number(larger):
            _, _, name = larger.rpartition(".")
            notes.wrong(smaller, f"must be at most {name} ({number(larger):g})")


_LEVELS: Mapping[str, Confidence] = {
    "certain": "certain",
    "likely": "likely",
    "possible": "possible",
}


def _levels(
    notes: Notes, key: str, given: Struct, kind: type[Found] | type[Missing]
) -> Iterator[tuple[Circumstance, Confidence]]:
    for one in kind:
        text = getattr(given, one.value.replace("-", "_"))
        yield one, notes.of(_level, f"{key}.{one.value}", text, "possible")


def _level(path: Path, key: str, text: str) -> Confidence:
    if text not in _LEVELS:
        raise RulesError(path, key, f"{text!r} is not one of {', '.join(_LEVELS)}")
    return _LEVELS[text]


def _items(notes: Notes, given: list[_Item]) -> dict[str, Item]:
    notes.refuse_twice("item[{}].code", [item.code for item in given])
    for index, item in enumerate(given):
        notes.of(code, f"item[{index}].code", item.code, "")
        notes.of(words, f"item[{index}].name-zh", item.name_zh, "")
        notes.of(code, f"item[{index}].department", item.department, "")
    return {
        item.code: Item(
            code=item.code,
            name_zh=item.name_zh,
            department=item.department,
            at_counter=item.at_counter,
        )
        for item in given
    }


_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def _minute(path: Path, key: str, text: str) -> int:
    told = _CLOCK.fullmatch(text)
    if told is None:
        raise RulesError(path, key, f'{text!r} is no time of day such as "19:30"')
    return int(told[1]) * 60 + int(told[2])
