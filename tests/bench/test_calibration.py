"""The arithmetic of the forecast's calibration, against numbers worked out by hand."""

import math

import pytest

from tests.bench.calibration import (
    Case,
    brier,
    climate,
    product_limit,
    reliability,
    reliability_of_calls,
    slope,
)


def case(chance: float, late: bool, went: float = 2.0, called: bool = True) -> Case:
    return Case(chance, chance, late, called, went, 9, rule=late, half=not late)


def test_the_brier_score_of_certainty_and_of_not_knowing() -> None:
    cases = [case(0.8, True), case(0.8, True), case(0.2, False), case(0.2, True)]
    assert brier(cases, lambda one: one.chance) == pytest.approx((0.04 + 0.04 + 0.04 + 0.64) / 4)
    assert brier(cases, lambda one: one.rule) == 0
    assert brier(cases, lambda one: one.half) == 1
    assert climate(cases) == 0.75


def test_tenths_are_of_the_forecast_in_its_order() -> None:
    cases = [case(n / 100, n % 10 < n // 10) for n in range(99, -1, -1)]
    bins = reliability(cases)
    assert [one.cases for one in bins] == [10] * 10
    assert [one.forecast for one in bins] == pytest.approx([0.045 + n / 10 for n in range(10)])
    assert [one.happened for one in bins] == pytest.approx([n / 10 for n in range(10)])


def test_who_is_lost_sight_of_counts_until_then() -> None:
    # Of four one ends at 0.2, one is lost at 0.5, one ends at 0.8, one lasts beyond 1.
    seen = [(0.2, True), (0.5, False), (0.8, True), (3.0, True)]
    assert product_limit(seen) == pytest.approx(3 / 4 * 1 / 2)
    assert product_limit([(0.5, False), (0.5, True)]) == 0.5  # ends come first
    assert product_limit([(1.0, True)]) == 0.0
    assert product_limit([(0.4, False)]) == 1.0


def test_without_anybody_leaving_calls_in_time_are_just_counted() -> None:
    cases = [case(0.5, late, 2.0 if late else 0.5) for late in (True, False) * 10]
    assert [one.happened for one in reliability_of_calls(cases)] == pytest.approx([0.5] * 10)


def test_a_slope_goes_through_the_origin() -> None:
    assert slope([(1, 0.5), (-2, -1), (4, 2)]) == pytest.approx(0.5)
    assert math.isnan(slope([]))
