"""Where a reader stands: offsets, ends, seeks, commits, and who owns which partition."""

import asyncio
import subprocess
import sys

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import OffsetOutOfRangeError

from tests.brokers.gaps import embedded_gap
from tests.brokers.streams import (
    DEADLINE_S,
    consuming,
    create_topic,
    eventually,
    producing,
    reading,
    send_batch,
    take,
)
from tests.conftest import Broker


async def fill(broker: Broker, topic: str, count: int, partition: int = 0) -> None:
    """Numbered records in one batch."""
    records = [(b"", str(n).encode()) for n in range(count)]
    async with producing(broker.bootstrap) as producer:
        await send_batch(producer, topic, records, partition)


async def test_seeking_to_an_offset_reads_from_exactly_there(
    broker: Broker, topic_prefix: str
) -> None:
    create_topic(broker.bootstrap, topic_prefix)
    await fill(broker, topic_prefix, 100)
    async with reading(broker.bootstrap, topic_prefix, offset=37) as consumer:
        assert [r.offset for r in await take(consumer, 63)] == list(range(37, 100))
        consumer.seek(TopicPartition(topic_prefix, 0), 98)
        assert [r.offset for r in await take(consumer, 2)] == [98, 99]


async def test_the_highwater_of_a_fetch_is_the_true_end(broker: Broker, topic_prefix: str) -> None:
    create_topic(broker.bootstrap, topic_prefix)
    tp = TopicPartition(topic_prefix, 0)
    await fill(broker, topic_prefix, 100)
    async with reading(broker.bootstrap, topic_prefix) as consumer:
        await take(consumer, 100)
        assert (consumer.highwater(tp), await consumer.position(tp)) == (100, 100)
        await fill(broker, topic_prefix, 5)
        await take(consumer, 5)
        assert (consumer.highwater(tp), await consumer.position(tp)) == (105, 105)


@embedded_gap("answers the first offset of the last batch, plus one")
async def test_the_end_offset_is_the_true_end_after_a_batch(
    broker: Broker, topic_prefix: str
) -> None:
    create_topic(broker.bootstrap, topic_prefix)
    tp = TopicPartition(topic_prefix, 0)
    await fill(broker, topic_prefix, 100)
    async with reading(broker.bootstrap, topic_prefix) as consumer:
        assert (await consumer.end_offsets([tp]))[tp] == 100


async def test_the_end_offset_never_lies_before_a_batch_nor_past_the_end(
    broker: Broker, topic_prefix: str
) -> None:
    """So a reader that starts at it and reads on misses nothing that is sent later."""
    create_topic(broker.bootstrap, topic_prefix)
    tp = TopicPartition(topic_prefix, 0)
    async with reading(broker.bootstrap, topic_prefix) as consumer:
        assert (await consumer.end_offsets([tp]))[tp] == 0
        for end in (10, 20, 30):
            await fill(broker, topic_prefix, 10)
            assert end - 10 < (await consumer.end_offsets([tp]))[tp] <= end


@embedded_gap("waits for the offset to come instead of saying that it is out of range")
async def test_a_position_past_the_end_is_an_error_when_asked_for(
    broker: Broker, topic_prefix: str
) -> None:
    create_topic(broker.bootstrap, topic_prefix)
    await fill(broker, topic_prefix, 3)
    async with reading(
        broker.bootstrap, topic_prefix, offset=1_000_000, auto_offset_reset="none"
    ) as consumer:
        with pytest.raises(OffsetOutOfRangeError):
            await asyncio.wait_for(
                consumer.getone(), 5 if broker.kind == "embedded" else DEADLINE_S
            )


async def test_a_paused_partition_gives_nothing_until_resumed(
    broker: Broker, topic_prefix: str
) -> None:
    create_topic(broker.bootstrap, topic_prefix, 2)
    first, second = (TopicPartition(topic_prefix, n) for n in range(2))
    async with consuming(broker.bootstrap) as consumer:
        consumer.assign([first, second])
        consumer.pause(first)
        await fill(broker, topic_prefix, 5, partition=0)
        await fill(broker, topic_prefix, 5, partition=1)
        assert {r.partition for r in await take(consumer, 5)} == {1}
        consumer.resume(first)
        assert [r.partition for r in await take(consumer, 5)] == [0] * 5


async def test_a_group_resumes_at_its_commit_and_other_groups_do_not_notice(
    broker: Broker, topic_prefix: str
) -> None:
    create_topic(broker.bootstrap, topic_prefix)
    tp = TopicPartition(topic_prefix, 0)
    await fill(broker, topic_prefix, 10)
    async with consuming(broker.bootstrap, topic_prefix, group_id=topic_prefix) as consumer:
        await take(consumer, 10)
        await consumer.commit({tp: 4})
        assert await consumer.committed(tp) == 4
    async with consuming(broker.bootstrap, topic_prefix, group_id=topic_prefix) as consumer:
        assert [r.offset for r in await take(consumer, 6)] == list(range(4, 10))
    async with consuming(broker.bootstrap, topic_prefix, group_id=f"{topic_prefix}-b") as consumer:
        assert await consumer.committed(tp) is None
        assert [r.offset for r in await take(consumer, 10)] == list(range(10))


async def test_members_share_the_partitions_and_take_over_from_one_that_leaves(
    broker: Broker, topic_prefix: str
) -> None:
    create_topic(broker.bootstrap, topic_prefix, 4)
    everything = {TopicPartition(topic_prefix, n) for n in range(4)}

    def assigned(*members: AIOKafkaConsumer) -> list[set[TopicPartition]]:
        return [set(member.assignment()) for member in members]

    async with consuming(broker.bootstrap, topic_prefix, group_id=topic_prefix) as first:
        assert await eventually(lambda: assigned(first) == [everything])
        async with consuming(broker.bootstrap, topic_prefix, group_id=topic_prefix) as second:
            assert await eventually(lambda: [len(a) for a in assigned(first, second)] == [2, 2])
            one, two = assigned(first, second)
            assert one | two == everything
        assert await eventually(lambda: assigned(first) == [everything])


_MEMBER = """
import asyncio, sys
from aiokafka import AIOKafkaConsumer
async def main():
    consumer = AIOKafkaConsumer(
        sys.argv[2], bootstrap_servers=sys.argv[1], group_id=sys.argv[2],
        session_timeout_ms=3000, heartbeat_interval_ms=300,
    )
    await consumer.start()
    print(len(consumer.assignment()), flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


async def test_the_partitions_of_a_member_that_dies_go_to_the_living(
    broker: Broker, topic_prefix: str
) -> None:
    create_topic(broker.bootstrap, topic_prefix, 2)
    doomed = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _MEMBER,
        broker.bootstrap,
        topic_prefix,
        stdout=subprocess.PIPE,
    )
    try:
        assert doomed.stdout is not None
        assert await asyncio.wait_for(doomed.stdout.readline(), DEADLINE_S) == b"2\n"
        async with consuming(broker.bootstrap, topic_prefix, group_id=topic_prefix) as living:
            assert await eventually(lambda: len(living.assignment()) == 1)
            doomed.kill()
            assert await eventually(lambda: len(living.assignment()) == 2)
    finally:
        if doomed.returncode is None:
            doomed.kill()
        await doomed.wait()
