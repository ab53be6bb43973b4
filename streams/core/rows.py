"""Journeys, verdicts and alerts → the rows that say so.

Pure translation, no decisions. Called by `settle`. Invariant: a row is a function of the
journey and its verdict alone, but for `version`, `historical` and `correction`.
"""

from datetime import UTC, datetime
from typing import Literal

from schemas.outcomes import (
    AlertMessage,
    AlertRow,
    AlertState,
    At,
    End,
    JourneyRow,
    Kind,
    VerdictRow,
)
from schemas.ticket import Complexity
from streams.core.alerts import Said, Standing
from streams.core.journey import Chat, Journey, Visit
from streams.core.judge import Verdict
from streams.core.measure import channel_of, check_in_of, end_of, first_call_of, section_of
from streams.core.rules import PromiseRules, Rulebook

_MessageType = Literal["hall.alert.warned", "hall.alert.breached", "hall.alert.closed"]
_MESSAGE_TYPES: dict[Said, _MessageType] = {
    Said.WARNED: "hall.alert.warned",
    Said.BREACHED: "hall.alert.breached",
    Said.CLOSED: "hall.alert.closed",
}


class Subject:
    """What the rows of one journey have in common, derived once."""

    __slots__ = ("channel", "complexity", "journey", "section", "service")

    def __init__(self, journey: Journey, book: Rulebook) -> None:
        self.journey = journey.key
        self.section = section_of(journey)
        self.channel = channel_of(journey, book)
        self.complexity = Complexity.GENERAL.value
        if isinstance(journey, Visit):
            self.service = journey.issued.service if journey.issued else ""
            if journey.issued:
                self.complexity = journey.issued.complexity
        else:
            self.service = journey.request.service if journey.request else ""


def journey_row(
    journey: Journey, subject: Subject, verdicts: list[Verdict], partition: int, version: int
) -> JourneyRow:
    """The journey with its milestones and durations (milliseconds)."""
    if isinstance(journey, Visit):
        return _visit_row(journey, subject, verdicts, partition, version)
    return _chat_row(journey, subject, verdicts, partition, version)


def _visit_row(
    visit: Visit, subject: Subject, verdicts: list[Verdict], partition: int, version: int
) -> JourneyRow:
    checked_in = check_in_of(visit)
    came = checked_in[0] if checked_in else None
    called, _ = first_call_of(visit)
    last = visit.last_called
    started = visit.session_started
    end, mark = end_of(visit)
    who = last or started or visit.served
    left_queue = called[0] if called else (mark[0] if mark and end is End.LEFT else None)
    wait = next((v for v in verdicts if v.clock.promise.value != "counter-filing"), None)
    filing = next((v for v in verdicts if v.clock.promise.value == "counter-filing"), None)
    issued = visit.issued
    return JourneyRow(
        journey=visit.key,
        kind=Kind.VISIT,
        section=subject.section,
        service=subject.service,
        complexity=subject.complexity,
        channel=subject.channel,
        counter=who[2] if who else "",
        clerk=who[3] if who else "",
        end=end,
        opened_at=visit.seen[0] / 1000,
        issued_at=issued.at / 1000 if issued else None,
        appointment_at=issued.appointment / 1000 if issued and issued.appointment >= 0 else None,
        checked_in_at=_at(visit.checked_in),
        first_called_at=_at(visit.first_called),
        last_called_at=_at(last),
        session_started_at=_at(started),
        identity_check_started_at=_at(visit.identity_started),
        identity_check_passed_at=_at(visit.identity_passed),
        materials_submitted_at=_at(visit.submitted),
        served_at=_at(visit.served),
        left_at=_at(visit.left),
        no_show_at=_at(visit.no_show),
        cancelled_at=_at(visit.cancelled),
        expired_at=None if visit.expired_at is None else visit.expired_at / 1000,
        promised_wait_ms=wait.duration if wait and wait.clock.stop and called else None,
        first_call_wait_ms=_between(came, called[0] if called else None),
        last_call_wait_ms=_between(came, last[0] if last else None),
        start_wait_ms=_between(came, started[0] if started else None),
        call_to_start_ms=_between(
            visit.first_called[0] if visit.first_called else None, started[0] if started else None
        ),
        queue_ms=_between(came, left_queue),
        service_ms=_between(
            started[0] if started else None, visit.served[0] if visit.served else None
        ),
        filing_ms=filing.duration if filing and not _given_up(filing) else None,
        filing_estimated=filing.clock.estimated if filing else False,
        partition=partition,
        version=version,
    )


