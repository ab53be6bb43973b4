"""The state topic: one partition's state written with its offset as one unit (I4).

Owns reading and writing; what the records mean is `streams.core.state`. Called by lanes.
Invariants: the position is written with, and never before, what it includes; a batch is
whole or absent; a read goes to the true end of the partition.
"""

import asyncio
import logging

from aiokafka import AIOKafkaProducer
from aiokafka.structs import TopicPartition

from streams.core.state import Restoring, StateRecord
from streams.read_log import Log, Reading

log = logging.getLogger(__name__)

#: The largest state batch; also `max_batch_size` of the producer that writes it.
MAX_BATCH_BYTES = 7 * 1024 * 1024


#: Room for the batch's own header and the position, and what a record takes beside its bytes.
_HEAD_BYTES, _RECORD_OVERHEAD = 4096, 32


class StateTooLargeError(Exception):
    """One journey does not fit into one Kafka record batch."""


class StateLog:
    """The state topic's partitions."""

    def __init__(self, topic: str, log: Log) -> None:
        self.topic = topic
        self._log = log

    async def read(self, partition: int) -> Restoring:
        """All of one partition that is committed."""
        restoring = Restoring()
        async with Reading(self._log, {TopicPartition(self.topic, partition): -1}) as reading:
            async for batch in reading.batches():
                for record in batch:
                    restoring.take(record.key, record.value)
                await asyncio.sleep(0)
        return restoring

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
