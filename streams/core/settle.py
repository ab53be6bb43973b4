"""One journey looked at anew: its verdicts, alerts and what it adds to which windows.

Pure. Called by `partition` after events, when a deadline is due, and on restart.
Invariant: the result depends on the journey, its standings, the rulebook and `now` only.
"""

from msgspec import Struct

from schemas.outcomes import End, Status
from streams.core.alerts import Said, Standing, next_standing
from streams.core.journey import Journey, Visit
from streams.core.judge import Verdict, judge
from streams.core.measure import Clock, clocks_of, end_of
from streams.core.rows import Subject
from streams.core.rules import Promise, Rule, Rulebook
from streams.core.windows import MINUTE, Contribution, WindowKey


class Finding(Struct, frozen=True):
    """One promise of the journey as it now stands, and what is new to say about it."""

    verdict: Verdict
    standing: Standing
    said: list[Said]


class Settlement(Struct, frozen=True):
    """All there is to know of a journey at `now`."""

    subject: Subject
    findings: list[Finding]
    contributions: tuple[Contribution, ...]
    wake_at: int | None  #: when to settle again although nothing happened
    ended: bool

    @property
    def standings(self) -> tuple[Standing, ...]:
        return tuple(finding.standing for finding in self.findings)


def settle(
    journey: Journey,
    standings: tuple[Standing, ...],
    book: Rulebook,
    now: int,
    catching_up: bool,
) -> Settlement:
    """Judges every clock of `journey` at `now` (milliseconds).

    Sets `journey.expired_at` when closing time has passed over an open journey, and
    takes it back when an end that came in late shows it was not open.
    """
    subject = Subject(journey, book)
    calendar = book.section(subject.section).calendar
    expires_at = _expire(journey, book, now)
    findings: list[Finding] = []
    contributions: list[Contribution] = []
    wake_at = expires_at
    before = {standing.promise: standing for standing in standings}
    for clock in clocks_of(journey, book):
        rule = book.promises[clock.promise].in_force(clock.start[0])
        if rule is None:
            continue
        verdict = judge(clock, rule, calendar, book.leaving, now)
        known = before.pop(clock.promise.value, None) or Standing(clock.promise.value)
        standing, said = next_standing(known, verdict, now, catching_up)
        findings.append(Finding(verdict, standing, said))
        contributions.append(_contribution(verdict, subject))
        if verdict.wake_at is not None and (wake_at is None or verdict.wake_at < wake_at):
            wake_at = verdict.wake_at
    for known in before.values():
        verdict = _withdrawn(known, journey, book)
        standing, said = next_standing(known, verdict, now, catching_up)
        findings.append(Finding(verdict, standing, said))
    return Settlement(subject, findings, tuple(contributions), wake_at, expires_at is None)


def _expire(journey: Journey, book: Rulebook, now: int) -> int | None:
    """Marks or unmarks expiry; returns when the journey will expire, None when it is over."""
    journey.expired_at = None
    end, _ = end_of(journey)
    if end is not End.OPEN:
        return None
    here = journey.seen[0]
    section = journey.seen[1]
    if isinstance(journey, Visit):
        if journey.issued:
            section = journey.issued.section
            here = max(here, journey.issued.appointment)
        if journey.checked_in:
            here = max(here, journey.checked_in[0])
    closing = book.section(section).calendar.closing(here)
    expires_at = closing + book.leaving.expiry_grace_ms
    if now < expires_at:
        return expires_at
    journey.expired_at = closing
    return None


def _contribution(verdict: Verdict, subject: Subject) -> Contribution:
    start = verdict.clock.start[0]
    key = WindowKey(
        verdict.clock.promise.value,
        start - start % MINUTE,
        subject.section,
        subject.service,
        subject.complexity,
        subject.channel,
        verdict.off_hours,
    )
    return Contribution(key, verdict.status, verdict.duration)


def _withdrawn(known: Standing, journey: Journey, book: Rulebook) -> Verdict:
    """The verdict on a promise that later evidence shows never applied."""
    promise = Promise(known.promise)
    rules = book.promises[promise]
    rule = rules.in_force(journey.seen[0]) or Rule(version=rules.rules[0].version, since_ms=0)
    clock = Clock(promise, (journey.seen[0], ""), None)
    return Verdict(clock, rule, Status.WITHDRAWN, False, None, None, None, None)
