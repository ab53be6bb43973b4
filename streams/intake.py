"""Records of the events topic → events in a partition, rows to keep, dead letters.

Pure: no Kafka, no clock. Called by lanes and by anything that runs a file through the
core. Invariant: each record ends as exactly one of accepted event or dead
letter (a clock record of a replay as neither).
"""

from collections.abc import Sequence
from typing import Protocol

import msgspec
from msgspec import Struct

from schemas.clock import ClockAdvanced
from schemas.decode import Headers, Rejected, decode
from schemas.outcomes import DeadLetter, DeadLetterRow
from schemas.privacy import mask_raw, surely_clean
from streams.core.partition import Partition


class Record(Protocol):
    """What intake needs of a Kafka record. `timestamp`: the broker's, in ms."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers


class Intake(Struct):
    """What a run of records came to. `event_rows` is newline-separated JSON."""

    event_rows: bytes
    events: int
    dead_letters: list[DeadLetter]


_encode = msgspec.json.Encoder().encode


def take_in(partition: Partition, records: Sequence[Record], topic: str) -> Intake:
    """Decodes `records` and gives the events to `partition`, in order."""
    lines: list[bytes] = []
    dead: list[DeadLetter] = []
    number = partition.number
    # One look at all of them clears most slices; else each record is looked at by itself.
    clean = surely_clean(b"\n".join([record.value for record in records if record.value]))
    for record in records:
        offset, ingest = record.offset, record.timestamp
        # No key is a wrong key: a journey's events would be spread over partitions.
        event = decode(record.value, record.headers, record.key or b"", clean)
        if isinstance(event, Rejected):
            partition.skip(offset, ingest)
            dead.append(_dead_letter(event, record, topic, number))
            continue
        refused = partition.take(event, offset, ingest)
        if refused is not None:
            dead.append(_dead_letter(refused, record, topic, number))
            continue
        if isinstance(event, ClockAdvanced):
            continue  # said to the worker, not about the hall
        lines.append(
            b'%b,"partition":%d,"offset":%d,"ingest_at":%d.%03d}'
            % (_encode(event)[:-1], number, offset, ingest // 1000, ingest % 1000)
        )
    return Intake(b"\n".join(lines), len(lines), dead)


def _dead_letter(refused: Rejected, record: Record, topic: str, partition: int) -> DeadLetter:
    raw = record.value or b""
    masked = mask_raw(raw)
    return DeadLetter(
        topic=topic,
        partition=partition,
        offset=record.offset,
        ingest_at=record.timestamp / 1000,
        reason=refused.reason.value,
        field=refused.field,
        detail=refused.detail,
        raw=masked,
        key=None if record.key is None else mask_raw(record.key),
        masked=masked != raw,
    )


def dead_letter_row(letter: DeadLetter) -> DeadLetterRow:
    """The row beside the dead letter: everything but the bytes."""
    return DeadLetterRow(
        topic=letter.topic,
        partition=letter.partition,
        offset=letter.offset,
        ingest_at=letter.ingest_at,
        reason=letter.reason,
        field=letter.field,
        detail=letter.detail,
    )
