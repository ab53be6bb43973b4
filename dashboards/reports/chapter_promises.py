"""一、总体情况: each promise of the span, raw and excused, and against the one before.

Pure: figures in, chapters out. Called by `month`. Invariant: who asked outside service hours is
a class of its own and in no share.
"""

from collections.abc import Callable

from dashboards.reports.document import (
    Chapter,
    Chart,
    ChartKind,
    Column,
    Item,
    Paragraph,
    Series,
    Table,
)
from dashboards.reports.facts import Figures, PromiseRow
from dashboards.reports.period import Period
from dashboards.reports.speech import COUNTED, Speech
from dashboards.reports.tally import Tally, moved, tally

Of = Callable[[str, Period], Tally]


def tallied(figures: Figures) -> Of:
    """Of a promise and a span; without those of off hours."""

    def of(promise: str, period: Period) -> Tally:
        return tally(
            row
            for row in figures.promises
            if row.promise == promise and row.began == period.first and not row.off_hours
        )

    return of


def rows_within(figures: Figures, period: Period) -> list[PromiseRow]:
    return [row for row in figures.promises if row.began == period.first]


def overview(figures: Figures, period: Period, speech: Speech) -> Chapter:
    say, of = speech.say, tallied(figures)
    rows = rows_within(figures, period)
    here = speech.promises(row.promise for row in rows)
    shares = [id for id in here if id not in COUNTED and of(id, period).judged]
    counts = [id for id in speech.site.promises if id in COUNTED]
    measured = [id for id in here if of(id, period).answered and of(id, period).answered_ms]
    items: list[Item] = [Paragraph(line) for line in _sentences(figures, period, speech, shares)]
    before = period.moved(-1)
    items += [
        _levels(shares, period, before, of, speech),
        Chart(
            kind=ChartKind.BARS,
            title=say("各项承诺兑现率（本期与上期）", "Service levels, now and before"),
            sheet=say("承诺兑现", "Promises"),
            categories=tuple(speech.promise(id) for id in shares),
            series=(
                Series(speech.word(period.short), tuple(of(id, period).level for id in shares)),
                Series(speech.word(before.short), tuple(of(id, before).level for id in shares)),
            ),
        ),
        _broken(shares, period, of, speech),
        _counted(counts, period, before, of, speech),
        _times(measured, period, of, speech),
    ]
    return Chapter(say("一、总体情况", "1. Overview"), tuple(items))


def _sentences(figures: Figures, period: Period, speech: Speech, shares: list[str]) -> list[str]:
    say, of = speech.say, tallied(figures)
    rows = rows_within(figures, period)

    def started(*promises: str) -> int:
        return sum(row.started for row in rows if row.promise in promises)

    waits = started("appointment-wait-general", "appointment-wait-complex", "walk-in-wait")
    chats = started("online-first-response")
    cases, orders = started("one-visit"), started("hotline-contact")
    lines = [
        say(
            f"本期现场等候 {waits} 人次，线上转人工 {chats} 次，办结 {cases} 件，"
            f"收到热线工单 {orders} 件。",
            f"{waits} waits in the hall, {chats} requests for a human online, {cases} cases "
            f"finished, {orders} hotline orders received.",
        )
    ]
    worst = sorted(shares, key=lambda id: _permille(of(id, period)))[:1]
    judged = sum(of(id, period).judged for id in shares)
    broken = sum(of(id, period).broken for id in shares)
    excused = sum(of(id, period).excused for id in shares)
    if worst:
        name, level = speech.promise(worst[0]), speech.share(of(worst[0], period).level)
        lines.append(
            say(
                f"判定 {judged} 项次，未兑现 {broken} 项次（其中已说明 {excused} 项次）；"
                f"兑现率最低的是“{name}”，为 {level}。",
                f"{judged} times a promise was judged, {broken} times it was not kept "
                f"({excused} of them excused). Lowest: {name}, {level}.",
            )
        )
    off = tally(row for row in rows if row.off_hours)
    if off.started:
        lines.append(
            say(
                f"另有 {off.started} 次线上求助在服务时间以外提出，单列，不计入兑现率"
                f"（其中按下一服务时段计：兑现 {off.kept_in_all}，未兑现 {off.broken}）。",
                f"{off.started} more requests came outside service hours; they are in no share "
                f"(by the next hours: {off.kept_in_all} kept, {off.broken} not).",
            )
        )
    return lines


def _permille(found: Tally) -> int:
    return found.level.permille if found.level else 1000


