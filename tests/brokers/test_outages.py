"""A broker that goes away and comes back: clients go on by themselves, and nothing
acknowledged is lost. On Apache Kafka only: the embedded broker forgets when it stops."""

import asyncio

import pytest
from aiokafka.errors import KafkaError

from tests.brokers.streams import create_topic, producing, reading, send_batch, take
from tests.kafka.apache import ApacheKafka

pytestmark = pytest.mark.kafka


async def test_acknowledged_records_survive_a_kill_and_clients_go_on(
    fresh_apache: ApacheKafka,
) -> None:
    create_topic(fresh_apache.bootstrap, "log")
    async with (
        producing(fresh_apache.bootstrap, request_timeout_ms=20_000) as producer,
        reading(fresh_apache.bootstrap, "log") as consumer,
    ):
        await send_batch(producer, "log", [(b"", b"before")] * 100)
        assert len(await take(consumer, 100)) == 100
        fresh_apache.kill()
        meanwhile = asyncio.create_task(send_batch(producer, "log", [(b"", b"meanwhile")] * 10))
        await asyncio.to_thread(fresh_apache.start)
        assert await meanwhile >= 100
        await send_batch(producer, "log", [(b"", b"after")])
        seen = [r.value for r in await take(consumer, 11)]
    assert seen[-1] == b"after"
    assert seen[:10] == [b"meanwhile"] * 10
    async with reading(fresh_apache.bootstrap, "log") as again:
        assert [r.value for r in await take(again, 111)][:100] == [b"before"] * 100


async def test_a_send_to_a_broker_that_hangs_fails_in_time_and_the_producer_recovers(
    fresh_apache: ApacheKafka,
) -> None:
    create_topic(fresh_apache.bootstrap, "log")
    async with producing(fresh_apache.bootstrap, request_timeout_ms=1_500) as producer:
        await send_batch(producer, "log", [(b"", b"v")])
        fresh_apache.pause()
        with pytest.raises(KafkaError):
            await send_batch(producer, "log", [(b"", b"hangs")])
        fresh_apache.resume()
        for _ in range(20):
            try:
                await send_batch(producer, "log", [(b"", b"again")])
                break
            except KafkaError:
                continue
    async with reading(fresh_apache.bootstrap, "log") as consumer:
        assert b"again" in [r.value for r in await take(consumer, 2)]


async def test_a_reader_goes_on_after_a_restart(fresh_apache: ApacheKafka) -> None:
    create_topic(fresh_apache.bootstrap, "log")

    async def say(value: bytes) -> None:
        async with producing(fresh_apache.bootstrap) as producer:
            await send_batch(producer, "log", [(b"", value)])

    async with reading(fresh_apache.bootstrap, "log") as consumer:
        await say(b"before")
        assert [r.value for r in await take(consumer, 1)] == [b"before"]
        await asyncio.to_thread(fresh_apache.restart)
        await say(b"after")
        assert [r.value for r in await take(consumer, 1)] == [b"after"]
