"""An alert explained: what was found → why it is there, in words.

Owns what is told and in which order. Pure; called by the pages and the command line. Invariant:
whatever kind of alert it is (of a journey, a share, a source, a partition), the story names the
clause, whose it is, the limit and the rule version, and leads on to the journey.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from dashboards.stories.clock_points import Clock, clock_chapter, clock_of
from dashboards.stories.clock_run import hours_chapter
from dashboards.stories.clock_words import limit_words, target_of, warn_words
from dashboards.stories.explain_lead import lead_of, similar_sentence
from dashboards.stories.field_words import FIELD_WORDS
from dashboards.stories.found import AlertFound
from dashboards.stories.judged import CAUSE, verdict_item
from dashboards.stories.life import life_of
from dashboards.stories.outcome import is_timed, outcome_words
from dashboards.stories.recordings import pointers, recording_chapter, recordings_of
from dashboards.stories.row_words import (
    COUNTER,
    STATUS_WORDS,
    cause_words,
    kind_of,
    kind_words,
)
from dashboards.stories.share_key import share_key
from dashboards.stories.steps import steps_of
from dashboards.stories.story import (
    Chapter,
    Fact,
    Item,
    Level,
    Page,
    Ref,
    Story,
    chapters_of,
)
from dashboards.stories.telling import Teller
from dashboards.words import Words
from schemas.deadletters import INTAKE_STOPPED
from schemas.outcomes import AlertRow, AlertState, ClosedAs, Status
from schemas.queue import WAIT_FORECAST
from schemas.source import SOURCE_SILENT

_EVIDENCE = Words("依据的记录", "The events behind it")
_REFUSED = Words("拒收原因", "Why records were refused")
_LIFE = Words("告警经过", "The alert's life")
_DAY = Words("当日构成", "What the share is made of")
_SIMILAR = Words("同类告警", "Similar alerts")
_LINKS = Words("查看全程", "The whole journey")
_WHOLE = Words("{kind} {key} 全程", "{kind} {key}, from end to end")
_KEPT_NO_MORE = Words(
    "其中 {count} 条记录已过保存期或尚未入库。",
    "{count} of them are past their keeping or not stored yet.",
)

_PROMISE = Words("承诺", "promise")
_CLAUSE = Words("依据条款", "clause")
_SECTION = Words("科室", "section")
_SUBJECT = Words("对象", "about")
_LIMIT = Words("时限", "limit")
_WARN_AFTER = Words("预警线", "warned after")
_RULE = Words("规则版本", "rule version")
_TARGET = Words("目标", "target")
_COUNT = Words("件数", "journeys")
_NO_LIMIT = Words("无时限：发现即为违反", "none: found is broken")

#: What stands in a promise's place when the alert is not about one.
TITLES: dict[str, Words] = {
    SOURCE_SILENT: Words("数据源失联", "Source silent"),
    INTAKE_STOPPED: Words("数据停止接入", "Intake stopped"),
    WAIT_FORECAST: Words("等候预测", "Wait forecast"),
}


def compose_explanation(found: AlertFound, teller: Teller, now: float) -> Story:
    """`now`: seconds since the epoch, for a clock that still runs."""
    alert = found.alert
    clock = clock_of(found, teller, now)
    title = teller.say(TITLES[alert.promise]) if alert.promise in TITLES else ""
    title = title or teller.promise(alert.promise)
    runs = is_timed(alert, teller) and alert.promise != INTAKE_STOPPED
    return Story(
        page=Page.EXPLAIN,
        key=alert.alert,
        language=teller.language,
        title=title
        if alert.promise in TITLES
        else f"{title} · {teller.say(outcome_words(alert, teller))}",
        level=_level(alert),
        lead=tuple(lead_of(found, clock, title, teller, now)),
        facts=tuple(_facts(found, title, teller)),
        chapters=chapters_of(
            *_clock_chapters(found, clock, teller, now, runs),
            _evidence(found, teller),
            _recording(found, clock, teller),
            Chapter(
                name="life",
                heading=teller.say(_LIFE),
                items=life_of(alert, found.events, teller, found.silences),
            ),
            _day(found, teller, now),
            Chapter(
                name="similar",
                heading=teller.say(_SIMILAR),
                items=(Item(name="similar", words=similar_sentence(found, title, teller)),),
            ),
            _links(found, teller),
        ),
    )


def _level(alert: AlertRow) -> Level:
    match alert.state:
        case AlertState.WARNED:
            return Level.NEAR
        case AlertState.BREACHED:
            return Level.BAD
        case AlertState.CLOSED:
            kept = alert.closed_as in (ClosedAs.MET, ClosedAs.RETRACTED, ClosedAs.EXCUSED)
            return Level.GOOD if kept or alert.promise in TITLES else Level.BAD


def _facts(found: AlertFound, title: str, teller: Teller) -> Iterator[Fact]:
    alert = found.alert
    yield teller.fact("promise", _PROMISE, title, alert.promise)
    yield teller.fact("clause", _CLAUSE, alert.clause, alert.clause)
    yield teller.fact("section", _SECTION, teller.section(alert.section), alert.section)
    counter = alert.counter or (found.journey.counter if found.journey else "")
    clerk = alert.clerk or (found.journey.clerk if found.journey else "")
    if counter:
        words = teller.counter(alert.section, counter)
        yield teller.fact("counter", COUNTER, words, counter)
    if clerk:
        yield teller.fact("clerk", FIELD_WORDS["clerk"], teller.person(clerk), clerk)
    yield teller.fact("journey", _SUBJECT, found.subject or alert.journey, alert.journey)
    if alert.cause:
        yield teller.fact("cause", CAUSE, teller.say(cause_words(alert.cause)), alert.cause)
    limit = limit_words(teller, alert.promise, alert.rule_version, alert.limit_ms)
    if limit:
        yield teller.fact("limit_ms", _LIMIT, limit, alert.limit_ms)
    elif alert.promise not in TITLES and share_key(alert) is None:
        yield teller.fact("limit_ms", _LIMIT, teller.say(_NO_LIMIT), 0)
    target = alert.target_permille / 1000 or target_of(teller, alert.promise, alert.rule_version)
    if target and share_key(alert):
        yield teller.fact("target", _TARGET, f"{target * 100:g} %", target)
    warn = warn_words(teller, alert.promise, alert.rule_version)
    if warn:
        yield teller.fact("warn", _WARN_AFTER, warn, warn)
    if alert.rule_version:
        yield teller.fact("rule_version", _RULE, alert.rule_version, alert.rule_version)


def _clock_chapters(
    found: AlertFound, clock: Clock, teller: Teller, now: float, runs: bool
) -> tuple[Chapter, ...]:
    """A share and a thing found have no clock."""
    if not runs:
        return ()
    alert, verdict = found.alert, found.verdict
    judged = verdict.duration_ms if verdict is not None else None
    return (
        clock_chapter(clock, found, teller, now),
        hours_chapter(clock.run, alert.section, teller, judged),
    )


def _evidence(found: AlertFound, teller: Teller) -> Chapter:
    alert = found.alert
    if alert.promise == INTAKE_STOPPED:
        items = tuple(Item(name="refused", words=reason) for reason in alert.evidence)
        return Chapter(name="evidence", heading=teller.say(_REFUSED), items=items)
    items = steps_of(found.evidence, teller, found.subject or alert.journey)
    gone = len([name for name in alert.evidence if name]) - len(found.evidence)
    if gone > 0:
        items = (*items, Item(name="gone", words=teller.say(_KEPT_NO_MORE, count=gone)))
    return Chapter(name="evidence", heading=teller.say(_EVIDENCE), items=items)


def _recording(found: AlertFound, clock: Clock, teller: Teller) -> Chapter:
    known = recordings_of(found.events)
    return recording_chapter(pointers(known, clock.run.start, clock.run.end), teller)


def _day(found: AlertFound, teller: Teller, now: float) -> Chapter:
    items: list[Item] = []
    if found.day is not None:
        for status, count in sorted(found.day.by_status.items()):
            items.append(
                Item(
                    name=status,
                    words=teller.say(STATUS_WORDS[Status(status)]),
                    facts=(teller.fact("journeys", _COUNT, str(count), count),),
                )
            )
        for row in found.day.missed:
            item = verdict_item(row, teller, now, "")
            ref = Ref(Page.TRACE, row.journey, row.journey)
            items.append(replace(item, refs=(ref,)))
    return Chapter(name="day", heading=teller.say(_DAY), items=tuple(items))


def _links(found: AlertFound, teller: Teller) -> Chapter:
    """Nothing is known of a partition or a source but its alerts."""
    items: tuple[Item, ...] = ()
    if found.subject:
        kind = teller.say(kind_words(kind_of(found.journey, found.events)))
        words = teller.say(_WHOLE, kind=kind, key=found.subject)
        items = (Item(name="trace", words=words, refs=(Ref(Page.TRACE, found.subject, words),)),)
    return Chapter(name="links", heading=teller.say(_LINKS), items=items)
