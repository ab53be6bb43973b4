"""From milestones to clocks: when each promise's clock started, and what stopped it.

Pure functions of a journey and the rulebook; knows no "now". Called by `settle`.
Invariant: a clock is derived anew each time, so late events correct it by themselves.
"""

from msgspec import Struct

from schemas.outcomes import End
from schemas.ticket import Channel, Complexity
from streams.core.journey import Act, Chat, Journey, Mark, Visit
from streams.core.rules import Promise, Rulebook

_APPOINTMENT = Channel.APPOINTMENT.value
_WALK_IN = Channel.WALK_IN.value
_DIRECT = Channel.DIRECT.value
_COMPLEX = Complexity.COMPLEX.value
_GENERAL = Complexity.GENERAL.value


class Stop(Struct, frozen=True, gc=False):
    """What stopped a clock: `answered`, or the way the journey ended without it."""

    at: int
    event: str
    how: End | None  #: None: answered, the promise was met early or late
    counter: str = ""
    clerk: str = ""


class Clock(Struct, frozen=True, gc=False):
    """One promise's clock of one journey."""

    promise: Promise
    start: Mark
    stop: Stop | None
    estimated: bool = False


class Place(Struct, frozen=True, gc=False):
    """Whose journey it is: what its rows and windows are grouped by."""

    section: str
    service: str
    complexity: str
    channel: str


class Reading(Struct, frozen=True, gc=False):
    """A journey read once: what clocks and rows are made from."""

    place: Place
    end: End
    ended: Mark | None
    check_in: Mark | None = None  #: when the citizen was there
    call: Act | None = None  #: the first call, or the first sign of service
    call_estimated: bool = False  #: no call was seen
    reply: Act | None = None  #: of a chat: the first human reply to the request


def read_journey(journey: Journey, book: Rulebook) -> Reading:
    """What the milestones say at a glance, without judging it."""
    end, ended = end_of(journey)
    if isinstance(journey, Chat):
        return _read_chat(journey, end, ended)
    issued = journey.issued
    check_in = journey.checked_in
    if issued is None:
        place = Place(journey.seen[1], "", _GENERAL, _WALK_IN)
    else:
        channel = issued.channel
        if channel != _APPOINTMENT:
            # A walk-in without a check-in was there when the ticket was issued.
            check_in = check_in or (issued.at, issued.event)
        elif check_in and issued.appointment >= 0:
            grace = book.leaving.grace_ms
            if grace and check_in[0] - issued.appointment > grace:
                channel = _WALK_IN  # too late for the appointment (semantics §3, Waiting)
        place = Place(issued.section, issued.service, issued.complexity, channel)
    call = journey.first_called
    if call is not None:
        return Reading(place, end, ended, check_in, call)
    signs = [
        act for act in (journey.session_started, journey.identity_started, journey.served) if act
    ]
    if not signs:
        return Reading(place, end, ended, check_in)
    return Reading(place, end, ended, check_in, min(signs), call_estimated=True)


def _read_chat(chat: Chat, end: End, ended: Mark | None) -> Reading:
    request = chat.request
    if request is None:
        return Reading(Place(chat.seen[1], "", _GENERAL, Channel.ONLINE.value), end, ended)
    reply = next((reply for reply in chat.replies if reply[0] >= request.at), None)
    place = Place(request.section, request.service, _GENERAL, Channel.ONLINE.value)
    return Reading(place, end, ended, reply=reply)


def end_of(journey: Journey) -> tuple[End, Mark | None]:
    """How the journey ended: the latest of its ends; expired only if there is none."""
    if isinstance(journey, Chat):
        if journey.closed:
            return End.CLOSED, journey.closed
    else:
        end, latest = End.OPEN, None
        if journey.served:
            end, latest = End.SERVED, journey.served[:2]
        if journey.left and (latest is None or journey.left > latest):
            end, latest = End.LEFT, journey.left
        if journey.no_show and (latest is None or journey.no_show > latest):
            end, latest = End.NO_SHOW, journey.no_show
        if journey.cancelled and (latest is None or journey.cancelled > latest):
            end, latest = End.CANCELLED, journey.cancelled
        if latest:
            return end, latest
    if journey.expired_at is not None:
        return End.EXPIRED, (journey.expired_at, "")
    return End.OPEN, None


def clocks_of(journey: Journey, reading: Reading) -> list[Clock]:
    """Every clock that has started, in the order of `Promise`."""
    if isinstance(journey, Chat):
        return [_response(journey, reading)] if journey.request else []
    clocks = []
    # Until the ticket itself is seen nobody knows which promise its wait is under.
    if journey.issued and reading.check_in and reading.place.channel != _DIRECT:
        clocks.append(_wait(journey, reading, reading.check_in))
    filing = _filing(journey, reading)
    if filing:
        clocks.append(filing)
    return clocks


def _response(chat: Chat, reading: Reading) -> Clock:
    """四（二）1: request for a human → first human-written, visible message."""
    stop = None
    if reading.reply:
        at, event, counter, clerk = reading.reply
        stop = Stop(at, event, None, counter, clerk)
    elif reading.ended:
        stop = Stop(*reading.ended, reading.end, "", chat.assigned[3] if chat.assigned else "")
    request = chat.request
    start = (request.at, request.event) if request else chat.seen
    return Clock(Promise.ONLINE_FIRST_RESPONSE, start, stop)


def _wait(visit: Visit, reading: Reading, check_in: Mark) -> Clock:
    """四（二）1: later of check-in and appointment time → first call."""
    start = check_in
    promise = Promise.WALK_IN_WAIT
    issued = visit.issued
    if issued and reading.place.channel == _APPOINTMENT:
        if issued.appointment > check_in[0]:
            start = (issued.appointment, issued.event)
        promise = (
            Promise.APPOINTMENT_WAIT_COMPLEX
            if issued.complexity == _COMPLEX
            else Promise.APPOINTMENT_WAIT_GENERAL
        )
    call, ended = reading.call, reading.ended
    if call and not (reading.call_estimated and ended and ended[0] < call[0]):
        return Clock(
            promise, start, Stop(call[0], call[1], None, call[2], call[3]), reading.call_estimated
        )
    return Clock(promise, start, Stop(*ended, reading.end) if ended else None)


def _filing(visit: Visit, reading: Reading) -> Clock | None:
    """四（二）1: identity check started → materials submitted; else call → served, estimated."""
    started = visit.identity_started
    if started:
        clerk = visit.session_started[3] if visit.session_started else ""
        if visit.submitted:
            stop = Stop(*visit.submitted, None, started[2], clerk)
            return Clock(Promise.COUNTER_FILING, started[:2], stop)
        end, mark = reading.end, reading.ended
        if visit.session_ended and (mark is None or visit.session_ended < mark):
            end, mark = End.SERVED, visit.session_ended
        given_up = Stop(*mark, end, started[2], clerk) if mark else None
        return Clock(Promise.COUNTER_FILING, started[:2], given_up)
    if visit.session_started or visit.identity_passed or visit.submitted:
        return None
    if visit.first_called and visit.served:
        at, event, counter, clerk = visit.served
        stop = Stop(at, event, None, counter, clerk)
        return Clock(Promise.COUNTER_FILING, visit.first_called[:2], stop, estimated=True)
    return None
