"""The wait of somebody in a queue: against Erlang's own forms, against chance itself, by laws."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.erlang import not_called, still_waiting

aheads = st.integers(0, 60)
paces = st.floats(0, 2, allow_subnormal=False)
leavings = st.floats(0, 0.05, allow_subnormal=False)
times = st.floats(0, 3_600)


@pytest.mark.parametrize("ahead", [0, 1, 7, 40])
@pytest.mark.parametrize("within", [0.0, 30.0, 600.0])
def test_without_leaving_it_is_erlang_s_distribution(ahead: int, within: float) -> None:
    pace = 1 / 45
    mean = pace * within
    erlang = sum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(ahead + 1))
    assert not_called(ahead, pace, 0.0, within) == pytest.approx(erlang, rel=1e-9)


@pytest.mark.parametrize("servers", [1, 3, 8])
def test_over_a_queue_in_balance_it_is_erlang_s_formula_of_waiting(servers: int) -> None:
    """M/M/c: of those who wait, whoever finds n in the queue waits for n + 1 calls; mixed with
    the chances of n that is exp(-(c mu - lambda) t), as the Erlang-C formula has it."""
    mu, load, within = 1 / 300, 0.85, 240.0
    arrivals = load * servers * mu
    mixed = sum(
        (1 - load) * load**found * not_called(found, servers * mu, 0.0, within)
        for found in range(400)
    )
    assert mixed == pytest.approx(math.exp(-(servers * mu - arrivals) * within), rel=1e-9)


@pytest.mark.parametrize(("ahead", "pace", "leaving"), [(0, 0.02, 0.004), (6, 0.03, 0.002)])
def test_it_is_what_chance_comes_to(ahead: int, pace: float, leaving: float) -> None:
    """Each step of a queue played out: whoever is ahead is called or leaves, or he does."""
    random_ = random.Random(20221014)
    within, plays, waiting, uncalled = 180.0, 40_000, 0, 0
    for _ in range(plays):
        patience = random_.expovariate(leaving)
        wait = sum(random_.expovariate(pace + n * leaving) for n in range(ahead + 1))
        uncalled += wait > within
        waiting += min(wait, patience) > within
    tolerance = 4 * math.sqrt(0.25 / plays)
    assert not_called(ahead, pace, leaving, within) == pytest.approx(
        uncalled / plays, abs=tolerance
    )
    assert still_waiting(ahead, pace, leaving, within) == pytest.approx(
        waiting / plays, abs=tolerance
    )


def test_little_leaving_is_nearly_none() -> None:
    assert not_called(9, 0.02, 1e-12, 400) == pytest.approx(not_called(9, 0.02, 0, 400), rel=1e-6)


def test_a_long_time_and_a_fast_queue_come_to_nothing_and_not_to_an_error() -> None:
    assert 0 <= not_called(300, 5.0, 0.001, 36_000) < 1e-100
    assert not_called(3, 0.0, 0.01, 60) == 1.0
    assert still_waiting(0, 0.5, 0.0, 0) == 1.0


@given(aheads, paces, leavings, times)
def test_it_is_a_chance(ahead: int, pace: float, leaving: float, within: float) -> None:
    assert 0 <= still_waiting(ahead, pace, leaving, within) <= 1


@given(aheads, paces, paces, leavings, times)
def test_a_faster_queue_never_makes_anybody_later(
    ahead: int, one: float, other: float, leaving: float, within: float
) -> None:
    slow, fast = sorted((one, other))
    late = still_waiting(ahead, slow, leaving, within)
    assert still_waiting(ahead, fast, leaving, within) <= late + 1e-9


@given(aheads, paces, leavings, times, times)
def test_more_people_ahead_or_less_time_never_makes_it_better(
    ahead: int, pace: float, leaving: float, one: float, other: float
) -> None:
    short, long = sorted((one, other))
    chance = still_waiting(ahead, pace, leaving, long)
    assert chance <= still_waiting(ahead + 1, pace, leaving, long) + 1e-9
    assert chance <= still_waiting(ahead, pace, leaving, short) + 1e-9
