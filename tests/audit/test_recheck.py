"""Whether a measure moved the figures, and when that is looked at."""

from datetime import timedelta

import pytest

from schemas.audit import Judged
from schemas.rectification import RectificationEvent
from streams.audit.orders import fold, orders_of
from streams.audit.recheck import due_spans, enough, rechecked, span_of
from tests.audit.acts_made import at, checked, done, opened, reopened
from tests.audit.facts import rules

RULES = rules().recheck
DONE_AT = at(180)


def days(number: float) -> timedelta:
    return timedelta(days=number)


@pytest.mark.parametrize(
    ("after", "due"),
    [
        (days(6.9), []),
        (days(7), [7]),
        (days(9.5), [9]),
        (days(400), [28]),
    ],
)
def test_when_a_done_order_is_due(after: timedelta, due: list[int]) -> None:
    orders = orders_of([opened(), done(180)])
    assert [span.days for span in due_spans(orders, DONE_AT + after, RULES)] == due


def test_who_is_not_due() -> None:
    acts: list[RectificationEvent] = [
        *(opened(), done(180), checked(200)),
        opened(number="ZG-20221014-002"),
        *(opened(number="ZG-20221014-003"), done(180, number="ZG-20221014-003")),
        reopened(190, number="ZG-20221014-003"),
    ]
    assert due_spans(orders_of(acts), DONE_AT + days(30), RULES) == []


#: Each: days since, before, after; whether it is checked now, and whether it moved.
FIGURES = {
    "fell by far": (7, Judged(25, 100), Judged(5, 100), True, True),
    "stayed": (7, Judged(25, 100), Judged(25, 100), True, False),
    "rose": (7, Judged(5, 100), Judged(25, 100), True, False),
    "fell a little: by chance": (7, Judged(25, 100), Judged(20, 100), True, False),
    "the same little, of many": (7, Judged(2500, 10000), Judged(2000, 10000), True, True),
    "too few after, and time left": (7, Judged(25, 100), Judged(0, 29), False, False),
    "too few before, and time left": (27, Judged(9, 29), Judged(0, 100), False, False),
    "too few, and no time left": (28, Judged(25, 100), Judged(0, 29), True, False),
    "nobody came any more": (28, Judged(25, 100), Judged(0, 0), True, False),
}


@pytest.mark.parametrize(
    ("since", "before", "after", "now", "moved"), FIGURES.values(), ids=FIGURES
)
def test_the_figures(since: int, before: Judged, after: Judged, now: bool, moved: bool) -> None:
    order = fold([opened(), done(180)])
    assert order is not None
    span = span_of(order, DONE_AT + days(since), RULES)
    assert span is not None
    assert (span.begins, span.ends) == (DONE_AT - days(since), DONE_AT + days(since))
    assert enough(span, before, after, RULES) == now
    event = rechecked(
        span, before, after, span.ends, RULES, by="hallwatch", source="hallwatch/audit", id="r1"
    )
    assert event.data.moved == moved
    assert event.data.before == pytest.approx(before.breached / before.judged, abs=1e-4)
    assert event.data.judged == after.judged


def test_less_than_a_day_after_it_there_is_nothing_to_compare() -> None:
    order = fold([opened(), done(180)])
    assert order is not None
    assert span_of(order, DONE_AT + days(0.9), RULES) is None
