"""Acts on their way into the events topic.

Owns a producer of its own, opened at the first act: most walls never have one. Called by
`register`. Invariant: what returns is acknowledged by the broker; what raises may have arrived all
the same, and sent again it is the same event.
"""

import asyncio
from contextlib import suppress

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from streams.broker.brokers import Brokers

#: Somebody holds his phone and waits.
_PATIENCE_S = 10.0


class NotTakenError(Exception):
    """The broker did not take it in time; the text says why."""


class ActSender:
    """Use from one event loop."""

    def __init__(self, brokers: Brokers, topic: str) -> None:
        self._brokers = brokers
        self._topic = topic
        self._producer: AIOKafkaProducer | None = None
        self._turn = asyncio.Lock()

    async def to_one(self, key: bytes, value: bytes, partition: int | None) -> None:
        """To the partition that looks after the journey; None: to that of the key. Raises
        NotTakenError."""
        await self._send(key, value, [partition])

    async def to_all(self, key: bytes, value: bytes) -> None:
        """Into every partition. Raises NotTakenError."""
        await self._send(key, value, None)

    async def close(self) -> None:
        async with self._turn:
            producer, self._producer = self._producer, None
            if producer is not None:
                with suppress(KafkaError, asyncio.CancelledError):
                    await producer.stop()

    async def _send(self, key: bytes, value: bytes, partitions: list[int | None] | None) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_S), self._turn:
                producer = await self._open()
                if partitions is None:
                    partitions = [*await producer.partitions_for(self._topic)]
                waiting = [
                    await producer.send(self._topic, value, key=key, partition=partition)
                    for partition in partitions
                ]
                await asyncio.gather(*waiting)
        except (KafkaError, TimeoutError, OSError) as error:
            raise NotTakenError(
                f"the broker at {self._brokers} did not take it"
                f" ({str(error) or 'no answer in time'}); try again: it counts once"
            ) from error

    async def _open(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = AIOKafkaProducer(
                **self._brokers.client(),
                client_id="hallwatch-acts",
                acks="all",
                request_timeout_ms=round(_PATIENCE_S * 1000),
            )
            try:
                await producer.start()
            except BaseException:
                with suppress(KafkaError, asyncio.CancelledError):
                    await producer.stop()
                raise
            self._producer = producer
        return self._producer
