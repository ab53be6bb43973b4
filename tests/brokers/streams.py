"""Short words for producing and consuming in these tests.

Owns cleaning up: every client opened here is closed. Invariant: nothing waits without a
deadline.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from streams.broker.brokers import Brokers
from streams.broker.reach import connected

MIB = 1024 * 1024
DEADLINE_S = 60.0


def create_topic(
    bootstrap: str, name: str, partitions: int = 1, config: dict[str, str] | None = None
) -> None:
    with connected(Brokers(bootstrap)) as admin:
        admin.create_topics(
            {
                name: {
                    "num_partitions": partitions,
                    "replication_factor": 1,
                    "configs": config or {},
                }
            },
            wait_for_metadata=True,
        )


@asynccontextmanager
async def producing(bootstrap: str, **settings: object) -> AsyncIterator[AIOKafkaProducer]:
    """As the worker does: acknowledged by all, batches up to 8 MiB, not idempotent."""
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        **{
            "acks": "all",
            "max_request_size": 16 * MIB,
            "max_batch_size": 8 * MIB,
            "enable_idempotence": False,
            **settings,
        },
    )
    try:
        await asyncio.wait_for(producer.start(), DEADLINE_S)
        yield producer
    finally:
        await asyncio.wait_for(producer.stop(), DEADLINE_S)


@asynccontextmanager
async def consuming(
    bootstrap: str, *topics: str, **settings: object
) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(
        *topics,
        bootstrap_servers=bootstrap,
        **{
            "fetch_max_wait_ms": 50,
            "enable_auto_commit": False,
            "auto_offset_reset": "earliest",
            "session_timeout_ms": 3000,
            "heartbeat_interval_ms": 300,
            **settings,
        },
    )
    try:
        await asyncio.wait_for(consumer.start(), DEADLINE_S)
        yield consumer
    finally:
        await asyncio.wait_for(consumer.stop(), DEADLINE_S)


@asynccontextmanager
async def reading(
    bootstrap: str, topic: str, partition: int = 0, offset: int = 0, **settings: object
) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer of one partition, outside any group, from an offset on."""
    async with consuming(bootstrap, **settings) as consumer:
        tp = TopicPartition(topic, partition)
        consumer.assign([tp])
        consumer.seek(tp, offset)
        yield consumer


async def take(consumer: AIOKafkaConsumer, count: int) -> list[ConsumerRecord]:
    """At least `count` records, in the order they came, or as many as came in time."""
    taken: list[ConsumerRecord] = []
    give_up_at = time.monotonic() + DEADLINE_S
    while len(taken) < count and time.monotonic() < give_up_at:
        for chunk in (await consumer.getmany(timeout_ms=200)).values():
            taken.extend(chunk)
    return taken


async def send_batch(
    producer: AIOKafkaProducer, topic: str, records: list[tuple[bytes, bytes]], partition: int = 0
) -> int:
    """One record batch, acknowledged; returns its first offset."""
    batch = producer.create_batch()
    for key, value in records:
        appended = batch.append(key=key, value=value, timestamp=None)
        assert appended is not None, "the batch is full"
    batch.close()
    sent: Awaitable[object] = await producer.send_batch(batch, topic, partition=partition)
    metadata = await asyncio.wait_for(sent, DEADLINE_S)
    offset: int = metadata.offset  # type: ignore[attr-defined]
    return offset


async def eventually(what: Callable[[], bool]) -> bool:
    give_up_at = time.monotonic() + DEADLINE_S
    # Polled, for what it asks about has no event to wait for.
    while not what() and time.monotonic() < give_up_at:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    return what()
