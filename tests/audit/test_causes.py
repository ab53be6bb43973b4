"""Breaches in, orders out: when a cause has broken often enough, and when it recurs."""

from datetime import UTC, datetime, timedelta

import pytest

from schemas.audit import BreachFacts
from schemas.rectification import RectificationEvent, RectificationOpened, RectificationReopened
from streams.audit.causes import MOST_ALERTS, decide
from streams.audit.orders import orders_of
from tests.audit.acts_made import assigned, done, opened, reopened
from tests.audit.facts import DAY, breach, rules

#: The end of the audited day; orders of `acts_made` were opened at 09:00 of that day.
END = datetime(2022, 10, 14, 16, tzinfo=UTC)


def of_counter(count: int, counter: str = "C101", start: int = 0) -> list[BreachFacts]:
    return [breach(start + number, 10 + number, counter=counter) for number in range(count)]


def came_to(
    acts: list[RectificationEvent], breaches: list[BreachFacts], now: datetime = END
) -> list[tuple[str, str, str, str, int]]:
    """Act, number, section, counter, and how many alerts are named."""
    told = []
    for event in decide(orders_of(acts), breaches, DAY, now, rules()):
        match event:
            case RectificationOpened(data=data):
                told.append(
                    ("opened", event.subject, data.section, data.counter or "", len(data.alerts))
                )
            case RectificationReopened(data=data):
                told.append(("reopened", event.subject, data.section, "", 0))
    return told


FIRST = "ZG-20221014-001"
SECOND = "ZG-20221014-002"
#: The measure was done at noon (Shanghai); these breaches are of before and after it.
BEFORE, AFTER = 13.0, 1.0

OPENED = opened(counter="C101")
OF_SECTION = opened(counter=None)
DONE = done(180)

CASES: dict[
    str, tuple[list[RectificationEvent], list[BreachFacts], list[tuple[str, str, str, str, int]]]
] = {
    "too few": ([], of_counter(4), []),
    "a counter broke it five times": ([], of_counter(5), [("opened", FIRST, "S01", "C101", 5)]),
    "two counters": (
        [], of_counter(5, "C102") + of_counter(6, "C101", 20),
        [("opened", FIRST, "S01", "C101", 6), ("opened", SECOND, "S01", "C102", 5)],
    ),
    "many counters, each a little: the section": (
        [], [one for n in range(4) for one in of_counter(4, f"C10{n}", n * 10)],
        [("opened", FIRST, "S01", "", 16)],
    ),
    "what a counter's order covers does not count for the section": (
        [],
        [*of_counter(6, "C100", 90), *of_counter(4, "C101"), *of_counter(4, "C102", 10),
         *of_counter(4, "C103", 20)],
        [("opened", FIRST, "S01", "C100", 6)],
    ),
    "a promise without counters": (
        [], [breach(n, 1, counter="", promise="online-first-response") for n in range(15)],
        [("opened", FIRST, "S01", "", 15)],
    ),
    "two promises are two causes": (
        [], [breach(n, promise="online-first-response" if n < 3 else "counter-filing")
             for n in range(6)],
        [],
    ),
    "its order is open": ([OPENED], of_counter(9), []),
    "its order is assigned": ([OPENED, assigned(1)], of_counter(9), []),
    "the section's order is open": ([OF_SECTION], of_counter(9), []),
    "an order of another section is open": (
        [opened(section="S02")], of_counter(5), [("opened", SECOND, "S01", "C101", 5)],
    ),
    "done, and what broke was before": (
        [OPENED, DONE], [breach(n, BEFORE) for n in range(9)], [],
    ),
    "done, and it comes back": (
        [OPENED, DONE], [breach(n, AFTER) for n in range(5)],
        [("reopened", FIRST, "S01", "", 0)],
    ),
    "done, and not often enough since": (
        [OPENED, DONE],
        [*(breach(n, AFTER) for n in range(4)), *(breach(9 + n, BEFORE) for n in range(9))], [],
    ),
    "reopened already": ([OPENED, DONE, reopened(200)], [breach(n) for n in range(9)], []),
    "the section's measure was done: its counters begin anew, too": (
        [OF_SECTION, DONE],
        [*(breach(n, BEFORE) for n in range(9)), *(breach(20 + n, AFTER) for n in range(4))], [],
    ),
    "the section's measure was done, and one counter breaks": (
        [OF_SECTION, DONE], [breach(n, AFTER) for n in range(5)],
        [("opened", SECOND, "S01", "C101", 5)],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("acts", "breaches", "came"), CASES.values(), ids=CASES)
def test_causes(
    acts: list[RectificationEvent],
    breaches: list[BreachFacts],
    came: list[tuple[str, str, str, str, int]],
) -> None:
    assert came_to(acts, breaches) == came
    assert came_to(acts, breaches[::-1]) == came


def test_long_after_it_was_done_the_cause_gets_a_new_order() -> None:
    breaches = [breach(n, AFTER) for n in range(5)]
    within = END - timedelta(hours=12) + timedelta(days=90)
    assert came_to([OPENED, DONE], breaches, within)[0][:2] == ("reopened", FIRST)
    later = came_to([OPENED, DONE], breaches, within + timedelta(hours=1))
    assert later[0][:2] == ("opened", SECOND)


def test_what_was_decided_decides_nothing_more() -> None:
    breaches = [*of_counter(5), *of_counter(6, "C102", 20)]
    events = decide({}, breaches, DAY, END, rules())
    assert decide(orders_of(events), breaches, DAY, END, rules()) == []
    again = decide({}, breaches, DAY, END + timedelta(minutes=5), rules())
    assert [event.id for event in again] == [event.id for event in events]


def test_an_order_says_why_until_when_and_which_alerts() -> None:
    breaches = of_counter(260)
    (event,) = decide({}, breaches, DAY, END - timedelta(hours=1), rules())
    assert isinstance(event, RectificationOpened)
    data = event.data
    assert (data.by, data.clause, data.cause) == ("hallwatch", "四（二）1", "7日内违诺260次")
    assert data.due.isoformat() == "2022-10-24T23:59:59+08:00"
    assert len(data.alerts) == MOST_ALERTS
    assert data.alerts[-1] == "counter-filing/T0/1"


def test_a_reopened_order_says_why() -> None:
    (event,) = decide(
        orders_of([OPENED, DONE]), [breach(n, AFTER) for n in range(6)], DAY, END, rules()
    )
    assert isinstance(event, RectificationReopened)
    assert event.id == f"reopened/{FIRST}/1"
    assert event.data.reason == "整改后7日内再次违诺6次"
