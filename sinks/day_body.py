"""A section's day in figures, in words: the digest its chief reads in the evening.

Owns its sentences. Pure; called by `bodies`, with figures its caller has counted. Invariant: raw
and excused figures stand side by side, and a share is never rounded up to what was promised.
"""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from sinks import time_words as times
from sinks.body import Body, Line, body
from sinks.names import Language, Names, Phrase
from sinks.promise_words import Shape, promise_words


class PromiseDay(Struct, frozen=True, kw_only=True):
    """One promise that day: of how many it was kept, and how many of the others were excused."""

    promise: str
    judged: int
    kept: int
    excused: int = 0


class SectionDay(Struct, frozen=True, kw_only=True):
    section: str
    day: date
    promises: Sequence[PromiseDay]
    breached: int = 0  #: alerts of the day that were breaches
    acknowledged: int = 0  #: of these
    still_open: int = 0  #: of these


_TITLE = Phrase("【日报】{section} {day}", "[DAY] {section}, {day}")
_ALL_KEPT = Phrase("{promise}：{judged} 件，全部兑现", "{promise}: {judged}, all kept")
_KEPT = Phrase(
    "{promise}：{judged} 件，兑现 {share}，{never} {missed} 件",
    "{promise}: {judged}, {share} kept, {missed} {never}",
)
_FOUND = Phrase("{promise}：发现 {missed} 件", "{promise}: {missed} found")
_EXCUSED = Phrase("（其中免责 {excused} 件）", " ({excused} of them excused)")
_LATE = Phrase("超时", "late")
_BROKEN = Phrase("未兑现", "broken")
_NO_ALERTS = Phrase("今天没有告警", "No alerts today")
_ALERTS = Phrase(
    "告警 {breached} 起，认领 {acknowledged} 起", "{breached} alerts, {acknowledged} taken up"
)
_OPEN = Phrase(
    "还有 {count} 起没结束，请安排人处理", "{count} still stand: have somebody see to them."
)
_NOTE = Phrase("请在台账记下超时原因", "Note in the ledger why they were late.")
_NOTHING = Phrase("不用处理", "Nothing to do")
_NO_BUSINESS = Phrase("今天没有可统计的事项", "Nothing to count today")


def day_body(day: SectionDay, names: Names, language: Language) -> Body:
    lines: list[str | Line | None] = [
        _promise(one, names, language) for one in day.promises if one.judged
    ]
    if not lines:
        lines.append(_NO_BUSINESS.said(language))
    if day.breached:
        lines.append(_ALERTS.said(language, breached=day.breached, acknowledged=day.acknowledged))
    else:
        lines.append(_NO_ALERTS.said(language))
    if day.still_open:
        lines.append(Line(_OPEN.said(language, count=day.still_open), True))
    else:
        lines.append((_NOTE if day.breached else _NOTHING).said(language))
    section = names.sections.get(day.section, day.section)
    title = _TITLE.said(language, section=section, day=times.day(day.day, language))
    return body(title, lines)


def _promise(one: PromiseDay, names: Names, language: Language) -> str:
    title = names.promises.get(one.promise, one.promise)
    if one.kept >= one.judged:
        return _ALL_KEPT.said(language, promise=title, judged=one.judged)
    words = promise_words(one.promise)
    never = {Shape.DEADLINE: _LATE, Shape.CONDITION: _BROKEN, Shape.RATIO: words.never}
    found = words.shape is Shape.CONDITION and not one.kept  # those that hold leave no trace
    said = (_FOUND if found else _KEPT).said(
        language,
        promise=title,
        judged=one.judged,
        share=times.percent(one.kept * 1000 / one.judged),
        never=never[words.shape].said(language),
        missed=one.judged - one.kept,
    )
    return said + (_EXCUSED.said(language, excused=one.excused) if one.excused else "")
