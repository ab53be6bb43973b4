"""`hallwatch simulate` against a broker: it delivers, keyed by subject, and stops cleanly."""

import asyncio
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from schemas.decode import Rejected, decode
from tests.conftest import Broker

REPOSITORY = Path(__file__).parents[2]
DEADLINE_SECONDS = 30
COMMAND = """
import argparse
from streams.cli_simulate import add_arguments, run_simulate
parser = argparse.ArgumentParser()
add_arguments(parser)
raise SystemExit(run_simulate(parser.parse_args()))
"""


@contextmanager
def simulating(*words: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", COMMAND, *words]
    with subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@asynccontextmanager
async def consuming(broker: Broker, topic: str) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=broker.bootstrap, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


async def create(broker: Broker, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, num_partitions=3, replication_factor=1)])
    finally:
        await admin.close()


async def test_a_stopped_simulation_has_delivered_all_it_says_it_sent(
    broker: Broker, topic_prefix: str
) -> None:
    topic = f"{topic_prefix}.events"
    await create(broker, topic)
    words = ("--broker", broker.bootstrap, "--topic", topic, "--faults", "0")
    with simulating(*words) as process:
        async with asyncio.timeout(DEADLINE_SECONDS), consuming(broker, topic) as consumer:
            count = 0
            async for message in consumer:
                assert not isinstance(decode(message.value, message.headers, message.key), Rejected)
                count += 1
                if count == 1_000:
                    process.send_signal(signal.SIGINT)
                    break
            _, said = await asyncio.to_thread(process.communicate)
            assert process.returncode == 0, said
            told = re.search(rf"{re.escape(topic)}: (\d+) messages", said)
            assert told, said
            while count < int(told.group(1)):
                await consumer.getone()
                count += 1


def test_a_broker_that_is_not_there_is_an_error_that_names_it() -> None:
    with simulating("--broker", "127.0.0.1:1") as process:
        _, said = process.communicate(timeout=DEADLINE_SECONDS)
        assert process.returncode == 2
        assert "hallwatch simulate: broker 127.0.0.1:1" in said
