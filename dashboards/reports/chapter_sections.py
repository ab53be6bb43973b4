"""三、各科室情况: every section under every promise, now and before.

Pure. Called by `month`. Invariant: a section's trend adds up only promises with a time limit, so
that the number of cases of another kind does not move it.
"""

from collections.abc import Iterable

from dashboards.reports.chapter_promises import rows_within
from dashboards.reports.chapter_trend import periods_of
from dashboards.reports.document import (
    Chapter,
    Chart,
    ChartKind,
    Column,
    Item,
    Series,
    Table,
)
from dashboards.reports.facts import Figures, PromiseRow
from dashboards.reports.period import Period
from dashboards.reports.speech import COUNTED, Speech
from dashboards.reports.tally import moved, tally
from sinks.promise_words import Shape, promise_words


def sections(figures: Figures, period: Period, speech: Speech) -> Chapter:
    say = speech.say
    rows = [row for row in figures.promises if not row.off_hours]
    now = [row for row in rows_within(figures, period) if not row.off_hours]
    there = speech.sections(row.section for row in now)
    periods = periods_of(figures, period)
    items: list[Item] = [_trend(rows, there, periods, speech)]
    if len(there) > 1:
        items.append(
            Chart(
                kind=ChartKind.BARS,
                title=say("各科室未兑现项次", "Not kept, by section"),
                sheet=say("科室趋势", "Section trend"),
                categories=tuple(speech.section(code) for code in there),
                series=(
                    Series(
                        speech.word(period.short),
                        tuple(tally(_of(now, code)).broken for code in there),
                    ),
                ),
            )
        )
    items.append(_detail(rows, there, period, speech))
    return Chapter(say("三、各科室情况", "3. Sections"), tuple(items))


def _of(rows: Iterable[PromiseRow], section: str) -> list[PromiseRow]:
    return [row for row in rows if row.section == section]


def _timed(rows: Iterable[PromiseRow]) -> list[PromiseRow]:
    return [
        row
        for row in rows
        if promise_words(row.promise).shape is Shape.DEADLINE and row.promise not in COUNTED
    ]


def _trend(
    rows: list[PromiseRow], there: list[str], periods: list[Period], speech: Speech
) -> Table:
    say = speech.say
    timed = _timed(rows)
    return Table(
        title=say("各科室时限类承诺综合兑现率的变化", "Sections' levels of timed promises"),
        sheet=say("科室趋势", "Section trend"),
        columns=(
            Column(say("科室", "Section"), 20),
            *(Column(speech.word(one.short), 10) for one in periods),
        ),
        rows=tuple(
            (
                speech.section(code),
                *(
                    tally(row for row in _of(timed, code) if row.began == one.first).level
                    for one in periods
                ),
            )
            for code in there
        ),
        note=say(
            "综合兑现率＝该科室各项时限类承诺的兑现数之和÷判定数之和。",
            "Kept of all timed promises of the section, divided by all judged.",
        ),
        empty=say("没有可比的数据。", "There is nothing to compare."),
    )


def _detail(rows: list[PromiseRow], there: list[str], period: Period, speech: Speech) -> Table:
    say, before = speech.say, period.moved(-1)
    lines = []
    for code in there:
        of_section = _of(rows, code)
        for id in speech.promises(row.promise for row in of_section):
            mine = [row for row in of_section if row.promise == id]
            found = tally(row for row in mine if row.began == period.first)
            earlier = tally(row for row in mine if row.began == before.first)
            if not (found.judged or earlier.judged):
                continue
            whole = id not in COUNTED
            lines.append(
                (
                    speech.section(code),
                    speech.promise(id),
                    found.level if whole else None,
                    found.level_excused if whole else None,
                    *(found.broken, found.excused),
                    earlier.level if whole else None,
                    earlier.broken,
                    moved(found.level, earlier.level) if whole else None,
                )
            )
    return Table(
        title=say("各科室各项承诺", "Each promise in each section"),
        sheet=say("科室明细", "Section detail"),
        columns=(
            Column(say("科室", "Section"), 13),
            Column(say("承诺事项", "Promise"), 24),
            Column(say("兑现率", "Kept"), 11),
            Column(say("扣除已说明", "Excused left out"), 11),
            Column(say("未兑现", "Not kept")),
            Column(say("其中已说明", "Excused")),
            Column(say("上期兑现率", "Before"), 11),
            Column(say("上期未兑现", "Not kept before"), 8),
            Column(say("升降（百分点）", "Change (points)"), 9),
        ),
        rows=tuple(lines),
        note=say("逐件认定的承诺只计未兑现件数。", "Of promises that are counted: breaches only."),
        empty=say("本期没有可判定的承诺。", "No promise was judged."),
    )
