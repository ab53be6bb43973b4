"""One journey looked at anew: its verdicts, alerts and what it adds to which windows.

Pure. Called by `partition` after events, when a deadline is due, and on restart.
Invariant: the result depends on the journey, what was found before, the rulebook, the
look-up services' ups and downs and `now` only; a promise whose clock stands as before is not
judged again.
"""

from msgspec import Struct
from msgspec.structs import replace

from schemas.outcomes import AlertState, End, Status
from streams.core.acts import UNTOUCHED, handled
from streams.core.alerts import (
    CONDITION_STANDS_MS,
    FREE,
    Held,
    Said,
    Standing,
    escalated,
    new_standing,
    next_standing,
)
from streams.core.case import Case
from streams.core.chain import escalation_of
from streams.core.chat import Chat, Request
from streams.core.finding import Finding, News, Settlement
from streams.core.journey import UNSEEN, Journey
from streams.core.judge import Verdict, judge
from streams.core.kinds import KINDS, end_of
from streams.core.lookups import NO_LOOKUPS, Lookups
from streams.core.measure import Clock, Place
from streams.core.order import Order
from streams.core.rules import KINDS as PROMISES
from streams.core.rules import Promise, PromiseKind, Rule, Rulebook
from streams.core.silencing import Silencing, silenced_until
from streams.core.total import Total, over_at
from streams.core.visit import Visit
from streams.core.windows import MINUTE, Contribution, WindowKey


class Terms(Struct, frozen=True, gc=False):
    """What one settlement of a partition goes by, whichever journey it looks at."""

    book: Rulebook
    now: int  #: ms
    closed_to: int = 0  #: the latest minute whose total may be closed, ms
    lookups: Lookups = NO_LOOKUPS
    silences: dict[str, Silencing] = {}  #: those in force hold some, too
    stale_ms: int = 0  #: see `Limits`; 0: on event time


def settle(
    journey: Journey,
    known: tuple[Finding, ...],
    place: Place | None,
    terms: Terms,
    held: Held = FREE,
) -> Settlement:
    """Judges every clock of `journey`.

    `known` and `place` are what the last settlement came to; `held`: why people are told
    nothing.
    Sets `journey.expired_at` when closing time has passed over an open journey, and takes
    it back when an end that came in late shows it was not open.
    """
    book, now, silences = terms.book, terms.now, terms.silences
    wake_at = _expire(journey, book, now)
    kind = KINDS[type(journey)]
    reading = kind.read(journey, book)
    if journey.seen[0] == UNSEEN:
        return Settlement(reading, (), [], None, True)
    moved = reading.place != place
    findings: list[Finding] = []
    news: list[News] = []
    left_over = list(known)
    for clock in kind.clocks(journey, reading, book, terms.lookups):
        before = None
        for finding in left_over:
            standing = finding.standing
            if standing.promise == clock.promise and standing.nth == clock.nth:
                before = finding
                left_over.remove(finding)
                break
        mine, until = held, 0
        if silences:
            until = silenced_until(silences, reading.place.section, clock.promise, now)
            if until:
                mine = Held(held.catching_up, held.silent, True)
        if before is not None and not moved and _stands(before, clock, journey, now, mine):
            found = before
        else:
            rules = book.promises.get(clock.promise)
            rule = rules.in_force(clock.start[0]) if rules else None
            if rule is None:
                continue
            told = _judged(journey, clock, rule, before, reading.place, terms, mine)
            found = told.finding
            if not _slight(found):
                news.append(told)
        if until and found.standing.unpaged and not found.standing.closed_as:
            # Also of what was found before: whoever takes a journey over knows of no silence yet.
            found = replace(found, wake_at=min(until, found.wake_at or until))
        findings.append(found)
        due = found.wake_at
        if due is not None and (wake_at is None or due < wake_at):
            wake_at = due
    for before in left_over:
        if _slight(before):
            continue
        verdict = _withdrawn(before.standing, journey, book)
        standing, said = next_standing(before.standing, verdict, now, held)
        found = Finding(standing, verdict)
        findings.append(found)
        if found != before:
            news.append(News(found, verdict, before, said))
    # What may still change by itself is not over, whatever ended the journey.
    ended = reading.end is not End.OPEN and wake_at is None
    return Settlement(reading, tuple(findings), news, wake_at, ended)


