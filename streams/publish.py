"""Records to the broker, a settlement's at once, and blocks of rows read back.

Owns sending; what is sent is `streams.sheet`'s, and in which order it becomes durable is
`streams.durable`'s. Invariant: all records of a topic go in their order, as few batches.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Protocol, TypeVar

from aiokafka import AIOKafkaProducer
from aiokafka.errors import IllegalOperation, KafkaError
from aiokafka.partitioner import murmur2
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import RecordMetadata
from msgspec import Struct

from schemas.decode import Headers
from schemas.outcomes import Table

_T = TypeVar("_T")

#: Topic, key, value (None: a tombstone), headers.
Send = tuple[str, bytes | None, bytes | None, list[tuple[str, bytes]]]


class Elsewhere(Struct, frozen=True, gc=False):
    """A record for a partition of its own choosing, whichever the others go to."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]


class Outcome(Protocol):
    """A record of the outcomes topic."""

    key: bytes | None
    value: bytes | None
    headers: Headers


class Placed(Struct, frozen=True):
    """A record of the outcomes topic that was written from here, as a fetch would give it."""

    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers


class Span(Struct, frozen=True):
    """The offsets some records got: of the first, and after the last."""

    first: int
    end: int


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
    partitions: int  #: of each of them

    def partition_of(self, name: str) -> int:
        """Where everything goes that has to come together under this name."""
        return partition_of(name, self.partitions)


def partition_of(name: str, partitions: int) -> int:
    """As Kafka's own producers choose it for this key (murmur2), of so many."""
    found: int = murmur2(name.encode()) & 0x7FFFFFFF
    return found % partitions


class UnreadableError(Exception):
    """A record of the outcomes topic that no `Sheet` made."""


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


async def send_all(
    producer: AIOKafkaProducer,
    partition: int,
    sends: list[Send],
    elsewhere: Sequence[Elsewhere] = (),
) -> dict[str, Span]:
    """Sends to `partition` of each topic, and some elsewhere; returns, by topic, where the
    records of `sends` are.

    All records of a topic go as one batch (or as few as they fit into), so the broker is
    waited for once. Returns when all are acknowledged; raises KafkaError when one was not.
    """
    by_topic: dict[str, list[Send]] = {}
    for send in sends:
        by_topic.setdefault(send[0], []).append(send)
    aimed: dict[tuple[str, int], list[Send]] = {}
    for one in elsewhere:
        place = aimed.setdefault((one.topic, one.partition), [])
        place.append((one.topic, one.key, one.value, one.headers))
    waiting = [_send(producer, partition, topic, found) for topic, found in by_topic.items()]
    waiting += [_send(producer, to, topic, found) for (topic, to), found in aimed.items()]
    spans = await _all_or_error(waiting)
    return dict(zip(by_topic, spans[: len(by_topic)], strict=True))


async def _all_or_error(waiting: Sequence[Awaitable[_T]]) -> list[_T]:
    """All results, or one of the errors once all have ended: none is left unlooked at."""
    found = await asyncio.gather(*waiting, return_exceptions=True)
    results = []
    for one in found:
        if isinstance(one, BaseException):
            raise one
        results.append(one)
    return results


async def _send(producer: AIOKafkaProducer, partition: int, topic: str, sends: list[Send]) -> Span:
    """One topic's records, in order."""
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
    ends = [at.offset + records for at, (_, records) in zip(placed, sent, strict=True)]
    return Span(min(at.offset for at in placed), max(ends))


def as_fetched(topic: str, sends: list[Send], span: Span | None) -> list[Placed]:
    """Those of `sends` that went to `topic`, if nothing else came between them; else none."""
    found = [send for send in sends if send[0] == topic]
    if span is None or span.end - span.first != len(found):
        return []
    return [
        Placed(span.first + number, key, value, headers)
        for number, (_, key, value, headers) in enumerate(found)
    ]


async def _close_and_send(
    producer: AIOKafkaProducer, batch: BatchBuilder, topic: str, partition: int
) -> "asyncio.Future[RecordMetadata]":
    batch.close()
    try:
        future: asyncio.Future[RecordMetadata] = await producer.send_batch(
            batch, topic, partition=partition
        )
    except IllegalOperation as error:
        # The broker refused another topic's records meanwhile, which ended the transaction:
        # the same refusal, seen from here, and no KafkaError by aiokafka's own account.
        raise KafkaError(f"{topic}: {error}") from error
    return future
