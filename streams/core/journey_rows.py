"""A visit or a chat → the row that tells of it.

Pure translation, no decisions. Called by `kinds`; cases, orders and shifts are in
`office_rows`. Invariant: a row is a function of the journey and what was found, but for
`version`.
"""

from schemas.outcomes import End, JourneyRow, Kind, Status
from streams.core.chat import Chat
from streams.core.finding import Finding
from streams.core.measure import Reading
from streams.core.office_rows import rated
from streams.core.rules import Promise
from streams.core.visit import Visit

#: The promises on the wait for the first call; a visit is under one of them.
_WAITS = frozenset(
    {Promise.APPOINTMENT_WAIT_GENERAL, Promise.APPOINTMENT_WAIT_COMPLEX, Promise.WALK_IN_WAIT}
)


def visit_row(
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
        elif verdict.clock.promise in _WAITS:
            promised = verdict
    filed = filing and filing.clock.stop and filing.clock.stop.how is None
    row = JourneyRow(
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
        recording=visit.recorded.pointer if visit.recorded else "",
        recorded_at=visit.recorded.at / 1000 if visit.recorded else None,
        partition=partition,
        version=version,
    )
    return row if visit.ratings is None else rated(row, visit.ratings)


def chat_row(
    chat: Chat, reading: Reading, findings: tuple[Finding, ...], partition: int, version: int
) -> JourneyRow:
    place, reply, request, assigned = reading.place, reading.reply, chat.request, chat.assigned
    clerk = reply[3] if reply else ""
    resolved, handed_to = chat.resolved, chat.handed_to
    row = JourneyRow(
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
    return row if chat.ratings is None else rated(row, chat.ratings)


def _between(start: int | None, end: int | None) -> int | None:
    """Milliseconds from start to end; a source's clock skew measures as 0."""
    if start is None or end is None:
        return None
    return end - start if end > start else 0
