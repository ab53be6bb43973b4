"""Somebody's word that a stopped partition may go on: an offset, kept by the broker.

Owns where it is kept: as the committed offset of a consumer group of its own, so that it
needs no worker to be there when it is given, and none to be the one that stopped. Given by
`hallwatch resume`, asked for by the gates of stopped partitions. Invariant: the word is
about what stood before an offset; a later storm needs a new one.
"""

import asyncio
from contextlib import suppress

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata, TopicPartition

from streams.broker.brokers import Brokers


class Agreements:
    """Of the events topic of one deployment. The client is opened when first needed."""

    def __init__(self, brokers: Brokers, group: str, topic: str) -> None:
        self.group = f"{group}.resume"
        self._brokers = brokers
        self._topic = topic
        self._client: AIOKafkaConsumer | None = None
        self._turn = asyncio.Lock()

    async def before(self, partition: int) -> int:
        """What is refused before this offset is agreed to; 0: nothing is. Raises KafkaError."""
        async with self._turn:
            client = await self._open()
            return await client.committed(TopicPartition(self._topic, partition)) or 0

    async def agree(self, partition: int, offset: int) -> None:
        """Raises KafkaError when the broker did not take it."""
        async with self._turn:
            client = await self._open()
            tp = TopicPartition(self._topic, partition)
            client.assign([tp])
            await client.commit({tp: OffsetAndMetadata(offset, "")})

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            # Its stop awaits what it has cancelled when the broker is away.
            with suppress(asyncio.CancelledError, KafkaError):
                await client.stop()

    async def _open(self) -> AIOKafkaConsumer:
        if self._client is None:
            client = AIOKafkaConsumer(
                **self._brokers.client(), group_id=self.group, enable_auto_commit=False
            )
            try:
                await client.start()
            except BaseException:
                with suppress(asyncio.CancelledError, KafkaError):
                    await client.stop()
                raise
            self._client = client
        return self._client
