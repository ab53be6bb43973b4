"""How far a consumer group has come, seen from outside the workers.

Called by tests whose workers are processes of their own. Invariant: `finished` returns
only when nothing of what was fed is still on its way to ClickHouse.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from schemas.topics import EVENTS, OUTCOMES
from tests.pipeline.hall import Hall
from tests.pipeline.waiting import eventually_async


class Group:
    def __init__(self, hall: Hall, consumer: AIOKafkaConsumer, admin: AIOKafkaAdminClient) -> None:
        self._hall = hall
        self._consumer = consumer
        self._admin = admin

    async def committed(self, topic: str) -> dict[int, int]:
        """The committed offset of each partition; 0 where none is."""
        partitions = range(self._hall.settings.partitions)
        return {
            number: await self._consumer.committed(TopicPartition(topic, number)) or 0
            for number in partitions
        }

    async def members(self) -> int:
        (answer,) = await self._admin.describe_consumer_groups([self._hall.settings.group])
        (described,) = answer.groups
        return len(described[5])

    async def finished(self, ends: dict[int, int]) -> None:
        """Until all before `ends` is decided and all that was decided is recorded.

        Rows are acknowledged before the state that holds them, and the state before its
        offset is committed; so once the events are, the outcomes are all there.
        """

        async def done() -> bool:
            decided = await self.committed(self._hall.topic(EVENTS))
            if any(decided[number] < end for number, end in ends.items()):
                return False
            return await self.recorded(await self.outcomes_ends())

        await eventually_async(done, "all that was fed is recorded")

    async def outcomes_ends(self) -> dict[int, int]:
        """Of what was decided so far."""
        outcomes = self._hall.topic(OUTCOMES)
        tps = [TopicPartition(outcomes, n) for n in range(self._hall.settings.partitions)]
        ends = await self._consumer.end_offsets(tps)
        return {tp.partition: end for tp, end in ends.items()}

    async def recorded(self, ends: dict[int, int]) -> bool:
        """Whether all outcomes before `ends` are in ClickHouse."""
        committed = await self.committed(self._hall.topic(OUTCOMES))
        # The last offset is the mark of a transaction's end, which is no record.
        return all(committed[number] >= end - 1 for number, end in ends.items())


@asynccontextmanager
async def watching(hall: Hall) -> AsyncIterator[Group]:
    """Watches without being a member."""
    settings = hall.settings
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.broker, group_id=settings.group, enable_auto_commit=False
    )
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.broker)
    await consumer.start()
    try:
        await admin.start()
        try:
            yield Group(hall, consumer, admin)
        finally:
            await admin.close()
    finally:
        await consumer.stop()
