"""季度考核表: each section's quarter against what was promised, to be scored and signed.

Pure; called by the command. How many points what is worth is the assessors' matter: the column is
left to them. Invariant: a figure in a section's form is the one of its row in the hall's table.
"""

from dashboards.reports.chapter_promises import rows_within
from dashboards.reports.chapter_visits import added
from dashboards.reports.document import (
    Cell,
    Chapter,
    Column,
    Item,
    Paragraph,
    Report,
    Share,
    Signatures,
    Table,
)
from dashboards.reports.facts import Figures
from dashboards.reports.month import banner, estimates, head
from dashboards.reports.period import Period
from dashboards.reports.speech import COUNTED, Speech
from dashboards.reports.tally import Tally, moved, tally

#: A promise to each single case holds if all are kept.
_ALL = 1.0


def quarter_report(figures: Figures, period: Period, section: str, speech: Speech) -> Report:
    """`section` "": the hall's table, and a form for each section."""
    say = speech.say
    there = speech.sections(
        {row.section for row in rows_within(figures, period)}
        | {row.section for row in figures.orders}
    )
    chapters: list[Chapter] = []
    if not section:
        chapters.append(_all_sections(figures, period, there, speech))
    forms = there if not section else [section]
    first = len(chapters)
    chapters += [
        _form(figures, period, code, first + number, speech) for number, code in enumerate(forms)
    ]
    return Report(
        title=say("科室窗口服务季度考核表", "Quarterly assessment of sections"),
        language=speech.language,
        facts=head(period, section, speech),
        banner=banner(period, speech),
        made=speech.now,
        chapters=tuple(chapters),
    )


_DIGITS = "一二三四五六七八九"


def numeral(number: int) -> str:
    """一 to 九十九."""
    tens, ones = divmod(number, 10)
    ten = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens - 1]}十"
    return ten + (_DIGITS[ones - 1] if ones else "")


def _of(figures: Figures, period: Period, section: str, promise: str) -> Tally:
    return tally(
        row
        for row in rows_within(figures, period)
        if row.section == section and row.promise == promise and not row.off_hours
    )


def _all_sections(figures: Figures, period: Period, there: list[str], speech: Speech) -> Chapter:
    say = speech.say
    judged = [
        id
        for id in speech.promises(row.promise for row in rows_within(figures, period))
        if id not in COUNTED and any(_of(figures, period, code, id).judged for code in there)
    ]
    rows: list[tuple[Cell, ...]] = []
    for code in there:
        mine = [_of(figures, period, code, id) for id in judged]
        counted = sum(_of(figures, period, code, id).broken for id in COUNTED)
        rows.append(
            (
                speech.section(code),
                *(sum(one.judged for one in mine), sum(one.broken for one in mine)),
                *(sum(one.excused for one in mine), counted),
                _met(figures, period, code, judged, speech),
                _in_time(figures, code, speech.now * 1000),
            )
        )
    return Chapter(
        say("一、各科室汇总", "1. All sections"),
        (
            Table(
                title=say("汇总表", "Summary"),
                sheet=say("汇总", "Summary"),
                columns=(
                    Column(say("科室", "Section"), 18),
                    Column(say("判定项次", "Judged"), 9),
                    Column(say("未兑现", "Not kept"), 9),
                    Column(say("其中已说明", "Excused"), 9),
                    Column(say("逐件认定违诺", "Counted breaches"), 9),
                    Column(say("达标的承诺", "Promises met"), 10),
                    Column(say("整改按期完成", "Orders done in time"), 10),
                ),
                rows=tuple(rows),
                note=say(
                    "达标：达到承诺的比率；没有比率承诺的，全部兑现（扣除已说明）为达标。",
                    "Met: the promised share, or where none was promised, all of it (excused left "
                    "out).",
                ),
                empty=say("本季度没有数据。", "There is nothing."),
            ),
        ),
    )


def _is_met(found: Tally, target: float | None) -> bool:
    level = found.level if target is not None else found.level_excused
    if level is None:
        return True
    return level.part >= (target if target is not None else _ALL) * level.whole - 1e-9


def _met(
    figures: Figures, period: Period, code: str, judged: list[str], speech: Speech
) -> Share | None:
    mine = [(id, _of(figures, period, code, id)) for id in judged]
    mine = [(id, found) for id, found in mine if found.judged]
    if not mine:
        return None
    met = sum(_is_met(found, speech.target(id, period.until)) for id, found in mine)
    return Share(met, len(mine), any(found.provisional for _, found in mine))


