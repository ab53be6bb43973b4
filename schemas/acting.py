"""What somebody asks to be done about an alert, and what becomes of it. No events: these are
`schemas.act`, and are made of what was asked once it holds.

Owns the values that pass between what decides (`streams.acts`) and what asks and shows (pages, the
HTTP API, the command line). Invariant: a refusal says which field is at fault, and never its value.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from schemas.outcomes import AlertRow

#: A reason is somebody's own words (`schemas.act.Words`).
LONGEST_REASON = 500


#: How long somebody may silence a promise from a message; longer by API and command line.
SILENCE_MINUTES = (30, 60, 120, 240)


class ActKind(StrEnum):
    ACKNOWLEDGE = "acknowledge"  #: he looks after it: nobody further up is told
    EXCUSE = "excuse"  #: there was a reason; the raw figure stands
    SILENCE = "silence"  #: for a while the section is not told of this promise


class Refusal(StrEnum):
    """Why nothing was entered."""

    FORGED = "forged"  #: a link that was not made here, or was cut off
    EXPIRED = "expired"
    UNKNOWN_ALERT = "unknown-alert"
    UNKNOWN_PERSON = "unknown-person"
    UNKNOWN_SECTION = "unknown-section"
    UNKNOWN_PROMISE = "unknown-promise"
    NO_PROMISE = "no-promise"  #: about a source, a partition, a channel: nothing to excuse
    OVER = "over"  #: the alert is closed, and nobody goes on to be told
    RETRACTED = "retracted"  #: there was no breach to excuse
    ONLY_WARNED = "only-warned"  #: nor here, so far
    DONE = "done"  #: by somebody, before
    WHO = "who"  #: several people have the link, and he has not said which of them he is
    WRONG_UNTIL = "wrong-until"
    REASON_MISSING = "reason-missing"
    REASON_TOO_LONG = "reason-too-long"
    PERSONAL = "personal"
    WRONG_FIELD = "wrong-field"
    AWAY = "away"  #: the broker did not take it


class Refused(Struct, frozen=True, kw_only=True):
    why: Refusal
    field: str = ""
    detail: str  #: a sentence for who uses the API or the command line
    by: str = ""  #: who was there before
    at: float = 0.0  #: when, seconds since the epoch
    near: tuple[str, ...] = ()  #: what may have been meant


class Asked(Struct, frozen=True, kw_only=True):
    """An act on one alert."""

    kind: ActKind
    alert: str  #: promise/journey/cycle
    by: str  #: of the people in the org chart
    reason: str = ""  #: of an excuse


class Filled(Struct, frozen=True, kw_only=True):
    """What he filled in on the page behind a link."""

    by: str = ""  #: which of those whose link it is he is; "": it is one person's
    reason: str = ""
    minutes: int = 0  #: of a silence, of `SILENCE_MINUTES`


class SilenceAsked(Struct, frozen=True, kw_only=True):
    section: str
    promise: str = ""  #: "": of all
    until: datetime
    by: str
    reason: str


class Entered(Struct, frozen=True, kw_only=True):
    """The broker has it. Entering the same again is the same entry."""

    id: str
    by: str
    at: float  #: seconds since the epoch
    until: float = 0.0  #: of a silence, seconds since the epoch


class Opened(Struct, frozen=True, kw_only=True):
    """What a signed link leads to, looked at and not acted upon."""

    asked: Asked
    expires: float
    alert: AlertRow | None  #: None: not known yet, or ClickHouse is away
    refused: Refused | None = None  #: why pressing the button would come to nothing
    people: tuple[str, ...] = ()  #: whose link it is, where they are several


class Offer(Struct, frozen=True):
    """What can be done about an alert, and the token that does it."""

    kind: ActKind
    token: str


class ListedAlert(Struct, frozen=True):
    alert: AlertRow
    offers: tuple[Offer, ...]


class OpenedList(Struct, frozen=True, kw_only=True):
    """What a link under several alerts leads to: those of its sections that are not over."""

    expires: float
    alerts: tuple[ListedAlert, ...]  #: those that broke a promise first, the oldest before
