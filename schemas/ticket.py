"""取号系统: the queue system's `ticket.*` events (semantics: a visit's ticket).

Owns the shapes only. One struct per event type; the tag is the CloudEvents `type`.
"""

from enum import StrEnum

from schemas.frame import Code, Data, Frame, Moment, Pseudonym


class Complexity(StrEnum):
    """一般 / 复杂事项: which of the two appointment promises applies (四（二）1)."""

    GENERAL = "general"
    COMPLEX = "complex"


class Channel(StrEnum):
    """How the citizen came to the queue."""

    APPOINTMENT = "appointment"  #: 预约
    WALK_IN = "walk-in"  #: 未预约, took a ticket and queued
    DIRECT = "direct"  #: 直办, called without any queue: no wait to be measured
    ONLINE = "online"  #: an assistance chat; never on a ticket


class IssuedData(Data, frozen=True, kw_only=True):
    service: Code
    channel: Channel = Channel.WALK_IN
    complexity: Complexity = Complexity.GENERAL
    appointment: Moment | None = None
    applicant: Pseudonym | None = None
    priority: int = 0


class CheckedInData(Data, frozen=True, kw_only=True):
    pass


class CounterData(Data, frozen=True, kw_only=True):
    counter: Code
    clerk: Pseudonym | None = None


class TransferredData(Data, frozen=True, kw_only=True):
    to_section: Code
    to_counter: Code | None = None
    reason: Code | None = None


class HeldData(Data, frozen=True, kw_only=True):
    counter: Code | None = None
    reason: Code | None = None


class EndedData(Data, frozen=True, kw_only=True):
    counter: Code | None = None
    reason: Code | None = None


class TicketIssued(Frame, frozen=True, kw_only=True, tag="ticket.issued"):
    data: IssuedData


class TicketCheckedIn(Frame, frozen=True, kw_only=True, tag="ticket.checked-in"):
    data: CheckedInData


class TicketCalled(Frame, frozen=True, kw_only=True, tag="ticket.called"):
    data: CounterData


class TicketRecalled(Frame, frozen=True, kw_only=True, tag="ticket.recalled"):
    data: CounterData


class TicketTransferred(Frame, frozen=True, kw_only=True, tag="ticket.transferred"):
    data: TransferredData


class TicketHeld(Frame, frozen=True, kw_only=True, tag="ticket.held"):
    data: HeldData


class TicketNoShow(Frame, frozen=True, kw_only=True, tag="ticket.no-show"):
    data: EndedData


class TicketLeft(Frame, frozen=True, kw_only=True, tag="ticket.left"):
    data: EndedData


class TicketServed(Frame, frozen=True, kw_only=True, tag="ticket.served"):
    data: CounterData


class TicketCancelledByClerk(Frame, frozen=True, kw_only=True, tag="ticket.cancelled-by-clerk"):
    data: EndedData


TicketEvent = (
    TicketIssued
    | TicketCheckedIn
    | TicketCalled
    | TicketRecalled
    | TicketTransferred
    | TicketHeld
    | TicketNoShow
    | TicketLeft
    | TicketServed
    | TicketCancelledByClerk
)
