"""From milestones to clocks: when each promise's clock started, and what stopped it.

Pure functions of a journey and the rulebook; knows no "now". Called by `settle`.
Invariant: a clock is derived anew each time, so late events correct it by themselves.
"""

from msgspec import Struct

from schemas.outcomes import End
from schemas.ticket import Channel, Complexity
from streams.core.journey import Act, Chat, Journey, Mark, Visit
from streams.core.rules import Promise, Rulebook


class Stop(Struct, frozen=True):
    """What stopped a clock: `answered`, or the way the journey ended without it."""

    at: int
    event: str
    how: End | None  #: None: answered, the promise was met early or late
    counter: str = ""
    clerk: str = ""


class Clock(Struct, frozen=True):
    """One promise's clock of one journey."""

    promise: Promise
    start: Mark
    stop: Stop | None
    estimated: bool = False


def end_of(journey: Journey) -> tuple[End, Mark | None]:
    """How the journey ended: the latest of its ends; expired only if there is none."""
    if isinstance(journey, Chat):
        if journey.closed:
            return End.CLOSED, journey.closed
    else:
        latest: Mark | None = None
        end = End.OPEN
        if journey.served:
            end, latest = End.SERVED, journey.served[:2]
        for kind, mark in (
            (End.LEFT, journey.left),
            (End.NO_SHOW, journey.no_show),
            (End.CANCELLED, journey.cancelled),
        ):
            if mark and (latest is None or mark > latest):
                end, latest = kind, mark
        if latest:
            return end, latest
    if journey.expired_at is not None:
        return End.EXPIRED, (journey.expired_at, "")
    return End.OPEN, None


def section_of(journey: Journey) -> str:
    """The section that took the journey in: by its first document, else its first event."""
    first = journey.issued if isinstance(journey, Visit) else journey.request
    return first.section if first else journey.seen[1]


def channel_of(journey: Journey, book: Rulebook) -> str:
    """How the citizen came; a late check-in makes an appointment a walk-in (semantics §3)."""
    if isinstance(journey, Chat):
        return Channel.ONLINE.value
    issued = journey.issued
    if issued is None:
        return Channel.WALK_IN.value
    if issued.channel == Channel.APPOINTMENT.value and issued.appointment >= 0:
        checked_in = journey.checked_in
        late_by = checked_in[0] - issued.appointment if checked_in else 0
        if book.leaving.grace_ms and late_by > book.leaving.grace_ms:
            return Channel.WALK_IN.value
    return issued.channel


def check_in_of(visit: Visit) -> Mark | None:
    """When the citizen was there: check-in, or for a walk-in without one, the ticket."""
    if visit.checked_in:
        return visit.checked_in
    issued = visit.issued
    if issued and issued.channel != Channel.APPOINTMENT.value:
        return (issued.at, issued.event)
    return None


def first_call_of(visit: Visit) -> tuple[Act | None, bool]:
    """The first call, and whether it is estimated: when no call was seen, the first
    sign of service is taken for it."""
    if visit.first_called:
        return visit.first_called, False
    signs = [act for act in (visit.session_started, visit.identity_started) if act]
    if visit.served:
        signs.append(visit.served)
    return (min(signs), True) if signs else (None, False)


def clocks_of(journey: Journey, book: Rulebook) -> list[Clock]:
    """Every clock that has started, in the order of `Promise`."""
    if isinstance(journey, Chat):
        clock = _response(journey)
        return [clock] if clock else []
    found = (_wait(journey, book), _filing(journey))
    return [clock for clock in found if clock]


def _response(chat: Chat) -> Clock | None:
    """四（二）1: request for a human → first human-written, visible message."""
    request = chat.request
    if request is None:
        return None
    start = (request.at, request.event)
    stop = None
    reply = next((reply for reply in chat.replies if reply[0] >= request.at), None)
    if reply:
        stop = Stop(reply[0], reply[1], None, reply[2], reply[3])
    else:
        end, mark = end_of(chat)
        if mark:
            stop = Stop(*mark, end, "", chat.assigned[3] if chat.assigned else "")
    return Clock(Promise.ONLINE_FIRST_RESPONSE, start, stop)


def _wait(visit: Visit, book: Rulebook) -> Clock | None:
    """四（二）1: later of check-in and appointment time → first call."""
    channel = channel_of(visit, book)
    check_in = check_in_of(visit)
    issued = visit.issued
    # Until the ticket itself is seen nobody knows which promise it is under.
    if issued is None or check_in is None or channel == Channel.DIRECT.value:
        return None
    start = check_in
    promise = Promise.WALK_IN_WAIT
    if channel == Channel.APPOINTMENT.value:
        if issued.appointment > check_in[0]:
            start = (issued.appointment, issued.event)
        promise = (
            Promise.APPOINTMENT_WAIT_COMPLEX
            if issued.complexity == Complexity.COMPLEX.value
            else Promise.APPOINTMENT_WAIT_GENERAL
        )
    called, estimated = first_call_of(visit)
    end, mark = end_of(visit)
    if called and not (estimated and mark and mark[0] < called[0]):
        stop = Stop(called[0], called[1], None, called[2], called[3])
        return Clock(promise, start, stop, estimated)
    return Clock(promise, start, Stop(*mark, end) if mark else None)


def _filing(visit: Visit) -> Clock | None:
    """四（二）1: identity check started → materials submitted; else call → served, estimated."""
    started = visit.identity_started
    if started:
        if visit.submitted:
            stop = Stop(*visit.submitted, None, started[2], _clerk(visit))
            return Clock(Promise.COUNTER_FILING, started[:2], stop)
        end, mark = end_of(visit)
        if visit.session_ended and (mark is None or visit.session_ended < mark):
            end, mark = End.SERVED, visit.session_ended
        given_up = Stop(*mark, end, started[2], _clerk(visit)) if mark else None
        return Clock(Promise.COUNTER_FILING, started[:2], given_up)
    no_terminal = not (visit.session_started or visit.identity_passed or visit.submitted)
    if no_terminal and visit.first_called and visit.served:
        at, event, counter, clerk = visit.served
        stop = Stop(at, event, None, counter, clerk)
        return Clock(Promise.COUNTER_FILING, visit.first_called[:2], stop, estimated=True)
    return None


def _clerk(visit: Visit) -> str:
    return visit.session_started[3] if visit.session_started else ""
