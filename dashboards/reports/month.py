"""The monthly report: its chapters in their order, its head, and what its figures mean.

Owns which chapters there are. Pure; called by the command. Invariant: whatever is not final says
so: a month still running by its banner, a share within its look-back by its mark.
"""

from dashboards.reports.chapter_hours import causes, hours
from dashboards.reports.chapter_meeting import meeting
from dashboards.reports.chapter_orders import orders
from dashboards.reports.chapter_promises import overview, rows_within
from dashboards.reports.chapter_ratings import ratings
from dashboards.reports.chapter_sections import sections
from dashboards.reports.chapter_trend import trend
from dashboards.reports.chapter_visits import visits
from dashboards.reports.document import Chapter, Paragraph, Report
from dashboards.reports.facts import Figures
from dashboards.reports.numbering import numbered
from dashboards.reports.period import Period
from dashboards.reports.speech import Speech


def month_report(figures: Figures, period: Period, section: str, speech: Speech) -> Report:
    """`section` "": the whole hall."""
    report = Report(
        title=speech.say("窗口服务承诺兑现情况月报", "Monthly report on service promises"),
        language=speech.language,
        facts=head(period, section, speech),
        banner=banner(period, speech),
        made=speech.now,
        chapters=(
            overview(figures, period, speech),
            trend(figures, period, speech),
            sections(figures, period, speech),
            hours(figures, speech),
            causes(figures, speech),
            visits(figures, speech),
            ratings(figures, speech),
            orders(figures, period, speech),
            meeting(figures, speech),
            meaning(speech),
        ),
    )
    return numbered(report)


def is_empty(figures: Figures, period: Period) -> bool:
    """Nothing happened in the span, and nothing is to be mended."""
    return not (rows_within(figures, period) or figures.ratings or figures.orders)


def head(period: Period, section: str, speech: Speech) -> tuple[tuple[str, str], ...]:
    say = speech.say
    return (
        (say("统计期间", "Period"), speech.word(period.name) + until(period, speech)),
        (
            say("统计范围", "Of"),
            speech.section(section) if section else say("全大厅", "the whole hall"),
        ),
        (say("编制时间", "Made"), speech.moment(speech.now)),
    )


def until(period: Period, speech: Speech) -> str:
    """Of a span that is still running: up to when."""
    if speech.now >= period.until:
        return ""
    told = speech.moment(speech.now)
    return speech.say(f"（截至{told}）", f" (up to {told})")


def banner(period: Period, speech: Speech) -> str:
    if speech.now >= period.until:
        return ""
    told = speech.moment(speech.now)
    return speech.say(
        f"截至{told}，本期尚未结束，全部数字均为暂定。",
        f"As of {told} the period is still running: all figures are provisional.",
    )


def meaning(speech: Speech) -> Chapter:
    say = speech.say
    lines = (
        say(
            "1. 兑现率＝兑现÷（兑现＋超时办理＋超时后离开＋超时仍在等＋未办到），"
            "恰好在时限内为兑现；分子、分母随比率列出，比率截位不进位。",
            "1. Kept ÷ (kept + late + left after the limit + still waiting past it + missed); "
            "exactly at the limit is kept. Shares stand with their components and are cut, not "
            "rounded.",
        ),
        say(
            "2. 按计时开始的时间归入统计期间，月份以大厅所在时区的零时为界；办件按办结时间，"
            "评价按评价系统记录的时间。",
            "2. By when a clock started, in the hall's own zone; cases by when they were finished, "
            "ratings by when they were given.",
        ),
        say(
            "3. 标“暂定”的：观察期未满，之后再来一次大厅仍会改判为多次办理。",
            "3. Provisional: within the look-back; another visit still makes it several.",
        ),
        f"4. {estimates(speech)}",
        say(
            "5. “已说明”由具名人员写明理由，原始数字不因此改变，两种口径并列。",
            "5. Excused: by name and with a reason; raw figures stand beside it.",
        ),
        say(
            "6. 两分钟内交回的号视为误取，时限内离开、被工作人员取消、当日闭厅未办的，"
            "均不计入判定。",
            "6. Tickets given back within two minutes, left in time, cancelled by a clerk or open "
            "at closing are not judged.",
        ),
        say(
            "7. “同一人多次要求”：补正或退件两次以上，均由同一人提出；“不同人员要求不一”："
            "由两人以上提出，或由收件人以外的人提出。",
            "7. One person repeatedly: asked or returned twice or more, always the same person. "
            "People differ: two or more of them, or somebody else than the receiver.",
        ),
    )
    return Chapter(
        say("十、统计口径", "10. What the figures mean"), tuple(Paragraph(line) for line in lines)
    )


def estimates(speech: Speech) -> str:
    """What is meant by an estimate (semantics §3), where figures are marked as having some."""
    return speech.say(
        "标“含估算”的：没有叫号记录时，等候计至首次出现的办理记录；没有终端记录时，申报按叫号至办结计。"
        "估算不发告警。",
        "Est.: without a call a wait ends at the first sign of service; without a terminal's "
        "events filing is call to served. No estimate raises an alert.",
    )
