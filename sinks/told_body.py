"""A section's day in words, from what was said of it: what its chiefs get after closing time.

Owns its sentences. Pure; called by the wiring, with figures its caller has counted. Invariant: raw
and excused figures stand side by side.
"""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from sinks import time_words as times
from sinks.body import Line, as_notice, body
from sinks.key_words import short_key
from sinks.names import Language, Names, Phrase
from sinks.notice import Link, Notice, NoticeKind


class ToldPromise(Struct, frozen=True, kw_only=True):
    promise: str
    breached: int
    excused: int = 0  #: of those


class ToldLongest(Struct, frozen=True, kw_only=True):
    promise: str
    journey: str
    counter: str
    over_ms: int
    is_open: bool


class ToldDay(Struct, frozen=True, kw_only=True):
    section: str
    day: date
    promises: Sequence[ToldPromise] = ()
    warned: int = 0
    escalated: int = 0
    acknowledged: int = 0
    still_open: int = 0
    longest: Sequence[ToldLongest] = ()


_TITLE = Phrase("【日报】{section} {day}", "[DAY] {section}, {day}")
_NONE = Phrase("没有超时或违诺", "No promise was broken")
_BREACHED = Phrase("{promise}：告警 {breached} 起", "{promise}: {breached} alerts")
_EXCUSED = Phrase("，其中免责 {excused} 起", ", {excused} of them excused")
_COUNTS = Phrase(
    "预警 {warned} 起，升级 {escalated} 起，认领 {acknowledged} 起",
    "{warned} warned of, {escalated} told further up, {acknowledged} taken up",
)
_LONGEST = Phrase("超时最久：{items}", "Longest over: {items}")
_LATE = Phrase("{where} {promise} {span}", "{where} {promise} {span}")
_STILL = Phrase("（还没结束）", " (still stands)")
_OPEN = Phrase(
    "还有 {count} 起没结束，请安排人处理", "{count} still stand: have somebody see to them."
)
_NOTE = Phrase("请在台账记下超时原因", "Note in the ledger why they were late.")
_NOTHING = Phrase("不用处理", "Nothing to do")


def notice_of_told_day(
    id: str, day: ToldDay, names: Names, language: Language, links: Sequence[Link] = ()
) -> Notice:
    lines: list[str | Line | None] = [_promise(one, names, language) for one in day.promises]
    if not lines:
        lines.append(_NONE.said(language))
    lines.append(
        _COUNTS.said(
            language,
            warned=day.warned,
            escalated=day.escalated,
            acknowledged=day.acknowledged,
        )
    )
    if day.longest:
        comma = "；" if language is Language.CHINESE else "; "
        items = comma.join(_late(one, day, names, language) for one in day.longest)
        lines.append(_LONGEST.said(language, items=items))
    if day.still_open:
        lines.append(Line(_OPEN.said(language, count=day.still_open), True))
    else:
        lines.append((_NOTE if day.promises else _NOTHING).said(language))
    section = names.sections.get(day.section, day.section)
    title = _TITLE.said(language, section=section, day=times.day(day.day, language))
    return as_notice(id, NoticeKind.DIGEST, body(title, lines), (), links)


def _promise(one: ToldPromise, names: Names, language: Language) -> str:
    title = names.promises.get(one.promise, one.promise)
    said = _BREACHED.said(language, promise=title, breached=one.breached)
    return said + (_EXCUSED.said(language, excused=one.excused) if one.excused else "")


def _late(one: ToldLongest, day: ToldDay, names: Names, language: Language) -> str:
    where = names.counters.get(one.counter, one.counter) or short_key(one.journey, day.day)
    said = _LATE.said(
        language,
        where=where,
        promise=names.promises.get(one.promise, one.promise),
        span=times.span(one.over_ms, language),
    )
    return said + (_STILL.said(language) if one.is_open else "")
