"""The analysts' views: history as the hall's analysts ask it, each column explained in Chinese.

Owns which views there are and their SQL; the words are `sinks.history_comments`. A view shows the
newest version of each row only, and of what people excused the raw and the excused figure side by
side. Called by `python -m sinks.history_views`, which prints what a migration is made of, and by
the tests that hold the migrations to it. Invariant: every view may be made anew at any time.
"""

import sys

from msgspec import Struct

from schemas.outcomes import Status, Table
from sinks.ddl import PLACEHOLDERS, view_name
from sinks.history_comments import meaning_of
from sinks.history_selects import (
    DAYS,
    MINUTES_QUANTILES,
    MISSES_LEFT,
    ORDERS,
    SURVEYS,
)
from sinks.tables import Column, declare

_DAY = "Date"


class View(Struct, frozen=True, kw_only=True):
    name: str
    meaning: str
    columns: tuple[tuple[str, str], ...]  #: name and type
    select: str


#: How a row came to be, which is no analyst's question.
_BOOKKEEPING = frozenset({"partition", "version", "earliest"})


def _columns_of(table: Table) -> tuple[Column, ...]:
    declared = declare(table, PLACEHOLDERS).columns
    return tuple(column for column in declared if column.name not in _BOOKKEEPING)


def _with(table: Table, *more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return (*((column.name, column.type) for column in _columns_of(table)), *more)


def _named(table: Table) -> str:
    return ", ".join(f"`{column.name}`" for column in _columns_of(table))


_KEPT = f"('{Status.KEPT}', '{Status.PROVISIONAL}')"
_BROKEN = f"('{Status.LATE}', '{Status.LEFT_LATE}', '{Status.WAITING_LATE}', '{Status.MISSED}')"

VIEWS: tuple[View, ...] = (
    View(
        name="history_journeys",
        meaning="每次到厅、会话、办件、热线工单、班次一行，只有最新版本",
        columns=_with(Table.JOURNEYS, ("day", _DAY), ("hour", "UInt8")),
        select=f"SELECT {_named(Table.JOURNEYS)}, toDate(`opened_at`) AS `day`, "
        f"toHour(`opened_at`) AS `hour`\nFROM journeys FINAL",
    ),
    View(
        name="history_verdicts",
        meaning="每个编号每项承诺一行判定，只有最新版本，不含已撤销的判定",
        columns=_with(
            Table.VERDICTS,
            ("day", _DAY),
            ("hour", "UInt8"),
            ("judged", "Bool"),
            ("kept", "Bool"),
            ("broken", "Bool"),
        ),
        select=f"SELECT {_named(Table.VERDICTS)}, toDate(`started_at`) AS `day`, "
        f"toHour(`started_at`) AS `hour`,\n    `kept` OR `broken` AS `judged`, "
        f"toBool(`status` IN {_KEPT}) AS `kept`, toBool(`status` IN {_BROKEN}) AS `broken`\n"
        f"FROM verdicts FINAL\nWHERE `status` != '{Status.WITHDRAWN}'",
    ),
    View(
        name="history_alerts",
        meaning="每条告警一行，含事后的认领与认可",
        columns=_with(
            Table.ALERTS,
            ("day", _DAY),
            ("excused", "Bool"),
            ("acknowledged_after_s", "Nullable(Int64)"),
        ),
        select=f"SELECT {_named(Table.ALERTS)}, toDate(`started_at`) AS `day`, "
        "`excused_at` IS NOT NULL AS `excused`,\n    "
        "dateDiff('second', `breached_at`, `acknowledged_at`) AS `acknowledged_after_s`\n"
        "FROM alerts_handled",
    ),
    View(
        name="history_minutes",
        meaning="每分钟每项承诺每类一行，合计各分区；时钟在那一分钟开始者，含仍在等候者",
        columns=_with(
            Table.WINDOWS,
            ("day", _DAY),
            *((f"p{share}_s", "Nullable(Float64)") for share in (50, 90, 99)),
        ),
        select=f"SELECT {_named(Table.WINDOWS)}, toDate(`minute_at`) AS `day`,\n"
        f"{MINUTES_QUANTILES}\nFROM {view_name(Table.WINDOWS)}",
    ),
    View(
        name="history_days",
        meaning="每天每科室每项承诺一行：原始数字与扣除认可后的数字并列；服务时间以外的不计",
        columns=(
            ("promise", "String"),
            ("section", "String"),
            ("day", _DAY),
            ("judged", "UInt64"),
            ("kept", "UInt64"),
            ("broken", "UInt64"),
            ("excused", "UInt64"),
            ("share", "Nullable(Float64)"),
            ("share_excused", "Nullable(Float64)"),
            ("day_excused", "Bool"),
        ),
        select=DAYS,
    ),
    View(
        name="history_misses_left",
        meaning="比率类承诺每天每科室：还可以失几次而不低于目标",
        columns=(
            ("promise", "String"),
            ("section", "String"),
            ("day", _DAY),
            ("judged", "Int64"),
            ("kept", "Int64"),
            ("missed", "Int64"),
            ("target", "Nullable(Float64)"),
            ("misses_left", "Nullable(Int64)"),
        ),
        select=MISSES_LEFT,
    ),
    View(
        name="history_orders",
        meaning="每张整改单一行：整改台账",
        columns=(
            ("number", "String"),
            ("section", "String"),
            ("counter", "String"),
            ("promise", "String"),
            ("clause", "String"),
            ("cause", "String"),
            ("alerts", "Array(String)"),
            ("state", "String"),
            ("opened_at", "DateTime64(6, '{time_zone}')"),
            ("opened_by", "String"),
            ("due_at", "DateTime64(6, '{time_zone}')"),
            ("assigned_to", "String"),
            ("assigned_at", "Nullable(DateTime64(6, '{time_zone}'))"),
            ("done_at", "Nullable(DateTime64(6, '{time_zone}'))"),
            ("done_by", "String"),
            ("measure", "String"),
            ("rechecked_at", "Nullable(DateTime64(6, '{time_zone}'))"),
            ("share_before", "Nullable(Float64)"),
            ("share_after", "Nullable(Float64)"),
            ("judged", "Nullable(UInt32)"),
            ("reopened", "UInt32"),
            ("reopened_at", "Nullable(DateTime64(6, '{time_zone}'))"),
            ("reopened_reason", "String"),
        ),
        select=ORDERS,
    ),
    View(
        name="history_surveys",
        meaning="问卷每个回答一行，旁边是同一编号的实测时间",
        columns=(
            ("survey", "String"),
            ("question", "String"),
            ("answer", "UInt32"),
            ("answered_at", "DateTime64(6, '{time_zone}')"),
            ("day", _DAY),
            ("about", "String"),
            ("section", "String"),
            ("journey", "String"),
            ("known", "Bool"),
            ("service", "String"),
            ("channel", "String"),
            ("counter", "String"),
            ("clerk", "String"),
            ("end", "String"),
            ("wait_min", "Nullable(Float64)"),
            ("service_min", "Nullable(Float64)"),
            ("filing_min", "Nullable(Float64)"),
            ("response_s", "Nullable(Float64)"),
            ("stars", "Nullable(UInt32)"),
        ),
        select=SURVEYS,
    ),
)


def create_history_view(view: View) -> str:
    """Its statement; may be run at any time, by two workers at once."""
    columns = ",\n".join(
        f"    `{name}` {type_} COMMENT '{_quoted(meaning_of(view.name, name))}'"
        for name, type_ in view.columns
    )
    return (
        f"CREATE OR REPLACE VIEW {view.name} (\n{columns}\n) AS\n{view.select}\n"
        f"COMMENT '{_quoted(view.meaning)}'"
    )


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


def main() -> None:
    sys.stdout.write(";\n\n".join(map(create_history_view, VIEWS)) + ";\n")


if __name__ == "__main__":
    main()
