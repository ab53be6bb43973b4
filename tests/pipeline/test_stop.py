"""SIGTERM at any moment: the batch in hand is finished, state and offset agree, the group is
left. Told by facts: the exit code, the group's members, what the state and the committed
offsets say, and that a successor begins without waiting for anybody to be missed.
"""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from schemas.topics import EVENTS, STATE
from streams.broker.brokers import Brokers
from streams.broker.embedded import free_port
from streams.broker.topics import ensure_topics
from streams.checkpoint import StateLog
from streams.read_log import Log
from tests.conftest import Broker
from tests.kafka.apache import ApacheKafka
from tests.outages.door import Door
from tests.outages.webhook import Trouble, Webhook
from tests.pipeline.chats import Sent, answered, requested
from tests.pipeline.command import WorkerProcess
from tests.pipeline.database import Database
from tests.pipeline.disturbed import process_of
from tests.pipeline.group import watching
from tests.pipeline.hall import Hall, rules_with, send
from tests.pipeline.waiting import eventually
from tests.sinks.served import Served

pytestmark = pytest.mark.kafka

#: Longer than any wait here: who did not leave the group would be seen in it to the end.
SESSION_S = 290


def worker_of(hall: Hall, folder: Path, **settings: object) -> WorkerProcess:
    given = {"session_seconds": SESSION_S, "status_port": 0, "stop_seconds": 60, **settings}
    return process_of(hall, folder / "log", **given)


def some(count: int) -> list[Sent]:
    now = time.time()
    chats = [f"chat-{number}" for number in range(count)]
    return [event for chat in chats for event in (requested(chat, now), answered(chat, now + 0.5))]


@pytest.fixture
async def hall(apache_kafka: ApacheKafka, database: Database, tmp_path: Path) -> Hall:
    found = Hall(Broker("apache", apache_kafka.bootstrap), database, tmp_path)
    ensure_topics(
        Brokers(apache_kafka.bootstrap), found.settings.topic_prefix, found.settings.partitions
    )
    async with watching(found) as group:
        await group.committed(found.events)  # from then on the broker has a place for groups
    return found


async def left_in_order(hall: Hall) -> None:
    """Nobody is in the group, and what is committed is what the state includes."""
    states = StateLog(hall.topic(STATE), Log(Brokers(hall.settings.broker), True))
    async with watching(hall) as group:
        assert await group.members() == 0
        committed = await group.committed(hall.topic(EVENTS))
        for number, offset in committed.items():
            position = (await states.read(number)).position
            assert offset == (position.next_offset if position else 0), f"partition {number}"


async def successor_finishes(hall: Hall, folder: Path, ends: dict[int, int]) -> None:
    """It would wait for `SESSION_S` if its predecessor were still in the group."""
    with worker_of(hall, folder) as successor:
        await successor.start()
        async with watching(hall) as group:
            await group.finished(ends)
        assert successor.terminate() == 0, successor.tail()
    await left_in_order(hall)


async def test_under_full_load(hall: Hall, tmp_path: Path) -> None:
    async with hall.producing() as producer:
        ends = await send(hall, producer, some(60_000))
    with worker_of(hall, tmp_path, slice=500) as worker:
        await worker.start()
        await eventually(lambda: sum(worker.next_offsets().values()) > 1000, "it has begun")
        assert worker.terminate() == 0, worker.tail()
        async with watching(hall) as group:
            assert sum((await group.committed(hall.topic(EVENTS))).values()) < sum(ends.values())
        await left_in_order(hall)
    await successor_finishes(hall, tmp_path / "successor", ends)
    (row,) = hall.database.ask("SELECT count() AS n FROM events_now")
    assert int(row["n"]) == 120_000


@asynccontextmanager
async def door_to(server: Served) -> AsyncIterator[Door]:
    door = Door(server.port)
    await door.open()
    try:
        yield door
    finally:
        await door.close()


@pytest.mark.parametrize("how", ["refuses", "hangs"])
async def test_while_clickhouse_is_away(
    hall: Hall, clickhouse_server: Served, tmp_path: Path, how: str
) -> None:
    name = hall.settings.clickhouse.rpartition("/")[2]
    async with door_to(clickhouse_server) as door:
        address = f"http://127.0.0.1:{door.port}/{name}"
        with worker_of(hall, tmp_path, clickhouse=address) as worker:
            await worker.start()
            await (door.shut() if how == "refuses" else door.lead_nowhere())
            async with hall.producing() as producer:
                ends = await send(hall, producer, some(500))
            await eventually(lambda: worker.next_offsets() == ends, "all is decided")
            if how == "hangs":
                await eventually(lambda: door.tried, "an insert hangs")
            assert worker.terminate() == 0, worker.tail()
        await left_in_order(hall)
    await successor_finishes(hall, tmp_path / "successor", ends)
    (row,) = hall.database.ask("SELECT count() AS n, uniqExact(id) AS ids FROM events_now")
    assert (int(row["n"]), int(row["ids"])) == (1000, 1000)