def _judged(
    journey: Journey,
    clock: Clock,
    rule: Rule,
    before: Finding | None,
    place: Place,
    terms: Terms,
    held: Held,
) -> News:
    book, now = terms.book, terms.now
    verdict = judge(clock, rule, book.section(place.section).calendar, book.leaving, now)
    standing = before.standing if before else new_standing(clock.promise, clock.nth)
    done = UNTOUCHED
    if journey.acts:
        done = handled(journey.acts, standing.alert(journey.key))
    stop = clock.stop
    if stop is not None and standing.state in (None, AlertState.CLOSED):
        stale_ms = terms.stale_ms
        over = stale_ms > 0 and not verdict.breached and now - stop.at > stale_ms
        if over or clock.ratio is not None:
            # A warning of what ended well is for nobody any more, and a day long over is history
            # whatever it comes to.
            held = Held(catching_up=True)
    standing, said = next_standing(standing, verdict, now, held, done)
    wake_at = verdict.wake_at
    if standing.state is not None:
        if said and not standing.section:
            standing = replace(standing, section=place.section)
        if standing.told_at:
            chain = escalation_of(book, place.section)
            standing, up, later = escalated(standing, chain, done, now)
            if up:
                said.append(Said.ESCALATED)
            if later is not None and (wake_at is None or later < wake_at):
                wake_at = later
        if not standing.closed_as and wake_at is None:
            wake_at = _stands_until(verdict)
    if clock.slight and not verdict.breached:
        # Nothing is counted of it; a row that said otherwise is taken back.
        gone = replace(verdict, status=Status.WITHDRAWN, duration=None)
        return News(Finding(standing, verdict, wake_at=wake_at, handled=done), gone, before, said)
    if clock.ratio is not None:
        found = Finding(standing, verdict, wake_at=wake_at, handled=done)
        return News(found, verdict, before, said)
    contribution = contribution_of(verdict, place, done.excused is not None)
    if contribution.key.minute <= terms.closed_to and not _counted(before, contribution):
        found = Finding(standing, verdict, None, True, wake_at, done)
    else:
        found = Finding(standing, verdict, contribution, False, wake_at, done)
    return News(found, verdict, before, said)


def _slight(found: Finding) -> bool:
    """A gap in a shift that is no absence: nobody was ever told of it, and nobody will be."""
    verdict, standing = found.verdict, found.standing
    if verdict is None:
        # Saved by an earlier worker; what had been told has a state.
        return bool(standing.nth) and standing.state is None and not standing.overdue
    return verdict.clock.slight and standing.state is None and not verdict.breached


def _stands_until(verdict: Verdict) -> int | None:
    if PROMISES[verdict.clock.promise] is PromiseKind.CONDITION and verdict.deadline is not None:
        return verdict.deadline + CONDITION_STANDS_MS
    return None


def _stands(before: Finding, clock: Clock, journey: Journey, now: int, held: Held) -> bool:
    """Whether what was found of this clock still holds, so that nothing is to be said."""
    verdict, standing = before.verdict, before.standing
    if verdict is None or verdict.clock != clock:
        return False
    if journey.acts and before.handled != handled(journey.acts, standing.alert(journey.key)):
        return False
    if clock.stop is None and standing.unpaged and not standing.closed_as and not held.any:
        return False  # somebody is waiting: now it matters
    return before.wake_at is None or now < before.wake_at


def _expire(journey: Journey, book: Rulebook, now: int) -> int | None:
    """Marks or unmarks expiry; returns when the journey will expire, None when it is over."""
    if journey.seen[0] == UNSEEN:
        return None
    journey.expired_at = None
    end, _ = end_of(journey)
    if end is not End.OPEN:
        return None
    if isinstance(journey, Total):
        closing, judged = over_at(journey, book)
        if now < judged:
            return judged
        journey.expired_at = closing
        return None
    if isinstance(journey, (Case, Order)):
        return None  # they take their days; what becomes of them is said to the end
    here, section = journey.seen
    if isinstance(journey, Visit):
        if journey.issued:
            section = journey.issued.section
            here = max(here, journey.issued.appointment)
        if journey.checked_in:
            here = max(here, journey.checked_in[0])
    elif isinstance(journey, Chat) and journey.request:
        section = journey.request.section
        here = max(here, _answered_by(journey, journey.request, book))
    closing = book.section(section).calendar.closing(here)
    expires_at = closing + book.leaving.expiry_grace_ms
    if now < expires_at:
        return expires_at
    journey.expired_at = closing
    return None


def _answered_by(chat: Chat, request: Request, book: Rulebook) -> int:
    """When the first reply came, or had to: a request is not over before it was due.

    Asked a minute before closing, that is the next morning; tickets alone are closed by
    the day's end (semantics §3, End of day).
    """
    if chat.replies and chat.replies[-1][0] >= request.at:
        return chat.replies[-1][0]
    rules = book.promises.get(Promise.ONLINE_FIRST_RESPONSE)
    rule = rules.in_force(request.at) if rules else None
    if rule is None or rule.limit_ms is None:
        return request.at
    return book.section(request.section).calendar.add(request.at, rule.limit_ms)


def contribution_of(verdict: Verdict, place: Place, excused: bool) -> Contribution:
    start = verdict.clock.start[0]
    key = WindowKey(
        verdict.clock.promise,
        start - start % MINUTE,
        place.section,
        place.service,
        place.complexity,
        place.channel,
        verdict.off_hours,
    )
    return Contribution(
        key,
        verdict.status,
        verdict.duration,
        excused and verdict.breached,
        verdict.clock.estimated,
    )


def _counted(before: Finding | None, now: Contribution) -> bool:
    """Whether it was counted in that old minute before, and so keeps its window in memory."""
    if before is None or before.uncounted:
        return False
    if before.contribution is None:
        return before.verdict is None  # restored: it is where it was
    return before.contribution.key == now.key


def _withdrawn(known: Standing, journey: Journey, book: Rulebook) -> Verdict:
    """The verdict on a promise that later evidence shows never applied."""
    promise = Promise(known.promise)
    rules = book.promises[promise]
    rule = rules.in_force(journey.seen[0]) or Rule(version=rules.rules[0].version, since_ms=0)
    clock = Clock(promise, (journey.seen[0], ""), None, nth=known.nth)
    return Verdict(clock, rule, Status.WITHDRAWN, False, None, None, None, None)
