"""What the panels of quality have to answer, worked out in Python as in `oracle`."""

from collections import Counter
from collections.abc import Callable
from statistics import mean
from typing import Any

from schemas.outcomes import Status
from tests.dashboards.periods.oracle import MINIMUM, Chosen, Level, Rows, clocks_of, levels
from tests.dashboards.periods.truths import (
    AT_COUNTER,
    EXEMPT,
    INVITED,
    ONE_VISIT,
    Case,
    Clock,
    Truth,
)

LEAST_CASES, LEAST_RATINGS = 20, 10


def one_visit_trend(truth: Truth, chosen: Chosen) -> Rows:
    found = levels(clocks_of(truth, chosen, ONE_VISIT), lambda clock: chosen.slot(clock.started))

    def settled(one: Level) -> float | None:
        of = one.kept + one.missed
        return one.kept / of if of >= MINIMUM[ONE_VISIT] else None

    return [
        (slot, one.raw, settled(one), one.without_excused) for slot, one in sorted(found.items())
    ]


def one_visit_items(truth: Truth, chosen: Chosen) -> Rows:
    clocks = clocks_of(truth, chosen, ONE_VISIT)
    found = levels(clocks, lambda clock: (clock.section, clock.service))
    rows = [
        (*key, one.judged, one.missed, one.excused, one.provisional, one.raw, one.without_excused)
        for key, one in found.items()
    ]
    return sorted(rows, key=lambda row: (-row[3], row[0], row[1]))


def _missed(truth: Truth, chosen: Chosen, promise: str) -> list[Clock]:
    """By the clock's own moment: these panels read single verdicts."""
    return [
        clock
        for clock in truth.clocks
        if clock.promise == promise
        and clock.status is Status.MISSED
        and chosen.has(clock.section, clock.started)
    ]


def repeat_causes(truth: Truth, chosen: Chosen) -> Rows:
    found = Counter(clock.cause or "unknown" for clock in _missed(truth, chosen, ONE_VISIT))
    return sorted(found.items(), key=lambda one: (-one[1], one[0]))


def repeat_cases(truth: Truth, chosen: Chosen) -> Rows:
    cases = {case.journey: case for case in truth.cases}
    latest = sorted(
        _missed(truth, chosen, ONE_VISIT), key=lambda c: (-c.started.timestamp(), c.journey)
    )

    def row(clock: Clock, case: Case) -> tuple[Any, ...]:
        return (
            clock.started.timestamp(), clock.journey, clock.section, case.item, case.visits,
            clock.cause or "unknown", case.supplements, case.receiver, case.approver,
            clock.excused,
        )  # fmt: skip

    return [row(clock, cases[clock.journey]) for clock in latest[:200]]


def ratings_invited(truth: Truth, chosen: Chosen) -> Rows:
    found = levels(clocks_of(truth, chosen, INVITED), lambda clock: clock.section)
    device = Counter(
        clock.section
        for clock in truth.clocks
        if clock.promise == INVITED
        and clock.cause == "device-failed"
        and clock.status in (Status.MISSED, Status.LATE)
        and chosen.has(clock.section, clock.started)
    )
    rows = [
        (section, one.judged, one.kept, one.broken, device[section], one.excused, one.raw,
         one.without_excused)
        for section, one in found.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row[3], row[0]))


def _rated(truth: Truth, chosen: Chosen) -> list[Case]:
    return [case for case in truth.cases if chosen.has(case.section, case.asked)]


def ratings_given(truth: Truth, chosen: Chosen) -> Rows:
    rows: Rows = []
    cases = _rated(truth, chosen)
    for section in {case.section for case in cases}:
        theirs = [case for case in cases if case.section == section]
        stars = [case.stars for case in theirs if case.stars is not None]
        enough = len(stars) >= LEAST_RATINGS
        rows.append(
            (section, len(theirs), len(stars), sum(case.declined for case in theirs),
             mean(stars) if enough else None,
             sum(star >= 4 for star in stars) / len(stars) if enough else None,
             sum(star <= 2 for star in stars))
        )  # fmt: skip
    return sorted(rows, key=lambda row: (-row[6], row[0]))


def stars_given(truth: Truth, chosen: Chosen) -> Rows:
    found = Counter(case.stars for case in _rated(truth, chosen) if case.stars is not None)
    return [(f"{star} ★", found[star]) for star in sorted(found, reverse=True)]


def exempt_materials(truth: Truth, chosen: Chosen) -> Rows:
    found: dict[tuple[str, str], list[Clock]] = {}
    for clock in _missed(truth, chosen, EXEMPT):
        found.setdefault((clock.section, clock.journey.split("#")[1]), []).append(clock)
    rows = [
        (*key, sum(c.cause == "clerk" for c in theirs), sum(c.cause == "system" for c in theirs),
         sum(c.excused for c in theirs))
        for key, theirs in found.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row[2], -row[3], row[0], row[1]))


def off_counter(truth: Truth, chosen: Chosen) -> Rows:
    found: dict[tuple[str, str], list[Clock]] = {}
    for clock in truth.clocks:
        if clock.promise == AT_COUNTER and chosen.has(clock.section, clock.started):
            found.setdefault((clock.section, clock.service), []).append(clock)
    rows = [
        (*key, sum(c.status is Status.KEPT for c in theirs),
         sum(c.cause.endswith("certain") for c in theirs),
         sum(c.cause.endswith("likely") for c in theirs), sum(c.excused for c in theirs))
        for key, theirs in found.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-(row[3] + row[4]), row[0], row[1]))


def _accepted(truth: Truth, chosen: Chosen, key: Callable[[Case], Any]) -> dict[Any, Counter[str]]:
    found: dict[Any, Counter[str]] = {}
    for case in truth.cases:
        if case.accepted is not None and chosen.has(case.section, case.accepted):
            found.setdefault(key(case), Counter())[case.channel or "counter"] += 1
    return found


def _share(found: Counter[str]) -> float | None:
    of = found["counter"] + found["department"]
    return found["department"] / of if of >= LEAST_CASES else None


def department_share(truth: Truth, chosen: Chosen) -> Rows:
    def slot(case: Case) -> int:
        assert case.accepted is not None
        return chosen.slot(case.accepted)

    return [
        (at, _share(found))
        for at, found in sorted(_accepted(truth, chosen, slot).items())
        if found["counter"] + found["department"]
    ]


def item_channels(truth: Truth, chosen: Chosen) -> Rows:
    rows = [
        (*key, found["counter"], found["department"], found["online"], _share(found))
        for key, found in _accepted(truth, chosen, lambda c: (c.section, c.item)).items()
    ]
    return sorted(rows, key=lambda row: (-row[3], row[0], row[1]))
