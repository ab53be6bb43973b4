"""What is known of telling people about one alert, and of what went over one channel lately.

Values only, as they are kept in the deliveries topic. Owned by `streams.notify.notifier`,
saved by `streams.notify.records`. Invariant: of each message of an alert a channel has at most
one `Saying`, and what was settled never waits again.
"""

from enum import IntEnum, StrEnum

from msgspec import Struct, field

from schemas.outcomes import AlertMessage, AlertRow
from streams.core.alerts import Said

#: Messages that make somebody know of an alert; who got one gets its end, too.
OPENINGS = frozenset({Said.WARNED, Said.BREACHED, Said.ESCALATED})


class Settled(StrEnum):
    """What became of a message to one channel."""

    WAITING = "w"
    TOLD = "t"
    GIVEN_UP = "g"  #: it is a dead letter


class Rank(IntEnum):
    """How much a message presses: what presses more does not wait for what presses less."""

    OVER = 0
    WARNED = 1
    BREACHED = 2
    ESCALATED = 3


RANKS = {
    Said.WARNED: Rank.WARNED,
    Said.BREACHED: Rank.BREACHED,
    Said.ESCALATED: Rank.ESCALATED,
    Said.CLOSED: Rank.OVER,
    Said.RETRACTED: Rank.OVER,
}


class Saying(Struct, array_like=True):
    """One message on its way over one channel."""

    message: str  #: its id
    said: Said
    at: int  #: when it was read here, ms
    quiet_until: int = 0  #: whoever has the channel sleeps till then; 0: somebody is awake
    settled: Settled = Settled.WAITING


class Thread(Struct, array_like=True):
    """All that was said of one alert, and to whom."""

    alert: str
    section: str  #: in which it opened
    last: AlertRow  #: as it stood in the latest message
    seen: dict[str, int]  #: ids of its messages, and when each was decided (ms)
    first: dict[Said, int]  #: when each was first said (ms)
    level: int = 0  #: how far up the chain it was told
    sayings: dict[str, list[Saying]] = field(default_factory=dict)  #: by channel
    waiting: dict[str, tuple[AlertMessage, int]] = field(
        default_factory=dict
    )  #: messages somebody still has to get, each with its offset in the alerts topic

    def due(self, channel: str) -> list[Saying]:
        """What the channel still has to get, in order."""
        return [one for one in self.sayings.get(channel, []) if one.settled is Settled.WAITING]

    def opened_to(self, channel: str) -> bool:
        """Whether whoever has the channel knows of the alert, or is about to."""
        return any(
            one.said in OPENINGS and one.settled is not Settled.GIVEN_UP
            for one in self.sayings.get(channel, [])
        )

    @property
    def closed(self) -> bool:
        return Said.CLOSED in self.first or Said.RETRACTED in self.first

    def forget_messages(self) -> None:
        """Those nobody waits for."""
        owed = {
            one.message
            for sayings in self.sayings.values()
            for one in sayings
            if one.settled is Settled.WAITING
        }
        self.waiting = {id_: kept for id_, kept in self.waiting.items() if id_ in owed}


class Window(Struct, array_like=True, frozen=True):
    """After a message about a section: what presses no more than it waits until then (ms)."""

    until: int
    rank: Rank


class Tally(Struct, array_like=True):
    """One channel, as far as one partition's messages went over it."""

    sent: list[int] = field(default_factory=list)  #: when, within a storm's time (ms)
    storm_since: int = 0  #: since when its messages are held for a summary; 0: no storm
    windows: dict[str, Window] = field(default_factory=dict)  #: by section
    failures: int = 0  #: how often it gave something up after all was well
    failed: bool = False  #: it did, and has delivered nothing since
    missed: list[str] = field(default_factory=list)  #: ids of what did not arrive meanwhile


class Share(Struct, array_like=True, frozen=True):
    """Of one promise in a section's day."""

    promise: str
    breached: int = 0
    excused: int = 0  #: of those


class Late(Struct, array_like=True, frozen=True):
    """One of the longest."""

    promise: str
    journey: str
    counter: str
    over_ms: int
    is_open: bool


class Figures(Struct, array_like=True, frozen=True):
    """A section's day, from what was said of it (semantics §3: raw and excused apart)."""

    section: str
    since: int
    until: int
    shares: tuple[Share, ...]
    warned: int
    escalated: int
    acknowledged: int
    open: int
    longest: tuple[Late, ...]


class Digest(Struct, array_like=True):
    """The day in figures, on its way to a section's chiefs."""

    figures: Figures
    owed: dict[str, int]  #: channels that still have to get it, each with its quiet hours' end

    @property
    def id(self) -> str:
        return f"digest/{self.figures.section}/{self.figures.until}"
