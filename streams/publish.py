"""Outcomes of one slice as Kafka records: which topic, which key, which bytes.

Pure but for the sending. Owns the shape of what lanes write; in which order is the
`streams.ledger`'s. Invariant: a record holds whole rows, newline-separated, of one table.
"""

import asyncio
from collections.abc import Iterator

import msgspec
from aiokafka import AIOKafkaProducer
from msgspec import Struct

from schemas.outcomes import Table
from streams.core.partition import Outcomes
from streams.intake import Intake, dead_letter_row

#: An outcome record holds rows up to about this many bytes.
_RECORD_BYTES = 512 * 1024

_encoder = msgspec.json.Encoder()

#: Topic, key, value.
Send = tuple[str, bytes | None, bytes]


class Names(Struct, frozen=True):
    """The topics a lane writes to, and the one it reads."""

    events: str
    outcomes: str
    alerts: str
    dead_letters: str


def sends_of(names: Names, outcomes: Outcomes, taken: Intake | None) -> list[Send]:
    """Everything to be written before the state may be."""
    sends: list[Send] = []
    for table, rows in outcomes.rows.items():
        sends += _blocks(names, table, _encoder.encode_lines(rows))
    if taken is not None:
        sends += _blocks(names, Table.EVENTS, taken.event_rows)
        if taken.dead_letters:
            letters = taken.dead_letters
            sends += [(names.dead_letters, None, _encoder.encode(letter)) for letter in letters]
            rows_of = [dead_letter_row(letter) for letter in letters]
            sends += _blocks(names, Table.DEAD_LETTERS, _encoder.encode_lines(rows_of))
    sends += [
        (names.alerts, message.subject.encode(), _encoder.encode(message))
        for message in outcomes.messages
    ]
    return sends


async def send_all(producer: AIOKafkaProducer, partition: int, sends: list[Send]) -> dict[str, int]:
    """Sends to `partition` of each topic; returns, by topic, the offset after the last record.

    Returns when all are acknowledged; raises KafkaError when one was not.
    """
    sent = [
        await producer.send(topic, value, key=key, partition=partition)
        for topic, key, value in sends
    ]
    ends: dict[str, int] = {}
    for metadata in await asyncio.gather(*sent):
        ends[metadata.topic] = max(ends.get(metadata.topic, 0), metadata.offset + 1)
    return ends


def _blocks(names: Names, table: Table, lines: bytes) -> Iterator[Send]:
    """The lines in records of about `_RECORD_BYTES`, cut between rows."""
    key = table.encode()
    start, end = 0, len(lines)
    if lines.endswith(b"\n"):
        end -= 1
    while end - start > _RECORD_BYTES:
        cut = lines.find(b"\n", start + _RECORD_BYTES, end)
        if cut < 0:
            break
        yield names.outcomes, key, lines[start:cut]
        start = cut + 1
    if end > start:
        yield names.outcomes, key, lines[start:end]
