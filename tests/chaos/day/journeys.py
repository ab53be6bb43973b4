"""A journey's row and its clocks, from the tale of it.

Owns what semantics §3 says of milestones, durations and ends. Called by the oracle.
Invariant: none of the pipeline's code is used here.
"""

from datetime import datetime

from tests.chaos.day import hours
from tests.chaos.day.clocks import CHAT, FILING_ID, WAIT, WALK_IN, Clock, Stop, Whose
from tests.chaos.day.columns import Columns, time_text
from tests.chaos.day.tale import Mark, Tale

_GRACE_MS = 15 * 60_000

#: Every column of a journey that is empty when nothing is known.
_NOTHING: Columns = dict.fromkeys(
    (
        *("issued_at", "appointment_at", "checked_in_at", "first_called_at", "last_called_at"),
        *("session_started_at", "identity_check_started_at", "identity_check_passed_at"),
        *("materials_submitted_at", "served_at", "left_at", "no_show_at", "cancelled_at"),
        *("requested_at", "assigned_at", "first_reply_at", "last_message_at", "resolved"),
        *("resolved_at", "closed_at", "expired_at", "promised_wait_ms", "first_call_wait_ms"),
        *("last_call_wait_ms", "start_wait_ms", "call_to_start_ms", "queue_ms", "service_ms"),
        *("filing_ms", "first_response_ms", "assigned_response_ms"),
        # Of cases, orders, ratings and recordings the day tells nothing.
        *("accepted_at", "received_at", "returned_at", "decided_at", "finished_at"),
        *("contacted_at", "invited_at", "rated_at", "stars", "recorded_at"),
    )
)
_NOTHING |= {"counter": "", "handed_to": "", "filing_estimated": False, "suspected": False}
_NOTHING |= dict.fromkeys(
    ("department", "applicant", "receiver", "approver", "result", "recording"), ""
)
_NOTHING |= {"tickets": [], "chats": [], "supplements": 0}
_NOTHING |= dict.fromkeys(("deferred", "rating_declined", "rating_failed"), False)


def _row(subject: str, tale: Tale, whose: Whose, end: str, **known: object) -> Columns:
    opened = tale.events[0].at
    return {
        **_NOTHING,
        "journey": subject,
        "opened_at": time_text(opened),
        "end": end,
        "expired_at": time_text(hours.closing(opened)) if end == "expired" else None,
        "section": whose.section,
        "service": whose.service,
        "complexity": whose.complexity,
        "channel": whose.channel,
        "partition": tale.partition,
        **known,
    }


def chat(subject: str, tale: Tale) -> tuple[Columns, list[Clock]]:
    request = _there(tale.first("assist.requested"))
    reply = tale.first("assist.message", author="human", automatic=None, visible=None)
    assigned, closed = _there(tale.first("assist.assigned")), tale.last("assist.closed")
    resolved, handed = tale.last("assist.resolved"), tale.last("assist.handed-to-department")
    whose = Whose(request.said("section"), request.said("service"), "general", "online")
    if reply:
        stop = Stop(reply.at, "answered", reply.event, reply.offset, clerk=reply.said("clerk"))
    elif closed:
        stop = Stop(closed.at, "closed", closed.event, closed.offset, clerk=assigned.said("clerk"))
    else:
        stop = Stop(hours.closing(request.at), "expired", clerk=assigned.said("clerk"))
    row = _row(
        subject,
        tale,
        whose,
        "closed" if closed else "expired",
        kind="chat",
        clerk=(reply or assigned).said("clerk"),
        requested_at=_at(request),
        assigned_at=_at(assigned),
        first_reply_at=_at(reply),
        last_message_at=_at(tale.last("assist.message")),
        resolved=resolved.data["resolved"] if resolved else None,
        resolved_at=_at(resolved),
        closed_at=_at(closed),
        handed_to=handed.said("department") if handed else "",
        first_response_ms=_between(request, reply),
        assigned_response_ms=_between(assigned, reply),
    )
    clock = Clock(CHAT, subject, tale.partition, whose, request.at, request.event, stop)
    return row, [clock]


