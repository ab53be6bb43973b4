"""Journeys: everything known about one visit or one chat, as a join of milestones.

Owns the state and how an event joins it; derives nothing (see `measure`). Invariant:
applying events in any order, any number of times, gives the same journey, because each
field is the smallest, the largest, or the k smallest of what was seen.
"""

from collections.abc import Callable
from typing import TypeGuard

from msgspec import Struct

from schemas import assist, terminal, ticket
from schemas.assist import AssistEvent, Author
from schemas.decode import Event
from schemas.frame import milliseconds
from schemas.terminal import TerminalEvent
from schemas.ticket import TicketEvent

#: When (milliseconds since the epoch) and by which event id.
Mark = tuple[int, str]

#: A mark with where and by whom: counter and clerk, "" when not said.
Act = tuple[int, str, str, str]

#: Events that may belong to a journey; of a device's or source's fault or heartbeat see `belongs`.
JourneyEvent = TicketEvent | TerminalEvent | AssistEvent

#: How many human messages from before the request are kept: an earlier request that comes
#: in late makes one of them the first reply.
REPLIES_KEPT = 100


class Issued(Struct, frozen=True, array_like=True, order=True, gc=False):
    """What only `ticket.issued` tells; the earliest one counts."""

    at: int
    event: str
    section: str
    service: str
    channel: str
    complexity: str
    appointment: int = -1  #: milliseconds; -1: none


class Request(Struct, frozen=True, array_like=True, order=True, gc=False):
    """What only `assist.requested` tells; the earliest one counts."""

    at: int
    event: str
    section: str
    service: str


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


class Chat(Struct, array_like=True, tag="c", gc=False):
    """An online assistance conversation."""

    key: str
    seen: Mark
    request: Request | None = None
    assigned: Act | None = None
    replies: tuple[Act, ...] = ()  #: human-written, visible messages up to the first reply
    last_message: Mark | None = None
    resolved: tuple[int, str, bool] | None = None
    closed: Mark | None = None
    handed_to: tuple[int, str, str] | None = None
    expired_at: int | None = None


Journey = Visit | Chat


def belongs(event: Event) -> TypeGuard[JourneyEvent]:
    """Whether the event is part of a journey; the others are recorded only."""
    kind = type(event)
    return kind in _VISIT_JOINS or kind in _CHAT_JOINS


def open_journey(event: JourneyEvent, at: int) -> Journey:
    """An empty journey of the event's kind; `join` then takes the event in."""
    seen = (at, event.data.section)
    return Visit(event.subject, seen) if type(event) in _VISIT_JOINS else Chat(event.subject, seen)


def join(journey: Journey, event: JourneyEvent, at: int) -> bool:
    """Takes an event into its journey; `at` is its time in milliseconds.

    False when the event is of the other kind than the journey (one subject used for a
    ticket and a chat): nothing was changed.
    """
    joins = _VISIT_JOINS if type(journey) is Visit else _CHAT_JOINS
    take_in = joins.get(type(event))
    if take_in is None:
        return False
    take_in(journey, event, at)
    if at <= journey.seen[0]:
        journey.seen = min(journey.seen, (at, event.data.section))
    return True


# -- one function for each event that is a milestone; each takes the smallest or largest -----


def _issued(visit: Visit, event: ticket.TicketIssued, at: int) -> None:
    data = event.data
    issued = Issued(
        at,
        event.id,
        data.section,
        data.service,
        data.channel,
        data.complexity,
        -1 if data.appointment is None else milliseconds(data.appointment),
    )
    if visit.issued is None or issued < visit.issued:
        visit.issued = issued


def _checked_in(visit: Visit, event: ticket.TicketCheckedIn, at: int) -> None:
    visit.checked_in = _earliest(visit.checked_in, (at, event.id))


def _called(visit: Visit, event: ticket.TicketCalled | ticket.TicketRecalled, at: int) -> None:
    act = (at, event.id, event.data.counter, event.data.clerk or "")
    if visit.first_called is None or act < visit.first_called:
        visit.first_called = act
    if visit.last_called is None or act > visit.last_called:
        visit.last_called = act


def _served(visit: Visit, event: ticket.TicketServed, at: int) -> None:
    act = (at, event.id, event.data.counter, event.data.clerk or "")
    if visit.served is None or act > visit.served:
        visit.served = act


def _left(visit: Visit, event: ticket.TicketLeft, at: int) -> None:
    visit.left = _latest(visit.left, (at, event.id))


def _no_show(visit: Visit, event: ticket.TicketNoShow, at: int) -> None:
    visit.no_show = _latest(visit.no_show, (at, event.id))


def _cancelled(visit: Visit, event: ticket.TicketCancelledByClerk, at: int) -> None:
    visit.cancelled = _latest(visit.cancelled, (at, event.id))


def _session_started(visit: Visit, event: terminal.TerminalSessionStarted, at: int) -> None:
    act = (at, event.id, event.data.counter, event.data.clerk or "")
    if visit.session_started is None or act < visit.session_started:
        visit.session_started = act


