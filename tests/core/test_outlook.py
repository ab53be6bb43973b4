"""A queue → who will be late and what it takes: what is measured, what is said, and laws."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from schemas.queue import Gone, How, QueueData, Serving, Waiting
from streams.core.forecasting import Forecasting
from streams.core.outlook import (
    IDLE_MS,
    Known,
    Outlook,
    chances,
    look_ahead,
    open_counters,
    pace_of,
    together,
)

NOW = 1_666_000_000_000
MIN = 60_000
RULE = Forecasting(on=True, version="1", clause="四（二）1")


def part(
    waiting: list[Waiting],
    gone: list[Gone] | None = None,
    counters: list[Serving] | None = None,
    number: int = 0,
    whole: int = RULE.look_back_ms,
) -> QueueData:
    return QueueData(
        section="S01",
        service="licence",
        partition=number,
        version=1,
        whole=whole,
        waiting=waiting,
        gone=gone or [],
        counters=counters or [],
    )


def busy(pace_ms: int = 2 * MIN, calls: int = 20, length: int = 6) -> list[Gone]:
    """Called one after the other, each with `length` - 1 others behind him."""
    return [
        Gone(n * pace_ms + length * pace_ms, n * pace_ms, How.CALLED) for n in range(1, calls + 1)
    ]


def queue_of(size: int, limit_ms: int = 10 * MIN, gap_ms: int = 20_000) -> list[Waiting]:
    return [Waiting(n * gap_ms, n * gap_ms - limit_ms) for n in range(size)]


def outlook(*parts: QueueData, rule: Forecasting = RULE) -> Outlook:
    return look_ahead(together([(NOW, one) for one in parts], NOW), rule, NOW)


ONE_COUNTER = [Serving("W1", MIN)]


def test_a_steady_queue_s_pace_is_its_calls_in_time() -> None:
    pace = pace_of(
        together([(NOW, part(queue_of(6, gap_ms=2 * MIN), busy(calls=40)))], NOW),
        NOW,
        RULE.look_back_ms,
    )
    assert pace.calls == pytest.approx(1 / 120, rel=0.05)
    assert pace.counted >= 15


def test_a_call_weighs_as_much_as_people_were_waiting() -> None:
    # Nine wait a minute and one of them is called; then one waits nine minutes and is called.
    crowd = [Gone(40 * MIN, 39 * MIN, How.CALLED)]
    crowd += [Gone(40 * MIN, 39 * MIN, How.REMOVED) for _ in range(8)]
    single = [Gone(20 * MIN, 11 * MIN, How.CALLED)]
    pace = pace_of(together([(NOW, part([], crowd + single))], NOW), NOW, RULE.look_back_ms)
    assert pace.calls == pytest.approx((9 * 1 + 1 * 1) / (9 * 60 + 540))
    assert pace.counted == 1


def test_who_leaves_is_measured_against_the_time_all_waited() -> None:
    gone = [Gone(10 * MIN, 5 * MIN, How.LEFT), Gone(10 * MIN, 0, How.REMOVED)]
    pace = pace_of(together([(NOW, part([], gone))], NOW), NOW, RULE.look_back_ms)
    assert pace.leaving == pytest.approx((1 + 1) / (300 + 600 + 400))


def test_what_a_part_left_out_is_not_measured() -> None:
    """A part that holds the latest only says so: its time before is nobody's."""
    cut = part([], busy(calls=5), whole=10 * MIN)
    pace = pace_of(together([(NOW, cut)], NOW), NOW, RULE.look_back_ms)
    assert pace.calls == pytest.approx(1 / 120, rel=0.2)


def test_with_too_few_calls_nothing_is_said() -> None:
    found = outlook(part(queue_of(8), busy(calls=RULE.minimum - 1), ONE_COUNTER))
    assert found == Outlook(Known.TOO_FEW_CALLS, waiting=8)


def test_with_enough_it_says_how_many_and_what_it_takes() -> None:
    """A call every two minutes, ten minutes each: about five are in time."""
    found = outlook(part(queue_of(12), busy(), ONE_COUNTER))
    assert found.known is Known.KNOWN
    assert found.promised == 12
    assert 4 <= found.will_miss <= 9
    assert found.above
    assert found.counters_open == 1
    assert found.counters_needed > 1


def test_an_empty_queue_needs_no_more_than_it_has() -> None:
    found = outlook(part([], busy(), ONE_COUNTER))
    assert (found.waiting, found.will_miss, found.above, found.clear) == (0, 0, False, True)
    assert found.counters_needed == found.counters_open


def test_whom_nothing_was_promised_is_in_the_way_and_not_counted() -> None:
    walk_ins = [Waiting(3 * MIN) for _ in range(20)]
    found = outlook(part([*walk_ins, Waiting(MIN, MIN - 10 * MIN)], busy(), ONE_COUNTER))
    assert (found.waiting, found.promised, found.will_miss) == (21, 1, 1)


def test_who_is_late_already_is_no_forecast() -> None:
    late = [Waiting(20 * MIN, 10 * MIN) for _ in range(5)]
    found = outlook(part(late, busy(), ONE_COUNTER))
    assert (found.waiting, found.promised, found.will_miss) == (5, 0, 0)


