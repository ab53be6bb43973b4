"""七、评价情况: what people said of it.

Pure. Called by `month`. Invariant: invited, rated, declined, default and device failed are five
figures; a default is no rating.
"""

from dashboards.reports.document import Chapter, Column, Item, Paragraph, Share, Stars, Table
from dashboards.reports.facts import Figures, RatingRow
from dashboards.reports.speech import Speech


def ratings(figures: Figures, speech: Speech) -> Chapter:
    say, rows = speech.say, figures.ratings
    by_code = {row.section: row for row in rows}
    lines = [(speech.section(code), by_code[code]) for code in speech.sections(by_code)]
    if len(lines) > 1:
        lines.append((say("合计", "All"), _all(rows)))
    items: list[Item] = []
    if note := _incomplete(figures, speech):
        items.append(Paragraph(note))
    items.append(
        Table(
            title=say("好差评", "Ratings"),
            sheet=say("评价", "Ratings"),
            columns=(
                Column(say("科室", "Section"), 16),
                Column(say("已邀请", "Invited")),
                Column(say("已评价", "Rated")),
                Column(say("谢绝", "Declined")),
                Column(say("系统默认", "Default")),
                Column(say("设备故障", "Device failed")),
                Column(say("参评率", "Rated of invited"), 10),
                Column(say("平均星级", "Mean stars"), 9),
                Column(say("差评（1—2 星）", "Low (1-2 stars)"), 9),
            ),
            rows=tuple(
                (
                    name,
                    *(row.invited, row.rated, row.declined, row.defaulted, row.failed),
                    Share(row.rated, row.invited) if row.invited else None,
                    Stars(row.stars, row.rated) if row.rated else None,
                    row.low,
                )
                for name, row in lines
            ),
            note=say(
                "五项分别统计，同一办件同类只计一次；系统默认不是评价，谢绝不追责。"
                "应评尽评（邀请）的兑现率见第一章。",
                "Five separate figures, each journey once; a default is no rating. Whether "
                "everyone was invited: chapter 1.",
            ),
            empty=say("本期没有评价数据。", "There are no ratings."),
        )
    )
    return Chapter(say("七、评价情况", "7. Ratings"), tuple(items))


def _all(rows: list[RatingRow]) -> RatingRow:
    names = [name for name in RatingRow.__struct_fields__ if name != "section"]
    return RatingRow(
        section="", **{name: sum(getattr(row, name) for row in rows) for name in names}
    )


def _incomplete(figures: Figures, speech: Speech) -> str:
    """Raw events expire before what was derived from them."""
    stored = figures.stored[0]
    if stored.began is None:
        return ""
    if stored.events is None:
        return speech.say(
            "本期原始事件已超过保存期限，以下评价数字和多次办理的原因不可得。",
            "The raw events have expired: these figures and the reasons in chapter 6 are missing.",
        )
    if stored.events > stored.began + 86_400_000:
        first = speech.moment(stored.events / 1000)
        return speech.say(
            f"{first} 以前的原始事件已超过保存期限，以下评价数字和多次办理的原因不完整。",
            f"Raw events before {first} have expired: these figures and the reasons in chapter 6 "
            "are incomplete.",
        )
    return ""
