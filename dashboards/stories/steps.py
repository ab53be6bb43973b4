"""Events → steps of a timeline: what happened, where, by whom, and how late it was heard of.

Pure. Called by `trace` and `explain`. Invariant: steps are in the order of event time; an event
is marked late when one that happened after it was in before it.
"""

from collections.abc import Iterable, Sequence

from dashboards.stories.event_words import UNKNOWN_EVENT, words_of
from dashboards.stories.field_words import facts_of
from dashboards.stories.found import Heard
from dashboards.stories.story import Fact, Item, Level, Mark, Page, Ref
from dashboards.stories.telling import Teller
from dashboards.words import Words
from schemas.case import CaseReturned
from schemas.rectification import RectificationReopened
from schemas.terminal import TerminalFault

#: Sooner than this is no delay anybody would notice in the hall.
NOTABLE_S = 10.0
#: So far ahead of the broker a source's clock may be before it is said.
AHEAD_S = 1.0
#: When everything came so late, it was read in afterwards, and delays say nothing.
IMPORTED_S = 3_600.0

_LATE = Words("迟到：后发生的记录先到", "late: what happened after it was in before it")
_DELAY = Words("{span}后才收到", "heard of {span} later")
_AHEAD = Words("来源时钟快 {span}", "the source's clock is {span} ahead")
_SOURCE = Words("来源", "source")

#: What is read first of a step.
_FIRST = ("counter", "clerk")
_ALARMING = (TerminalFault, CaseReturned, RectificationReopened)


def imported(events: Sequence[Heard]) -> bool:
    """Whether these were not heard of while they happened."""
    return bool(events) and min(one.ingest_at - one.at for one in events) > IMPORTED_S


def steps_of(events: Iterable[Heard], teller: Teller, key: str = "") -> tuple[Item, ...]:
    """`key`: the journey asked about; steps of others say whose they are."""
    known = sorted(events, key=lambda one: (one.at, one.ingest_at))
    afterwards = imported(known)
    late = _late(known)
    return tuple(
        _step(one, teller, key, () if afterwards else _marks(one, late, teller)) for one in known
    )


def _step(one: Heard, teller: Teller, key: str, marks: tuple[Mark, ...]) -> Item:
    event = one.event
    section = section_of(one)
    facts: list[Fact] = []
    if event is None:
        words = teller.say(UNKNOWN_EVENT, type=one.type)
    else:
        words = teller.say(words_of(event))
        facts = sorted(facts_of(event, teller), key=_rank)
    facts.append(teller.fact("source", _SOURCE, one.source, one.source))
    return Item(
        name=one.type,
        words=words,
        when=teller.when(one.at, section),
        level=Level.NEAR if isinstance(event, _ALARMING) else Level.PLAIN,
        of="" if one.subject == key else one.subject,
        id=one.id,
        facts=tuple(facts),
        marks=marks,
        refs=_refs(facts, key),
    )


def section_of(one: Heard) -> str:
    section: str = getattr(getattr(one.event, "data", None), "section", "")
    return section


def _rank(fact: Fact) -> int:
    """Where and who first, the rest as the contract has it (sorting is stable)."""
    return _FIRST.index(fact.name) if fact.name in _FIRST else len(_FIRST)


def _refs(facts: Iterable[Fact], key: str) -> tuple[Ref, ...]:
    leads = {"ticket": Page.TRACE, "chat": Page.TRACE, "alert": Page.EXPLAIN}
    return tuple(
        Ref(leads[fact.name], str(fact.value), f"{fact.label} {fact.words}")
        for fact in facts
        if fact.name in leads and fact.value != key
    )


def _marks(one: Heard, late: set[tuple[str, str]], teller: Teller) -> tuple[Mark, ...]:
    marks = []
    delay = one.ingest_at - one.at
    if (one.source, one.id) in late:
        marks.append(Mark("late", teller.say(_LATE)))
    if delay >= NOTABLE_S:
        marks.append(Mark("delay", teller.say(_DELAY, span=teller.span(delay * 1000))))
    if delay <= -AHEAD_S:
        marks.append(Mark("ahead", teller.say(_AHEAD, span=teller.span(-delay * 1000))))
    return tuple(marks)


def _late(events: Iterable[Heard]) -> set[tuple[str, str]]:
    """Told for each subject by itself: partitions are not in step with each other."""
    found = set()
    newest: dict[str, float] = {}
    for one in sorted(events, key=lambda one: (one.ingest_at, one.at)):
        before = newest.get(one.subject, one.at)
        if one.at < before:
            found.add((one.source, one.id))
        newest[one.subject] = max(one.at, before)
    return found