def test_an_appointment_of_later_is_not_in_the_queue_yet() -> None:
    found = outlook(part([Waiting(-5 * MIN, -15 * MIN)], busy(), ONE_COUNTER))
    assert found.waiting == 0


def test_a_counter_that_lets_people_wait_is_not_open() -> None:
    waiting = queue_of(20)
    ended = Serving("W2", 30 * MIN, IDLE_MS + 1)
    just = Serving("W3", 30 * MIN, IDLE_MS)
    queue = together([(NOW, part(waiting, busy(), [*ONE_COUNTER, ended, just]))], NOW)
    assert open_counters(queue, NOW, RULE.look_back_ms) == 2
    # Nobody waited, and so it had no reason to call.
    queue = together([(NOW, part([], busy(), [*ONE_COUNTER, ended, just]))], NOW)
    assert open_counters(queue, NOW, RULE.look_back_ms) == 3


def test_where_nobody_serves_any_more_everybody_will_be_late() -> None:
    gone = Serving("W1", 50 * MIN, 40 * MIN)
    late = outlook(part([Waiting(20 * MIN, 20 * MIN - 30 * MIN)] * 9, busy(), [gone]))
    assert (late.counters_open, late.will_miss) == (0, 9)
    assert late.counters_needed >= 1


def test_of_a_counter_the_latest_call_counts_whoever_tells_it() -> None:
    old, new = Serving("W1", 20 * MIN, 10 * MIN), Serving("W1", 5 * MIN)
    parts = [(NOW, part([], [], [old], 0)), (NOW, part([], [], [new], 1))]
    for told in (parts, parts[::-1]):
        assert together(told, NOW).counters == {"W1": (NOW - 5 * MIN, None)}


def test_fewer_are_late_with_as_many_counters_as_it_says() -> None:
    queue = together([(NOW, part(queue_of(12), busy(), ONE_COUNTER))], NOW)
    found = look_ahead(queue, RULE, NOW)
    pace = pace_of(queue, NOW, RULE.look_back_ms)

    def late(counters: int) -> float:
        return sum(chances(queue.waiting, pace.calls * counters, pace.leaving, NOW))

    enough = RULE.allowed * found.promised + late(2 * found.counters_open + 2)
    assert late(found.counters_needed) <= enough < late(found.counters_needed - 1)


def test_for_somebody_with_no_time_left_no_hall_is_opened() -> None:
    hopeless = [Waiting(10 * MIN - 5_000, -5_000) for _ in range(6)]
    found = outlook(part(hopeless, busy(), ONE_COUNTER))
    assert found.will_miss == 6
    assert found.counters_needed == found.counters_open
    assert not found.above


agos = st.integers(0, 70 * MIN)
waitings = st.lists(
    st.builds(
        lambda since, limit: Waiting(since, None if limit is None else since - limit),
        agos,
        st.none() | st.integers(0, 40 * MIN),
    ),
    max_size=25,
)
gones = st.lists(
    st.builds(lambda a, b, how: Gone(max(a, b), min(a, b), how), agos, agos, st.sampled_from(How)),
    max_size=40,
)
counters = st.lists(
    st.builds(
        lambda number, a, b: Serving(f"W{number}", max(a, b), min(a, b) or None),
        st.integers(1, 6),
        agos,
        agos,
    ),
    max_size=8,
)


@given(waitings, gones, counters, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_in_whatever_order_and_parts_it_is_told_it_is_the_same(
    waiting: list[Waiting], gone: list[Gone], serving: list[Serving], chance: random.Random
) -> None:
    whole = outlook(part(waiting, gone, serving))
    shares: list[tuple[list[Waiting], list[Gone], list[Serving]]] = [([], [], []) for _ in range(4)]
    for one in chance.sample(waiting, len(waiting)):
        chance.choice(shares)[0].append(one)
    for went in chance.sample(gone, len(gone)):
        chance.choice(shares)[1].append(went)
    for counter in chance.sample(serving, len(serving)):
        chance.choice(shares)[2].append(counter)
    assert outlook(*(part(*share, number=n) for n, share in enumerate(shares))) == whole


@given(waitings, gones, counters)
@settings(deadline=None)
def test_one_more_in_the_queue_never_makes_fewer_late(
    waiting: list[Waiting], gone: list[Gone], serving: list[Serving]
) -> None:
    queue = together([(NOW, part(waiting, gone, serving))], NOW)
    longer = together([(NOW, part([*waiting, Waiting(30 * MIN, -5 * MIN)], gone, serving))], NOW)
    calls, leaving = 1 / 100, 1 / 900
    fewer = sum(chances(queue.waiting, calls, leaving, NOW))
    assert fewer <= sum(chances(longer.waiting, calls, leaving, NOW)) + 1e-9


@given(waitings, gones, counters, st.floats(0.01, 0.5))
@settings(deadline=None)
def test_it_never_asks_for_fewer_than_are_open_nor_for_more_when_more_is_allowed(
    waiting: list[Waiting], gone: list[Gone], serving: list[Serving], allowed: float
) -> None:
    told = part(waiting, gone, serving)
    strict = outlook(told, rule=replace(RULE, allowed=allowed))
    lenient = outlook(told, rule=replace(RULE, allowed=allowed * 1.5))
    assert strict.counters_open <= lenient.counters_needed <= strict.counters_needed
    assert strict.above or not lenient.above
