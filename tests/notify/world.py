"""A hall to be told about: an alerts topic, a journal, channels that take or refuse, a clock.

Owns what a shell does, without a broker: what was drained and not saved is lost in a crash.
Invariant: `told` holds what a channel has taken, in order; nothing else was delivered.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from msgspec import Struct, field

from schemas.outcomes import AlertMessage, AlertRow, AlertState, ClosedAs
from streams.core.alerts import Said
from streams.core.rules import Rulebook
from streams.core.state import StateRecord
from streams.notify.letter import Letter, LetterKind
from streams.notify.notifier import Notifier
from streams.notify.part import Part, Undelivered
from tests.notify.org import TEN

_TYPES = {
    Said.WARNED: "hall.alert.warned",
    Said.BREACHED: "hall.alert.breached",
    Said.ESCALATED: "hall.alert.escalated",
    Said.CLOSED: "hall.alert.closed",
    Said.RETRACTED: "hall.alert.retracted",
}

PROMISE = "appointment-wait-general"


class Told(Struct, frozen=True):
    at: int
    letter: Letter

    @property
    def ids(self) -> list[str]:
        return [message.id for entry in self.letter.entries for message in entry.messages]


def message_of(
    journey: str, said: Said, at: int, section: str = "S01", level: int = 1, **row: object
) -> AlertMessage:
    alert = f"{PROMISE}/{journey}/1"
    over = said in (Said.CLOSED, Said.RETRACTED)
    data = AlertRow(
        **{  # type: ignore[arg-type]
            "alert": alert,
            "promise": PROMISE,
            "journey": journey,
            "cycle": 1,
            "section": section,
            "service": "permit",
            "complexity": "general",
            "channel": "appointment",
            "state": _state(said),
            "closed_as": ClosedAs.MET_LATE if over else ClosedAs.NOT_YET,
            "clause": "四（二）1",
            "rule_version": "1",
            "limit_ms": 600_000,
            "started_at": at / 1000 - 600,
            "breached_at": None if said is Said.WARNED else at / 1000,
            "closed_at": at / 1000 if over else None,
            "escalation_level": level if said is Said.ESCALATED else 0,
            "partition": 0,
            "version": at,
            **row,
        }
    )
    phase = f"escalated-{level}" if said is Said.ESCALATED else said.value
    return AlertMessage(
        id=f"{alert}/{phase}",
        type=_TYPES[said],  # type: ignore[arg-type]
        subject=alert,
        partitionkey=section,
        time=datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds"),
        data=data,
    )


def _state(said: Said) -> AlertState:
    match said:
        case Said.WARNED:
            return AlertState.WARNED
        case Said.BREACHED | Said.ESCALATED:
            return AlertState.BREACHED
        case _:
            return AlertState.CLOSED


class World(Struct):
    book: Rulebook
    plain: tuple[str, ...] = ("the log",)
    partitions: int = 1
    now: int = TEN
    alerts: list[tuple[int, AlertMessage]] = field(default_factory=list)
    saved: dict[int, list[StateRecord]] = field(default_factory=dict)
    told: dict[str, list[Told]] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)
    undelivered: list[Undelivered] = field(default_factory=list)
    rows: list[AlertRow] = field(default_factory=list)
    notifier: Notifier = field(default=None)  # type: ignore[assignment]
    parts: list[Part] = field(default_factory=list)
    trying: dict[str, Letter] = field(default_factory=dict)  #: what channels that are away hold

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """From what is saved, and nothing else."""
        self.notifier = Notifier(self.book, self.plain)
        self.parts = [Part(number) for number in range(self.partitions)]
        self.trying = {}
        for part in self.parts:
            part.restore(self.saved.get(part.number, []))
            self.notifier.open(part, self.now)

    def say(self, journey: str, said: Said, section: str = "S01", **more: object) -> None:
        partition = int(section[-1]) % self.partitions if section[-1].isdigit() else 0
        message = message_of(journey, said, self.now, section, **more)  # type: ignore[arg-type]
        self.alerts.append((partition, message))

    def read(self) -> None:
        """All that was said and not read, as the topic has it; then saved."""
        for offset, (partition, message) in enumerate(self.alerts):
            if offset >= self.parts[partition].next_offset:
                self.notifier.take(partition, message, offset, self.now)
        for part in self.parts:
            part.reach(len(self.alerts))
        self.save()

    def save(self) -> None:
        for part in self.parts:
            drained = part.drain()
            self.saved.setdefault(part.number, []).extend(drained.records)
            self.undelivered += drained.undelivered
            self.rows += drained.rows

    def send(self, saving: bool = True) -> int | None:
        """Everything that is due now; when to look again."""
        looks: list[int] = []
        while True:
            looks = [self.notifier.tick(self.now)]
            found = False
            for channel in self.notifier.channels:
                letter, at = self.notifier.next_letter(channel, self.now)
                looks += [] if at is None else [at]
                if letter is None:
                    continue
                if channel in self.away:
                    self.trying[channel] = letter
                    continue
                found = True
                self._deliver(channel, letter)
                if saving:
                    self.save()
            if not found:
                return min(looks)

    def come_back(self, channel: str) -> None:
        self.away.discard(channel)
        letter = self.trying.pop(channel, None)
        if letter is not None:
            self._deliver(channel, letter)
            self.save()

    def give_up(self, channel: str, why: str = "HTTP 500") -> None:
        """The channel's outbox has tried for long enough."""
        self.notifier.gave_up(self.trying.pop(channel), why, self.now)
        self.save()

    def pass_time(self, milliseconds: int) -> None:
        """Looked at whenever there is something to look at."""
        until = self.now + milliseconds
        self.read()
        while True:
            look_at = self.send()
            self.save()
            if look_at is None or look_at > until:
                break
            self.now = max(look_at, self.now + 1)
        self.now = until
        self.send()
        self.save()

    def _deliver(self, channel: str, letter: Letter) -> None:
        self.told.setdefault(channel, []).append(Told(self.now, letter))
        self.notifier.delivered(letter, self.now)

    # -- what to look at ---------------------------------------------------------------------

    def letters(self, channel: str) -> list[tuple[str, ...]]:
        """Of each letter its kind and, shortly, what is in it: `a breached`."""
        return [tuple(_shortly(one.letter)) for one in self.told.get(channel, [])]

    def ids(self, channel: str) -> list[str]:
        return [id_ for one in self.told.get(channel, []) for id_ in one.ids]


def _shortly(letter: Letter) -> Iterator[str]:
    yield letter.kind.value
    if letter.kind is LetterKind.DIGEST:
        assert letter.figures is not None
        yield letter.figures.section
    for entry in letter.entries:
        yield f"{entry.alert.split('/')[1]} {'+'.join(entry.said)}"
