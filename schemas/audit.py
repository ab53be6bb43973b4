"""What `hallwatch audit` reads back from ClickHouse: facts of cases, visits, breaches.

Owns the shapes between `sinks.audit_reads`, which asks, and `streams.audit`, which decides;
it decides nothing and no table is made of it. Invariant: times carry a zone, and a row is
the whole of its subject, whatever order its events came in.
"""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from schemas.case import CaseChannel

#: As `schemas.case.ReconciledData` has them.
Confidence = Literal["certain", "likely", "possible"]
Sign = Literal["no-trace", "no-counter-volume", "department-share"]


class CaseFacts(Struct, frozen=True, kw_only=True):
    """One case (办件) as its events tell it."""

    case: str
    section: str
    item: str
    department: str = ""
    channel: CaseChannel = CaseChannel.COUNTER
    counter: str = ""
    clerk: str = ""
    applicant: str = ""
    accepted_at: datetime
    named: tuple[str, ...] = ()  #: tickets and terminal sessions any of its events names
    chat: bool = False  #: it names a chat there was


class VisitFacts(Struct, frozen=True, kw_only=True):
    """One visit (ticket and terminal session) that could be a case's."""

    visit: str
    section: str
    counter: str = ""
    clerk: str = ""
    applicant: str = ""
    opened_at: datetime
    at_counter_from: datetime | None = None  #: first call or first act at a terminal
    at_counter_to: datetime | None = None


class ItemDay(Struct, frozen=True):
    """How many cases of one item came in on one day, by where on site they were taken."""

    item: str
    day: date
    counter: int
    department: int


class Statement(Struct, frozen=True, kw_only=True):
    """What earlier audits said of one case under one sign."""

    case: str
    sign: Sign
    trace: bool  #: of the last of them
    confidence: Confidence  #: of the last of them
    said: int  #: how many there are


class BreachFacts(Struct, frozen=True, kw_only=True):
    """One alert that counts: breached, and neither excused nor retracted."""

    alert: str
    promise: str
    clause: str
    section: str
    counter: str = ""
    breached_at: datetime


class Judged(Struct, frozen=True):
    """Of the journeys of one cause whose clocks started within a span."""

    breached: int = 0
    judged: int = 0
