"""What was found in ClickHouse for one story: rows and events, not yet in words.

Owns the shapes. Filled in by `reading`, told by `trace` and `explain`. Invariant: an event is held
as the contract's struct; one that this program cannot decode keeps its type and nothing else.
"""

from msgspec import Struct

from schemas.act import AlertsSilenced
from schemas.decode import Event
from schemas.outcomes import AlertRow, JourneyRow, VerdictRow


class Heard(Struct, frozen=True, kw_only=True):
    """One event as it is stored. Times are seconds since the epoch."""

    source: str
    id: str
    type: str
    subject: str
    at: float
    ingest_at: float
    event: Event | None = None  #: None: written by another version of the contract


class Told(Struct, frozen=True, kw_only=True):
    """Everything about one subject."""

    key: str
    events: tuple[Heard, ...] = ()
    journey: JourneyRow | None = None
    verdicts: tuple[VerdictRow, ...] = ()
    alerts: tuple[AlertRow, ...] = ()

    @property
    def known(self) -> bool:
        return bool(self.events or self.journey or self.verdicts or self.alerts)


class Nothing(Struct, frozen=True):
    """Nothing is known by this key; these are like it."""

    key: str
    near: tuple[str, ...]


class TraceFound(Struct, frozen=True, kw_only=True):
    told: Told
    linked: tuple[Told, ...] = ()  #: tickets and chats it names, cases and orders that name it
    alerts: tuple[AlertRow, ...] = ()  #: that it names (a rectification order does)
    cut: bool = False  #: there is more than is told


class Similar(Struct, frozen=True, kw_only=True):
    """Other alerts of the same section and promise, in the days before this one began."""

    days: int
    alerts: int = 0
    breached: int = 0


class DayCount(Struct, frozen=True, kw_only=True):
    """What a share was made of: the verdicts of one promise, section and day."""

    by_status: dict[str, int]
    missed: tuple[VerdictRow, ...]  #: the first of those that broke it


class AlertFound(Struct, frozen=True, kw_only=True):
    alert: AlertRow
    verdict: VerdictRow | None = None
    journey: JourneyRow | None = None
    events: tuple[Heard, ...] = ()  #: of its journey
    subject: str = ""  #: what its journey is called where its events are; "" if nothing is known
    evidence: tuple[Heard, ...] = ()  #: in the order of the alert's ids; those still kept
    silences: tuple[AlertsSilenced, ...] = ()  #: in force for its section when it broke
    similar: Similar
    day: DayCount | None = None
