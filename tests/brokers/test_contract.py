"""What hallwatch relies on from a broker, asked of every broker it claims to run on.

The records themselves: what goes in comes out. Offsets and groups are in
test_positions.py, faults in test_outages.py.
"""

import os
import time

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from kafka import KafkaConsumer, KafkaProducer

from tests.brokers.gaps import embedded_gap
from tests.brokers.streams import MIB, consuming, create_topic, producing, reading, send_batch, take
from tests.conftest import Broker

#: As schemas.topics declares it for every topic.
EIGHT_MIB = {"max.message.bytes": str(8 * MIB)}


async def test_keys_values_headers_and_times_come_back_in_order(
    broker: Broker, topic_prefix: str
) -> None:
    create_topic(broker.bootstrap, topic_prefix, 3)
    sent_at_ms = int(time.time() * 1000) - 86_400_000
    async with producing(broker.bootstrap) as producer:
        for n in range(50):
            await producer.send_and_wait(
                topic_prefix,
                key=f"k{n}".encode(),
                value=f"值{n}".encode(),
                headers=[("ce_type", b"ticket.issued"), ("ce_id", str(n).encode())],
                partition=1,
                timestamp_ms=sent_at_ms + n,
            )
    async with reading(broker.bootstrap, topic_prefix, partition=1) as consumer:
        records = await take(consumer, 50)
    assert [
        (r.partition, r.offset, r.key, r.value, r.headers[1], r.timestamp) for r in records
    ] == [
        (1, n, f"k{n}".encode(), f"值{n}".encode(), ("ce_id", str(n).encode()), sent_at_ms + n)
        for n in range(50)
    ]


async def test_an_empty_key_and_a_tombstone_stay_what_they_are(
    broker: Broker, topic_prefix: str
) -> None:
    create_topic(broker.bootstrap, topic_prefix)
    async with producing(broker.bootstrap) as producer:
        await producer.send_and_wait(topic_prefix, key=None, value=b"")
        await producer.send_and_wait(topic_prefix, key=b"k", value=None)
    async with reading(broker.bootstrap, topic_prefix) as consumer:
        records = await take(consumer, 2)
    assert [(r.key, r.value) for r in records] == [(None, b""), (b"k", None)]


async def test_records_of_one_key_share_a_partition_chosen_by_the_client(
    broker: Broker, topic_prefix: str
) -> None:
    create_topic(broker.bootstrap, topic_prefix, 4)
    async with producing(broker.bootstrap) as producer:
        homes = [
            (await producer.send_and_wait(topic_prefix, key=f"A{n % 8}".encode(), value=b"v"))
            for n in range(64)
        ]
    partition_of = {n % 8: home.partition for n, home in enumerate(homes)}
    assert all(home.partition == partition_of[n % 8] for n, home in enumerate(homes))
    assert len(set(partition_of.values())) > 1


@pytest.mark.parametrize("count", [1, 2, 1000])
async def test_a_batch_arrives_whole_and_in_order_between_its_neighbours(
    broker: Broker, topic_prefix: str, count: int
) -> None:
    create_topic(broker.bootstrap, topic_prefix, 2, EIGHT_MIB)
    batch = [(f"k{n}".encode(), f"v{n}".encode()) for n in range(count)]
    async with producing(broker.bootstrap) as producer:
        bases = [
            await send_batch(producer, topic_prefix, records, partition=1)
            for records in ([(b"", b"before")], batch, [(b"", b"after")])
        ]
    assert bases == [0, 1, 1 + count]
    async with reading(broker.bootstrap, topic_prefix, partition=1) as consumer:
        records = await take(consumer, count + 2)
    assert [r.value for r in records] == [b"before", *(value for _, value in batch), b"after"]
    assert [r.offset for r in records] == list(range(count + 2))


async def test_a_batch_of_almost_eight_mebibytes_is_read_with_default_fetch_sizes(
    broker: Broker, topic_prefix: str
) -> None:
    create_topic(broker.bootstrap, topic_prefix, 1, EIGHT_MIB)
    batch = [(b"k", os.urandom(MIB - 1000)) for _ in range(8)]
    async with producing(broker.bootstrap) as producer:
        await send_batch(producer, topic_prefix, batch)
        await send_batch(producer, topic_prefix, [(b"", b"after")])
    async with reading(broker.bootstrap, topic_prefix) as consumer:
        records = await take(consumer, 9)
    assert [r.value for r in records] == [*(value for _, value in batch), b"after"]