async def test_while_the_webhook_never_answers(hall: Hall, tmp_path: Path) -> None:
    webhook = Webhook()
    await webhook.start()
    try:
        await webhook.get_into(Trouble.MUTE)
        rules = rules_with(tmp_path / "rules", online_first_response=("1 s", ""))
        settings = {"webhook": webhook.url, "rules": rules}
        with worker_of(hall, tmp_path, **settings) as worker:
            await worker.start()
            async with hall.producing() as producer:
                ends = await send(
                    hall, producer, [requested(f"chat-{n}", time.time()) for n in range(10)]
                )
            await eventually(lambda: webhook.tried, "a message is being sent")
            assert worker.terminate() == 0, worker.tail()
        await left_in_order(hall)
        await webhook.recover()
        with worker_of(hall, tmp_path, **settings) as successor:
            await successor.start()
            await eventually(lambda: len(webhook.heard) >= 10, "the successor tells it")
            async with watching(hall) as group:
                await group.finished(ends)
            assert successor.terminate() == 0, successor.tail()
    finally:
        await webhook.stop()
    assert sorted(heard.alert for heard in webhook.heard) == sorted(
        f"online-first-response/chat-{number}/1" for number in range(10)
    )


async def test_while_the_broker_is_down(
    fresh_apache: ApacheKafka, database: Database, tmp_path: Path
) -> None:
    hall = Hall(Broker("apache", fresh_apache.bootstrap), database, tmp_path)
    # Nobody can be told that it leaves: it is missed after the session, so a short one here.
    with worker_of(hall, tmp_path, session_seconds=6, stop_seconds=5) as worker:
        await worker.start()
        async with hall.producing() as producer:
            ends = await send(hall, producer, some(1000))
        await eventually(lambda: worker.next_offsets() == ends, "all is decided")
        fresh_apache.kill()
        assert worker.terminate() == 0, worker.tail()
    await asyncio.to_thread(fresh_apache.start)
    with worker_of(hall, tmp_path, session_seconds=6) as successor:
        await successor.start()
        async with hall.producing() as producer:
            more = [requested(f"more-{n}", time.time()) for n in range(20)]
            ends |= await send(hall, producer, more)
        async with watching(hall) as group:
            await group.finished(ends)
        assert successor.terminate() == 0, successor.tail()
    await left_in_order(hall)
    (row,) = database.ask("SELECT count() AS n FROM events_now")
    assert int(row["n"]) == 2020


#: Seconds after the first line of its log: while it makes topics, joins, reads its state.
MOMENTS = (0.0, 0.1, 0.3, 0.6, 1.0, 1.5, 2.2)


async def test_while_it_starts(hall: Hall, tmp_path: Path) -> None:
    async with hall.producing() as producer:
        ends = await send(hall, producer, some(500))
    with worker_of(hall, tmp_path) as worker:
        for moment in MOMENTS:
            worker.launch()
            await eventually(lambda: "status: http" in worker.text(), "it says its first line")
            await asyncio.sleep(moment)
            assert worker.terminate() == 0, f"after {moment} s: {worker.tail()}"
            await left_in_order(hall)
    await successor_finishes(hall, tmp_path / "successor", ends)


async def test_one_that_fails_ends_though_the_broker_does_not_answer(
    fresh_apache: ApacheKafka, database: Database, tmp_path: Path
) -> None:
    """It would go on as a member of the group, and the group wait for it at each rebalance."""
    hall = Hall(Broker("apache", fresh_apache.bootstrap), database, tmp_path)
    with worker_of(hall, tmp_path, stop_seconds=3, data=tmp_path) as worker:
        worker.module = "tests.pipeline.failing"
        await worker.start()
        fresh_apache.pause()
        (tmp_path / "fail").touch()
        assert worker.ended() == 1
        assert "RuntimeError: a planted bug" in worker.text()
        assert "leaving the group does not end in time" in worker.text()


async def test_while_it_waits_for_the_broker(hall: Hall, tmp_path: Path) -> None:
    settings = {"broker": f"127.0.0.1:{free_port()}", "broker_patience": 3600, "stop_seconds": 5}
    with worker_of(hall, tmp_path, **settings) as worker:
        worker.launch()
        await eventually(lambda: "waiting for the Kafka broker" in worker.text(), "it waits")
        assert worker.terminate() == 0, worker.tail()


async def test_while_the_group_rebalances(hall: Hall, tmp_path: Path) -> None:
    async with hall.producing() as producer:
        ends = await send(hall, producer, some(2000))
    with worker_of(hall, tmp_path) as one, worker_of(hall, tmp_path / "other") as other:
        await one.start()
        other.launch()
        await eventually(lambda: "status: http" in other.text(), "another is about to join")
        codes = [one.terminate(), other.terminate()]
        assert codes == [0, 0], f"{one.tail()}\n{other.tail()}"
    await left_in_order(hall)
    await successor_finishes(hall, tmp_path / "successor", ends)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_told_again_and_again_it_still_ends_in_order(
    hall: Hall, tmp_path: Path, number: signal.Signals
) -> None:
    async with hall.producing() as producer:
        ends = await send(hall, producer, some(2000))
    with worker_of(hall, tmp_path) as worker:
        await worker.start()
        while worker.running:
            worker.signal(number)
            await asyncio.sleep(0.01)
        assert worker.ended() == 0, worker.tail()
    await left_in_order(hall)
    await successor_finishes(hall, tmp_path / "successor", ends)