def _session_ended(visit: Visit, event: terminal.TerminalSessionEnded, at: int) -> None:
    visit.session_ended = _latest(visit.session_ended, (at, event.id))


def _identity_started(visit: Visit, event: terminal.TerminalIdentityCheckStarted, at: int) -> None:
    act = (at, event.id, event.data.counter, "")
    if visit.identity_started is None or act < visit.identity_started:
        visit.identity_started = act


def _identity_passed(visit: Visit, event: terminal.TerminalIdentityCheckPassed, at: int) -> None:
    visit.identity_passed = _earliest(visit.identity_passed, (at, event.id))


def _submitted(visit: Visit, event: terminal.TerminalMaterialsSubmitted, at: int) -> None:
    visit.submitted = _earliest(visit.submitted, (at, event.id))


def _requested(chat: Chat, event: assist.AssistRequested, at: int) -> None:
    request = Request(at, event.id, event.data.section, event.data.service)
    if chat.request is None or request < chat.request:
        chat.request = request
        chat.replies = _up_to_first(chat.replies, request)


def _assigned(chat: Chat, event: assist.AssistAssigned, at: int) -> None:
    act = (at, event.id, "", event.data.clerk)
    if chat.assigned is None or act < chat.assigned:
        chat.assigned = act


def _message(chat: Chat, event: assist.AssistMessage, at: int) -> None:
    data = event.data
    chat.last_message = _latest(chat.last_message, (at, event.id))
    if data.author is Author.HUMAN and data.visible and not data.automatic:
        _keep_reply(chat, (at, event.id, "", data.clerk or ""))


def _resolved(chat: Chat, event: assist.AssistResolved, at: int) -> None:
    resolved = (at, event.id, event.data.resolved)
    if chat.resolved is None or resolved > chat.resolved:
        chat.resolved = resolved


def _closed(chat: Chat, event: assist.AssistClosed, at: int) -> None:
    chat.closed = _latest(chat.closed, (at, event.id))


def _handed(chat: Chat, event: assist.AssistHandedToDepartment, at: int) -> None:
    handed = (at, event.id, event.data.department)
    if chat.handed_to is None or handed > chat.handed_to:
        chat.handed_to = handed


def _kept_raw(journey: Journey, event: JourneyEvent, at: int) -> None:
    """Held, transferred, signed, recordings …: kept as raw events, no milestone yet."""


_VISIT_JOINS: dict[type, Callable[..., None]] = {
    ticket.TicketIssued: _issued,
    ticket.TicketCheckedIn: _checked_in,
    ticket.TicketCalled: _called,
    ticket.TicketRecalled: _called,
    ticket.TicketTransferred: _kept_raw,
    ticket.TicketHeld: _kept_raw,
    ticket.TicketNoShow: _no_show,
    ticket.TicketLeft: _left,
    ticket.TicketServed: _served,
    ticket.TicketCancelledByClerk: _cancelled,
    terminal.TerminalSessionStarted: _session_started,
    terminal.TerminalSessionEnded: _session_ended,
    terminal.TerminalAuthorised: _kept_raw,
    terminal.TerminalFormConfirmed: _kept_raw,
    terminal.TerminalIdentityCheckStarted: _identity_started,
    terminal.TerminalIdentityCheckPassed: _identity_passed,
    terminal.TerminalSigned: _kept_raw,
    terminal.TerminalMaterialsSubmitted: _submitted,
    terminal.TerminalMaterialRequested: _kept_raw,
    terminal.TerminalRecordingStarted: _kept_raw,
    terminal.TerminalRecordingStopped: _kept_raw,
}

_CHAT_JOINS: dict[type, Callable[..., None]] = {
    assist.AssistRequested: _requested,
    assist.AssistAssigned: _assigned,
    assist.AssistMessage: _message,
    assist.AssistResolved: _resolved,
    assist.AssistClosed: _closed,
    assist.AssistHandedToDepartment: _handed,
    assist.AssistKnowledgeGapNoted: _kept_raw,
}


def _keep_reply(chat: Chat, reply: Act) -> None:
    replies = chat.replies
    if replies and reply > replies[-1]:
        if chat.request and replies[-1][0] >= chat.request.at:
            return
        if len(replies) == REPLIES_KEPT:
            return
    if reply not in replies:
        found = tuple(sorted((*replies, reply)))[:REPLIES_KEPT]
        chat.replies = _up_to_first(found, chat.request) if chat.request else found


def _up_to_first(replies: tuple[Act, ...], request: Request) -> tuple[Act, ...]:
    """Without the messages after the first reply: no other event can make them it."""
    for number, reply in enumerate(replies, 1):
        if reply[0] >= request.at:
            return replies[:number]
    return replies


def _earliest(known: Mark | None, seen: Mark) -> Mark:
    return seen if known is None or seen < known else known


def _latest(known: Mark | None, seen: Mark) -> Mark:
    return seen if known is None or seen > known else known
