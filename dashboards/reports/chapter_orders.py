"""八、整改单台账: what was to be mended, and whether it was in time.

Pure. Called by `month`. Invariant: one row an order, as it stands when the report is made.
"""

from dashboards.reports.document import Cell, Chapter, Column, Paragraph, Table
from dashboards.reports.facts import Figures, OrderRow
from dashboards.reports.period import Period
from dashboards.reports.speech import Speech

STATES = {
    "open": ("待分派", "open"),
    "assigned": ("整改中", "assigned"),
    "done": ("已整改待复查", "done, not checked yet"),
    "moved": ("复查有效", "checked: improved"),
    "unmoved": ("复查未见效", "checked: not improved"),
    "reopened": ("重新整改", "reopened"),
}


def orders(figures: Figures, period: Period, speech: Speech) -> Chapter:
    say, rows = speech.say, figures.orders
    since, until = period.since * 1000, period.until * 1000
    now = speech.now * 1000

    def within(moment: int | None) -> bool:
        return moment is not None and since <= moment < until

    opened = sum(within(row.opened) for row in rows)
    done = sum(within(row.done) for row in rows)
    pending = sum(row.state in ("open", "assigned", "reopened") for row in rows)
    overdue = sum(is_overdue(row, now) for row in rows)
    sentence = say(
        f"本期新开 {opened} 件，完成 {done} 件；截至编制时仍未完成 {pending} 件，逾期 {overdue} 件"
        "（含逾期后完成的）。",
        f"{opened} opened, {done} done; as this is made {pending} are not done, {overdue} overdue "
        "or done too late.",
    )
    table = Table(
        title=say("整改单台账", "Ledger of rectification orders"),
        sheet=say("整改单", "Orders"),
        columns=(
            Column(say("编号", "Number"), 24),
            Column(say("科室／窗口", "Section, counter"), 16),
            Column(say("问题", "Problem"), 26),
            Column(say("条款", "Clause"), 14),
            Column(say("发现", "Opened"), 16),
            Column(say("期限", "Due"), 16),
            Column(say("责任人", "Responsible"), 14),
            Column(say("措施", "Measure"), 24),
            Column(say("完成", "Done"), 16),
            Column(say("复查（前→后）", "Checked (before → after)"), 16),
            Column(say("状态", "State"), 14),
        ),
        rows=tuple(_order(row, now, speech) for row in rows),
        empty=say("本期没有整改单。", "There are no orders."),
    )
    return Chapter(say("八、整改单台账", "8. Rectification orders"), (Paragraph(sentence), table))


def is_overdue(row: OrderRow, now: float) -> bool:
    return (row.done if row.done is not None else now) > row.due


def _order(row: OrderRow, now: float, speech: Speech) -> tuple[Cell, ...]:
    where = speech.section(row.section)
    if row.counter:
        where += f"／{speech.counter(row.section, row.counter)}"
    checked = ""
    if row.share_before is not None and row.share_after is not None:
        checked = f"{row.share_before:.1%} → {row.share_after:.1%}"
        if row.judged is not None:
            checked += speech.say(f"（判定 {row.judged} 件）", f" ({row.judged} judged)")
    state = speech.say(*STATES[row.state]) if row.state in STATES else row.state
    if is_overdue(row, now):
        state += speech.say("，逾期", ", overdue")
    return (
        *(row.number, where, row.cause, row.clause, speech.day(row.opened), speech.day(row.due)),
        *(speech.person(row.assigned_to), row.measure, speech.day(row.done), checked, state),
    )
