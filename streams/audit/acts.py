"""What people do about orders: open, assign, done, reopen. Checked, then events.

Owns what is refused, and in which words. Pure; called by `hallwatch orders`. Invariant: an
act that is not refused changes the order it names, and no act is refused without saying
what would be right.
"""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from schemas.decode import Reason, Rejected
from schemas.rectification import (
    AssignedData,
    DoneData,
    OpenedData,
    RectificationAssigned,
    RectificationDone,
    RectificationEvent,
    RectificationOpened,
    RectificationReopened,
    ReopenedData,
)
from streams.audit.causes import MOST_ALERTS, Cause, cause_of
from streams.audit.orders import Order, next_number

#: The source of what people do.
PEOPLE = "hallwatch/orders"

#: `schemas.act.Words`.
_MOST_LETTERS = 500


class Refused(Struct, frozen=True):
    """Why an act is none, and what would be right; in both languages."""

    zh: str
    en: str


class Known(Struct, frozen=True, kw_only=True):
    """Whom and what the site's data files name; empty: anybody, any section."""

    promises: Mapping[str, str]  #: clause of each
    sections: Mapping[str, str] = field(default_factory=dict)  #: name of each
    people: Mapping[str, str] = field(default_factory=dict)
    zone: ZoneInfo = ZoneInfo("Asia/Shanghai")


class Opening(Struct, frozen=True, kw_only=True):
    """An order as a person asks for it."""

    by: str
    promise: str
    section: str
    counter: str = ""
    problem: str
    due: datetime
    alerts: tuple[str, ...] = ()


def open_order(
    asked: Opening, orders: Mapping[str, Order], known: Known, now: datetime
) -> RectificationOpened | Refused:
    refused = (
        _not_among("承诺", "promise", asked.promise, known.promises)
        or _not_among("科室", "section", asked.section, known.sections)
        or _nobody(asked.by, known)
        or _past(asked.due, now)
        or _wordless("问题", "the problem", asked.problem)
        or _double(Cause(asked.promise, asked.section, asked.counter), orders)
    )
    if refused:
        return refused
    if len(asked.alerts) > MOST_ALERTS:
        return Refused(
            f"一张整改单最多列{MOST_ALERTS}条预警", f"an order names at most {MOST_ALERTS} alerts"
        )
    number = next_number(f"{now.astimezone(known.zone):%Y%m%d}", orders)
    return RectificationOpened(
        specversion="1.0",
        id=act_id("opened", number, asked.by, now),
        source=PEOPLE,
        subject=number,
        time=now,
        data=OpenedData(
            section=asked.section,
            by=asked.by,
            promise=asked.promise,
            clause=known.promises[asked.promise],
            cause=asked.problem,
            due=asked.due,
            counter=asked.counter or None,
            alerts=list(asked.alerts),
        ),
    )


def assign(
    order: Order, to: str, by: str, at: datetime, known: Known, now: datetime
) -> RectificationAssigned | Refused:
    refused = _nobody(by, known) or _nobody(to, known) or _when(order, at, known, now)
    if refused:
        return refused
    if not order.pending:
        return Refused(
            f"{order.number} 已于{_day(order.done_at, known)}完成整改，重新分派须先重开",
            f"{order.number} was done on {_day(order.done_at, known)}: reopen it first",
        )
    return RectificationAssigned(
        specversion="1.0",
        id=act_id("assigned", order.number, by, at),
        source=PEOPLE,
        subject=order.number,
        time=at,
        data=AssignedData(section=order.section, by=by, to=to),
    )


def finish(
    order: Order, measure: str, by: str, at: datetime, known: Known, now: datetime
) -> RectificationDone | Refused:
    refused = (
        _nobody(by, known)
        or _wordless("整改措施", "the measure", measure)
        or _when(order, at, known, now)
    )
    if refused:
        return refused
    if not order.pending:
        return Refused(
            f"{order.number} 已于{_day(order.done_at, known)}完成整改，不能重复完成",
            f"{order.number} was done on {_day(order.done_at, known)} already",
        )
    return RectificationDone(
        specversion="1.0",
        id=act_id("done", order.number, by, at),
        source=PEOPLE,
        subject=order.number,
        time=at,
        data=DoneData(section=order.section, by=by, measure=measure),
    )