def _in_time(figures: Figures, code: str, now: float) -> Share | None:
    """Of the orders due by now or done, those done in time."""
    due = [row for row in figures.orders if row.section == code and (row.done or row.due <= now)]
    if not due:
        return None
    return Share(sum(row.done is not None and row.done <= row.due for row in due), len(due))


def _form(figures: Figures, period: Period, code: str, number: int, speech: Speech) -> Chapter:
    say, before = speech.say, period.moved(-1)
    rows = [row for row in figures.promises if row.section == code]
    lines: list[tuple[Cell, ...]] = []
    for id in speech.promises(row.promise for row in rows):
        found, earlier = _of(figures, period, code, id), _of(figures, before, code, id)
        if id in COUNTED or not found.judged:
            continue
        met = _is_met(found, speech.target(id, period.until))
        lines.append(
            (
                speech.promise(id),
                speech.limit(id, period.since, period.until),
                *(found.level, found.level_excused, earlier.level),
                moved(found.level, earlier.level),
                say("达标", "met") if met else say("未达标", "not met"),
                "",
            )
        )
    for id in (id for id in speech.site.promises if id in COUNTED):
        found, earlier = _of(figures, period, code, id), _of(figures, before, code, id)
        if not (found.broken or earlier.broken):
            continue
        left = found.broken - found.excused
        lines.append(
            (
                speech.promise(id),
                say("无违诺（件数）", "none (count)"),
                *(found.broken, left, earlier.broken, None),
                say("达标", "met") if not left else say("未达标", "not met"),
                "",
            )
        )
    name = speech.section(code)
    items: list[Item] = [
        Table(
            title=say(f"{name}季度考核表", f"{name}: assessment"),
            sheet=f"{code} {name}",
            columns=(
                Column(say("考核内容", "What"), 26),
                Column(say("承诺", "Promised"), 12),
                Column(say("完成", "Kept"), 10),
                Column(say("扣除已说明", "Excused left out"), 10),
                Column(say("上季度", "Before"), 10),
                Column(say("升降（百分点）", "Change (points)"), 10),
                Column(say("是否达标", "Met"), 9),
                Column(say("得分（考核组填写）", "Score"), 12),
            ),
            rows=tuple(lines),
            note=estimates(speech) if any(row.estimated for row in rows) else "",
            empty=say("本季度没有可判定的承诺。", "No promise was judged."),
        ),
        *(Paragraph(line) for line in _remarks(figures, period, code, speech)),
        Signatures(
            (
                say("科室负责人（签字）：", "Chief of the section:"),
                say("考核组（签字）：", "Assessors:"),
                say("日期：", "Date:"),
            )
        ),
    ]
    heading = say(f"{numeral(number + 1)}、{name}", f"{number + 1}. {name}")
    return Chapter(heading, tuple(items), new_page=number > 0)


def _remarks(figures: Figures, period: Period, code: str, speech: Speech) -> list[str]:
    say = speech.say
    lines = []
    finished = [row for row in figures.visits if row.section == code]
    if finished:
        whole = added(finished)
        lines.append(
            say(
                f"一次办成：办结 {whole.finished} 件，跑两次及以上 {whole.several} 件；"
                f"其中同一人多次要求 {whole.same} 件，不同人员要求不一 {whole.between} 件。",
                f"One visit: {whole.finished} finished, {whole.several} needed more; {whole.same} "
                f"because one person asked repeatedly, {whole.between} because people differ.",
            )
        )
    lines += [
        say(
            f"好差评：邀请 {row.invited}，评价 {row.rated}，谢绝 {row.declined}，"
            f"系统默认 {row.defaulted}，设备故障 {row.failed}，差评 {row.low}。",
            f"Ratings: {row.invited} invited, {row.rated} rated, {row.declined} declined, "
            f"{row.defaulted} default, {row.failed} device failed, {row.low} low.",
        )
        for row in figures.ratings
        if row.section == code
    ]
    mine = [row for row in figures.orders if row.section == code]
    if mine:
        in_time = _in_time(figures, code, speech.now * 1000)
        lines.append(
            say(
                f"整改单：{len(mine)} 件（{'、'.join(row.number for row in mine)}），"
                f"到期的按期完成 {speech.share(in_time)}。",
                f"Rectification: {len(mine)} ({', '.join(row.number for row in mine)}), "
                f"done in time of those due: {speech.share(in_time)}.",
            )
        )
    return lines