def _chat_row(
    chat: Chat, subject: Subject, verdicts: list[Verdict], partition: int, version: int
) -> JourneyRow:
    request = chat.request
    response = verdicts[0] if verdicts else None
    stop = response.clock.stop if response else None
    reply = stop if stop and stop.how is None else None
    end, _ = end_of(chat)
    clerk = reply.clerk if reply else ""
    return JourneyRow(
        journey=chat.key,
        kind=Kind.CHAT,
        section=subject.section,
        service=subject.service,
        complexity=subject.complexity,
        channel=subject.channel,
        clerk=clerk or (chat.assigned[3] if chat.assigned else ""),
        end=end,
        opened_at=chat.seen[0] / 1000,
        requested_at=request.at / 1000 if request else None,
        assigned_at=_at(chat.assigned),
        first_reply_at=reply.at / 1000 if reply else None,
        last_message_at=_at(chat.last_message),
        resolved=chat.resolved[2] if chat.resolved else None,
        resolved_at=chat.resolved[0] / 1000 if chat.resolved else None,
        closed_at=_at(chat.closed),
        handed_to=chat.handed_to[2] if chat.handed_to else "",
        expired_at=None if chat.expired_at is None else chat.expired_at / 1000,
        first_response_ms=_between(request.at if request else None, reply.at if reply else None),
        assigned_response_ms=_between(
            chat.assigned[0] if chat.assigned else None, reply.at if reply else None
        ),
        partition=partition,
        version=version,
    )


def verdict_row(
    verdict: Verdict, subject: Subject, rules: PromiseRules, partition: int, version: int
) -> VerdictRow:
    clock, stop = verdict.clock, verdict.clock.stop
    return VerdictRow(
        promise=clock.promise.value,
        journey=subject.journey,
        section=subject.section,
        service=subject.service,
        complexity=subject.complexity,
        channel=subject.channel,
        counter=stop.counter if stop else "",
        clerk=stop.clerk if stop else "",
        status=verdict.status,
        clause=rules.clause,
        rule_version=verdict.rule.version,
        limit_ms=verdict.rule.limit_ms,
        started_at=clock.start[0] / 1000,
        deadline_at=None if verdict.deadline is None else verdict.deadline / 1000,
        ended_at=stop.at / 1000 if stop else None,
        duration_ms=verdict.duration,
        over_ms=over(verdict),
        estimated=clock.estimated,
        off_hours=verdict.off_hours,
        evidence=evidence(verdict),
        partition=partition,
        version=version,
    )


def alert_row(
    standing: Standing,
    verdict: Verdict,
    subject: Subject,
    rules: PromiseRules,
    partition: int,
    version: int,
) -> AlertRow:
    stop, deadline = verdict.clock.stop, verdict.deadline
    late = standing.state is AlertState.BREACHED
    if deadline is not None and stop is not None:
        late = stop.at > deadline
    return AlertRow(
        alert=f"{standing.promise}/{subject.journey}/{standing.cycle}",
        promise=standing.promise,
        journey=subject.journey,
        cycle=standing.cycle,
        section=subject.section,
        service=subject.service,
        complexity=subject.complexity,
        channel=subject.channel,
        counter=stop.counter if stop else "",
        clerk=stop.clerk if stop else "",
        state=standing.state or AlertState.WARNED,
        closed_as=standing.closed_as,
        clause=rules.clause,
        rule_version=verdict.rule.version,
        limit_ms=verdict.rule.limit_ms or 0,
        started_at=verdict.clock.start[0] / 1000,
        warned_at=None if verdict.warn_at is None else verdict.warn_at / 1000,
        breached_at=deadline / 1000 if deadline is not None and late else None,
        closed_at=stop.at / 1000 if stop and standing.state is AlertState.CLOSED else None,
        over_ms=over(verdict),
        historical=standing.historical,
        correction=standing.correction,
        evidence=evidence(verdict),
        partition=partition,
        version=version,
    )


def alert_message(row: AlertRow, said: Said, now: int) -> AlertMessage:
    """The message about an alert; its id tells a second delivery from a second alert."""
    at = datetime.fromtimestamp(now / 1000, UTC).isoformat(timespec="milliseconds")
    phase = "retracted" if row.closed_as.value == "retracted" else said.value
    return AlertMessage(
        id=f"{row.alert}/{phase}",
        type=_MESSAGE_TYPES[said],
        subject=row.alert,
        time=at,
        data=row,
    )


def over(verdict: Verdict) -> int:
    """Milliseconds past the limit when the clock stopped; 0 while it runs."""
    limit, duration = verdict.rule.limit_ms, verdict.duration
    if limit is None or duration is None:
        return 0
    return max(0, duration - limit)


def evidence(verdict: Verdict) -> list[str]:
    """The events behind a verdict: what started the clock, what stopped it."""
    stop = verdict.clock.stop
    found = [verdict.clock.start[1]]
    if stop and stop.event:
        found.append(stop.event)
    return found


def _given_up(verdict: Verdict) -> bool:
    return verdict.clock.stop is None or verdict.clock.stop.how is not None


def _at(mark: tuple[int, str] | tuple[int, str, str, str] | None) -> At | None:
    return mark[0] / 1000 if mark else None


def _between(start: int | None, end: int | None) -> int | None:
    """Milliseconds from start to end; a source's clock skew measures as 0."""
    if start is None or end is None:
        return None
    return max(0, end - start)
