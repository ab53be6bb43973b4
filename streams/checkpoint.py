"""The state topic: one partition's state written with its offset as one unit (I4).

Owns reading and writing; what the records mean is `streams.core.state`. Called by lanes.
Invariants: the position is written with, and never before, what it includes; a batch is
whole or absent; a read goes to the true end of the partition.
"""

import asyncio
import logging
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.structs import TopicPartition

from streams.core.state import Restoring, StateRecord

log = logging.getLogger(__name__)

#: The largest state batch; also `max_batch_size` of the producer that writes it.
MAX_BATCH_BYTES = 7 * 1024 * 1024


#: Room for the batch's own header and the position, and what a record takes beside its bytes.
_HEAD_BYTES, _RECORD_OVERHEAD = 4096, 32


class StateTooLargeError(Exception):
    """One journey does not fit into one Kafka record batch."""


class StateLog:
    """The state topic's partitions. `options` are aiokafka client options."""

    def __init__(
        self, topic: str, bootstrap: str, end_is_true: bool, options: dict[str, Any]
    ) -> None:
        """`end_is_true`: the broker's end offset is the end; else it is asked for until
        nothing more comes (design.md §6)."""
        self.topic = topic
        self._bootstrap = bootstrap
        self._end_is_true = end_is_true
        self._options = options

    async def read(self, partition: int) -> Restoring:
        """All of one partition that is committed."""
        tp = TopicPartition(self.topic, partition)
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=50,
            isolation_level="read_committed" if self._end_is_true else "read_uncommitted",
            max_partition_fetch_bytes=16 * 1024 * 1024,
            **self._options,
        )
        await consumer.start()
        try:
            # Not seek_to_beginning: it races with the reset that follows an assignment.
            consumer.assign([tp])
            restoring = Restoring()
            end = await consumer.position(tp)
            target = (await consumer.end_offsets([tp]))[tp]
            quiet, enough = 0, 0 if self._end_is_true else 2
            while end < target or quiet < enough:
                found = await consumer.getmany(tp, timeout_ms=200)
                batch = found.get(tp, [])
                for record in batch:
                    restoring.take(record.key, record.value)
                # Compaction leaves gaps, so the position may be past the last record.
                end = max(end, await consumer.position(tp))
                quiet = 0 if batch else quiet + 1
                await asyncio.sleep(0)
            return restoring
        finally:
            # Its stop awaits what it has cancelled when the broker is away.
            with suppress(asyncio.CancelledError):
                await consumer.stop()

    async def write(
        self,
        producer: AIOKafkaProducer,
        partition: int,
        records: list[StateRecord],
        before: StateRecord | None,
    ) -> None:
        """Writes one settlement without a transaction.

        `records` begins with the position, `before` is the position saved last. What does
        not fit into one batch goes ahead under `before`: if nothing follows, its journeys
        are ahead of the offset, and reading the same events again changes nothing in them.

        Raises KafkaError when the broker did not take it in time: then it may or may not
        be there, and writing it again does no harm.
        """
        position, *rest = records
        parts = _parts(rest)
        for number, part in enumerate(parts, 1):
            head = position if number == len(parts) else before
            batch = producer.create_batch()
            for key, value in ([head] if head else []) + part:
                if batch.append(key=key, value=value, timestamp=None) is None:
                    raise StateTooLargeError(
                        f"one journey of partition {partition} exceeds {MAX_BATCH_BYTES} bytes"
                    )
            batch.close()
            await (await producer.send_batch(batch, self.topic, partition=partition))


def _parts(records: list[StateRecord]) -> list[list[StateRecord]]:
    """The records in runs that fit into a batch; at least one run, which may be empty."""
    parts: list[list[StateRecord]] = [[]]
    room = MAX_BATCH_BYTES - _HEAD_BYTES
    for key, value in records:
        size = len(key) + len(value or b"") + _RECORD_OVERHEAD
        if size > room and parts[-1]:
            parts.append([])
            room = MAX_BATCH_BYTES - _HEAD_BYTES
        room -= size
        parts[-1].append((key, value))
    return parts
