"""A case (办件): what the back office tells of it, as a join of milestones.

Owns the state and how an event joins it; derives nothing (see `case_reading`). A case names
the visits and chats it belongs to; what has another Kafka key is never looked into.
Invariant: each field is the smallest, the largest, or a set of what was seen.
"""

from msgspec import Struct

from schemas import case as told
from streams.core.acts import ACT_JOINS, Acted
from streams.core.marks import Act, Joins, Mark, earliest, first_act, last_act
from streams.core.ratings import RATING_JOINS, Ratings

#: How many of each set are kept of one case; nobody comes fifty times.
KEPT = 50

#: An event at which the citizen came to the hall, by its ticket.
Tickets = tuple[str, ...]


class Accepted(Struct, frozen=True, array_like=True, order=True, gc=False):
    """What only `case.accepted` tells; the earliest one counts."""

    at: int
    event: str
    section: str
    item: str
    department: str
    channel: str
    applicant: str
    counter: str
    clerk: str


class Asked(Struct, frozen=True, array_like=True, order=True, gc=False):
    """A material asked for afterwards (补正)."""

    at: int
    event: str
    item: str
    material: str
    counter: str
    clerk: str
    by: str  #: receiver or approver


class Case(Struct, array_like=True, tag="k", gc=False):
    """One case, whoever took it in."""

    key: str
    seen: Mark  #: the earliest event of any kind, and its *section*
    item: Mark | None = None  #: the earliest event that names the item, and the *item*
    accepted: Accepted | None = None
    received: Act | None = None
    returned: Act | None = None
    decided: Act | None = None
    finished: tuple[int, str, str] | None = None  #: with its result
    asked: tuple[Asked, ...] = ()
    deferred: Mark | None = None
    tickets: Tickets = ()
    chats: tuple[str, ...] = ()
    reconciled: tuple[int, str, bool, str, str] | None = None  #: trace, confidence, sign
    ratings: Ratings | None = None
    acts: tuple[Acted, ...] = ()
    expired_at: int | None = None  #: never: a case takes its days


def _with_case(case: Case, event: told.CaseEvent, at: int) -> None:
    """What every event of the back office says beside its own."""
    data = event.data
    assert isinstance(data, told.CaseData)
    case.item = earliest(case.item, (at, data.item))
    if data.ticket:
        case.tickets = _added(case.tickets, data.ticket)


def _act(event: told.CaseReceived | told.CaseReturned | told.CaseDecided, at: int) -> Act:
    return (at, event.id, event.data.counter or "", event.data.clerk or "")


def _accepted(case: Case, event: told.CaseAccepted, at: int) -> None:
    _with_case(case, event, at)
    data = event.data
    accepted = Accepted(
        at,
        event.id,
        data.section,
        data.item,
        data.department or "",
        data.channel,
        data.applicant or "",
        data.counter or "",
        data.clerk or "",
    )
    if case.accepted is None or accepted < case.accepted:
        case.accepted = accepted
    if data.chat:
        case.chats = _added(case.chats, data.chat)


def _received(case: Case, event: told.CaseReceived, at: int) -> None:
    _with_case(case, event, at)
    case.received = first_act(case.received, _act(event, at))


def _returned(case: Case, event: told.CaseReturned, at: int) -> None:
    _with_case(case, event, at)
    case.returned = last_act(case.returned, _act(event, at))


def _supplement_requested(case: Case, event: told.CaseSupplementRequested, at: int) -> None:
    _with_case(case, event, at)
    data = event.data
    asked = Asked(
        at, event.id, data.item, data.material, data.counter or "", data.clerk or "", data.by
    )
    if asked not in case.asked:
        case.asked = tuple(sorted((*case.asked, asked)))[:KEPT]


def _deferred(case: Case, event: told.CaseDeferralGranted, at: int) -> None:
    _with_case(case, event, at)
    case.deferred = earliest(case.deferred, (at, event.id))


def _decided(case: Case, event: told.CaseDecided, at: int) -> None:
    _with_case(case, event, at)
    case.decided = last_act(case.decided, _act(event, at))


def _finished(case: Case, event: told.CaseFinished, at: int) -> None:
    _with_case(case, event, at)
    finished = (at, event.id, event.data.result)
    if case.finished is None or finished > case.finished:
        case.finished = finished


def _linked(case: Case, event: told.CaseLinked, at: int) -> None:
    data = event.data
    if data.ticket:
        case.tickets = _added(case.tickets, data.ticket)
    if data.chat:
        case.chats = _added(case.chats, data.chat)


def _reconciled(case: Case, event: told.CaseReconciled, at: int) -> None:
    data = event.data
    reconciled = (at, event.id, data.trace, data.confidence, data.sign)
    if case.reconciled is None or reconciled > case.reconciled:
        case.reconciled = reconciled


def _added(known: tuple[str, ...], one: str) -> tuple[str, ...]:
    return known if one in known else tuple(sorted((*known, one)))[:KEPT]


JOINS: Joins = {
    told.CaseAccepted: _accepted,
    told.CaseReceived: _received,
    told.CaseReturned: _returned,
    told.CaseSupplementRequested: _supplement_requested,
    told.CaseSupplemented: _with_case,
    told.CaseDeferralGranted: _deferred,
    told.CaseDecided: _decided,
    told.CaseFinished: _finished,
    told.CaseLinked: _linked,
    told.CaseReconciled: _reconciled,
    **RATING_JOINS,
    **ACT_JOINS,
}