def _levels(ids: list[str], period: Period, before: Period, of: Of, speech: Speech) -> Table:
    say = speech.say
    return Table(
        title=say("各项承诺兑现率", "Service level of each promise"),
        sheet=say("承诺兑现", "Promises"),
        columns=(
            Column(say("承诺事项", "Promise"), 28),
            Column(say("条款", "Clause"), 20),
            Column(say("承诺", "Promised"), 12),
            Column(say("兑现率", "Kept"), 10),
            Column(say("扣除已说明", "Excused left out"), 10),
            Column(say("上期", "Before"), 10),
            Column(say("升降（百分点）", "Change (points)"), 10),
            Column(say("未到期", "Not due yet"), 8),
        ),
        rows=tuple(
            (
                speech.promise(id),
                speech.clause(id),
                speech.limit(id, period.since, period.until),
                found.level,
                found.level_excused,
                earlier.level,
                moved(found.level, earlier.level),
                found.waiting,
            )
            for id in ids
            for found, earlier in ((of(id, period), of(id, before)),)
        ),
        empty=say("本期没有可判定的承诺。", "No promise was judged."),
    )


def _broken(ids: list[str], period: Period, of: Of, speech: Speech) -> Table:
    say = speech.say
    return Table(
        title=say("未兑现的构成（原始与已说明并列）", "What was not kept, raw and excused"),
        sheet=say("未兑现构成", "Not kept"),
        columns=(
            Column(say("承诺事项", "Promise"), 28),
            Column(say("判定", "Judged")),
            Column(say("兑现", "Kept")),
            Column(say("超时办理", "Late")),
            Column(say("超时离开", "Left late")),
            Column(say("超时仍在等", "Waiting late")),
            Column(say("未办到", "Missed")),
            Column(say("未兑现合计", "Not kept")),
            Column(say("其中已说明", "Excused")),
            Column(say("其中暂定兑现", "Kept so far")),
            Column(say("其中估算", "Estimated")),
        ),
        rows=tuple(
            (
                speech.promise(id),
                *(found.judged, found.kept_in_all, found.late, found.left_late),
                *(found.waiting_late, found.missed, found.broken, found.excused),
                *(found.provisional, found.guessed),
            )
            for id in ids
            for found in (of(id, period),)
        ),
        note=say(
            "“已说明”是有人署名并写明理由的，不改变原始数字；“暂定兑现”仍在观察期内，之后可能改判；"
            "“估算”见统计口径。",
            "Excused: by name and with a reason; the raw figures stand. Kept so far: within the "
            "look-back, and may still be missed. Estimated: see what the figures mean.",
        ),
        empty=say("本期没有可判定的承诺。", "No promise was judged."),
    )


def _counted(ids: list[str], period: Period, before: Period, of: Of, speech: Speech) -> Table:
    say = speech.say
    return Table(
        title=say("逐件认定的承诺（只计违诺件数）", "Promises of which only breaches count"),
        sheet=say("逐件认定", "Counted"),
        columns=(
            Column(say("承诺事项", "Promise"), 28),
            Column(say("条款", "Clause"), 20),
            Column(say("违诺件数", "Breaches"), 10),
            Column(say("其中已说明", "Excused"), 10),
            Column(say("上期件数", "Before"), 10),
        ),
        rows=tuple(
            (
                *(speech.promise(id), speech.clause(id), found.broken, found.excused),
                of(id, before).broken,
            )
            for id in ids
            for found in (of(id, period),)
        ),
        empty=say("规则中没有此类承诺。", "The rules have none."),
    )


def _times(ids: list[str], period: Period, of: Of, speech: Speech) -> Table:
    say = speech.say
    return Table(
        title=say("用时", "How long it took"),
        sheet=say("用时", "Times"),
        columns=(
            Column(say("事项", "What"), 28),
            Column(say("承诺", "Promised"), 12),
            Column(say("已办到件数", "Answered"), 10),
            Column(say("其中估算", "Estimated"), 10),
            Column(say("平均", "Mean"), 14),
            Column(say("最长", "Longest"), 14),
        ),
        rows=tuple(
            (
                speech.promise(id),
                speech.limit(id, period.since, period.until)
                or say("未承诺，仅计量", "not promised, measured"),
                *(found.answered, found.estimated, found.mean, found.longest),
            )
            for id in ids
            for found in (of(id, period),)
        ),
        note=say(
            "等到后离开、未叫到号的人不在平均之内，计入“未兑现的构成”。",
            "Who left before being called is among those not kept, not in the mean.",
        ),
        empty=say("本期没有测得用时。", "Nothing was measured."),
    )
