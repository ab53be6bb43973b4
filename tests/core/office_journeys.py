"""Cases, hotline orders and shifts as hypothesis makes them up. Used by `journeys`.

Owns which events there are and how each is told. Invariant: as there, what is drawn is what
a source could send; whether it makes sense is not asked.
"""

from collections.abc import Callable

from tests.core.office_story import CaseStory, OrderStory, ShiftStory

CASE_EVENTS: dict[str, Callable[[CaseStory, str], CaseStory]] = {
    "accepted": lambda told, at: told.accepted(at, ticket="A0"),
    "accepted by the department": lambda told, at: told.accepted(at, "department"),
    "received": CaseStory.received,
    "asked for a licence": lambda told, at: told.asked(at, "business-licence"),
    "asked for a lease": lambda told, at: told.asked(at, "lease", "approver"),
    "supplemented": lambda told, at: told.supplemented(at, ticket="A1"),
    "returned": CaseStory.returned,
    "finished": CaseStory.finished,
    "linked": lambda told, at: told.linked(at, ticket="A2", chat="C0"),
    "trace": lambda told, at: told.reconciled(at, True),
    "no trace": lambda told, at: told.reconciled(at, False),
    "invited": lambda told, at: told.rating("invited", at),
    "rated": lambda told, at: told.rating("rated", at, stars=5),
    "declined": lambda told, at: told.rating("declined", at),
    "device failed": lambda told, at: told.rating("device-failed", at, device="R1"),
}

ORDER_EVENTS: dict[str, Callable[[OrderStory, str], OrderStory]] = {
    "received": OrderStory.received,
    "received as complex": lambda told, at: told.received(at, "complex"),
    "contacted": OrderStory.contacted,
    "closed": OrderStory.closed,
    "closed unresolved": lambda told, at: told.closed(at, resolved=False),
}

SHIFT_EVENTS: dict[str, Callable[[ShiftStory, str], ShiftStory]] = {
    "seen": ShiftStory.seen,
    "seen again": ShiftStory.seen,
    "signed on": lambda told, at: told.duty("signed-on", at),
    "paused": lambda told, at: told.duty("paused", at),
    "paused with a reason": lambda told, at: told.duty("paused", at, reason="meeting"),
    "back": lambda told, at: told.duty("back", at),
    "signed off": lambda told, at: told.duty("signed-off", at),
}
