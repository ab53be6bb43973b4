"""四、时段分析 and 五、反复出现的问题: when promises break, and what keeps breaking them.

Pure. Called by `month`. Invariant: an hour is that of the hall's clock in which a wait began.
"""

from dashboards.reports.document import Chapter, Column, Heat, Item, Paragraph, Share, Table
from dashboards.reports.facts import Figures, HourRow
from dashboards.reports.questions import LIVE, MOST_CAUSES, RECURS
from dashboards.reports.speech import Speech
from sinks.cause_words import cause_words
from sinks.names import Language

_WEEK = ("一", "二", "三", "四", "五", "六", "日")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_WORST = 5


def hours(figures: Figures, speech: Speech) -> Chapter:
    say, rows = speech.say, figures.hours
    heading = say("四、时段分析", "4. Hours")
    if not rows:
        nothing = say("本期没有可判定的等候。", "Nobody's wait was judged.")
        return Chapter(heading, (Paragraph(nothing),))
    days = sorted({row.weekday for row in rows} | {1, 2, 3, 4, 5})
    clock = range(min(row.hour for row in rows), max(row.hour for row in rows) + 1)
    at = {(row.weekday, row.hour): Share(row.broken, row.judged) for row in rows}
    heat = Heat(
        title=say("违诺率：星期与时段", "Share not kept, by weekday and hour"),
        sheet=say("时段", "Hours"),
        corner=say("星期", "Day"),
        lines=tuple(_weekday(day, speech) for day in days),
        columns=tuple(say(f"{hour}时", f"{hour}h") for hour in clock),
        cells=tuple(tuple(at.get((day, hour)) for hour in clock) for day in days),
        note=_note(rows, speech),
    )
    return Chapter(heading, (*_worst(rows, speech), heat))


def _note(rows: list[HourRow], speech: Speech) -> str:
    names = "、".join(speech.promise(id) for id in LIVE)
    note = speech.say(f"计入：{names}；颜色越深，违诺越多。", "Darker: more was not kept.")
    estimated = sum(row.estimated for row in rows)
    if estimated:
        note += speech.say(
            f"其中 {estimated} 次的用时为估算。", f" Of {estimated} the time is estimated."
        )
    return note


def _weekday(day: int, speech: Speech) -> str:
    return speech.say(f"周{_WEEK[day - 1]}", _DAYS[day - 1])


def _worst(rows: list[HourRow], speech: Speech) -> tuple[Item, ...]:
    broken = sum(row.broken for row in rows)
    if not broken:
        return (Paragraph(speech.say("各时段均无违诺。", "Nothing was broken at any hour.")),)
    ranked = sorted(rows, key=lambda row: (-row.broken, row.judged, row.weekday, row.hour))[:_WORST]
    told = speech.say("；", "; ").join(
        speech.say(
            f"{_weekday(row.weekday, speech)} {row.hour}:00—{row.hour + 1}:00 违诺 {row.broken} 次"
            f"，占该时段 {speech.share(Share(row.broken, row.judged))}",
            f"{_weekday(row.weekday, speech)} {row.hour}:00-{row.hour + 1}:00: {row.broken}, "
            f"{speech.share(Share(row.broken, row.judged))} of that hour",
        )
        for row in ranked
        if row.broken
    )
    return (
        Paragraph(
            speech.say(
                f"违诺共 {broken} 次。次数最多的时段：{told}。",
                f"{broken} were broken. The worst hours: {told}.",
            )
        ),
    )


def causes(figures: Figures, speech: Speech) -> Chapter:
    say = speech.say
    language = Language(speech.language)
    return Chapter(
        say("五、反复出现的问题", "5. What keeps happening"),
        (
            Table(
                title=say("同一承诺、科室、窗口和原因的违诺", "Breaches of one cause"),
                sheet=say("反复问题", "Causes"),
                columns=(
                    Column(say("承诺事项", "Promise"), 24),
                    Column(say("科室", "Section"), 14),
                    Column(say("窗口", "Counter"), 12),
                    Column(say("已知原因", "What is known of the cause"), 34),
                    Column(say("次数", "Times")),
                    Column(say("其中已说明", "Excused")),
                    Column(say("其中估算", "Estimated")),
                ),
                rows=tuple(
                    (
                        speech.promise(row.promise),
                        speech.section(row.section),
                        speech.counter(row.section, row.counter),
                        cause_words(row.cause, language),
                        *(row.times, row.excused, row.estimated),
                    )
                    for row in figures.causes
                ),
                note=say(
                    f"出现 {RECURS} 次及以上的，按次数列前 {MOST_CAUSES} 项。"
                    "窗口为空：离开时还没有叫到号，或与窗口无关。",
                    f"What happened {RECURS} times or more, the first {MOST_CAUSES} of it. No "
                    "counter: nobody had been called, or it is about none.",
                ),
                empty=say("没有重复出现的违诺。", "No breach happened twice."),
            ),
        ),
    )
