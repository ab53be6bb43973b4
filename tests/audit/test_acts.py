"""What people may do about an order, and what they are told when they may not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from schemas.decode import Rejected, decode
from schemas.rectification import RectificationEvent
from streams.audit import acts
from streams.audit.acts import Act, Known, Opening, Refused
from streams.audit.orders import Order, OrderState, fold, orders_of
from streams.own_events import encoded
from tests.audit.acts_made import NUMBER, assigned, at, checked, done, opened

KNOWN = Known(
    promises={"counter-filing": "四（二）1", "online-first-response": "四（二）1"},
    sections={"S01": "许可一科", "S02": "许可二科"},
    people={"P01": "张科长", "P02": "李主任"},
)
ANYBODY = Known(promises=KNOWN.promises)
NOW = at(600)
OPEN: list[RectificationEvent] = [opened()]
DONE: list[RectificationEvent] = [opened(), done(60)]

ASKED = Opening(
    by="P01",
    promise="counter-filing",
    section="S02",
    counter="C201",
    problem="等候过长",
    due=NOW + timedelta(days=5),
)


def order(history: list[RectificationEvent]) -> Order:
    found = fold(history)
    assert found is not None
    return found


def asked(**changed: Any) -> Callable[[], Act]:
    return lambda: acts.open_order(replace(ASKED, **changed), orders_of(OPEN), KNOWN, NOW)


REFUSED: dict[str, tuple[Callable[[], Act], str, str]] = {
    "a promise there is not": (
        asked(promise="counter-filling"), "没有承诺 counter-filling；有：counter-filing",
        "there is no promise counter-filling; there are: counter-filing",
    ),
    "a section there is not": (
        asked(section="S99"), "没有科室 S99；有：S01（许可一科）", "there is no section S99",
    ),
    "somebody there is not": (asked(by="P99"), "没有人员 P99", "there is no person P99"),
    "due in the past": (
        asked(due=NOW - timedelta(days=1)), "整改期限 2022-10-13 已过", "is in the past",
    ),
    "no problem": (asked(problem="  "), "问题不能为空", "the problem must be said"),
    "a problem that is a novel": (asked(problem="长" * 501), "最多500字，现有501字", "at most 500"),
    "a second order of one cause": (
        asked(section="S01", counter="C101"), f"已有未完成的整改单 {NUMBER}",
        f"{NUMBER} is open for this cause",
    ),
    "more alerts than an order names": (
        asked(alerts=("a/b/1",) * 201), "最多列200条预警", "at most 200 alerts",
    ),
    "assigned to somebody there is not": (
        lambda: acts.assign(order(OPEN), "P99", "P01", NOW, KNOWN, NOW), "没有人员 P99", "P99",
    ),
    "assigned by somebody there is not": (
        lambda: acts.assign(order(OPEN), "P01", "P99", NOW, KNOWN, NOW), "没有人员 P99", "P99",
    ),
    "assigned when it is done": (
        lambda: acts.assign(order(DONE), "P02", "P01", NOW, KNOWN, NOW),
        "已于2022-10-14完成整改，重新分派须先重开", "reopen it first",
    ),
    "done before it was opened": (
        lambda: acts.finish(order(OPEN), "加人", "P01", at(-1), KNOWN, NOW),
        "于 2022-10-14 09:00:00 才开出，时间要在其后", "was opened at 2022-10-14 09:00:00",
    ),
    "done in the future": (
        lambda: acts.finish(order(OPEN), "加人", "P01", NOW + timedelta(days=1), KNOWN, NOW),
        "不能晚于现在", "in the future",
    ),
    "done twice": (
        lambda: acts.finish(order(DONE), "加人", "P01", NOW, KNOWN, NOW),
        "不能重复完成", "was done on 2022-10-14 already",
    ),
    "done without a measure": (
        lambda: acts.finish(order(OPEN), "", "P01", NOW, KNOWN, NOW),
        "整改措施不能为空", "the measure must be said",
    ),
    "reopened though it is not done": (
        lambda: acts.reopen(order(OPEN), "未改", ASKED.due, "P01", KNOWN, NOW),
        "尚未完成整改，无需重开", "nothing to reopen",
    ),
    "reopened with a due day gone by": (
        lambda: acts.reopen(order(DONE), "未改", at(0), "P01", KNOWN, NOW), "已过", "in the past",
    ),
    "an order there is not": (
        lambda: _found("ZG-20221014-009"), f"没有整改单 ZG-20221014-009；最近的有 {NUMBER}",
        f"there is no order ZG-20221014-009; the latest are {NUMBER}",
    ),
}  # fmt: skip


def _found(number: str) -> Act:
    found = acts.find_order(number, orders_of(OPEN))
    assert isinstance(found, Refused)
    return found


@pytest.mark.parametrize(("act", "zh", "en"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_says_what_would_be_right(act: Callable[[], Act], zh: str, en: str) -> None:
    refused = act()
    assert isinstance(refused, Refused), refused
    assert zh in refused.zh
    assert en in refused.en


#: Each: the act, on which history, and what the order then stands at.
DO: dict[str, tuple[Callable[[], Act], list[RectificationEvent], OrderState]] = {
    "open": (asked(), OPEN, OrderState.OPEN),
    "assign": (
        lambda: acts.assign(order(OPEN), "P02", "P01", NOW, KNOWN, NOW),
        OPEN, OrderState.ASSIGNED,
    ),
    "assign to somebody else": (
        lambda: acts.assign(order([*OPEN, assigned(1)]), "P02", "P01", NOW, KNOWN, NOW),
        [*OPEN, assigned(1)], OrderState.ASSIGNED,
    ),
    "finish": (
        lambda: acts.finish(order(OPEN), "增开窗口", "P01", NOW, KNOWN, NOW),
        OPEN, OrderState.DONE,
    ),
    "reopen what was checked": (
        lambda: acts.reopen(order([*DONE, checked(90)]), "又来", ASKED.due, "P01", KNOWN, NOW),
        [*DONE, checked(90)], OrderState.REOPENED,
    ),
    "anybody, where nobody is listed": (
        lambda: acts.assign(order(OPEN), "wang-3", "zhang-1", NOW, ANYBODY, NOW),
        OPEN, OrderState.ASSIGNED,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("act", "history", "state"), DO.values(), ids=DO)
def test_an_act_changes_the_order(
    act: Callable[[], Act], history: list[RectificationEvent], state: OrderState
) -> None:
    event = act()
    assert not isinstance(event, Refused), event
    assert orders_of([*history, event])[event.subject].state is state
    assert not isinstance(decode(encoded(event)), Rejected)


def test_of_two_who_take_one_number_one_learns_that_it_is_not_his() -> None:
    first = acts.open_order(ASKED, {}, KNOWN, NOW)
    second = acts.open_order(replace(ASKED, counter="C202"), {}, KNOWN, NOW + timedelta(seconds=1))
    assert not isinstance(first, Refused)
    assert not isinstance(second, Refused)
    assert first.subject == second.subject
    orders = orders_of([second, first])
    assert acts.took(first, orders)
    assert not acts.took(second, orders)
    third = acts.open_order(replace(ASKED, counter="C202"), orders, KNOWN, NOW)
    assert not isinstance(third, Refused)
    assert third.subject != first.subject


def test_a_number_may_be_typed_as_it_comes() -> None:
    assert acts.find_order(f" {NUMBER.lower()}", orders_of(OPEN)) == order(OPEN)
