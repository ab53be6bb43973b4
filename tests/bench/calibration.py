"""How good chances were, once it is known what happened: reliability, Brier score, bias.

Owns the arithmetic; what was forecast and what happened is `forecast_run`'s. Pure. Invariant:
whoever left before his deadline is no miss (semantics §3), and where it is asked whether he
would have been called in time he is censored then, neither called nor not.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

from msgspec import Struct


class Case(Struct, frozen=True):
    """Somebody who waited at a moment, with a deadline to come."""

    chance: float  #: forecast: still waiting at his deadline
    patient: float  #: forecast: not called by then, had he stayed
    late: bool  #: he was still waiting then
    called: bool  #: how he went, late or not
    went: float  #: when, in shares of the time he had: 1 is his deadline
    hour: int  #: of the day
    rule: bool  #: a rule without a model says he will be late: ahead x mean time between calls
    half: bool  #: another one: he has waited half his time


class Bin(Struct, frozen=True):
    cases: int
    forecast: float
    happened: float


def brier(cases: Sequence[Case], chance: Callable[[Case], float]) -> float:
    """The mean square of what was said less what happened; 0 is best."""
    return sum((chance(case) - case.late) ** 2 for case in cases) / len(cases)


def climate(cases: Sequence[Case]) -> float:
    """The share of those who were late: what can be said of anybody without looking."""
    return sum(case.late for case in cases) / len(cases)


def reliability(cases: Sequence[Case]) -> list[Bin]:
    """By tenths of the forecast chance: what was said, and what happened."""
    return [
        Bin(
            len(tenth),
            sum(case.chance for case in tenth) / len(tenth),
            sum(case.late for case in tenth) / len(tenth),
        )
        for tenth in _tenths(cases, lambda case: case.chance)
    ]


def reliability_of_calls(cases: Sequence[Case]) -> list[Bin]:
    """The same of not being called in time, those who left censored when they did: the
    product-limit estimate of Kaplan and Meier (1958), on the scale of each one's own time."""
    return [
        Bin(
            len(tenth),
            sum(case.patient for case in tenth) / len(tenth),
            product_limit([(case.went, case.called) for case in tenth]),
        )
        for tenth in _tenths(cases, lambda case: case.patient)
    ]


def product_limit(seen: Sequence[tuple[float, bool]], until: float = 1.0) -> float:
    """The share that lasts beyond `until`; each lasted so long, and ended (True) or was lost
    sight of (False). Of one moment, ends come before losses."""
    lasting, left = 1.0, len(seen)
    for went, ended in sorted(seen, key=lambda one: (one[0], not one[1])):
        if went > until:
            break
        if ended:
            lasting *= 1 - 1 / left
        left -= 1
    return lasting


def by_hour(cases: Sequence[Case], moments: dict[int, int]) -> list[tuple[int, float, float]]:
    """Hour of the day, and of a mean moment in it how many were forecast to be late, and were."""
    found = []
    for hour in sorted(moments):
        those = [case for case in cases if case.hour == hour]
        number = moments[hour]
        found.append(
            (
                hour,
                sum(case.chance for case in those) / number,
                sum(case.late for case in those) / number,
            )
        )
    return found


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Of the straight line through the origin that fits best; nan without any width."""
    width = sum(x * x for x, _ in points)
    return sum(x * y for x, y in points) / width if width else float("nan")


def _tenths(cases: Sequence[Case], key: Callable[[Case], float]) -> list[list[Case]]:
    ordered = sorted(cases, key=key)
    bounds = [round(len(ordered) * tenth / 10) for tenth in range(11)]
    return [ordered[start:end] for start, end in pairwise(bounds) if end > start]