def reopen(
    order: Order, reason: str, due: datetime, by: str, known: Known, now: datetime
) -> RectificationReopened | Refused:
    refused = _nobody(by, known) or _past(due, now) or _wordless("重开原因", "the reason", reason)
    if refused:
        return refused
    if order.pending:
        return Refused(
            f"{order.number} 尚未完成整改，无需重开",
            f"{order.number} is not done: nothing to reopen",
        )
    return RectificationReopened(
        specversion="1.0",
        id=act_id("reopened", order.number, by, now),
        source=PEOPLE,
        subject=order.number,
        time=now,
        data=ReopenedData(section=order.section, by=by, reason=reason, due=due),
    )


def took(event: RectificationOpened, orders: Mapping[str, Order]) -> bool:
    """Whether the number an order was opened under is its own: of two people who take the
    same number at the same moment one has to take the next."""
    order = orders.get(event.subject)
    return order is not None and order.opened_id == event.id


def not_to_check(order: Order, by: str, known: Known) -> Refused | None:
    """Why an order cannot be checked against later figures, before looking at them."""
    if order.done_at is None:
        return Refused(
            f"{order.number} 尚未完成整改，无从复查",
            f"{order.number} is not done: nothing to check",
        )
    return _nobody(by, known)


def not_the_contract_s(refused: Rejected) -> Refused:
    """What the contract refuses of an act: mostly a number that is somebody's."""
    words = {"data.cause": "问题", "data.measure": "整改措施", "data.reason": "重开原因"}
    field = words.get(refused.field, refused.field)
    if refused.reason is Reason.PERSONAL_DATA:
        zh = f"{field}中有身份证号、电话或邮箱等个人信息，不能登记，请删去后重试"
    else:
        zh = f"{field}不合规范，未登记：{refused.detail}"
    return Refused(zh, f"{refused.field}: {refused.detail}")


TOO_SOON = Refused(
    "完成整改不足一天，还没有可比的数据", "done less than a day ago: nothing to compare"
)


def find_order(number: str, orders: Mapping[str, Order]) -> Order | Refused:
    order = orders.get(number.strip().upper())
    if order is not None:
        return order
    latest = "、".join(sorted(orders, reverse=True)[:3])
    return Refused(
        f"没有整改单 {number}" + (f"；最近的有 {latest}" if latest else "；目前没有任何整改单"),
        f"there is no order {number}" + (f"; the latest are {latest}" if latest else ""),
    )


def act_id(act: str, number: str, by: str, at: datetime) -> str:
    """Two people's acts at one moment are two; one act sent again is one."""
    return f"{act}/{number}/{by}/{at.isoformat()}"


def _not_among(zh: str, en: str, code: str, known: Mapping[str, str]) -> Refused | None:
    if not known or code in known:
        return None
    names = "、".join(f"{one}（{name}）" for one, name in sorted(known.items())[:12])
    codes = ", ".join(sorted(known)[:12])
    return Refused(f"没有{zh} {code}；有：{names}", f"there is no {en} {code}; there are: {codes}")


def _nobody(code: str, known: Known) -> Refused | None:
    return _not_among("人员", "person", code, known.people)


def _past(due: datetime, now: datetime) -> Refused | None:
    if due > now:
        return None
    return Refused(
        f"整改期限 {due:%Y-%m-%d} 已过，请给以后的日期",
        f"due {due:%Y-%m-%d} is in the past: give a later day",
    )


def _wordless(zh: str, en: str, words: str) -> Refused | None:
    if not words.strip():
        return Refused(f"{zh}不能为空", f"{en} must be said")
    if len(words) > _MOST_LETTERS:
        return Refused(
            f"{zh}最多{_MOST_LETTERS}字，现有{len(words)}字",
            f"{en} has {len(words)} characters, at most {_MOST_LETTERS}",
        )
    return None


def _when(order: Order, at: datetime, known: Known, now: datetime) -> Refused | None:
    if at > now:
        return Refused("时间不能晚于现在", "the time is in the future")
    if at <= order.began_at:
        began = f"{order.began_at.astimezone(known.zone):%Y-%m-%d %H:%M:%S}"
        word = ("重开", "reopened") if order.reopened_at else ("开出", "opened")
        return Refused(
            f"{order.number} 于 {began} 才{word[0]}，时间要在其后",
            f"{order.number} was {word[1]} at {began}: the time must be after it",
        )
    return None


def _double(cause: Cause, orders: Mapping[str, Order]) -> Refused | None:
    for order in orders.values():
        if order.pending and cause_of(order) == cause:
            return Refused(
                f"同一问题已有未完成的整改单 {order.number}，请在该单上处理",
                f"{order.number} is open for this cause already",
            )
    return None


def _day(moment: datetime | None, known: Known) -> str:
    return f"{moment.astimezone(known.zone):%Y-%m-%d}" if moment else ""


Act = RectificationEvent | Refused
