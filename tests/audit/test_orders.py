"""What an order stands at, from its events in whatever order and however often they come."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.rectification import RectificationEvent
from streams.audit.orders import OrderState, fold, next_number, orders_of
from tests.audit.acts_made import DUE, assigned, at, checked, done, made_up, opened, reopened

#: Each: the acts, the state they come to, and whether somebody still has to do something.
STATES: dict[str, tuple[list[RectificationEvent], OrderState, bool]] = {
    "opened": ([opened()], OrderState.OPEN, True),
    "assigned": ([opened(), assigned(1)], OrderState.ASSIGNED, True),
    "done without having been assigned": ([opened(), done(1)], OrderState.DONE, False),
    "checked, and it moved": ([opened(), done(1), checked(2)], OrderState.MOVED, False),
    "checked, and it did not": ([opened(), done(1), checked(2, False)], OrderState.UNMOVED, False),
    "checked twice: the later counts": (
        [opened(), done(1), checked(2, False), checked(3)], OrderState.MOVED, False,
    ),
    "reopened": ([opened(), assigned(1), done(2), reopened(3)], OrderState.REOPENED, True),
    "done again": ([opened(), done(1), checked(2), reopened(3), done(4)], OrderState.DONE, False),
    "a check of the round before does not count": (
        [opened(), done(1), reopened(3), done(4), checked(2)], OrderState.DONE, False,
    ),
    "done before it was opened counts for nothing": ([opened(), done(-1)], OrderState.OPEN, True),
}  # fmt: skip


@pytest.mark.parametrize(("acts", "state", "pending"), STATES.values(), ids=STATES)
def test_the_state(acts: list[RectificationEvent], state: OrderState, pending: bool) -> None:
    order = fold(acts)
    assert order is not None
    assert (order.state, order.pending) == (state, pending)


def test_what_an_order_tells() -> None:
    first: list[RectificationEvent] = [opened(), assigned(1), done(2), checked(3)]
    order = fold([*first, reopened(4, days=20), assigned(5, "P02")])
    assert order is not None
    assert (order.number, order.section, order.counter) == ("ZG-20221014-001", "S01", "C101")
    assert order.alerts == ("counter-filing/T1/1",)
    assert (order.assigned_to, order.assigned_at) == ("P02", at(5))
    assert (order.reopened, order.reopened_at, order.began_at) == (1, at(4), at(4))
    assert order.due > DUE
    assert (order.done_at, order.measure, order.recheck) == (None, "", None)


def test_an_order_that_nobody_opened_is_none() -> None:
    assert orders_of([assigned(1), done(2)]) == {}


@pytest.mark.parametrize(
    ("taken", "number"),
    [
        ([], "ZG-20221014-001"),
        (["ZG-20221014-001", "ZG-20221013-002"], "ZG-20221014-002"),
        ([f"ZG-20221014-{n:03}" for n in range(1, 1000)], "ZG-20221014-1000"),
    ],
)
def test_numbers(taken: list[str], number: str) -> None:
    assert next_number("20221014", taken) == number


histories = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 8), st.integers(0, 5)), max_size=14
).map(made_up)


@given(histories, st.randoms(use_true_random=False))
def test_any_order_gives_the_same_order(
    events: list[RectificationEvent], chance: random.Random
) -> None:
    shuffled = list(events)
    chance.shuffle(shuffled)
    assert orders_of(shuffled) == orders_of(events)


@given(histories, histories)
def test_duplicates_change_nothing(
    events: list[RectificationEvent], others: list[RectificationEvent]
) -> None:
    again = [event for event in others if event in events]
    assert orders_of([*events, *again, *events]) == orders_of(events)
