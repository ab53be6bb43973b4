"""The broker's disk is full, and Kafka gives itself up: the worker waits for it, and whatever
was acknowledged is decided and recorded when it is back."""

import asyncio
import time
from pathlib import Path

import pytest
from aiokafka.errors import KafkaError

from tests.brokers.streams import producing
from tests.conftest import Broker
from tests.disk import small_disk
from tests.kafka.apache import ApacheKafka
from tests.pipeline.chats import Sent, requested
from tests.pipeline.database import Database
from tests.pipeline.disturbed import process_of
from tests.pipeline.group import watching
from tests.pipeline.hall import Hall, send
from tests.pipeline.waiting import eventually

pytestmark = pytest.mark.kafka


def some(first: int, count: int) -> list[Sent]:
    return [requested(f"chat-{number}", time.time()) for number in range(first, first + count)]


async def test_a_broker_whose_disk_was_full_is_waited_for(
    database: Database, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk", 256) as disk:
        kafka = ApacheKafka(disk.folder / "kafka")
        try:
            await asyncio.to_thread(kafka.start)
            hall = Hall(Broker("apache", kafka.bootstrap), database, tmp_path)
            with process_of(hall, tmp_path / "log", session_seconds=6) as worker:
                await worker.start()
                async with hall.producing() as producer:
                    ends = await send(hall, producer, some(0, 400))
                await eventually(lambda: worker.next_offsets() == ends, "all is decided")

                disk.fill(kafka.pid)
                acknowledged: list[int] = []
                async with producing(kafka.bootstrap, request_timeout_ms=3000) as producer:
                    for number in range(400, 2400):
                        event = requested(f"chat-{number}", time.time())
                        try:
                            await producer.send_and_wait(
                                hall.events, event.value + b" " * 20_000, key=event.key
                            )
                        except KafkaError:
                            break
                        acknowledged.append(number)
                    else:
                        pytest.fail("the disk was not full")
                disk.free(kafka.pid)
                await asyncio.to_thread(kafka.restart)
                async with hall.producing() as producer:
                    ends |= await send(hall, producer, some(5000, 40))
                async with watching(hall) as group:
                    await group.finished(ends)
                assert worker.terminate() == 0, worker.tail()
        finally:
            kafka.kill()
    journeys = {row["journey"] for row in database.ask("SELECT journey FROM journeys_now")}
    wanted = {*range(400), *acknowledged, *range(5000, 5040)}
    assert {f"chat-{number}" for number in wanted} <= journeys
