"""`make bench ARGS=--forecast`: the wait forecast held against a month, and a day held out.

Owns the questions and the print; the walk is `forecast_run`'s, the arithmetic `calibration`'s.
Needs the real data beside the repository (docs/forecast.md): the month the model was chosen on,
and a later day that had no part in it. Invariant: nothing is forecast with what was not known at
that moment, and a figure is printed for all limits or for none.
"""

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import log
from pathlib import Path

from schemas.queue import How
from streams.core.erlang import not_called, still_waiting
from streams.core.forecasting import Forecasting
from streams.core.outlook import counters_for
from streams.rules.load import load_rulebook
from tests.bench.calibration import (
    Case,
    brier,
    by_hour,
    climate,
    reliability,
    reliability_of_calls,
    slope,
)
from tests.bench.forecast_run import Seen, Stay, realised, true_stays, walk
from tests.bench.recorded import WrongResultError
from tests.pipeline.real import AUGUST, JANUARY
from tests.schemas.tables import shared_file

_Waiting = Sequence[tuple[int, int | None]]

#: What followed is measured over so long: in less there are too few calls to tell a pace.
AFTER_MS = 30 * 60_000

#: Of promises as a bank, a desk and a hall might make them, in seconds.
LIMITS_S = (60, 120, 300)


def run(table: Path) -> list[str]:
    """The report's lines. Raises WrongResultError, and OSError without the table."""
    started = time.monotonic()
    book = load_rulebook()
    stays = true_stays(table)
    seen = list(walk(table, stays, book))
    rule = book.forecasting
    known = [one for one in seen if one.pace.counted >= rule.minimum]
    lines = [
        f"{table.name}: {sum(map(len, stays.values()))} people queued for"
        f" {len(stays)} services; each queue looked at once a minute while somebody waited",
        f"look-back {rule.look_back_ms // 60_000} min, at least {rule.minimum} calls in it;"
        f" forecast at {len(known)} of {len(seen)} moments, else: not enough data",
    ]
    for limit_s in LIMITS_S:
        lines += ["", *_of_limit(known, limit_s, rule)]
    lines += ["", *_of_counters(known, stays, rule), "", f"{time.monotonic() - started:.0f} s"]
    return lines


def cases_of(seen: Sequence[Seen], limit_s: int) -> Iterator[Case]:
    """Everybody who waited at those moments and could still be called within the limit."""
    for one in seen:
        calls, leaving = one.pace.calls, one.pace.leaving
        for ahead, stay in enumerate(one.stays):
            left_s = limit_s - (one.at - stay.since) / 1000
            if left_s <= 0:
                continue
            yield Case(
                chance=still_waiting(ahead, calls, leaving, left_s),
                patient=not_called(ahead, calls, leaving, left_s),
                late=stay.until > one.at + left_s * 1000,
                called=stay.how is How.CALLED,
                went=(stay.until - one.at) / 1000 / left_s,
                hour=one.hour,
                rule=ahead + 1 > calls * left_s,
                half=left_s < limit_s / 2,
            )


def _of_limit(seen: Sequence[Seen], limit_s: int, rule: Forecasting) -> Iterator[str]:
    cases = list(cases_of(seen, limit_s))
    share = climate(cases)
    base = brier(cases, lambda _: share)
    said = sum(case.chance for case in cases)
    late = sum(case.late for case in cases)
    yield f"promise {limit_s} s: {len(cases)} forecasts, {late} were late ({share:.1%})"
    for name, score in (
        ("the model", brier(cases, lambda case: case.chance)),
        ("climatology", base),
        ("ahead x mean gap", brier(cases, lambda case: case.rule)),
        ("half the time gone", brier(cases, lambda case: case.half)),
    ):
        yield f"  Brier {name:<20}{score:.4f}   skill {1 - score / base:+.3f}"
    yield f"  late: forecast {said:.0f}, happened {late}, ratio {said / late:.3f}"
    yield "  tenth by tenth, forecast → happened (who left before his deadline was not late):"
    yield "    " + "  ".join(f"{one.forecast:.2f}→{one.happened:.2f}" for one in reliability(cases))
    yield "  not called in time, had he stayed (who left is censored, Kaplan-Meier):"
    yield "    " + "  ".join(
        f"{one.forecast:.2f}→{one.happened:.2f}" for one in reliability_of_calls(cases)
    )
    moments = Counter(one.hour for one in seen)
    yield "  people late per queue and moment, by hour of the day, forecast/happened:"
    yield "    " + "  ".join(
        f"{hour}h {said:.2f}/{happened:.2f}"
        for hour, said, happened in by_hour(cases, moments)
        if moments[hour] >= 100
    )


def _of_counters(
    seen: Sequence[Seen], stays: dict[str, list[Stay]], rule: Forecasting
) -> Iterator[str]:
    """Against what it says with the pace of the half hour that followed, known in hindsight."""
    for limit_s in LIMITS_S:
        errors = Counter(_errors(seen, stays, limit_s, rule))
        number = sum(errors.values())
        if number:
            mean = sum(error * count for error, count in errors.items()) / number
            near = sum(count for error, count in errors.items() if abs(error) <= 1) / number
            yield (
                f"counters needed, promise {limit_s} s: {number} moments above what is allowed;"
                f" forecast less hindsight {mean:+.2f} counters, exact {errors[0] / number:.0%},"
                f" within one {near:.0%}"
            )
    yield (
        "does pace grow with counters? between one hour and the next, log pace against log"
        f" counters: slope {slope(list(_growth(seen))):.2f} (1: in proportion, as is assumed)"
    )


def _errors(
    seen: Sequence[Seen], stays: dict[str, list[Stay]], limit_s: int, rule: Forecasting
) -> Iterator[int]:
    for one in seen:
        waiting: _Waiting = [(stay.since, stay.since + limit_s * 1000) for stay in one.stays]
        promised = sum(stay.since + limit_s * 1000 >= one.at for stay in one.stays)
        if not promised or not one.serving:
            continue
        allowed = rule.allowed * promised
        pace, counters = one.pace, one.serving
        forecast = counters_for(
            waiting, pace.calls / counters, pace.leaving, one.at, counters, allowed
        )
        if forecast <= one.serving:
            continue
        after = realised(stays[one.service], one.at, AFTER_MS)
        yield forecast - counters_for(
            waiting, after.calls / counters, after.leaving, one.at, counters, allowed
        )


def _growth(seen: Sequence[Seen]) -> Iterator[tuple[float, float]]:
    """Of one queue, an hour apart, where the number of counters changed."""
    hours: dict[tuple[str, int], list[Seen]] = defaultdict(list)
    for one in seen:
        hours[one.service, one.at // 3_600_000].append(one)
    for (service, hour), those in hours.items():
        before = hours.get((service, hour - 1))
        if before is None:
            continue
        one, two = before[-1], those[-1]
        if one.serving and two.serving and one.serving != two.serving and two.pace.calls > 0:
            yield log(two.serving / one.serving), log(two.pace.calls / one.pace.calls)


def main() -> int:
    """0: printed; 1: the core's queue was wrong; 2: the data are not there."""
    for name in (JANUARY, AUGUST):
        table = shared_file(name)
        if not table.exists():
            print(f"bench: no {table}; docs/forecast.md says what it is", file=sys.stderr)
            return 2
        try:
            print(*run(table), "", sep="\n", flush=True)
        except WrongResultError as wrong:
            print(f"bench: a wrong result does not count: {wrong}", file=sys.stderr)
            return 1
    return 0
