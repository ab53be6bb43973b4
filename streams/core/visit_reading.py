"""A visit's milestones → how it ended, whose it is, its clocks.

Pure functions of the journey and the rulebook; knows no "now". Called by `kinds`.
Invariant: until the ticket itself is seen its wait is under no promise.
"""

from schemas.outcomes import End
from schemas.ticket import Channel, Complexity
from streams.core.exempt import exempt_clock
from streams.core.lookups import Lookups
from streams.core.marks import Mark
from streams.core.measure import GENERAL, Clock, Reading, Stop, place_of
from streams.core.rules import Promise, Rulebook
from streams.core.visit import Visit

_APPOINTMENT = Channel.APPOINTMENT.value
_WALK_IN = Channel.WALK_IN.value
_DIRECT = Channel.DIRECT.value
_COMPLEX = Complexity.COMPLEX.value


def read_visit(journey: Visit, book: Rulebook) -> Reading:
    """What the milestones say at a glance, without judging it."""
    end, ended = end_of_visit(journey)
    issued = journey.issued
    check_in = journey.checked_in
    if issued is None:
        place = place_of(journey.seen[1], "", GENERAL, _WALK_IN)
    else:
        channel = issued.channel
        if channel != _APPOINTMENT:
            # A walk-in without a check-in was there when the ticket was issued.
            check_in = check_in or (issued.at, issued.event)
        elif check_in and issued.appointment >= 0:
            grace = book.leaving.grace_ms
            if grace and check_in[0] - issued.appointment > grace:
                channel = _WALK_IN  # too late for the appointment (semantics §3, Waiting)
        place = place_of(issued.section, issued.service, issued.complexity, channel)
    call = journey.first_called
    if call is not None:
        return Reading(place, end, ended, check_in, call)
    signs = [
        act for act in (journey.session_started, journey.identity_started, journey.served) if act
    ]
    if not signs:
        return Reading(place, end, ended, check_in)
    return Reading(place, end, ended, check_in, min(signs), call_estimated=True)


def end_of_visit(journey: Visit) -> tuple[End, Mark | None]:
    """The latest of its ends; expired only if there is none."""
    end, latest = End.OPEN, None
    if journey.served:
        end, latest = End.SERVED, journey.served[:2]
    if journey.left and (latest is None or journey.left > latest):
        end, latest = End.LEFT, journey.left
    if journey.no_show and (latest is None or journey.no_show > latest):
        end, latest = End.NO_SHOW, journey.no_show
    if journey.cancelled and (latest is None or journey.cancelled > latest):
        end, latest = End.CANCELLED, journey.cancelled
    if latest is None and journey.expired_at is not None:
        return End.EXPIRED, (journey.expired_at, "")
    return end, latest


def clocks_of_visit(
    journey: Visit, reading: Reading, book: Rulebook, lookups: Lookups
) -> list[Clock]:
    """Every clock that has started."""
    clocks = []
    # Until the ticket itself is seen nobody knows which promise its wait is under.
    if journey.issued and reading.check_in and reading.place.channel != _DIRECT:
        clocks.append(_wait(journey, reading, reading.check_in))
    filing = _filing(journey, reading)
    if filing:
        clocks.append(filing)
    if journey.submitted:
        clocks.append(_recorded(journey, journey.submitted))
    if journey.asked:
        clocks += _asked_for(journey, book, lookups)
    return clocks


def _asked_for(visit: Visit, book: Rulebook, lookups: Lookups) -> list[Clock]:
    """四（二）1: of each material the first request counts."""
    clerk = visit.session_started[3] if visit.session_started else ""
    first = {asked.material: asked for asked in reversed(visit.asked)}
    clocks = [
        exempt_clock((asked.at, asked.event), material, asked.counter, clerk, book, lookups)
        for material, asked in sorted(first.items())
    ]
    return [clock for clock in clocks if clock]


def _recorded(visit: Visit, submitted: Mark) -> Clock:
    """四（二）2: a terminal session that handled a filing has a recording pointer."""
    session, recorded = visit.session_started, visit.recorded
    counter, clerk = (session[2], session[3]) if session else ("", "")
    stop = None
    if recorded:
        stop = Stop(max(recorded.at, submitted[0]), recorded.event, None, counter, clerk)
    return Clock(Promise.SESSION_RECORDED, submitted, stop, counter=counter, clerk=clerk)


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