def visit(subject: str, tale: Tale) -> tuple[Columns, list[Clock]]:
    issued, came = _there(tale.first("ticket.issued")), tale.first("ticket.checked-in")
    booked = _moment(issued.said("appointment"))
    channel = issued.said("channel")
    if channel == "appointment" and came and booked and came.at - booked > _GRACE_MS:
        channel = "walk-in"  # too late for the appointment
    elif channel != "appointment":
        came = came or issued
    whose = Whose(
        issued.said("section"), issued.said("service"), issued.said("complexity"), channel
    )
    called, session = tale.first("ticket.called"), tale.first("terminal.session-started")
    recalled = tale.last("ticket.recalled") or called
    checked = tale.first("terminal.identity-check-started")
    submitted, served = tale.first("terminal.materials-submitted"), tale.last("ticket.served")
    left, no_show = tale.last("ticket.left"), tale.last("ticket.no-show")
    cancelled = tale.last("ticket.cancelled-by-clerk")
    ends = {"served": served, "left": left, "no-show": no_show, "cancelled": cancelled}
    end = next((name for name, mark in ends.items() if mark), "expired")
    expired = Stop(hours.closing(issued.at), "expired")
    clocks = []
    if channel != "direct" and came:
        stop = _stop(called, "answered") or _stop(left, "left") or _stop(cancelled, "cancelled")
        start, promise = came, WALK_IN
        if channel == "appointment":
            promise = WAIT + whose.complexity
            if booked > came.at:
                start = Mark(booked, issued.event, issued.offset, {})
        clocks.append(_clock(promise, subject, tale, whose, start, stop or expired))
    if checked and session:
        by = (checked.said("counter"), session.said("clerk"))
        stop = Stop(expired.at, "expired", "", None, *by)
        if submitted:
            stop = Stop(submitted.at, "answered", submitted.event, submitted.offset, *by)
        clocks.append(_clock(FILING_ID, subject, tale, whose, checked, stop))
    elif called and served:
        guess = _stop(served, "answered") or expired
        clocks.append(_clock(FILING_ID, subject, tale, whose, called, guess, True))
    waited = clocks[0].duration if called and channel != "direct" else None
    filing = next((clock for clock in clocks if clock.promise == FILING_ID), None)
    filed = filing is not None and filing.stop.how == "answered"
    in_queue = called or (left if end == "left" else None)
    row = _row(
        subject,
        tale,
        whose,
        end,
        kind="visit",
        counter=called.said("counter") if called else "",
        clerk=called.said("clerk") if called else "",
        issued_at=_at(issued),
        appointment_at=time_text(booked) if booked else None,
        checked_in_at=_at(tale.first("ticket.checked-in")),
        first_called_at=_at(called),
        last_called_at=_at(recalled),
        session_started_at=_at(session),
        identity_check_started_at=_at(checked),
        identity_check_passed_at=_at(tale.first("terminal.identity-check-passed")),
        materials_submitted_at=_at(submitted),
        served_at=_at(served),
        left_at=_at(left),
        no_show_at=_at(no_show),
        cancelled_at=_at(cancelled),
        promised_wait_ms=waited,
        first_call_wait_ms=_between(came, called),
        last_call_wait_ms=_between(came, recalled),
        start_wait_ms=_between(came, session),
        call_to_start_ms=_between(called, session),
        queue_ms=_between(came, in_queue),
        service_ms=_between(session, served),
        filing_ms=filing.duration if filing and filed else None,
        filing_estimated=filing.estimated if filing else False,
    )
    return row, clocks


def _clock(
    promise: str,
    subject: str,
    tale: Tale,
    whose: Whose,
    start: Mark,
    stop: Stop,
    estimated: bool = False,
) -> Clock:
    return Clock(promise, subject, tale.partition, whose, start.at, start.event, stop, estimated)


def _stop(mark: Mark | None, how: str) -> Stop | None:
    if mark is None:
        return None
    said = (mark.said("counter"), mark.said("clerk")) if how == "answered" else ("", "")
    return Stop(mark.at, how, mark.event, mark.offset, *said)


def _there(mark: Mark | None) -> Mark:
    """What the plans never leave out."""
    assert mark is not None
    return mark


def _at(mark: Mark | None) -> str | None:
    return time_text(mark.at) if mark else None


def _between(start: Mark | None, end: Mark | None) -> int | None:
    return max(0, end.at - start.at) if start and end else None


def _moment(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000 + 0.5) if text else 0
