"""Journeys: everything known about one visit or one chat, as a join of milestones.

Owns the state and how an event joins it; derives nothing (see `measure`). Invariant:
applying events in any order, any number of times, gives the same journey, because each
field is the smallest, the largest, or the k smallest of what was seen.
"""

from msgspec import Struct

from schemas import assist, terminal, ticket
from schemas.assist import AssistEvent, Author
from schemas.frame import milliseconds
from schemas.terminal import TerminalEvent
from schemas.ticket import TicketEvent

#: When (milliseconds since the epoch) and by which event id.
Mark = tuple[int, str]

#: A mark with where and by whom: counter and clerk, "" when not said.
Act = tuple[int, str, str, str]

#: How many human messages of a chat are kept to find the first after the request.
REPLIES_KEPT = 8


class Issued(Struct, frozen=True, array_like=True, order=True):
    """What only `ticket.issued` tells; the earliest one counts."""

    at: int
    event: str
    section: str
    service: str
    channel: str
    complexity: str
    appointment: int = -1  #: milliseconds; -1: none


class Request(Struct, frozen=True, array_like=True, order=True):
    """What only `assist.requested` tells; the earliest one counts."""

    at: int
    event: str
    section: str
    service: str


class Visit(Struct, array_like=True, tag="v"):
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


class Chat(Struct, array_like=True, tag="c"):
    """An online assistance conversation."""

    key: str
    seen: Mark
    request: Request | None = None
    assigned: Act | None = None
    replies: tuple[Act, ...] = ()  #: the earliest human-written, visible messages
    last_message: Mark | None = None
    resolved: tuple[int, str, bool] | None = None
    closed: Mark | None = None
    handed_to: tuple[int, str, str] | None = None
    expired_at: int | None = None


Journey = Visit | Chat


def open_journey(event: TicketEvent | TerminalEvent | AssistEvent) -> Journey:
    """An empty journey of the event's kind; `join` then takes the event in."""
    seen = (milliseconds(event.time), event.data.section)
    if isinstance(event, AssistEvent):
        return Chat(event.subject, seen)
    return Visit(event.subject, seen)


def join(journey: Journey, event: TicketEvent | TerminalEvent | AssistEvent, at: int) -> bool:
    """Takes an event into its journey; `at` is its time in milliseconds.

    False when the event is of the other kind than the journey (one subject used for a
    ticket and a chat): nothing was changed.
    """
    if isinstance(journey, Visit):
        if isinstance(event, AssistEvent):
            return False
        _join_visit(journey, event, at)
    else:
        if not isinstance(event, AssistEvent):
            return False
        _join_chat(journey, event, at)
    seen = (at, event.data.section)
    if seen < journey.seen:
        journey.seen = seen
    return True


def _join_visit(visit: Visit, event: TicketEvent | TerminalEvent, at: int) -> None:
    match event:
        case ticket.TicketIssued(id=name, data=data):
            appointment = data.appointment
            issued = Issued(
                at,
                name,
                data.section,
                data.service,
                data.channel.value,
                data.complexity.value,
                -1 if appointment is None else milliseconds(appointment),
            )
            if visit.issued is None or issued < visit.issued:
                visit.issued = issued
        case ticket.TicketCheckedIn():
            visit.checked_in = _earliest(visit.checked_in, (at, event.id))
        case ticket.TicketCalled(data=data) | ticket.TicketRecalled(data=data):
            act = (at, event.id, data.counter, data.clerk or "")
            if visit.first_called is None or act < visit.first_called:
                visit.first_called = act
            if visit.last_called is None or act > visit.last_called:
                visit.last_called = act
        case ticket.TicketServed(data=data):
            act = (at, event.id, data.counter, data.clerk or "")
            if visit.served is None or act > visit.served:
                visit.served = act
        case ticket.TicketLeft():
            visit.left = _latest(visit.left, (at, event.id))
        case ticket.TicketNoShow():
            visit.no_show = _latest(visit.no_show, (at, event.id))
        case ticket.TicketCancelledByClerk():
            visit.cancelled = _latest(visit.cancelled, (at, event.id))
        case terminal.TerminalSessionStarted(data=data):
            act = (at, event.id, data.counter, data.clerk or "")
            if visit.session_started is None or act < visit.session_started:
                visit.session_started = act
        case terminal.TerminalSessionEnded():
            visit.session_ended = _latest(visit.session_ended, (at, event.id))
        case terminal.TerminalIdentityCheckStarted(data=data):
            act = (at, event.id, data.counter, "")
            if visit.identity_started is None or act < visit.identity_started:
                visit.identity_started = act
        case terminal.TerminalIdentityCheckPassed():
            visit.identity_passed = _earliest(visit.identity_passed, (at, event.id))
        case terminal.TerminalMaterialsSubmitted():
            visit.submitted = _earliest(visit.submitted, (at, event.id))
        case _:
            # Held, transferred, signed, recordings …: kept as raw events, no milestone yet.
            pass


def _join_chat(chat: Chat, event: AssistEvent, at: int) -> None:
    match event:
        case assist.AssistRequested(data=data):
            request = Request(at, event.id, data.section, data.service)
            if chat.request is None or request < chat.request:
                chat.request = request
        case assist.AssistAssigned(data=data):
            act = (at, event.id, "", data.clerk)
            if chat.assigned is None or act < chat.assigned:
                chat.assigned = act
        case assist.AssistMessage(data=data):
            chat.last_message = _latest(chat.last_message, (at, event.id))
            if data.author is Author.HUMAN and data.visible and not data.automatic:
                _keep_reply(chat, (at, event.id, "", data.clerk or ""))
        case assist.AssistResolved(data=data):
            resolved = (at, event.id, data.resolved)
            if chat.resolved is None or resolved > chat.resolved:
                chat.resolved = resolved
        case assist.AssistClosed():
            chat.closed = _latest(chat.closed, (at, event.id))
        case assist.AssistHandedToDepartment(data=data):
            handed = (at, event.id, data.department)
            if chat.handed_to is None or handed > chat.handed_to:
                chat.handed_to = handed
        case assist.AssistKnowledgeGapNoted():
            pass


def _keep_reply(chat: Chat, reply: Act) -> None:
    replies = chat.replies
    if len(replies) == REPLIES_KEPT and reply > replies[-1]:
        return
    if reply not in replies:
        chat.replies = tuple(sorted((*replies, reply)))[:REPLIES_KEPT]


def _earliest(known: Mark | None, seen: Mark) -> Mark:
    return seen if known is None or seen < known else known


def _latest(known: Mark | None, seen: Mark) -> Mark:
    return seen if known is None or seen > known else known
