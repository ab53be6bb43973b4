"""What is a batch, without a clock: time is a number the test passes."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinks.backoff import BackOff, delay_seconds
from sinks.batching import BatchPolicy, Part, Pending

POLICY = BatchPolicy(max_rows=10, max_bytes=100, max_age=timedelta(milliseconds=500))


def part(count: int = 1, size: int = 1, came_at: float = 0.0, mark: bytes = b"x") -> Part:
    return Part(mark * size, count, lambda: None, came_at)


@pytest.mark.parametrize(
    ("sentence", "parts", "now", "due"),
    [
        ("nothing waits", [], 99.0, False),
        ("young and small waits", [part()], 0.499, False),
        ("old leaves, exactly at its age", [part()], 0.5, True),
        ("the oldest decides", [part(came_at=0.0), part(came_at=0.4)], 0.5, True),
        ("full by rows leaves at once", [part(count=4), part(count=6)], 0.0, True),
        ("full by bytes leaves at once", [part(size=99), part(size=1)], 0.0, True),
        ("not quite full waits", [part(count=9, size=99)], 0.0, False),
    ],
)
def test_when_a_batch_is_due(sentence: str, parts: list[Part], now: float, due: bool) -> None:
    pending = Pending(POLICY)
    for each in parts:
        pending.add(each)
    assert pending.is_due(now) is due, sentence


@pytest.mark.parametrize(
    ("sentence", "parts", "taken"),
    [
        ("all that fits", [part(count=4), part(count=6)], 2),
        ("what would go over stays", [part(count=4), part(count=7)], 1),
        ("bytes count as well", [part(size=60), part(size=60)], 1),
        ("a part over the limit goes alone", [part(count=50, size=500), part()], 1),
        ("nothing gives nothing", [], 0),
    ],
)
def test_what_a_batch_takes(sentence: str, parts: list[Part], taken: int) -> None:
    pending = Pending(POLICY)
    for each in parts:
        pending.add(each)
    assert pending.take() == tuple(parts[:taken]), sentence
    assert len(pending) == len(parts) - taken


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 200))))
def test_batches_hold_every_part_once_in_order_and_within_the_limits(
    shapes: list[tuple[int, int]],
) -> None:
    pending = Pending(POLICY)
    parts = [part(count, size, float(at)) for at, (count, size) in enumerate(shapes)]
    for each in parts:
        pending.add(each)
    batches = []
    while batch := pending.take():
        batches.append(batch)
        fits = sum(p.count for p in batch) <= 10 and sum(len(p.rows) for p in batch) <= 100
        assert fits or len(batch) == 1
    assert [p for batch in batches for p in batch] == parts
    assert pending.wake_at() is None
    assert not pending.is_due(1e9)


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_a_delay_grows_to_its_cap_and_never_over(attempt: int, chance: float) -> None:
    rule = BackOff(first=timedelta(seconds=1), cap=timedelta(seconds=60))
    delay = delay_seconds(rule, attempt, chance)
    assert min(2.0 ** min(attempt - 1, 40), 60) / 2 <= delay <= 60
    assert delay <= delay_seconds(rule, attempt + 1, chance)
