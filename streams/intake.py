"""Records of the events topic → events in a partition, rows to keep, dead letters.

Pure: no Kafka, no clock. Called by lanes and by anything that runs a file through the
core. Invariant: each record ends as exactly one of accepted event or dead
letter (what is said to workers, or by them to each other, as neither).
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Protocol

import msgspec
from msgspec import Struct

from schemas.clock import ClockAdvanced
from schemas.deadletters import MOST_KEPT_BYTES, DeadLetter, LetterHeaders, size_of
from schemas.decode import Event, Headers, Rejected, decode
from schemas.outcomes import DeadLetterRow
from schemas.privacy import mask_raw, surely_clean
from schemas.queue import QueueCounted
from schemas.total import TotalCounted
from streams.core.partition import Partition
from streams.core.storm import StormLimits, StormWatch


class Record(Protocol):
    """What intake needs of a Kafka record. `timestamp`: the broker's, in ms."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers


class Intake(Struct):
    """What a run of records came to. `event_rows`: JSON, a line each, and how many."""

    event_rows: list[tuple[bytes, int]]
    events: int
    dead_letters: list[DeadLetter]
    records: int = 0  #: looked at; fewer than given when a storm of dead letters broke out


#: Said to workers, or by them to each other.
_AMONG_WORKERS = frozenset({ClockAdvanced, TotalCounted, QueueCounted})

_encode_lines = msgspec.json.Encoder().encode_lines

#: Ends a line of `_encode_lines`, and nothing else: JSON has no newline within a string.
_END = b"}\n"


def take_in(
    partition: Partition, records: Sequence[Record], topic: str, watch: StormWatch | None = None
) -> Intake:
    """Decodes `records` and gives the events to `partition`, in order.

    Where `watch` sees a storm, the partition's intake is stopped behind the record at which
    it broke out: the rest is not looked at.
    """
    taken: list[Event] = []
    came: list[bytes] = []
    dead: list[DeadLetter] = []
    number = partition.number
    came_at, at = -1, b""
    watch = watch or _NEVER
    # One look at all of them clears most slices; else each record is looked at by itself.
    clean = surely_clean(b"\n".join([record.value for record in records if record.value]))
    for record in records:
        offset, ingest = record.offset, record.timestamp
        if not _FIRST_STAMP <= ingest < _LAST_STAMP:
            ingest = partition.position.ingest  # a producer's stamp: no broker gives such
        # No key is a wrong key: a journey's events would be spread over partitions.
        event = decode(record.value, record.headers, record.key or b"", clean)
        if isinstance(event, Rejected):
            partition.skip(offset, ingest)
            refused = event
        elif (told := partition.take(event, offset, ingest)) is not None:
            refused = told
        else:
            if type(event) not in _AMONG_WORKERS:  # what is said about the hall is kept
                if ingest != came_at:  # the broker gives all records of a batch one time
                    came_at = ingest
                    at = b',"partition":%d,"ingest_at":%d.%03d' % (
                        number,
                        ingest // 1000,
                        ingest % 1000,
                    )
                taken.append(event)
                came.append(b'%b,"offset":%d}\n' % (at, offset))
            continue
        dead.append(_dead_letter(refused, record, topic, number, ingest))
        storm = watch.refused(len(taken) + len(dead) - 1, offset, refused.reason.value)
        if storm is not None:
            partition.position.stopped = storm
            partition.position.stops = storm.number
            records = records[: bisect_left(records, storm.offset, key=lambda one: one.offset)]
            break
    watch.taken(len(taken) + len(dead))
    rows = [(_rows(taken, came), len(taken))] if taken else []
    return Intake(rows, len(taken), dead, len(records))


def _rows(events: list[Event], came: list[bytes]) -> bytes:
    """A line of each: the event as it is understood, and when and where it came (`came`)."""
    parts = [b""] * (2 * len(events))
    parts[::2] = _encode_lines(events).split(_END)[:-1]
    parts[1::2] = came
    return b"".join(parts)


def together(portions: Sequence[Intake]) -> Intake:
    """What several runs came to that followed each other."""
    return Intake(
        [rows for portion in portions for rows in portion.event_rows],
        sum(portion.events for portion in portions),
        [letter for portion in portions for letter in portion.dead_letters],
        sum(portion.records for portion in portions),
    )


#: 1990-01-01 and 2100-01-01 in ms: outside, no event may have its time either.
_FIRST_STAMP, _LAST_STAMP = 631_152_000_000, 4_102_444_800_000

#: Where nobody could give his word to go on: a file run through the core.
_NEVER = StormWatch(StormLimits(share=1))


def _dead_letter(
    refused: Rejected, record: Record, topic: str, partition: int, ingest: int
) -> DeadLetter:
    raw, key, headers = _as_much_as_fits(record)
    masked = mask_raw(raw)
    masked_key = None if key is None else mask_raw(key)
    masked_headers = tuple(
        (_masked_text(name), None if content is None else mask_raw(content))
        for name, content in headers
    )
    return DeadLetter(
        topic=topic,
        partition=partition,
        offset=record.offset,
        ingest_at=ingest / 1000,
        reason=refused.reason.value,
        field=refused.field,
        detail=refused.detail,
        raw=masked,
        key=masked_key,
        headers=masked_headers,
        masked=(masked, masked_key, masked_headers) != (raw, key, headers),
        size=size_of(record.value or b"", record.key, tuple(record.headers)),
    )


def _as_much_as_fits(record: Record) -> tuple[bytes, bytes | None, LetterHeaders]:
    """Value, key and headers; of what is enormous the beginning, and no headers."""
    raw, key, headers = record.value or b"", record.key, tuple(record.headers)
    beside = size_of(b"", key, headers)
    if len(raw) + beside <= MOST_KEPT_BYTES:
        return raw, key, headers
    if beside > MOST_KEPT_BYTES // 2:
        return raw[: MOST_KEPT_BYTES // 2], key and key[: MOST_KEPT_BYTES // 2], ()
    return raw[: MOST_KEPT_BYTES - beside], key, headers


def _masked_text(text: str) -> str:
    return mask_raw(text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


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
