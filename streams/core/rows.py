"""Journeys, verdicts and alerts → the rows that say so.

Pure translation, no decisions. Called by `settle`. Invariant: a row is a function of the
journey and its verdict alone, but for `version`, `historical` and `correction`.
"""

from datetime import UTC, datetime

from schemas.outcomes import (
    AlertMessage,
    AlertRow,
    AlertState,
    End,
    JourneyRow,
    Kind,
    MessageType,
    Status,
    VerdictRow,
)
from streams.core.alerts import Said, Standing
from streams.core.journey import Chat, Journey, Visit
from streams.core.judge import Verdict
from streams.core.measure import Place, Reading
from streams.core.rules import Promise, PromiseRules
from streams.core.settle import Finding

_MESSAGE_TYPES: dict[Said, MessageType] = {
    Said.WARNED: "hall.alert.warned",
    Said.BREACHED: "hall.alert.breached",
    Said.CLOSED: "hall.alert.closed",
    Said.RETRACTED: "hall.alert.retracted",
}


def journey_row(
    journey: Journey,
    reading: Reading,
    findings: tuple[Finding, ...],
    partition: int,
    version: int,
) -> JourneyRow:
    """The journey with its milestones and durations (milliseconds)."""
    if isinstance(journey, Visit):
        return _visit_row(journey, reading, findings, partition, version)
    return _chat_row(journey, reading, partition, version)


def _visit_row(
    visit: Visit,
    reading: Reading,
    findings: tuple[Finding, ...],
    partition: int,
    version: int,
) -> JourneyRow:
    place, end, call = reading.place, reading.end, reading.call
    came = reading.check_in[0] if reading.check_in else None
    called = call[0] if call else None
    issued = visit.issued
    appointment = issued.appointment if issued else -1
    first, last, started = visit.first_called, visit.last_called, visit.session_started
    checked_in, served, left = visit.checked_in, visit.served, visit.left
    identity_started, identity_passed = visit.identity_started, visit.identity_passed
    submitted, no_show, cancelled = visit.submitted, visit.no_show, visit.cancelled
    expired_at = visit.expired_at
    who = last or started or served
    left_queue = called
    if called is None and end is End.LEFT and left:
        left_queue = left[0]
    promised = filing = None
    for finding in findings:
        verdict = finding.verdict
        if verdict is None or verdict.status is Status.WITHDRAWN:
            continue
        if verdict.clock.promise is Promise.COUNTER_FILING:
            filing = verdict
        else:
            promised = verdict
    filed = filing and filing.clock.stop and filing.clock.stop.how is None
    return JourneyRow(
        journey=visit.key,
        kind=Kind.VISIT,
        section=place.section,
        service=place.service,
        complexity=place.complexity,
        channel=place.channel,
        counter=who[2] if who else "",
        clerk=who[3] if who else "",
        end=end,
        opened_at=visit.seen[0] / 1000,
        issued_at=issued.at / 1000 if issued else None,
        appointment_at=appointment / 1000 if appointment >= 0 else None,
        checked_in_at=checked_in[0] / 1000 if checked_in else None,
        first_called_at=first[0] / 1000 if first else None,
        last_called_at=last[0] / 1000 if last else None,
        session_started_at=started[0] / 1000 if started else None,
        identity_check_started_at=identity_started[0] / 1000 if identity_started else None,
        identity_check_passed_at=identity_passed[0] / 1000 if identity_passed else None,
        materials_submitted_at=submitted[0] / 1000 if submitted else None,
        served_at=served[0] / 1000 if served else None,
        left_at=left[0] / 1000 if left else None,
        no_show_at=no_show[0] / 1000 if no_show else None,
        cancelled_at=cancelled[0] / 1000 if cancelled else None,
        expired_at=None if expired_at is None else expired_at / 1000,
        promised_wait_ms=promised.duration if promised and call else None,
        first_call_wait_ms=_between(came, called),
        last_call_wait_ms=_between(came, last[0] if last else None),
        start_wait_ms=_between(came, started[0] if started else None),
        call_to_start_ms=_between(first[0], started[0]) if first and started else None,
        queue_ms=_between(came, left_queue),
        service_ms=_between(started[0], served[0]) if started and served else None,
        filing_ms=filing.duration if filing and filed else None,
        filing_estimated=filing.clock.estimated if filing else False,
        partition=partition,
        version=version,
    )


def _chat_row(chat: Chat, reading: Reading, partition: int, version: int) -> JourneyRow:
    place, reply, request, assigned = reading.place, reading.reply, chat.request, chat.assigned
    clerk = reply[3] if reply else ""
    resolved, handed_to = chat.resolved, chat.handed_to
    return JourneyRow(
        journey=chat.key,
        kind=Kind.CHAT,
        section=place.section,
        service=place.service,
        complexity=place.complexity,
        channel=place.channel,
        clerk=clerk or (assigned[3] if assigned else ""),
        end=reading.end,
        opened_at=chat.seen[0] / 1000,
        requested_at=request.at / 1000 if request else None,
        assigned_at=assigned[0] / 1000 if assigned else None,
        first_reply_at=reply[0] / 1000 if reply else None,
        last_message_at=chat.last_message[0] / 1000 if chat.last_message else None,
        resolved=resolved[2] if resolved else None,
        resolved_at=resolved[0] / 1000 if resolved else None,
        closed_at=chat.closed[0] / 1000 if chat.closed else None,
        handed_to=handed_to[2] if handed_to else "",
        expired_at=None if chat.expired_at is None else chat.expired_at / 1000,
        first_response_ms=_between(request.at, reply[0]) if request and reply else None,
        assigned_response_ms=_between(assigned[0], reply[0]) if assigned and reply else None,
        partition=partition,
        version=version,
    )


def verdict_row(
    verdict: Verdict,
    journey: str,
    place: Place,
    rules: PromiseRules,
    partition: int,
    version: int,
) -> VerdictRow:
    clock, stop = verdict.clock, verdict.clock.stop
    return VerdictRow(
        promise=clock.promise,
        journey=journey,
        section=place.section,
        service=place.service,
        complexity=place.complexity,
        channel=place.channel,
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
    journey: str,
    place: Place,
    rules: PromiseRules,
    partition: int,
    version: int,
) -> AlertRow:
    stop, deadline = verdict.clock.stop, verdict.deadline
    late = standing.state is AlertState.BREACHED
    if deadline is not None and stop is not None:
        late = stop.at > deadline and not standing.warned_only
    return AlertRow(
        alert=f"{standing.promise}/{journey}/{standing.cycle}",
        promise=standing.promise,
        journey=journey,
        cycle=standing.cycle,
        section=place.section,
        service=place.service,
        complexity=place.complexity,
        channel=place.channel,
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
        suspected=standing.suspected,
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


def _between(start: int | None, end: int | None) -> int | None:
    """Milliseconds from start to end; a source's clock skew measures as 0."""
    if start is None or end is None:
        return None
    return max(0, end - start)
