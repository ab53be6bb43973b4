"""Whether what somebody asks for holds: who he is, what it is about, and why.

Owns the rules of acts; events are `events`' matter. Pure: `now` is an argument. Called by
`register`. Invariant: the same is refused whichever way it came, and no refusal quotes a reason.
"""

import difflib
from collections.abc import Iterable
from datetime import datetime, timedelta

from schemas.acting import (
    LONGEST_REASON,
    ActKind,
    Asked,
    Refusal,
    Refused,
    SilenceAsked,
)
from schemas.channel import CHANNEL_FAILED
from schemas.deadletters import INTAKE_STOPPED
from schemas.outcomes import AlertRow, AlertState, ClosedAs
from schemas.personal import in_words
from schemas.queue import WAIT_FORECAST
from schemas.source import SOURCE_SILENT
from streams.core.rules import Promise, Rulebook

#: A silence that is forgotten ends by itself; longer ones are a change of the rules.
LONGEST_SILENCE = timedelta(days=7)

#: Alerts of no promise: no journey waits, and nothing was broken.
NO_PROMISE = frozenset({SOURCE_SILENT, INTAKE_STOPPED, CHANNEL_FAILED, WAIT_FORECAST})


def check_act(asked: Asked, alert: AlertRow | None, book: Rulebook) -> Refused | None:
    """None: it holds. `alert` None: whoever asks has it from a signed link, and no row of it is
    to be had now."""
    refused = check_person(asked.by, book)
    if refused is None and asked.kind is ActKind.EXCUSE:
        refused = check_reason(asked.reason)
    if refused is None and alert is not None:
        refused = check_alert(asked, alert)
    return refused


def check_alert(asked: Asked, alert: AlertRow) -> Refused | None:
    """Whether there is something left to do about it."""
    if alert.promise in NO_PROMISE:
        return _refused(Refusal.NO_PROMISE, "alert", f"{alert.promise} is no promise to a citizen")
    if alert.closed_as is ClosedAs.RETRACTED:
        return _refused(Refusal.RETRACTED, "alert", "it was retracted: there was nothing")
    if asked.kind is ActKind.SILENCE:
        return None  # of what is to come
    if asked.kind is ActKind.EXCUSE:
        if alert.excused_at is not None:
            return _done("excused", alert.excused_by, alert.excused_at)
        if alert.breached_at is None:
            return _refused(Refusal.ONLY_WARNED, "alert", "it is no breach: nothing to excuse")
        return None
    if alert.acknowledged_at is not None:
        return _done("acknowledged", alert.acknowledged_by, alert.acknowledged_at)
    if alert.state is AlertState.CLOSED:
        return _refused(Refusal.OVER, "alert", "it is over: nothing to acknowledge")
    return None


def check_silence(asked: SilenceAsked, book: Rulebook, now: datetime) -> Refused | None:
    sections = {section.code: section for section in (book.elsewhere, *book.sections.values())}
    if asked.section not in sections:
        return _unknown(Refusal.UNKNOWN_SECTION, "section", asked.section, sections)
    if asked.promise and asked.promise not in [promise.value for promise in Promise]:
        return _unknown(Refusal.UNKNOWN_PROMISE, "promise", asked.promise, Promise)
    return check_silence_of_an_alert(asked, book, now)


def check_silence_of_an_alert(asked: SilenceAsked, book: Rulebook, now: datetime) -> Refused | None:
    """Section and promise are an alert's own, whether the data files know them or not."""
    until = asked.until
    if until.tzinfo is None:
        detail = "until has no offset from UTC; add +08:00 or Z"
        return _refused(Refusal.WRONG_UNTIL, "until", detail)
    if until <= now:
        return _refused(Refusal.WRONG_UNTIL, "until", "until is in the past")
    if until > now + LONGEST_SILENCE:
        detail = f"until is more than {LONGEST_SILENCE.days} days ahead; silence it anew then"
        return _refused(Refusal.WRONG_UNTIL, "until", detail)
    return check_person(asked.by, book) or check_reason(asked.reason)


def check_person(code: str, book: Rulebook) -> Refused | None:
    """Of the org chart, where there is one."""
    if not code.strip():
        return _refused(Refusal.UNKNOWN_PERSON, "by", "by is empty: who does it?")
    if not book.people:
        return None  # the contract looks through it for what is personal, as everywhere
    if code not in book.people:
        return _unknown(Refusal.UNKNOWN_PERSON, "by", code, book.people)
    return None


def check_reason(reason: str) -> Refused | None:
    if not reason.strip():
        return _refused(Refusal.REASON_MISSING, "reason", "reason is empty: why is it?")
    if len(reason) > LONGEST_REASON:
        detail = f"reason is longer than {LONGEST_REASON} characters"
        return _refused(Refusal.REASON_TOO_LONG, "reason", detail)
    if what := in_words(reason):
        return _refused(Refusal.PERSONAL, "reason", f"reason holds {what}; leave it out")
    return None


def unknown_alert(near: Iterable[str]) -> Refused:
    return Refused(
        why=Refusal.UNKNOWN_ALERT,
        field="alert",
        detail="there is no such alert; one is named promise/journey/cycle",
        near=tuple(near),
    )


def _unknown(why: Refusal, field: str, given: str, known: Iterable[str]) -> Refused:
    names = [str(name) for name in known]
    near = difflib.get_close_matches(given, names, n=3, cutoff=0.5)
    return Refused(why=why, field=field, detail=f"{field} is not one there is", near=tuple(near))


def _done(how: str, by: str, at: float) -> Refused:
    return Refused(
        why=Refusal.DONE, field="alert", detail=f"it was {how} by {by} before", by=by, at=at
    )


def _refused(why: Refusal, field: str, detail: str) -> Refused:
    return Refused(why=why, field=field, detail=detail)
