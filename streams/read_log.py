"""A topic read from its beginning to where it ends now.

Owns finding the end; knows nothing of the records. Called by the commands that look into
topics, and for the state topic by `streams.checkpoint`. Invariants: a read goes to the true
end; `Log` tells of a topic that does not exist, and never waits for it.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.structs import TopicPartition
from msgspec import Struct

from streams.broker.brokers import Brokers
from streams.broker.reach import connected
from streams.broker.topics import TopicRefusedError, count_partitions

_PATIENCE = timedelta(seconds=10)

#: Where the end that the broker tells may be short of the true one, it is believed once
#: nothing came for so many looks.
_QUIET_LOOKS = 3


class Log(Struct, frozen=True):
    """Where to read. `end_is_true`: the broker's end offset is the end; else it is asked for
    until nothing more comes (design.md §6)."""

    brokers: Brokers
    end_is_true: bool

    def partitions(self, topic: str) -> int:
        """How many it has. Raises BrokerUnreachableError, TopicRefusedError."""
        with connected(self.brokers, patience=_PATIENCE) as admin:
            count = count_partitions(admin, [topic]).get(topic, 0)
        if not count:
            raise TopicRefusedError(
                f"the broker at {self.brokers} has no topic {topic}: is HALLWATCH_BROKER the"
                " one, and HALLWATCH_TOPIC_PREFIX that of the deployment?"
            )
        return count

    async def read(self, topic: str) -> AsyncIterator[ConsumerRecord]:
        """All records; those of one partition in their order."""
        count = await asyncio.to_thread(self.partitions, topic)
        begin = {TopicPartition(topic, number): -1 for number in range(count)}
        async with Reading(self, begin) as reading:
            async for records in reading.batches():
                for record in records:
                    yield record

    async def end(self, topic: str, partition: int, known: int) -> int:
        """The offset after the last record; at least `known`."""
        tp = TopicPartition(topic, partition)
        async with Reading(self, {tp: known}) as reading:
            async for _ in reading.batches():
                pass
            return max(known, reading.ends[tp])


class Reading:
    """A consumer outside any group, from these offsets (-1: the first there is)."""

    def __init__(self, log: Log, begin: dict[TopicPartition, int]) -> None:
        self.ends: dict[TopicPartition, int] = {}
        self._log = log
        self._begin = begin
        self._consumer = AIOKafkaConsumer(
            **log.brokers.client(),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=50,
            max_partition_fetch_bytes=16 * 1024 * 1024,
            isolation_level="read_committed" if log.end_is_true else "read_uncommitted",
        )

    async def __aenter__(self) -> "Reading":
        try:
            await self._consumer.start()
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stop()

    async def _stop(self) -> None:
        try:
            await self._consumer.stop()
        except asyncio.CancelledError:
            # Its stop awaits what it has cancelled when the broker is away; whoever is
            # cancelled himself has to end all the same.
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise

    async def batches(self) -> AsyncIterator[list[ConsumerRecord]]:
        """What comes at once of a partition, in its order. Compaction and the marks of
        transactions leave gaps: the position tells the end, not the last record."""
        consumer = self._consumer
        # Not seek_to_beginning: it races with the reset that follows an assignment.
        consumer.assign(list(self._begin))
        for tp, offset in self._begin.items():
            if offset >= 0:
                consumer.seek(tp, offset)
        self.ends = dict(await consumer.end_offsets(list(self._begin)))
        quiet, enough = 0, 0 if self._log.end_is_true else _QUIET_LOOKS
        while await self._behind() or quiet < enough:
            found = await consumer.getmany(timeout_ms=200)
            for records in found.values():
                yield records
            quiet = 0 if found else quiet + 1

    async def _behind(self) -> bool:
        behind = False
        for tp, end in self.ends.items():
            at = await self._consumer.position(tp)
            self.ends[tp] = max(end, at)
            behind = behind or at < end
        return behind
