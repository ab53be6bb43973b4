"""A journey told from end to end: what was found → the story of it.

Owns what is told and in which order. Pure; called by `telling` sides: the pages and the command
line. Invariant: nothing that was found about the key is left out, but what `cut` says.
"""

from collections.abc import Iterable, Iterator

from dashboards.stories.field_words import FIELD_WORDS, VALUE_WORDS, facts_of
from dashboards.stories.found import Told, TraceFound
from dashboards.stories.judged import ESTIMATED, TOOK, alert_item, verdict_item
from dashboards.stories.row_words import (
    COUNTER,
    END_WORDS,
    MEASURE_WORDS,
    STATUS_LEVEL,
    kind_of,
    kind_words,
)
from dashboards.stories.steps import imported, section_of, steps_of
from dashboards.stories.story import (
    Chapter,
    Fact,
    Item,
    Level,
    Mark,
    Page,
    Ref,
    Story,
    chapters_of,
)
from dashboards.stories.telling import Teller
from dashboards.words import Words
from schemas.outcomes import Kind, VerdictRow

_TIMELINE = Words("经过", "What happened")
_MEASURES = Words("用时", "Times")
_VERDICTS = Words("承诺判定", "Promises")
_ALERTS = Words("告警", "Alerts")
_LINKED = Words("关联", "Linked")

_SECTION = Words("科室", "section")
_END = Words("结果", "outcome")
_HANDED = Words("转交", "handed to")

#: Fields that say what a journey is about.
_ABOUT = frozenset(
    {"item", "service", "channel", "department", "topic", "complexity", "promise", "cause", "due"}
)

_SUSPECTED = Words(
    "数据源失联，此后的情况可能尚未收到。", "Its source is silent: much may have happened since."
)
_RECORDS = Words("共 {count} 条记录，{begin} 至 {end}。", "{count} records, from {begin} to {end}.")
_RECORD = Words("仅有 1 条记录，{begin}。", "A single record, of {begin}.")
_GONE = Words(
    "原始记录已过保存期，只剩判定结果。",
    "Its raw events are past their keeping; what was judged stays.",
)
_IMPORTED = Words(
    "记录为事后导入（{at}），不显示到达延迟。",
    "Read in afterwards ({at}), so no delays are told.",
)
_BROKEN = Words("未兑现：{promises}。", "Broken: {promises}.")
_KEPT = Words("已判定的承诺均已兑现。", "Every promise judged so far was kept.")
_CUT = Words("内容过多，只显示前一部分。", "There is more than fits; this is the first part.")


def compose_trace(found: TraceFound, teller: Teller, now: float) -> Story:
    """`now`: seconds since the epoch, for clocks that still run."""
    told = found.told
    everything = (told, *found.linked)
    key = told.key
    kind = kind_of(told.journey, told.events)
    return Story(
        page=Page.TRACE,
        key=key,
        language=teller.language,
        title=f"{teller.say(kind_words(kind))} {key}",
        level=_worst(told.verdicts),
        lead=tuple(_lead(found, teller)),
        facts=tuple(_journey_facts(told, teller)),
        chapters=chapters_of(
            Chapter(
                name="timeline",
                heading=teller.say(_TIMELINE),
                items=steps_of((one for each in everything for one in each.events), teller, key),
            ),
            Chapter(
                name="measures",
                heading=teller.say(_MEASURES),
                items=tuple(_measures(everything, key, teller)),
            ),
            Chapter(
                name="verdicts",
                heading=teller.say(_VERDICTS),
                items=tuple(
                    verdict_item(row, teller, now, key)
                    for each in everything
                    for row in each.verdicts
                ),
            ),
            Chapter(
                name="alerts",
                heading=teller.say(_ALERTS),
                items=tuple(_alerts(found, teller)),
            ),
            Chapter(
                name="linked",
                heading=teller.say(_LINKED),
                items=tuple(_linked(each, teller) for each in found.linked),
            ),
        ),
    )


