"""Orders on a terminal: the list, one whole with its history, and what an act did.

Owns the words; called by `hallwatch orders`. Pure. Invariant: names stand where the site
has some, and no control character of anybody's words reaches the terminal.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from schemas.rectification import (
    RectificationAssigned,
    RectificationDone,
    RectificationEvent,
    RectificationOpened,
    RectificationRechecked,
)
from streams.audit.cells import aligned
from streams.audit.ledger import Names, is_overdue, source_of
from streams.audit.orders import Order
from streams.audit.source import NOBODY
from streams.audit.words import Language, name_of

_COLUMNS = {
    "zh": ("编号", "状态", "科室", "窗口", "承诺事项", "问题", "责任人", "期限", "逾期"),
    "en": ("number", "state", "section", "counter", "promise", "problem", "with", "due", "late"),
}

_NONE = {"zh": "没有待办的整改单\n", "en": "no orders\n"}


def table(orders: Sequence[Order], names: Names, language: Language, now: datetime) -> str:
    if not orders:
        return _NONE[language]
    late = "是" if language == "zh" else "yes"
    return aligned(
        [
            _COLUMNS[language],
            *(
                (
                    order.number,
                    name_of(order.state, language),
                    names.sections.get(order.section, order.section),
                    names.counters.get(order.counter, order.counter),
                    names.promises.get(order.promise, order.promise),
                    order.cause,
                    names.people.get(order.assigned_to, order.assigned_to),
                    f"{order.due.astimezone(names.zone):%Y-%m-%d}",
                    late if is_overdue(order, now) else "",
                )
                for order in orders
            ),
        ]
    )


def whole(
    order: Order,
    history: Iterable[RectificationEvent],
    names: Names,
    language: Language,
    now: datetime,
) -> str:
    """Everything about one order, and its events, oldest first."""
    zh = language == "zh"
    facts = [
        ("编号" if zh else "number", order.number),
        ("状态" if zh else "state", name_of(order.state, language)),
        ("科室" if zh else "section", names.sections.get(order.section, order.section)),
        ("窗口" if zh else "counter", names.counters.get(order.counter, order.counter)),
        ("承诺事项" if zh else "promise", names.promises.get(order.promise, order.promise)),
        ("条款" if zh else "clause", order.clause),
        ("问题" if zh else "problem", order.cause),
        ("来源" if zh else "opened by", source_of(order, names) if zh else order.opened_by),
        ("期限" if zh else "due", f"{order.due.astimezone(names.zone):%Y-%m-%d}"),
        ("逾期" if zh else "late", _yes(is_overdue(order, now), language)),
        ("涉及预警" if zh else "alerts", ", ".join(order.alerts)),
    ]
    lines = aligned([fact for fact in facts if fact[1]])
    past = sorted(history, key=lambda one: (one.time, one.source, one.id))
    told = aligned(
        [
            (
                f"{event.time.astimezone(names.zone):%Y-%m-%d %H:%M}",
                _who(event.data.by, names, language),
                done_sentence(event, names, language),
            )
            for event in past
        ]
    )
    return f"{lines}\n{told}"


def done_sentence(event: RectificationEvent, names: Names, language: Language) -> str:
    """What one act did."""
    zh, number = language == "zh", event.subject
    match event:
        case RectificationOpened(data=opened):
            due = f"{opened.due.astimezone(names.zone):%Y-%m-%d}"
            where = names.sections.get(opened.section, opened.section)
            if zh:
                return f"{number} 已开单：{where}，{opened.cause}，期限 {due}"
            return f"{number} opened: {where}: {opened.cause}, due {due}"
        case RectificationAssigned(data=assigned):
            to = names.people.get(assigned.to, assigned.to)
            return f"{number} 已分派给 {to}" if zh else f"{number} assigned to {to}"
        case RectificationDone(data=done):
            return f"{number} 已完成：{done.measure}" if zh else f"{number} done: {done.measure}"
        case RectificationRechecked(data=checked):
            shares = f"{checked.before:.1%} → {checked.after:.1%}"
            if zh:
                result = "有效" if checked.moved else "未见效"
                return f"{number} 复查{result}：违诺率 {shares}（其后判定 {checked.judged} 件）"
            result = "improved" if checked.moved else "not improved"
            return f"{number} checked: {result}: breached {shares} ({checked.judged} judged since)"
        case _:
            due = f"{event.data.due.astimezone(names.zone):%Y-%m-%d}"
            if zh:
                return f"{number} 已重开：{event.data.reason}，期限 {due}"
            return f"{number} reopened: {event.data.reason}, due {due}"


def _who(by: str, names: Names, language: Language) -> str:
    if by == NOBODY:
        return "系统" if language == "zh" else NOBODY
    return names.people.get(by, by)


def _yes(true: bool, language: Language) -> str:
    return {"zh": ("否", "是"), "en": ("no", "yes")}[language][true]
