"""Outcomes of one slice as Kafka records: which topic, which key, which bytes.

Pure but for the sending. Owns the shape of what lanes write; in which order is the
`streams.ledger`'s. Invariant: a record holds whole rows, newline-separated, of one table.
"""

import asyncio
from collections.abc import Awaitable, Iterator, Sequence
from typing import Protocol, TypeVar

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import RecordMetadata
from msgspec import Struct

from schemas.decode import Headers
from schemas.outcomes import Table
from streams.core.partition import Outcomes
from streams.intake import Intake, dead_letter_row

#: An outcome record holds rows up to about this many bytes.
_RECORD_BYTES = 512 * 1024

_T = TypeVar("_T")

_encoder = msgspec.json.Encoder()

#: Topic, key, value (None: a tombstone), headers.
Send = tuple[str, bytes | None, bytes | None, list[tuple[str, bytes]]]


class Outcome(Protocol):
    """A record of the outcomes topic."""

    key: bytes | None
    value: bytes | None
    headers: Headers


#: Header of an outcome record: how many rows are in it.
ROWS_HEADER = "rows"

#: Header of an alert message: when it was decided, ms since 1970 by the worker's clock. The
#: record's own time is later, by how long the broker took for what was written before it.
DECIDED_HEADER = "decided-ms"


class Names(Struct, frozen=True):
    """The topics a lane writes to, and the one it reads."""

    events: str
    outcomes: str
    alerts: str
    dead_letters: str


def sends_of(names: Names, outcomes: Outcomes, taken: Intake | None, decided_ms: int) -> list[Send]:
    """Everything to be written with the state. `decided_ms`: when, by the wall clock."""
    decided = [(DECIDED_HEADER, b"%d" % decided_ms)]
    sends: list[Send] = []
    for table, rows in outcomes.rows.items():
        sends += _blocks(names, table, _encoder.encode_lines(rows), len(rows))
    if taken is not None:
        sends += _blocks(names, Table.EVENTS, taken.event_rows, taken.events)
        if taken.dead_letters:
            letters = taken.dead_letters
            sends += [(names.dead_letters, None, _encoder.encode(letter), []) for letter in letters]
            rows_of = [dead_letter_row(letter) for letter in letters]
            lines = _encoder.encode_lines(rows_of)
            sends += _blocks(names, Table.DEAD_LETTERS, lines, len(rows_of))
    sends += [
        (names.alerts, message.subject.encode(), _encoder.encode(message), decided)
        for message in outcomes.messages
    ]
    return sends


class UnreadableError(Exception):
    """A record of the outcomes topic that `sends_of` did not make."""


def read_block(record: Outcome) -> tuple[Table, bytes, int]:
    """Table, rows and their number. Raises UnreadableError."""
    try:
        count = int(dict(record.headers)[ROWS_HEADER] or b"")
        table = Table((record.key or b"").decode())
    except (KeyError, ValueError) as error:
        raise UnreadableError(f"no block of rows: {error!r}") from None
    if not record.value:
        raise UnreadableError("no rows")
    return table, record.value, count


async def send_all(producer: AIOKafkaProducer, partition: int, sends: list[Send]) -> dict[str, int]:
    """Sends to `partition` of each topic; returns, by topic, the offset after the last record.

    All records of a topic go as one batch (or as few as they fit into), so the broker is
    waited for once. Returns when all are acknowledged; raises KafkaError when one was not.
    """
    by_topic: dict[str, list[Send]] = {}
    for send in sends:
        by_topic.setdefault(send[0], []).append(send)
    waiting = [_send(producer, partition, topic, found) for topic, found in by_topic.items()]
    return dict(zip(by_topic, await _all_or_error(waiting), strict=True))


async def _all_or_error(waiting: Sequence[Awaitable[_T]]) -> list[_T]:
    """All results, or one of the errors once all have ended: none is left unlooked at."""
    found = await asyncio.gather(*waiting, return_exceptions=True)
    results = []
    for one in found:
        if isinstance(one, BaseException):
            raise one
        results.append(one)
    return results


async def _send(producer: AIOKafkaProducer, partition: int, topic: str, sends: list[Send]) -> int:
    """One topic's records, in order; returns the offset after the last."""
    batch, count = producer.create_batch(), 0
    sent = []
    for _, key, value, headers in sends:
        if batch.append(key=key, value=value, timestamp=None, headers=headers) is None:
            sent.append((await _close_and_send(producer, batch, topic, partition), count))
            batch, count = producer.create_batch(), 0
            if batch.append(key=key, value=value, timestamp=None, headers=headers) is None:
                raise ValueError(
                    f"a record for {topic} of {len(value or b'')} bytes exceeds a batch"
                )
        count += 1
    sent.append((await _close_and_send(producer, batch, topic, partition), count))
    placed = await _all_or_error([metadata for metadata, _ in sent])
    end: int = max(at.offset + records for at, (_, records) in zip(placed, sent, strict=True))
    return end


async def _close_and_send(
    producer: AIOKafkaProducer, batch: BatchBuilder, topic: str, partition: int
) -> "asyncio.Future[RecordMetadata]":
    batch.close()
    future: asyncio.Future[RecordMetadata] = await producer.send_batch(
        batch, topic, partition=partition
    )
    return future


def _blocks(names: Names, table: Table, lines: bytes, count: int) -> Iterator[Send]:
    """The lines in records of about `_RECORD_BYTES`, cut between rows."""
    key = table.encode()
    start, end = 0, len(lines)
    if lines.endswith(b"\n"):
        end -= 1
    while end - start > _RECORD_BYTES:
        cut = lines.find(b"\n", start + _RECORD_BYTES, end)
        if cut < 0:
            break
        block = lines[start:cut]
        rows = block.count(b"\n") + 1
        yield names.outcomes, key, block, [(ROWS_HEADER, b"%d" % rows)]
        start, count = cut + 1, count - rows
    if end > start:
        yield names.outcomes, key, lines[start:end], [(ROWS_HEADER, b"%d" % count)]
