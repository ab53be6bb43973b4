"""The pace of a channel: never more than the limit, and no longer a wait than it needs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinks.pace import Limit, Pace

TWO_A_MINUTE = Limit(2, 60.0)


@pytest.mark.parametrize(
    ("limits", "sent", "now", "wait"),
    [
        ([], [0.0] * 9, 0.0, 0.0),
        ([TWO_A_MINUTE], [], 0.0, 0.0),
        ([TWO_A_MINUTE], [0.0], 0.0, 0.0),
        ([TWO_A_MINUTE], [0.0, 10.0], 10.0, 50.0),
        ([TWO_A_MINUTE], [0.0, 10.0], 60.0, 0.0),
        ([TWO_A_MINUTE], [0.0, 10.0, 60.0], 60.0, 10.0),
        ([TWO_A_MINUTE, Limit(1, 1.0)], [0.0], 0.25, 0.75),
        ([TWO_A_MINUTE, Limit(1, 1.0)], [0.0, 10.0], 10.5, 49.5),
    ],
)
def test_one_waits_for_the_longest_of_the_limits(
    limits: list[Limit], sent: list[float], now: float, wait: float
) -> None:
    pace = Pace(limits)
    for at in sent:
        pace.note(at)
    assert pace.wait_seconds(now) == wait


@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(1, 60)), min_size=1, max_size=3),
    st.lists(st.integers(0, 40), max_size=60),
)
def test_no_stretch_holds_more_than_its_limit(
    limits: list[tuple[int, int]], gaps: list[int]
) -> None:
    rules = [Limit(count, float(seconds)) for count, seconds in limits]
    pace, now, sent = Pace(rules), 0.0, list[float]()
    for gap in gaps:
        now += gap
        now += pace.wait_seconds(now)
        assert pace.wait_seconds(now) == 0, "waiting once is enough"
        pace.note(now)
        sent.append(now)
    for rule in rules:
        for begin in sent:
            held = [at for at in sent if begin <= at < begin + rule.seconds]
            assert len(held) <= rule.count
