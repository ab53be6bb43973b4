"""One journey looked at anew: its verdicts, alerts and what it adds to which windows.

Pure. Called by `partition` after events, when a deadline is due, and on restart.
Invariant: the result depends on the journey, what was found before, the rulebook and
`now` only; a promise whose clock stands as before is not judged again.
"""

from msgspec import Struct

from schemas.outcomes import End, Status
from streams.core.alerts import Said, Standing, next_standing
from streams.core.journey import Chat, Journey, Request, Visit
from streams.core.judge import Verdict, judge
from streams.core.measure import Clock, Place, Reading, clocks_of, end_of, read_journey
from streams.core.rules import Promise, Rule, Rulebook
from streams.core.windows import MINUTE, Contribution, WindowKey


class Finding(Struct, frozen=True, gc=False):
    """One promise of the journey as it stands, and what it adds to which window."""

    standing: Standing
    verdict: Verdict | None = None  #: None: restored, and not yet judged by this worker
    contribution: Contribution | None = None  #: None: nothing (the promise was withdrawn)
    uncounted: bool = False  #: it adds nothing, since its minute's total was closed before


class News(Struct, frozen=True, gc=False):
    """A finding that changed: `said` is what people have to be told."""

    finding: Finding
    verdict: Verdict
    before: Finding | None
    said: list[Said]


class Settlement(Struct, frozen=True, gc=False):
    """All there is to know of a journey at `now`."""

    reading: Reading
    findings: tuple[Finding, ...]
    news: list[News]
    wake_at: int | None  #: when to settle again although nothing happened
    ended: bool


def settle(
    journey: Journey,
    known: tuple[Finding, ...],
    place: Place | None,
    book: Rulebook,
    now: int,
    catching_up: bool,
    silent: bool = False,
    closed_to: int = 0,
) -> Settlement:
    """Judges every clock of `journey` at `now` (milliseconds).

    `known` and `place` are what the last settlement came to; `silent`: its source is;
    `closed_to`: the latest minute whose total may be closed.
    Sets `journey.expired_at` when closing time has passed over an open journey, and takes
    it back when an end that came in late shows it was not open.
    """
    expires_at = _expire(journey, book, now)
    reading = read_journey(journey, book)
    moved = reading.place != place
    findings: list[Finding] = []
    news: list[News] = []
    wake_at = expires_at
    left_over = list(known)
    held = catching_up or silent
    for clock in clocks_of(journey, reading):
        before = None
        for finding in left_over:
            if finding.standing.promise == clock.promise:
                before = finding
                left_over.remove(finding)
                break
        if before is not None and not moved and _stands(before, clock, now, held):
            found = before
            verdict_wake = before.verdict.wake_at if before.verdict else None
        else:
            rule = book.promises[clock.promise].in_force(clock.start[0])
            if rule is None:
                continue
            calendar = book.section(reading.place.section).calendar
            verdict = judge(clock, rule, calendar, book.leaving, now)
            standing = before.standing if before else Standing(clock.promise)
            standing, said = next_standing(standing, verdict, now, catching_up, silent)
            contribution = _contribution(verdict, reading.place)
            if contribution.key.minute <= closed_to and not _counted(before, contribution):
                found = Finding(standing, verdict, None, True)
            else:
                found = Finding(standing, verdict, contribution)
            news.append(News(found, verdict, before, said))
            verdict_wake = verdict.wake_at
        findings.append(found)
        if verdict_wake is not None and (wake_at is None or verdict_wake < wake_at):
            wake_at = verdict_wake
    for before in left_over:
        verdict = _withdrawn(before.standing, journey, book)
        standing, said = next_standing(before.standing, verdict, now, catching_up, silent)
        found = Finding(standing, verdict)
        findings.append(found)
        if found != before:
            news.append(News(found, verdict, before, said))
    return Settlement(reading, tuple(findings), news, wake_at, expires_at is None)


def _stands(before: Finding, clock: Clock, now: int, held: bool) -> bool:
    """Whether what was found of this clock still holds, so that nothing is to be said."""
    verdict = before.verdict
    if verdict is None or verdict.clock != clock:
        return False
    if clock.stop is not None:
        return True
    if not held and (before.standing.historical or before.standing.suspected):
        return False  # somebody is waiting: now it matters
    return verdict.wake_at is None or now < verdict.wake_at


def _expire(journey: Journey, book: Rulebook, now: int) -> int | None:
    """Marks or unmarks expiry; returns when the journey will expire, None when it is over."""
    journey.expired_at = None
    end, _ = end_of(journey)
    if end is not End.OPEN:
        return None
    here, section = journey.seen
    if isinstance(journey, Visit):
        if journey.issued:
            section = journey.issued.section
            here = max(here, journey.issued.appointment)
        if journey.checked_in:
            here = max(here, journey.checked_in[0])
    elif journey.request:
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
    rule = book.promises[Promise.ONLINE_FIRST_RESPONSE].in_force(request.at)
    if rule is None or rule.limit_ms is None:
        return request.at
    return book.section(request.section).calendar.add(request.at, rule.limit_ms)


def _contribution(verdict: Verdict, place: Place) -> Contribution:
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
    return Contribution(key, verdict.status, verdict.duration)


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
    clock = Clock(promise, (journey.seen[0], ""), None)
    return Verdict(clock, rule, Status.WITHDRAWN, False, None, None, None, None)
