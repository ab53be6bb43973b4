"""One alert of a promise as a title and lines, phase by phase.

Owns what is said in which order; the words are in `alert_phrases`, `promise_words` and
`cause_words`. Pure; called by `bodies`. Invariant: a body says which promise by which clause,
whose counter, how far over, and one thing to do next.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from schemas.outcomes import AlertRow, AlertState, ClosedAs
from sinks import alert_phrases as say
from sinks.alert_facts import Facts
from sinks.body import Body, Line, body
from sinks.names import Phrase
from sinks.notice import NoticeKind
from sinks.promise_words import Shape

#: Closings that a correction does not explain, or that are one.
_STILL_SO = (ClosedAs.NOT_YET, ClosedAs.RETRACTED)

_TAG = re.compile(r"^(?:【[^】]*】|\[[A-Z]+\] )")


class _Told(NamedTuple):
    title: str
    lines: list[str | Line | None]
    todo: str


def alert_body(facts: Facts, kind: NoticeKind, told_before: Sequence[str] | None = None) -> Body:
    """`told_before`: the names of who was, for an escalation; None: as the org chart has it."""
    alert, words = facts.alert, facts.words
    what: list[str | Line | None] = [facts.where, facts.journey, facts.count]
    if alert.closed_as is ClosedAs.RETRACTED or kind is NoticeKind.RETRACTED:
        told = _retracted(facts)
    elif alert.closed_as is ClosedAs.EXCUSED:
        told = _excused(facts)
    elif alert.state is AlertState.CLOSED:
        told = _closed(facts)
    elif kind is NoticeKind.ESCALATED:
        todo = facts.todo.removeprefix("请")
        told = _Told(
            facts.say(say.ESCALATED, rest=untagged(_open_title(facts))),
            [facts.limit, facts.cause, _told_before(facts, told_before)],
            facts.say(say.PRESS, todo=todo[:1].lower() + todo[1:]),
        )
    else:
        todo = facts.say(words.warned) if facts.only_warned else facts.todo
        told = _Told(_open_title(facts), [facts.limit, facts.cause], todo)
    marks = [
        facts.say(mark)
        for mark, holds in (
            (say.HISTORICAL, alert.historical),
            (say.CORRECTED_OPEN, alert.correction and alert.closed_as is ClosedAs.NOT_YET),
            (say.CORRECTED, alert.correction and alert.closed_as not in _STILL_SO),
        )
        if holds
    ]
    strong = Line(told.todo, alert.state is not AlertState.CLOSED)
    return body(told.title, [*what, *told.lines, *marks, strong, facts.clause])


def untagged(title: str) -> str:
    """Without what it begins with, 【超时】 or [LATE]."""
    return _TAG.sub("", title)


def _open_title(facts: Facts) -> str:
    words, promise = facts.words, facts.promise
    match words.shape:
        case Shape.RATIO:
            title = say.CLOSE if facts.only_warned else say.BELOW
            return facts.say(title, promise=promise, share=facts.share, target=facts.target)
        case Shape.CONDITION if words.found is not None and not facts.only_warned:
            return facts.say(say.FOUND, found=facts.say(words.found, what=facts.material))
    if facts.only_warned:
        if facts.left:
            return facts.say(say.WARNED, promise=promise, left=facts.left)
        return facts.say(say.WARNED_SOON, promise=promise)
    if facts.past:
        return facts.say(say.OVER, promise=promise, over=facts.past)
    return facts.say(say.REACHED, promise=promise, limit=facts.limit_words)


def _told_before(facts: Facts, told_before: Sequence[str] | None) -> str:
    alert, people = facts.alert, told_before
    if people is None:
        steps = facts.names.chains.get(alert.section, ())[: max(1, alert.escalation_level)]
        people = list(dict.fromkeys(person for step in steps for person in step))
    if not people:
        return facts.say(say.TOLD_NOBODY)
    return facts.say(say.TOLD, people=facts.listed(people))


def _closed(facts: Facts) -> _Told:
    alert, words, promise = facts.alert, facts.words, facts.promise
    if words.shape is Shape.RATIO:
        return _day_over(facts)
    taken_up = _taken_up(facts, say.TAKEN_UP)
    if alert.closed_as is ClosedAs.MET_LATE:
        met = facts.say(words.met)
        title = facts.say(say.MET_LATE_BARE, promise=promise, met=met)
        if facts.past:
            title = facts.say(say.MET_LATE, promise=promise, met=met, over=facts.past)
        return _Told(title, [facts.limit, facts.cause, taken_up], facts.say(say.NOTE_IT))
    if alert.closed_as is ClosedAs.MET:
        title = facts.say(say.MET, promise=promise, met=facts.say(words.met))
        return _Told(title, [facts.limit], facts.say(say.NOTHING_TO_DO))
    if facts.only_warned:
        title = facts.say(say.LAPSED, promise=promise)
        return _Told(title, [facts.limit], facts.say(say.NOTHING_TO_DO))
    title = facts.say(say.NEVER, promise=promise, never=facts.never)
    lines: list[str | Line | None] = [facts.limit_and_past, facts.cause, taken_up]
    if words.shape is Shape.CONDITION:
        ended = _taken_up(facts, say.TAKEN_UP_AND_OVER) or facts.say(say.STOOD_LONG_ENOUGH)
        lines = [facts.cause, ended]
    return _Told(title, lines, facts.say(words.after))


def _day_over(facts: Facts) -> _Told:
    shown = {"promise": facts.promise, "share": facts.share, "target": facts.target}
    taken_up = _taken_up(facts, say.TAKEN_UP)
    match facts.alert.closed_as:
        case ClosedAs.MET:
            return _Told(facts.say(say.DAY_MET, **shown), [], facts.say(say.NOTHING_TO_DO))
        case ClosedAs.MET_LATE:
            title = facts.say(say.DAY_MET_LATE, **shown)
            return _Told(title, [taken_up], facts.say(say.NOTE_DAY))
    return _Told(facts.say(say.DAY_NEVER, **shown), [taken_up], facts.say(facts.words.after))


def _retracted(facts: Facts) -> _Told:
    if facts.only_warned:
        title = say.RETRACTED_WARNING
    elif facts.words.shape is Shape.DEADLINE:
        title = say.RETRACTED
    else:
        title = say.RETRACTED_FOUND
    return _Told(
        facts.say(title, promise=facts.promise),
        [facts.material_line, facts.say(say.SORRY)],
        facts.say(say.NOTHING_TO_DO),
    )


def _excused(facts: Facts) -> _Told:
    alert, words = facts.alert, facts.words
    if words.shape is Shape.CONDITION and words.found is not None:
        what = facts.say(words.found, what=facts.material)
    else:
        late = say.EXCUSED_BELOW if words.shape is Shape.RATIO else say.EXCUSED_LATE
        what = facts.say(late, promise=facts.promise)
    by = facts.say(
        say.EXCUSED_BY, who=facts.person(alert.excused_by), at=facts.clock(alert.excused_at or 0)
    )
    reason = facts.say(say.REASON, reason=alert.excused_reason)
    return _Told(facts.say(say.EXCUSED, what=what), [by, reason], facts.say(say.STILL_COUNTED))


def _taken_up(facts: Facts, phrase: Phrase) -> str | None:
    alert: AlertRow = facts.alert
    if alert.acknowledged_at is None:
        return None
    who = facts.person(alert.acknowledged_by)
    return facts.say(phrase, who=who, at=facts.clock(alert.acknowledged_at))
