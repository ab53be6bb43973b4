"""A visit: a ticket and its terminal session, as a join of milestones.

Owns the state and how an event joins it; derives nothing (see `visit_reading`). Invariant:
each field is the smallest, the largest, or the k smallest of what was seen.
"""

from sys import intern

from msgspec import Struct

from schemas import terminal, ticket
from schemas.frame import milliseconds
from streams.core.acts import ACT_JOINS, Acted
from streams.core.marks import Act, Joins, Mark, earliest, first_act, kept_raw, last_act, latest
from streams.core.ratings import RATING_JOINS, Ratings

#: How many requests for material are kept of one visit.
ASKED_KEPT = 50


class Issued(Struct, frozen=True, array_like=True, order=True, gc=False):
    """What only `ticket.issued` tells; the earliest one counts."""

    at: int
    event: str
    section: str
    service: str
    channel: str
    complexity: str
    appointment: int = -1  #: milliseconds; -1: none


class Recorded(Struct, frozen=True, array_like=True, order=True, gc=False):
    """The earliest recording of the session: a pointer, never media."""

    at: int
    event: str
    pointer: str


class Asked(Struct, frozen=True, array_like=True, order=True, gc=False):
    """A material the citizen was asked for."""

    at: int
    event: str
    item: str
    material: str
    counter: str


class Visit(Struct, array_like=True, tag="v", gc=False):
    """A ticket and its terminal session."""

    key: str
    seen: Mark  #: the earliest event of any kind, and its *section*
    issued: Issued | None = None
    checked_in: Mark | None = None
    first_called: Act | None = None
    last_called: Act | None = None
    session_started: Act | None = None
    session_ended: Mark | None = None
    identity_started: Act | None = None
    identity_passed: Mark | None = None
    submitted: Mark | None = None
    served: Act | None = None
    left: Mark | None = None
    no_show: Mark | None = None
    cancelled: Mark | None = None
    expired_at: int | None = None
    ratings: Ratings | None = None
    acts: tuple[Acted, ...] = ()
    recorded: Recorded | None = None
    asked: tuple[Asked, ...] = ()


def shared(issued: Issued) -> Issued:
    """The same, read from a saved state: codes that many have in common are one object again."""
    return Issued(
        issued.at,
        issued.event,
        intern(issued.section),
        intern(issued.service),
        intern(issued.channel),
        intern(issued.complexity),
        issued.appointment,
    )


def _issued(visit: Visit, event: ticket.TicketIssued, at: int) -> None:
    data = event.data
    issued = Issued(
        at,
        event.id,
        intern(data.section),
        intern(data.service),
        data.channel,
        data.complexity,
        -1 if data.appointment is None else milliseconds(data.appointment),
    )
    if visit.issued is None or issued < visit.issued:
        visit.issued = issued


def _checked_in(visit: Visit, event: ticket.TicketCheckedIn, at: int) -> None:
    visit.checked_in = earliest(visit.checked_in, (at, event.id))


def _called(visit: Visit, event: ticket.TicketCalled | ticket.TicketRecalled, at: int) -> None:
    act = (at, event.id, event.data.counter, event.data.clerk or "")
    visit.first_called = first_act(visit.first_called, act)
    visit.last_called = last_act(visit.last_called, act)


def _served(visit: Visit, event: ticket.TicketServed, at: int) -> None:
    act = (at, event.id, event.data.counter, event.data.clerk or "")
    visit.served = last_act(visit.served, act)


def _left(visit: Visit, event: ticket.TicketLeft, at: int) -> None:
    visit.left = latest(visit.left, (at, event.id))


def _no_show(visit: Visit, event: ticket.TicketNoShow, at: int) -> None:
    visit.no_show = latest(visit.no_show, (at, event.id))


def _cancelled(visit: Visit, event: ticket.TicketCancelledByClerk, at: int) -> None:
    visit.cancelled = latest(visit.cancelled, (at, event.id))


def _session_started(visit: Visit, event: terminal.TerminalSessionStarted, at: int) -> None:
    act = (at, event.id, event.data.counter, event.data.clerk or "")
    visit.session_started = first_act(visit.session_started, act)


def _session_ended(visit: Visit, event: terminal.TerminalSessionEnded, at: int) -> None:
    visit.session_ended = latest(visit.session_ended, (at, event.id))


def _identity_started(visit: Visit, event: terminal.TerminalIdentityCheckStarted, at: int) -> None:
    act = (at, event.id, event.data.counter, "")
    visit.identity_started = first_act(visit.identity_started, act)


def _identity_passed(visit: Visit, event: terminal.TerminalIdentityCheckPassed, at: int) -> None:
    visit.identity_passed = earliest(visit.identity_passed, (at, event.id))


def _submitted(visit: Visit, event: terminal.TerminalMaterialsSubmitted, at: int) -> None:
    visit.submitted = earliest(visit.submitted, (at, event.id))


def _recording_started(visit: Visit, event: terminal.TerminalRecordingStarted, at: int) -> None:
    recorded = Recorded(at, event.id, event.data.recording)
    if visit.recorded is None or recorded < visit.recorded:
        visit.recorded = recorded


def _material_requested(visit: Visit, event: terminal.TerminalMaterialRequested, at: int) -> None:
    data = event.data
    asked = Asked(at, event.id, data.item, data.material, data.counter)
    if asked not in visit.asked:
        visit.asked = tuple(sorted((*visit.asked, asked)))[:ASKED_KEPT]


JOINS: Joins = {
    ticket.TicketIssued: _issued,
    ticket.TicketCheckedIn: _checked_in,
    ticket.TicketCalled: _called,
    ticket.TicketRecalled: _called,
    ticket.TicketTransferred: kept_raw,
    ticket.TicketHeld: kept_raw,
    ticket.TicketNoShow: _no_show,
    ticket.TicketLeft: _left,
    ticket.TicketServed: _served,
    ticket.TicketCancelledByClerk: _cancelled,
    terminal.TerminalSessionStarted: _session_started,
    terminal.TerminalSessionEnded: _session_ended,
    terminal.TerminalAuthorised: kept_raw,
    terminal.TerminalFormConfirmed: kept_raw,
    terminal.TerminalIdentityCheckStarted: _identity_started,
    terminal.TerminalIdentityCheckPassed: _identity_passed,
    terminal.TerminalSigned: kept_raw,
    terminal.TerminalMaterialsSubmitted: _submitted,
    terminal.TerminalMaterialRequested: _material_requested,
    terminal.TerminalRecordingStarted: _recording_started,
    terminal.TerminalRecordingStopped: kept_raw,
    **RATING_JOINS,
    **ACT_JOINS,
}