async def test_one_record_of_four_mebibytes_goes_through(broker: Broker, topic_prefix: str) -> None:
    create_topic(broker.bootstrap, topic_prefix, 1, EIGHT_MIB)
    value = os.urandom(4 * MIB)
    async with producing(broker.bootstrap) as producer:
        await producer.send_and_wait(topic_prefix, value)
    async with reading(broker.bootstrap, topic_prefix) as consumer:
        (record,) = await take(consumer, 1)
    assert record.value == value


@embedded_gap("takes records of any size: max.message.bytes is not looked at")
async def test_a_record_over_the_topics_limit_is_refused(broker: Broker, topic_prefix: str) -> None:
    create_topic(broker.bootstrap, topic_prefix, 1, {"max.message.bytes": str(MIB)})
    async with producing(broker.bootstrap) as producer:
        with pytest.raises(KafkaError, match="MessageSizeTooLarge"):
            await producer.send_and_wait(topic_prefix, bytes(2 * MIB))


async def test_gzipped_records_come_back(broker: Broker, topic_prefix: str) -> None:
    create_topic(broker.bootstrap, topic_prefix)
    async with producing(broker.bootstrap, compression_type="gzip") as producer:
        base = await send_batch(producer, topic_prefix, [(b"k", b"v" * 5000)] * 20)
        assert base == 0
    async with reading(broker.bootstrap, topic_prefix) as consumer:
        assert [len(r.value) for r in await take(consumer, 20)] == [5000] * 20


@embedded_gap("keeps the producer's time: message.timestamp.type is not looked at")
async def test_a_topic_can_stamp_records_with_the_brokers_time(
    broker: Broker, topic_prefix: str
) -> None:
    create_topic(broker.bootstrap, topic_prefix, 1, {"message.timestamp.type": "LogAppendTime"})
    async with producing(broker.bootstrap) as producer:
        await producer.send_and_wait(topic_prefix, b"v", timestamp_ms=1_000)
    async with reading(broker.bootstrap, topic_prefix) as consumer:
        (record,) = await take(consumer, 1)
    assert record.timestamp_type == 1
    assert record.timestamp > 1_000


@embedded_gap("speaks an older InitProducerId than aiokafka sends: the worker turns it off here")
async def test_the_idempotent_producer_works(broker: Broker, topic_prefix: str) -> None:
    create_topic(broker.bootstrap, topic_prefix)
    async with producing(broker.bootstrap, enable_idempotence=True) as producer:
        assert (await producer.send_and_wait(topic_prefix, b"v")).offset == 0


async def test_getmany_keeps_partitions_apart(broker: Broker, topic_prefix: str) -> None:
    create_topic(broker.bootstrap, topic_prefix, 3)
    async with producing(broker.bootstrap) as producer:
        for partition in range(3):
            await send_batch(
                producer, topic_prefix, [(b"", bytes([partition]))] * 10, partition=partition
            )
    seen: dict[int, list[bytes]] = {0: [], 1: [], 2: []}
    async with consuming(broker.bootstrap) as consumer:
        partitions = [TopicPartition(topic_prefix, partition) for partition in range(3)]
        consumer.assign(partitions)
        for _ in range(100):
            for tp, records in (await consumer.getmany(timeout_ms=200)).items():
                seen[tp.partition].extend(r.value for r in records)
            if sum(map(len, seen.values())) == 30:
                break
    assert seen == {partition: [bytes([partition])] * 10 for partition in range(3)}


def test_kafka_python_produces_and_consumes(broker: Broker, topic_prefix: str) -> None:
    create_topic(broker.bootstrap, topic_prefix)
    producer = KafkaProducer(
        bootstrap_servers=broker.bootstrap, acks="all", enable_idempotence=False
    )
    for n in range(20):
        producer.send(topic_prefix, key=b"k", value=str(n).encode())
    producer.flush(30)
    producer.close()
    consumer = KafkaConsumer(
        topic_prefix,
        bootstrap_servers=broker.bootstrap,
        auto_offset_reset="earliest",
        group_id=None,
        consumer_timeout_ms=15_000,
    )
    values = [next(consumer).value for _ in range(20)]
    consumer.close()
    assert values == [str(n).encode() for n in range(20)]
