"""The state topic holds what is open, not what went by: on real Kafka, whose cleaner runs."""

from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from schemas.topics import STATE
from streams.broker.brokers import Brokers
from streams.broker.topics import ensure_topics
from streams.checkpoint import MAX_BATCH_BYTES, StateLog
from streams.core.partition import Limits, Partition
from streams.core.state import StateRecord, encode_saved
from streams.durable import Transaction
from streams.intake import take_in
from streams.read_log import Log
from streams.rules.load import load_rulebook
from tests.conftest import Broker
from tests.kafka.apache import ApacheKafka
from tests.pipeline.database import Database
from tests.pipeline.hall import Hall
from tests.pipeline.inside import events
from tests.pipeline.waiting import eventually_async
from tests.test_intake import Arrived

pytestmark = pytest.mark.kafka

OPEN = 4_000

#: So often is the whole of it written anew: about seventy megabytes go by.
TIMES = 80


def state_of_open_chats() -> list[StateRecord]:
    """The position and a record for each chat."""
    partition = Partition(0, load_rulebook(), Limits(event_clock=True))
    sent = events(OPEN)
    take_in(partition, [Arrived(n, one.value, one.key) for n, one in enumerate(sent)], "t")
    return encode_saved(partition.position, partition.settle(partition.log_time).saved)


async def size_of(bootstrap: str, topic: str) -> int:
    """Bytes of keys and values a worker that starts would read."""
    records = Log(Brokers(bootstrap), True).read(topic)
    return sum([len(one.key or b"") + len(one.value or b"") async for one in records])


async def test_writing_the_same_open_state_again_and_again_does_not_grow_the_topic(
    apache_kafka: ApacheKafka, database: Database, tmp_path: Path
) -> None:
    hall = Hall(Broker("apache", apache_kafka.bootstrap), database, tmp_path, partitions=1)
    ensure_topics(Brokers(apache_kafka.bootstrap), hall.settings.topic_prefix, 1)
    topic = hall.topic(STATE)
    durable = Transaction(
        0,
        topic,
        lambda name: AIOKafkaProducer(
            bootstrap_servers=apache_kafka.bootstrap,
            transactional_id=name,
            max_batch_size=MAX_BATCH_BYTES,
            max_request_size=MAX_BATCH_BYTES + 1024 * 1024,
        ),
    )
    await durable.claim()
    records = state_of_open_chats()
    once = sum(len(key) + len(value or b"") for key, value in records)
    try:
        for _ in range(TIMES):
            await durable.write([], records)
    finally:
        await durable.close()

    async def cleaned() -> bool:
        # What is behind the cleaner, and the last segment, which it leaves alone.
        return await size_of(apache_kafka.bootstrap, topic) < once * TIMES / 2

    await eventually_async(cleaned, "the cleaner has been there")
    restored = await StateLog(topic, Log(Brokers(apache_kafka.bootstrap), True)).read(0)
    saved = restored.restored()
    assert saved is not None
    assert len(saved.journeys) == OPEN
    assert restored.position is not None
