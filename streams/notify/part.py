"""One partition's share of what people were told and are still to be told, and its records.

Owns the state that is saved, and which of it has changed. Used by `streams.notify.notifier`.
Invariant: what is restored from all records ever drained, later ones in place of earlier, is
the state they were drained from.
"""

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from schemas.outcomes import AlertRow
from streams.core.state import StateRecord
from streams.notify.letter import Letter
from streams.notify.thread import Digest, Tally, Thread

#: Goes up when a worker could not read what an older one wrote.
FORMAT = 1

_POSITION = b"position"
_THREAD, _TALLY, _DIGEST = b"a:", b"c:", b"d:"

_encode = msgspec.msgpack.Encoder().encode


class _Position(Struct):
    next_offset: int
    format: int = FORMAT


_positions = msgspec.msgpack.Decoder(_Position)
_threads = msgspec.msgpack.Decoder(Thread)
_tallies = msgspec.msgpack.Decoder(Tally)
_digests = msgspec.msgpack.Decoder(Digest)


class FormatError(Exception):
    """The deliveries topic was written by a later version of hallwatch."""


class Undelivered(Struct, frozen=True):
    """A letter a channel did not take for its people."""

    letter: Letter
    why: str
    at: int  #: ms
    offset: int  #: of its first message in the alerts topic; -1: it does not stand there


class Drained(Struct, frozen=True):
    """What has to become durable at once."""

    records: list[StateRecord]  #: the position first
    undelivered: list[Undelivered]
    rows: list[AlertRow]  #: of channels that failed


class Part:
    """Whoever changes a thing says so: `touch_…`."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.next_offset = 0  #: the first record of the alerts topic that was not read
        self.threads: dict[str, Thread] = {}
        self.tallies: dict[str, Tally] = {}
        self.digests: dict[str, Digest] = {}
        self._undelivered: list[Undelivered] = []
        self._rows: list[AlertRow] = []
        self._touched: dict[bytes, None] = {}

    def restore(self, records: Iterable[tuple[bytes | None, bytes | None]]) -> None:
        """In the order of the topic. Raises FormatError."""
        latest = {key: value for key, value in records if key is not None}
        for key, value in latest.items():
            if value is None:
                continue
            kind, name = key[:2], key[2:].decode()
            if key == _POSITION:
                position = _positions.decode(value)
                if position.format > FORMAT:
                    raise FormatError(
                        f"the deliveries topic has format {position.format}, written by a later"
                        f" version of hallwatch; this one reads up to {FORMAT}: use that version"
                    )
                self.next_offset = position.next_offset
            elif kind == _THREAD:
                self.threads[name] = _threads.decode(value)
            elif kind == _TALLY:
                self.tallies[name] = _tallies.decode(value)
            elif kind == _DIGEST:
                self.digests[name] = _digests.decode(value)

    def tally(self, channel: str) -> Tally:
        return self.tallies.setdefault(channel, Tally())

    def touch_thread(self, alert: str) -> None:
        self._touched[_THREAD + alert.encode()] = None

    def touch_tally(self, channel: str) -> None:
        self._touched[_TALLY + channel.encode()] = None

    def touch_digest(self, id_: str) -> None:
        self._touched[_DIGEST + id_.encode()] = None

    def reach(self, next_offset: int) -> None:
        self.next_offset = max(self.next_offset, next_offset)
        self._touched[_POSITION] = None

    def give_up(self, undelivered: Undelivered) -> None:
        self._undelivered.append(undelivered)
        self._touched[_POSITION] = None

    def say_row(self, row: AlertRow) -> None:
        self._rows.append(row)
        self._touched[_POSITION] = None

    @property
    def changed(self) -> bool:
        return bool(self._touched)

    def drain(self) -> Drained:
        """What has changed since the last time."""
        position = _encode(_Position(self.next_offset))
        records: list[StateRecord] = [(_POSITION, position)]
        records += [(key, self._value(key)) for key in self._touched if key != _POSITION]
        drained = Drained(records, self._undelivered, self._rows)
        self._touched, self._undelivered, self._rows = {}, [], []
        return drained

    def _value(self, key: bytes) -> bytes | None:
        kind, name = key[:2], key[2:].decode()
        known: Thread | Tally | Digest | None
        if kind == _THREAD:
            known = self.threads.get(name)
        elif kind == _TALLY:
            known = self.tallies.get(name)
        else:
            known = self.digests.get(name)
        return None if known is None else _encode(known)
