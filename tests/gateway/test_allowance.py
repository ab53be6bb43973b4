"""How much a sender may send: at once, then as fast as the bucket fills."""

from hypothesis import given
from hypothesis import strategies as st

from streams.gateway.allowance import Allowance


def test_so_many_at_once_and_then_as_they_come_back() -> None:
    allowance = Allowance(per_second=10, most=3, now=100.0)
    assert [allowance.take(1, 100.0) for _ in range(4)] == [True, True, True, False]
    assert allowance.until(2, 100.0) == 0.2
    assert not allowance.take(1, 100.05)
    assert allowance.take(1, 100.125)
    assert allowance.take(3, 200.0), "never more than three are saved up"
    assert not allowance.take(1, 200.0)


@given(
    st.lists(st.tuples(st.integers(1, 5), st.floats(0, 3)), max_size=60),
    st.integers(1, 50),
    st.integers(5, 40),
)
def test_over_any_time_no_more_than_the_rate_and_what_is_saved_up(
    asked: list[tuple[int, float]], per_second: int, most: int
) -> None:
    allowance, now, taken = Allowance(per_second, most, 0.0), 0.0, 0
    for count, pause in asked:
        now += pause
        let_through = allowance.take(count, now)
        taken += count if let_through else 0
        assert taken <= most + per_second * now + 1e-6
        if not let_through:
            # Whoever waits as long as he was told is let through.
            now += allowance.until(count, now) + 1e-9
            assert allowance.take(count, now)
            taken += count
