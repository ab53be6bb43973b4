"""The dead letters as they lie in their topic: found, chosen, and sent again.

Owns which letters there are, which of them may be sent again and what is sent. Printing is
`streams.cli_deadletters`. Invariants: a letter is one record refused at one place, however
often it was written down; sending again changes nothing twice, since an event is its source
and id; what was masked or cut is never sent as if it were the event.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable

import msgspec
from aiokafka import AIOKafkaProducer
from msgspec import Struct

from schemas.deadletters import DeadLetter, Resent, address
from schemas.decode import Reason, Rejected, decode
from streams.read_log import Log

_letters: msgspec.json.Decoder[DeadLetter] = msgspec.json.Decoder(DeadLetter)
_notes: msgspec.json.Decoder[Resent] = msgspec.json.Decoder(Resent)

#: So many are on their way at once; notes follow each lot.
_LOT = 500


class Entry(Struct):
    """One letter without its bytes: a topic of them fits into memory."""

    address: str
    partition: int
    ingest_at: float
    reason: str
    field: str
    detail: str
    size: int
    masked: bool
    stands: tuple[int, int]  #: partition and offset in the dead-letter topic
    resent: Resent | None = None


class Choice(Struct, frozen=True, kw_only=True):
    """Which letters; what is left empty chooses all."""

    addresses: frozenset[str] = frozenset()
    reason: str = ""
    since: float = 0.0  #: seconds since the epoch, of arrival
    partition: int | None = None

    def takes(self, entry: Entry) -> bool:
        return (
            (not self.addresses or entry.address in self.addresses)
            and (not self.reason or entry.reason == self.reason)
            and entry.ingest_at >= self.since
            and (self.partition is None or entry.partition == self.partition)
        )


class Ready(Struct, frozen=True):
    """What to send for a letter."""

    value: bytes
    key: bytes | None
    headers: list[tuple[str, bytes | None]]
    partition: int | None  #: None: where its key belongs
    event_time: float | None = None  #: seconds since the epoch; None: nobody can say
    mended: bool = False


class Left(Struct, frozen=True):
    """Why a letter is not sent."""

    why: str


async def read_entries(log: Log, topic: str) -> dict[str, Entry]:
    """All letters by address, with the note of the last time each was sent again."""
    entries: dict[str, Entry] = {}
    notes: dict[str, Resent] = {}
    async for record in log.read(topic):
        if record.key is not None:
            note = _notes.decode(record.value)
            notes[note.letter] = note
            continue
        letter = _letters.decode(record.value)
        where = address(letter.topic, letter.partition, letter.offset)
        entries[where] = Entry(
            where,
            letter.partition,
            letter.ingest_at,
            letter.reason,
            letter.field,
            letter.detail,
            letter.size if letter.size >= 0 else len(letter.raw),
            letter.masked,
            (record.partition, record.offset),
        )
    for where, note in notes.items():
        if where in entries:
            entries[where].resent = note
    return entries


async def read_letters(
    log: Log, topic: str, chosen: Iterable[Entry]
) -> AsyncIterator[tuple[Entry, DeadLetter]]:
    """The letters of these entries, whole."""
    wanted = {entry.stands: entry for entry in chosen}
    if not wanted:
        return
    async for record in log.read(topic):
        entry = wanted.get((record.partition, record.offset))
        if entry is not None:
            yield entry, _letters.decode(record.value)


def ready(letter: DeadLetter, events: str, anyway: bool = False) -> Ready | Left:
    """The stored bytes with their key and headers, to where they stood: the journey's other
    events are there. `anyway`: also what this version of hallwatch would refuse again."""
    left = _never(letter, events)
    if left:
        return left
    if letter.masked:
        return Left("personal data in it is masked, so it is no event any more; mend it: --file")
    if letter.cut:
        return Left("only its beginning was kept; mend it: --file")
    event = decode(letter.raw, letter.headers, letter.key or b"")
    at = None
    if isinstance(event, Rejected):
        if not anyway:
            return Left(f"would be refused again, {event.reason}: {event.detail}; mend it: --file")
    else:
        at = event.time.timestamp()
    return Ready(letter.raw, letter.key, list(letter.headers), letter.partition, at)


def mended(letter: DeadLetter, events: str, body: bytes) -> Ready | Left:
    """An event in place of the letter's: whole, keyed by its subject."""
    left = _never(letter, events)
    if left:
        return left
    event = decode(body)
    if isinstance(event, Rejected):
        return Left(f"the file would be refused, {event.reason}: {event.detail}")
    key = event.subject.encode()
    # Binary mode's attributes would win over those in the body.
    headers = [(name, one) for name, one in letter.headers if not name.lower().startswith("ce_")]
    where = letter.partition if key == letter.key else None
    return Ready(body, key, headers, where, event.time.timestamp(), mended=True)


def _never(letter: DeadLetter, events: str) -> Left | None:
    if letter.reason == Reason.UNDELIVERED:
        return Left(f"it is no event but a message {letter.field} did not take for its people")
    if letter.topic != events or letter.reason == Reason.ROW_REFUSED:
        return Left(f"it is no event but a row that ClickHouse refused ({letter.field})")
    return None


async def send_again(
    producer: AIOKafkaProducer,
    events: str,
    dead_letters: str,
    sends: AsyncIterator[tuple[Entry, Ready]],
) -> AsyncIterator[tuple[Entry, Resent]]:
    """Sends each, then notes it beside the letter, then says so. A crash in between leaves
    letters that were sent and not noted: sending them once more changes nothing."""
    lot: list[tuple[Entry, Ready]] = []
    async for send in sends:
        lot.append(send)
        if len(lot) >= _LOT:
            for done in await _send_lot(producer, events, dead_letters, lot):
                yield done
            lot = []
    for done in await _send_lot(producer, events, dead_letters, lot):
        yield done


async def _send_lot(
    producer: AIOKafkaProducer, events: str, dead_letters: str, lot: list[tuple[Entry, Ready]]
) -> list[tuple[Entry, Resent]]:
    placed = await asyncio.gather(
        *[
            producer.send_and_wait(
                events, one.value, key=one.key, headers=one.headers, partition=one.partition
            )
            for _, one in lot
        ]
    )
    done = [
        (
            entry,
            Resent(
                letter=entry.address,
                at=time.time(),
                topic=events,
                partition=metadata.partition,
                offset=metadata.offset,
                mended=one.mended,
            ),
        )
        for (entry, one), metadata in zip(lot, placed, strict=True)
    ]
    await asyncio.gather(
        *[
            producer.send_and_wait(
                dead_letters,
                msgspec.json.encode(note),
                key=entry.address.encode(),
                partition=entry.stands[0],
            )
            for entry, note in done
        ]
    )
    return done