def _lead(found: TraceFound, teller: Teller) -> Iterator[str]:
    told = found.told
    if told.events:
        first, last = told.events[0], told.events[-1]
        yield teller.say(
            _RECORDS if len(told.events) > 1 else _RECORD,
            count=len(told.events),
            begin=teller.moment(first.at, section_of(first)),
            end=teller.moment(last.at, section_of(first), first.at),
        )
        if imported(told.events):
            yield teller.say(_IMPORTED, at=teller.moment(first.ingest_at, section_of(first)))
    else:
        yield teller.say(_GONE)
    broken = dict.fromkeys(teller.promise(row.promise) for row in told.verdicts if _is_broken(row))
    if broken:
        yield teller.say(_BROKEN, promises=("; " if teller.language == "en" else "、").join(broken))
    elif any(STATUS_LEVEL.get(row.status) is Level.GOOD for row in told.verdicts):
        yield teller.say(_KEPT)
    if told.journey is not None and told.journey.suspected:
        yield teller.say(_SUSPECTED)
    if found.cut:
        yield teller.say(_CUT)


def _journey_facts(told: Told, teller: Teller) -> Iterator[Fact]:
    row = told.journey
    if row is None:
        yield from _first_facts(told, teller)
        return
    yield teller.fact("section", _SECTION, teller.section(row.section), row.section)
    for name in ("service", "channel", "complexity"):
        value = getattr(row, name)
        # Of other kinds of journeys it only says that nothing is known of it.
        if value and (name != "complexity" or row.kind in (Kind.VISIT, Kind.ORDER)):
            known = VALUE_WORDS.get(name, {}).get(value)
            words = teller.say(known) if known else value
            yield teller.fact(name, FIELD_WORDS[name], words, value)
    if row.counter:
        words = teller.counter(row.section, row.counter)
        yield teller.fact("counter", COUNTER, words, row.counter)
    if row.clerk:
        yield teller.fact("clerk", FIELD_WORDS["clerk"], teller.person(row.clerk), row.clerk)
    if row.handed_to:
        yield teller.fact("handed_to", _HANDED, row.handed_to, row.handed_to)
    yield teller.fact("end", _END, teller.say(END_WORDS[row.end]), row.end.value)


def _first_facts(told: Told, teller: Teller) -> Iterator[Fact]:
    """Of what has no row of its own: what its first event says it is about."""
    for one in told.events:
        if one.event is not None:
            section = section_of(one)
            if section:
                yield teller.fact("section", _SECTION, teller.section(section), section)
            yield from (fact for fact in facts_of(one.event, teller) if fact.name in _ABOUT)
            return


def _measures(everything: Iterable[Told], key: str, teller: Teller) -> Iterator[Item]:
    for told in everything:
        if told.journey is None:
            continue
        for name, words in MEASURE_WORDS.items():
            value = getattr(told.journey, name)
            if value is None:
                continue
            estimated = name == "filing_ms" and told.journey.filing_estimated
            yield Item(
                name=name,
                words=teller.say(words),
                of="" if told.key == key else told.key,
                facts=(teller.fact(name, TOOK, teller.span(value), value),),
                marks=(Mark("estimated", teller.say(ESTIMATED)),) if estimated else (),
            )


def _alerts(found: TraceFound, teller: Teller) -> Iterator[Item]:
    told = (found.told, *found.linked)
    for each in told:
        for row in each.alerts:
            yield alert_item(row, each.events, teller, found.told.key)
    known = {row.alert for each in told for row in each.alerts}
    for row in found.alerts:
        if row.alert not in known:
            yield alert_item(row, (), teller, found.told.key)


def _linked(told: Told, teller: Teller) -> Item:
    kind = kind_of(told.journey, told.events)
    title = f"{teller.say(kind_words(kind))} {told.key}"
    facts = tuple(
        fact for fact in _journey_facts(told, teller) if fact.name in ("section", "end", "service")
    )
    return Item(
        name=kind,
        words=title,
        level=_worst(told.verdicts),
        facts=facts,
        refs=(Ref(Page.TRACE, told.key, title),),
    )


def _is_broken(row: VerdictRow) -> bool:
    return STATUS_LEVEL.get(row.status) is Level.BAD


def _worst(verdicts: Iterable[VerdictRow]) -> Level:
    levels = {STATUS_LEVEL.get(row.status, Level.PLAIN) for row in verdicts}
    return next((one for one in (Level.BAD, Level.NEAR, Level.GOOD) if one in levels), Level.PLAIN)
