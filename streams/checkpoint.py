"""The state topic: one partition's state written with its offset as one unit (I4).

Owns reading and writing; what the records mean is `streams.core.state`. Called by lanes.
Invariants: a write is one Kafka record batch, whole or absent; a read goes to the true
end of the partition; somebody else's write in between is noticed.
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


class FencedError(Exception):
    """Another worker wrote to this partition's state: this one has lost it."""


class StateTooLargeError(Exception):
    """One settlement does not fit into one Kafka record batch."""


class StateLog:
    """The state topic's partitions. `options` are aiokafka client options."""

    def __init__(
        self, topic: str, bootstrap: str, producer: AIOKafkaProducer, options: dict[str, Any]
    ) -> None:
        self._topic = topic
        self._bootstrap = bootstrap
        self._producer = producer
        self._options = options

    async def read(self, partition: int) -> tuple[Restoring, int]:
        """All of one partition, and the offset its next record will have."""
        tp = TopicPartition(self._topic, partition)
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=50,
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
            quiet = 0
            # A broker's "end offset" may fall short while data is fresh (design.md §6), so
            # the end is believed only when a fetch behind it comes back empty, twice.
            while end < target or quiet < 2:
                found = await consumer.getmany(tp, timeout_ms=200)
                batch = found.get(tp, [])
                for record in batch:
                    restoring.take(record.key, record.value)
                # Compaction leaves gaps, so the position may be past the last record.
                end = max(end, await consumer.position(tp))
                quiet = 0 if batch else quiet + 1
                await asyncio.sleep(0)
            return restoring, end
        finally:
            # Its stop awaits what it has cancelled when the broker is away.
            with suppress(asyncio.CancelledError):
                await consumer.stop()

    async def write(self, partition: int, records: list[StateRecord]) -> tuple[int, int]:
        """Writes one batch; returns its first offset and the offset after its last.

        Raises KafkaError when the broker did not take it in time: then it may or may not
        be there, and writing it again does no harm.
        """
        batch = self._producer.create_batch()
        for key, value in records:
            if batch.append(key=key, value=value, timestamp=None) is None:
                raise StateTooLargeError(
                    f"{len(records)} changed journeys and windows of partition {partition} "
                    f"exceed {MAX_BATCH_BYTES} bytes in one batch; lower HALLWATCH_SLICE"
                )
        batch.close()
        sent = await self._producer.send_batch(batch, self._topic, partition=partition)
        metadata = await sent
        first: int = metadata.offset
        return first, first + len(records)
