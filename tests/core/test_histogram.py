"""Histograms (design §4): counts that merge exactly, quantiles right to 2 %."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.histogram import bucket, quantile, value

DAY_MS = 24 * 3_600_000
DURATIONS = st.integers(0, DAY_MS)
SHARES = (0.5, 0.9, 0.99)


def counted(durations: list[int]) -> dict[int, int]:
    return dict(Counter(bucket(duration) for duration in durations))


def exact(durations: list[int], share: float) -> int:
    """The value at the rank the histogram is asked for: no interpolation."""
    ordered = sorted(durations)
    return ordered[int(share * (len(ordered) - 1))]


@given(DURATIONS)
def test_a_bucket_s_middle_is_within_two_percent_of_all_it_holds(duration: int) -> None:
    assert value(bucket(duration)) == pytest.approx(duration, rel=0.0201, abs=1)


@given(st.lists(DURATIONS, min_size=1, max_size=60), st.sampled_from(SHARES))
def test_any_quantile_is_within_two_percent(durations: list[int], share: float) -> None:
    found = quantile(counted(durations), share)
    assert found == pytest.approx(exact(durations, share), rel=0.0201, abs=1)


@given(st.lists(DURATIONS, max_size=30), st.lists(DURATIONS, max_size=30))
def test_two_histograms_added_up_are_that_of_all(one: list[int], two: list[int]) -> None:
    merged = Counter(counted(one))
    merged.update(counted(two))
    assert dict(merged) == counted(one + two)


@given(DURATIONS, DURATIONS)
def test_a_longer_duration_is_never_in_a_lower_bucket(one: int, two: int) -> None:
    assert (bucket(one) <= bucket(two)) or one > two


def test_nothing_has_no_quantile() -> None:
    assert quantile({}, 0.5) is None


def test_a_bucket_emptied_by_a_correction_counts_for_nothing() -> None:
    assert quantile({bucket(5_000): 0}, 0.5) is None
    kept = bucket(1_000)
    assert quantile({bucket(5_000): 0, kept: 1}, 0.99) == value(kept)


def test_below_a_millisecond_is_nothing() -> None:
    assert (bucket(0), bucket(1), value(bucket(0))) == (0, 0, 0.0)
