"""The laws of the core, over journeys nobody thought of (style 24).

Replay gives the same result, order and repetition change no verdict, a restart anywhere
changes nothing. What is counted and said: see `test_laws_of_counting`.
"""

from hypothesis import given
from hypothesis import strategies as st

from schemas.decode import Event
from schemas.frame import milliseconds
from schemas.outcomes import Table
from streams.core.partition import Limits
from streams.core.shift import Shift
from tests.core.hall import ANY_ORDER, Hall, told, unversioned
from tests.core.journeys import ALL, STEPS, Part, days, deliveries, deliveries_of_days, law
from tests.core.story import chat, clock_text, ms
from tests.core.workers import (
    AFTERWARDS,
    FORGETFUL,
    facts,
    run,
    run_killed_when_all_is_due,
    run_with_crashes,
    settle_all,
)

# -- order, repetition, slices -------------------------------------------------------------


@given(st.data())
@law
def test_order_repetition_and_slices_change_nothing(data: st.DataObject) -> None:
    events = data.draw(days(ALL))
    parts = data.draw(deliveries(events))
    hall, once = run(parts), told(events, at=AFTERWARDS)
    assert facts(hall) == facts(once)
    for name in {event.subject for event in events}:
        journey = hall.partition.journey(name)
        # Which of a shift's many signs are kept may differ; what they come to does not.
        if not isinstance(journey, Shift):
            assert journey == once.partition.journey(name)


@given(days(ALL), st.data())
@law
def test_a_late_event_leaves_all_as_if_it_had_come_in_time(
    events: list[Event], data: st.DataObject
) -> None:
    """Settled at every moment of the day; one event comes when all is over."""
    late = data.draw(st.integers(0, len(events) - 1))
    hall = Hall(ANY_ORDER)
    for event in sorted(events[:late] + events[late + 1 :], key=lambda event: event.time):
        hall.hear([event])
        settle_all(hall, milliseconds(event.time))
    settle_all(hall, AFTERWARDS)
    hall.hear([events[late]], ingest=AFTERWARDS)
    settle_all(hall, AFTERWARDS)
    assert facts(hall) == facts(told(events, at=AFTERWARDS))


@given(st.lists(st.sampled_from(STEPS), min_size=1, max_size=4), st.sampled_from(STEPS), st.data())
@law
def test_messages_before_and_after_the_request_count_once(
    messages: list[int], request: int, data: st.DataObject
) -> None:
    """Random days seldom repeat a message that came before the request; here it is usual."""
    begin = ms("10:00")
    told = chat("C1").requested(clock_text(begin + request * 1_000))
    for step in messages:
        told = told.replied(clock_text(begin + step * 1_000))
    again = data.draw(st.lists(st.sampled_from(list(told)), max_size=4))
    hall = Hall(ANY_ORDER)
    hall.hear(data.draw(st.permutations([*told, *again])))
    once = Hall(ANY_ORDER)
    once.hear(list(told))
    assert hall.partition.journey("C1") == once.partition.journey("C1")


# -- restarts ------------------------------------------------------------------------------


@given(deliveries_of_days(ALL), st.sets(st.integers(0, 6)), st.sampled_from((ANY_ORDER, FORGETFUL)))
@law
def test_a_worker_killed_anywhere_leaves_no_trace(
    parts: list[Part], crashes: set[int], limits: Limits
) -> None:
    unbroken, broken = run(parts, limits), run_with_crashes(parts, crashes, limits)
    assert facts(broken) == facts(unbroken)
    assert sorted(broken.messages()) == sorted(unbroken.messages())
    assert {key: unversioned(row) for key, row in broken.rows[Table.ALERTS].items()} == {
        key: unversioned(row) for key, row in unbroken.rows[Table.ALERTS].items()
    }


@given(deliveries_of_days(ALL), st.integers(0, 4))
@law
def test_what_was_due_when_a_worker_was_killed_comes_out_the_same(
    parts: list[Part], crash: int
) -> None:
    assert facts(run_killed_when_all_is_due(parts, crash)) == facts(run(parts))


@given(deliveries_of_days(ALL), st.data())
@law
def test_events_read_again_after_a_restart_change_nothing(
    parts: list[Part], data: st.DataObject
) -> None:
    hall = run(parts)
    before, said = facts(hall), hall.messages()
    hall.restart()
    known = [event for part in parts for event in part.events]
    again = data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=8))
    hall.hear(again, ingest=ms("11:00"))
    settle_all(hall, AFTERWARDS)
    assert facts(hall) == before
    assert hall.messages() == said


@given(deliveries_of_days(ALL), st.data())
@law
def test_a_worker_that_lost_its_partition_does_no_harm(
    parts: list[Part], data: st.DataObject
) -> None:
    """It reads on for a while as if nothing had happened, and believes it is late at night.

    This is about the state it writes; of its rows, sinks keep those of the higher epoch.
    """
    half = len(parts) // 2
    hall = Hall(ANY_ORDER)
    hall.settle(ms("09:00"))
    for part in parts[:half]:
        hall.hear(part.events, ingest=ms("09:00"))
        settle_all(hall, part.now, part.catching_up)
    lost = Hall(ANY_ORDER)
    lost.partition, lost.state_topic = hall.partition, hall.state_topic
    hall.restart()
    hall.settle(hall.partition.position.now)  # from here on the state topic has the new epoch
    lost_reads = data.draw(st.integers(half, len(parts)), label="the lost worker reads until")
    for number, part in enumerate(parts[half:], half):
        offset = hall.partition.position.next_offset
        if number < lost_reads:
            lost.hear(part.events, ingest=ms("09:00"))
            settle_all(lost, AFTERWARDS)
        if data.draw(st.booleans(), label="a third worker takes over"):
            hall.restart()
            assert hall.partition.position.next_offset == offset
        hall.hear(part.events, ingest=ms("09:00"))
        settle_all(hall, part.now, part.catching_up)
    settle_all(hall, AFTERWARDS)
    assert facts(hall) == facts(run(parts))
