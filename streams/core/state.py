"""What is saved of a partition, and its bytes on the state topic.

One record per journey, one per window that outlived journeys, and a position. Pure
encoding; `streams.app.checkpoint` writes and reads the topic. Invariants: the position
is the first record of each batch, and a batch is one Kafka record batch, so it is saved
whole or not at all; the format carries a number, and a newer one is refused.
"""

import msgspec
from msgspec import Struct, field

from streams.core.alerts import Standing
from streams.core.journey import Journey, Mark
from streams.core.lookups import Change
from streams.core.outlooks import Line
from streams.core.silence import Watched
from streams.core.silencing import Silencing
from streams.core.storm import Storm
from streams.core.totals import Day, Share
from streams.core.windows import Contribution, WindowKey

#: Goes up when a worker could not read what a newer one wrote; one that writes `FORMAT` reads all
#: up to it. Within a format fields are only added, at the end and with defaults.
FORMAT = 1

_POSITION_KEY = b"position"
_JOURNEY, _WINDOW, _TOTAL, _LINE = b"j:", b"w:", b"t:", b"q:"


class StateFormatError(Exception):
    """The state topic was written by a later version of hallwatch."""


class Position(Struct, kw_only=True, gc=False):
    """How far the log is part of the state, and the clocks that go with it."""

    format: int = FORMAT
    next_offset: int = 0  #: the first record of the events topic not yet in the state
    epoch: int = 1  #: goes up each time a worker takes the partition over
    sequence: int = 0  #: goes up with each settlement that changed something
    now: int = 0  #: the moment of the last settlement, ms
    log_time: int = 0  #: ms
    ingest: int = 0  #: the largest ingest time seen, ms
    reached: int = 0  #: the largest event time seen that is not ahead of its ingest, ms
    stopped: Storm | None = None  #: intake waits for somebody's word (`streams.gate`)
    stops: int = 0  #: how often it was stopped so far
    agreed: int = 0  #: what is refused before this offset stops nothing
    closed_to: int = 0  #: the latest minute whose total was forgotten, ms: it stands
    sources: dict[str, Watched] = field(default_factory=dict)  #: watched for silence
    lookups: dict[str, list[Change]] = field(default_factory=dict)  #: ups and downs, by service
    silences: dict[str, Silencing] = field(default_factory=dict)  #: wanted by people, by name


class JourneyRecord(Struct, frozen=True, array_like=True, gc=False):
    journey: Journey
    standings: tuple[Standing, ...]
    ingest: int
    heard: Mark = (0, "")  #: the latest event: when, and of which source; if sources are watched
    uncounted: tuple[str, ...] = ()  #: clocks that are in no window (`Standing.clock`)


class Saved(Struct, gc=False):
    """What changed since the last save; None and [] mean: forgotten."""

    journeys: dict[str, JourneyRecord | None] = field(default_factory=dict)
    windows: dict[WindowKey, list[Contribution]] = field(default_factory=dict)
    totals: dict[Day, Share | None] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)


class Restored(Struct, gc=False):
    """All that was saved of one partition."""

    position: Position
    journeys: list[bytes]  #: records, still as bytes: they may be a million
    windows: list[list[Contribution]]
    totals: dict[Day, Share]
    lines: dict[str, Line] = {}


#: A record of the state topic: key, and value or None (a tombstone).
StateRecord = tuple[bytes, bytes | None]

_encoder = msgspec.msgpack.Encoder()
_journeys: msgspec.msgpack.Decoder[JourneyRecord] = msgspec.msgpack.Decoder(JourneyRecord)
_windows: msgspec.msgpack.Decoder[list[Contribution]] = msgspec.msgpack.Decoder(list[Contribution])
_days: msgspec.msgpack.Decoder[Day] = msgspec.msgpack.Decoder(Day)
_shares: msgspec.msgpack.Decoder[Share] = msgspec.msgpack.Decoder(Share)
_lines: msgspec.msgpack.Decoder[Line] = msgspec.msgpack.Decoder(Line)
_positions: msgspec.json.Decoder[Position] = msgspec.json.Decoder(Position)


def encode_journey(record: JourneyRecord) -> bytes:
    return _encoder.encode(record)


def decode_journey(record: bytes) -> JourneyRecord:
    return _journeys.decode(record)


def encode_saved(position: Position, saved: Saved) -> list[StateRecord]:
    """The records of one batch, position first."""
    return [encode_position(position), *encode_changes(saved)]


def encode_position(position: Position) -> StateRecord:
    return _POSITION_KEY, msgspec.json.encode(position)


def encode_changes(saved: Saved) -> list[StateRecord]:
    """What goes with a position."""
    encode = _encoder.encode
    records: list[StateRecord] = []
    for key, record in saved.journeys.items():
        records.append((_JOURNEY + key.encode(), None if record is None else encode(record)))
    for window, forgotten in saved.windows.items():
        records.append((_WINDOW + encode(window), encode(forgotten) if forgotten else None))
    for day, share in saved.totals.items():
        records.append((_TOTAL + encode(day), None if share is None else encode(share)))
    records += [(_LINE + key.encode(), encode(line)) for key, line in saved.lines.items()]
    return records


class Restoring:
    """Takes the records of a state topic in log order and holds what they come to.

    A batch of an epoch lower than one already seen was written by a worker that had lost
    the partition without knowing it; it is passed over.
    """

    def __init__(self) -> None:
        self.position: Position | None = None
        self._records: dict[bytes, bytes] = {}
        self._stale = False

    def take(self, key: bytes, value: bytes | None) -> None:
        if key == _POSITION_KEY:
            position = _positions.decode(value or b"")
            if position.format > FORMAT:
                raise StateFormatError(
                    f"the state topic has format {position.format}, written by a later hallwatch; "
                    f"this one reads up to {FORMAT}: run the version that wrote it, or start with "
                    "a new HALLWATCH_TOPIC_PREFIX and replay the events"
                )
            self._stale = self.position is not None and position.epoch < self.position.epoch
            if not self._stale:
                self.position = position
        elif not self._stale:
            if value is None:
                self._records.pop(key, None)
            else:
                self._records[key] = value

    def restored(self) -> Restored | None:
        """None: nothing was ever saved."""
        if self.position is None:
            return None
        journeys: list[bytes] = []
        windows: list[list[Contribution]] = []
        totals: dict[Day, Share] = {}
        lines: dict[str, Line] = {}
        for key, value in self._records.items():
            if key.startswith(_JOURNEY):
                journeys.append(value)
            elif key.startswith(_WINDOW):
                windows.append(_windows.decode(value))
            elif key.startswith(_LINE):
                lines[key[len(_LINE) :].decode()] = _lines.decode(value)
            else:
                totals[_days.decode(key[len(_TOTAL) :])] = _shares.decode(value)
        return Restored(self.position, journeys, windows, totals, lines)
