"""自查自纠台账: the columns of the ledger, and an order as one of its rows.

Owns what is in it; the file formats are `sinks.spreadsheet`'s. Pure; called by `hallwatch
orders export`. Invariant: one row an order, in the order of their numbers, moments in the
hall's zone.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from streams.audit.orders import Order, OrderState
from streams.audit.source import NOBODY
from streams.audit.words import name_of

TITLE = "自查自纠台账"

#: Title, width in characters, kind.
COLUMNS: tuple[tuple[str, int, str], ...] = (
    ("序号", 6, "count"),
    ("编号", 18, "text"),
    ("科室", 16, "text"),
    ("窗口", 12, "text"),
    ("问题", 32, "text"),
    ("承诺事项", 24, "text"),
    ("条款", 12, "text"),
    ("发现时间", 17, "moment"),
    ("来源", 20, "text"),
    ("涉及预警数", 10, "count"),
    ("责任人", 12, "text"),
    ("分派时间", 17, "moment"),
    ("整改期限", 12, "date"),
    ("整改措施", 36, "text"),
    ("完成时间", 17, "moment"),
    ("是否逾期", 9, "text"),
    ("复查时间", 17, "moment"),
    ("整改前违诺率", 12, "share"),
    ("整改后违诺率", 12, "share"),
    ("复查判定件数", 12, "count"),
    ("复查结果", 14, "text"),
    ("重开次数", 9, "count"),
    ("重开时间", 17, "moment"),
    ("重开原因", 28, "text"),
    ("状态", 14, "text"),
)

Cell = str | int | float | datetime | None


class Names(Struct, frozen=True, kw_only=True):
    """What the site calls things; a code without a name stands for itself."""

    promises: Mapping[str, str]
    sections: Mapping[str, str]
    counters: Mapping[str, str]
    people: Mapping[str, str]
    zone: ZoneInfo


def chosen(
    orders: Iterable[Order], zone: ZoneInfo, since: date | None, until: date | None, section: str
) -> list[Order]:
    """Opened from `since` to `until`, both of them included; "" is every section."""
    return [
        order
        for order in orders
        for day in (order.opened_at.astimezone(zone).date(),)
        if (since is None or day >= since)
        and (until is None or day <= until)
        and section in ("", order.section)
    ]


def ledger_rows(orders: Iterable[Order], names: Names, now: datetime) -> list[list[Cell]]:
    return [_row(number, order, names, now) for number, order in enumerate(orders, 1)]


def _row(number: int, order: Order, names: Names, now: datetime) -> list[Cell]:
    check = order.recheck
    return [
        number,
        order.number,
        names.sections.get(order.section, order.section),
        names.counters.get(order.counter, order.counter),
        order.cause,
        names.promises.get(order.promise, order.promise),
        order.clause,
        _local(order.opened_at, names),
        source_of(order, names),
        len(order.alerts),
        names.people.get(order.assigned_to, order.assigned_to),
        _local(order.assigned_at, names),
        _local(order.due, names),
        order.measure,
        _local(order.done_at, names),
        "是" if is_overdue(order, now) else "否",
        _local(order.rechecked_at, names),
        check.before if check else None,
        check.after if check else None,
        check.judged if check else None,
        "" if check is None else "有效" if check.moved else "未见效",
        order.reopened,
        _local(order.reopened_at, names),
        order.reopened_reason,
        name_of(order.state, "zh"),
    ]


def source_of(order: Order, names: Names) -> str:
    if order.opened_by == NOBODY:
        return "系统自动（反复违诺）"
    return f"人工（{names.people.get(order.opened_by, order.opened_by)}）"


def is_overdue(order: Order, now: datetime) -> bool:
    """Done after its due time, or past it and not done."""
    return (order.done_at or now) > order.due


def is_open(order: Order) -> bool:
    """Somebody still has something to do with it, or its check is still to come."""
    return order.pending or order.state is OrderState.DONE


def _local(moment: datetime | None, names: Names) -> datetime | None:
    """Spreadsheets know no zones: the hall's wall clock, whole seconds."""
    if moment is None:
        return None
    return moment.astimezone(names.zone).replace(tzinfo=None, microsecond=0)
