"""九、案例分析会建议案例: a pick for each half of the month, with why each was picked.

Pure. Called by `month`. Invariant: whatever was excused is not discussed.
"""

from dashboards.reports.document import Cell, Chapter, Column, Paragraph, Table
from dashboards.reports.facts import DispleasedRow, Figures, ReturnedRow, WorstRow
from dashboards.reports.speech import Speech
from sinks.cause_words import cause_words
from sinks.names import Language
from sinks.time_words import span


def meeting(figures: Figures, speech: Speech) -> Chapter:
    """每两周案例分析会: a pick for each half of the month, with why each was picked."""
    say = speech.say
    halves = (
        (
            1,
            say("上半月建议案例", "First half of the month"),
            say("案例-上半月", "Cases, 1st half"),
        ),
        (
            2,
            say("下半月建议案例", "Second half of the month"),
            say("案例-下半月", "Cases, 2nd half"),
        ),
    )
    return Chapter(
        say("九、案例分析会建议案例", "9. Cases for the two-weekly meeting"),
        (
            Paragraph(
                say(
                    "选取办法：每项承诺超时最久的一件（系统原因的排在后面），跑的次数最多的两件，"
                    "星级最低的两件；已说明的不选。每半月一组，供每两周案例分析会使用。",
                    "How they were picked: of each promise the one furthest past its limit (the "
                    "system's faults last), the two with the most visits, the two with the fewest "
                    "stars; none that was excused.",
                )
            ),
            *(_cases(figures, half, title, sheet, speech) for half, title, sheet in halves),
        ),
    )


def _cases(figures: Figures, half: int, title: str, sheet: str, speech: Speech) -> Table:
    say = speech.say
    order = speech.promises(row.promise for row in figures.worst)
    worst = sorted(figures.worst, key=lambda row: order.index(row.promise))
    rows = [_worst_case(row, speech) for row in worst if row.half == half]
    rows += [_returned_case(row, speech) for row in figures.returned if row.half == half]
    rows += [_displeased_case(row, speech) for row in figures.displeased if row.half == half]
    return Table(
        title=title,
        sheet=sheet,
        columns=(
            Column(say("序号", "No."), 6),
            Column(say("编号（经办过程）", "Number (its trace)"), 24),
            Column(say("科室", "Section"), 14),
            Column(say("事项", "Item"), 16),
            Column(say("时间", "When"), 17),
            Column(say("选取理由", "Why"), 46),
        ),
        rows=tuple((number, *row) for number, row in enumerate(rows, 1)),
        empty=say("没有需要讨论的案例。", "There is nothing to discuss."),
    )


def _case(
    row: WorstRow | ReturnedRow | DispleasedRow, why: str, speech: Speech
) -> tuple[Cell, ...]:
    return (
        speech.trace(row.journey),
        speech.section(row.section),
        speech.item(row.service),
        speech.minute(row.at),
        why,
    )


def _worst_case(row: WorstRow, speech: Speech) -> tuple[Cell, ...]:
    language = Language(speech.language)
    name = speech.promise(row.promise)
    cause = cause_words(row.cause, language)
    if row.over_ms:
        over = span(row.over_ms, language)
        why = speech.say(
            f"“{name}”{row.of} 件违诺中超时最久：超出 {over}",
            f"{name}: {over} over, the most of {row.of}",
        )
    else:
        why = speech.say(f"“{name}”{row.of} 件违诺之一", f"{name}: one of {row.of} breaches")
    if row.estimated:
        why += speech.say("（用时为估算）", " (time estimated)")
    if cause:
        why += speech.say(f"；{cause}", f"; {cause}")
    return _case(row, why, speech)


_WHY = {
    "same": ("同一人多次要求", "one person asked again and again"),
    "between": ("不同人员要求不一", "people asked for different things"),
    "single": ("收件人补要一次", "whoever took it asked for more once"),
    "unsaid": ("原因未记载", "nobody noted why"),
}


def _returned_case(row: ReturnedRow, speech: Speech) -> tuple[Cell, ...]:
    zh, en = _WHY[row.why]
    why = speech.say(
        f"跑了 {row.visits} 次，补正 {row.supplements} 次：{zh}"
        f"（收件 {row.receiver or '—'}，审批 {row.approver or '—'}）",
        f"{row.visits} visits, {row.supplements} materials asked for: {en} "
        f"(receiver {row.receiver or '—'}, approver {row.approver or '—'})",
    )
    return _case(row, why, speech)


def _displeased_case(row: DispleasedRow, speech: Speech) -> tuple[Cell, ...]:
    why = speech.say(f"评价 {row.stars} 星", f"rated {row.stars} of 5 stars")
    if row.queue_ms is not None:
        waited = span(row.queue_ms, Language(speech.language))
        why += speech.say(f"；等候 {waited}", f"; waited {waited}")
        if row.estimated:
            why += speech.say("（估算）", " (estimated)")
    return _case(row, why, speech)
