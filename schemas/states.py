"""The states a row can say: of journeys, of promises to them, of alerts.

Owns the closed sets and their words. Read through `schemas.outcomes`, whose rows use them.
Invariant: a word once stored never changes its meaning.
"""

from enum import StrEnum


class Kind(StrEnum):
    """What a journey is about."""

    VISIT = "visit"
    CHAT = "chat"
    CASE = "case"
    ORDER = "order"  #: of the hotline
    SHIFT = "shift"  #: a counter's duty


class End(StrEnum):
    """How a journey ended (semantics §3, Leaving)."""

    OPEN = "open"
    SERVED = "served"
    LEFT = "left"
    NO_SHOW = "no-show"
    CANCELLED = "cancelled"  #: by a clerk; kept for audit
    CLOSED = "closed"  #: a chat, or an order of the hotline, that was closed
    FINISHED = "finished"  #: a case
    SIGNED_OFF = "signed-off"  #: a shift
    EXPIRED = "expired"  #: still open at closing time: counted apart, never a measurement


class Status(StrEnum):
    """One promise to one journey, as it stands. The service level is
    kept / (kept + late + left-late + waiting-late + missed); provisional counts as kept."""

    WAITING = "waiting"  #: open, limit not passed
    WAITING_LATE = "waiting-late"  #: open, limit passed: a breach already
    KEPT = "kept"  #: answered at or before the limit
    LATE = "late"  #: answered after the limit
    LEFT_MISTAKEN = "left-mistaken"  #: left within 2 minutes
    LEFT_IN_TIME = "left-in-time"
    #: left after the limit: a breach; so is a chat nobody had answered when its day ended
    LEFT_LATE = "left-late"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    MEASURED = "measured"  #: answered; no promise applies, so neither kept nor late
    MISSED = "missed"  #: a condition or a ratio's case was not kept, and nothing will keep it
    PROVISIONAL = "provisional"  #: kept so far; within the look-back it may still be missed
    WITHDRAWN = "withdrawn"  #: evidence that came later put the journey under another promise


class AlertState(StrEnum):
    """Alert life: warned, then breached, then closed (semantics §3)."""

    WARNED = "warned"
    BREACHED = "breached"
    CLOSED = "closed"


class ClosedAs(StrEnum):
    """Why an alert is over."""

    NOT_YET = ""
    MET = "met"  #: warned only: the promise was kept after all
    MET_LATE = "met-late"
    NEVER_MET = "never-met"
    RETRACTED = "retracted"  #: late-arriving evidence shows there was no breach
    EXCUSED = "excused"
