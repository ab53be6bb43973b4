"""A storm of dead letters: intake of its partition stops, stays stopped, goes on when told.

On every broker, with the command an operator would use.
"""

import asyncio
import time
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from aiokafka import AIOKafkaProducer
from msgspec import Struct

from schemas.deadletters import DeadLetter
from schemas.outcomes import AlertMessage
from schemas.topics import ALERTS, DEAD_LETTERS
from streams.worker import Worker
from tests.conftest import APACHE_ONLY, Broker
from tests.pipeline.chats import Sent, answered, requested
from tests.pipeline.command import hallwatch
from tests.pipeline.database import Database
from tests.pipeline.hall import Hall
from tests.pipeline.waiting import eventually

#: More than half of so many, or none.
WINDOW, BAD = 40, 200


class Placed(Struct, frozen=True):
    """A record of one partition; good ones are chats that are answered in time."""

    partition: int
    event: Sent | None  #: None: no JSON


async def put(hall: Hall, producer: AIOKafkaProducer, records: list[Placed]) -> dict[int, int]:
    """Sends in order, to the partitions named; returns where these end."""
    sent = [
        await producer.send(
            hall.events,
            one.event.value if one.event else b"no JSON",
            key=one.event.key if one.event else b"bad",
            partition=one.partition,
        )
        for one in records
    ]
    placed = await asyncio.gather(*sent)
    ends: dict[int, int] = {}
    for metadata in placed:
        ends[metadata.partition] = max(ends.get(metadata.partition, 0), metadata.offset + 1)
    return ends


def chats(partition: int, name: str, count: int) -> list[Placed]:
    now = time.time()
    return [
        Placed(partition, event(f"{name}-{number}", now))
        for number in range(count)
        for event in (requested, answered)
    ]


def bad(partition: int, count: int) -> list[Placed]:
    return [Placed(partition, None)] * count


def command(hall: Hall, *words: object, returns: int = 0) -> str:
    finished = hallwatch(
        *words,
        **{
            name: getattr(hall.settings, name)
            for name in ("broker", "topic_prefix", "group", "partitions", "transactions", "data")
        },
    )
    assert finished.returncode == returns, finished.stdout + finished.stderr
    return finished.stdout + finished.stderr


async def letters(hall: Hall, count: int) -> list[DeadLetter]:
    records = await hall.read(DEAD_LETTERS, count)
    return [msgspec.json.decode(record.value, type=DeadLetter) for record in records]


async def stopped(worker: Worker, *numbers: int) -> None:
    def they_are() -> bool:
        lanes = worker.hall.lanes
        return all(
            number in lanes and (lanes[number].stopped is not None) == (number in numbers)
            for number in range(4)
        )

    await eventually(they_are, f"partitions {numbers} are stopped, no other")


@pytest.fixture
def hall(broker: Broker, database: Database, tmp_path: Path) -> Hall:
    return Hall(broker, database, tmp_path, storm_records=WINDOW, storm_seconds=3600, wall_port=0)


@APACHE_ONLY
async def test_a_storm_stops_its_partition_until_somebody_says_to_go_on(
    hall: Hall, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    before, after = chats(1, "before", 10), chats(1, "after", 10)
    async with hall.producing() as producer:
        async with hall.working() as worker:
            ends = await put(hall, producer, [*before, *bad(1, BAD), *after])
            await stopped(worker, 1)
            storm = worker.hall.lanes[1].stopped
            assert storm is not None
            assert storm.reasons == {"malformed": WINDOW // 2 + 1}
            # The others go on, after it as before.
            others = await put(hall, producer, [*chats(0, "zero", 5), *chats(3, "three", 5)])
            await eventually(
                lambda: all(worker.hall.lanes[n].next_offset >= end for n, end in others.items()),
                "the other partitions are decided",
            )
            assert worker.hall.lanes[1].next_offset == storm.offset < ends[1]
            await _is_told(worker, storm.offset, caplog)
        # Whoever gets it does not drain it.
        async with hall.working() as worker:
            await stopped(worker, 1)
            assert worker.hall.lanes[1].stopped == storm
            more = await put(hall, producer, chats(1, "later", 5))
            told = await asyncio.to_thread(command, hall, "resume", returns=1)
            assert "partition 1: stopped since" in told
            assert f"at offset {storm.offset}: 21 of" in told
            assert len(await letters(hall, WINDOW // 2 + 1)) == WINDOW // 2 + 1
            await asyncio.to_thread(command, hall, "resume", 1)
            await hall.recorded(worker, more | others)
            await stopped(worker)
            assert "is not stopped" in await asyncio.to_thread(
                command, hall, "resume", 1, returns=1
            )
            await hall.recorded(worker, more)
    found = await letters(hall, BAD)
    assert sorted(letter.offset for letter in found) == list(
        range(len(before), len(before) + BAD)
    ), "each bad record is a dead letter, once"
    journeys = database.one("SELECT count() AS n FROM journeys_now WHERE first_response_ms = 1000")
    answered_chats = database.one(
        "SELECT countIf(isNotNull(first_reply_at)) AS n FROM journeys_now"
    )
    assert answered_chats["n"] == 10 + 10 + 5 + 5 + 5, journeys
    said = [
        msgspec.json.decode(record.value, type=AlertMessage)
        for record in await hall.read(ALERTS, 2)
    ]
    place = f"intake-stopped/{hall.events}/1/1"
    assert [one.id for one in said] == [f"{place}/breached", f"{place}/closed"]
    row = database.one("SELECT state, promise, journey FROM alerts_now")
    assert row == {"state": "closed", "promise": "intake-stopped", "journey": f"{hall.events}/1"}


async def _is_told(worker: Worker, offset: int, caplog: Any) -> None:
    errors = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    (told,) = [message for message in errors if "INTAKE IS STOPPED" in message]
    for part in (f"at offset {offset}", "malformed 21", "hallwatch resume 1", "deadletters"):
        assert part in told
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{worker.wall_url}metrics") as answer:
            page = await answer.text()
        async with session.get(f"{worker.wall_url}readyz") as answer:
            ready = await answer.json()
    assert 'hallwatch_intake_stopped{partition="1"} 1.0' in page
    assert 'hallwatch_intake_stopped{partition="0"} 0.0' in page
    assert any("partition 1: intake is stopped" in one for one in ready["waits_for"])


async def test_a_stopped_partition_that_moves_to_another_worker_is_not_drained_there(
    hall: Hall,
) -> None:
    async with hall.producing() as producer, hall.working() as first:
        await put(hall, producer, [Placed(n, None) for n in range(4) for _ in range(BAD)])
        await stopped(first, 0, 1, 2, 3)
        async with hall.working() as second:
            await eventually(
                lambda: second.hall.lanes and len(first.hall.lanes) < 4, "some have moved"
            )
            moved = second.hall.lanes
            await eventually(
                lambda: moved and all(lane.stopped for lane in moved.values()), "and are stopped"
            )
            # A word about one of them is about no other.
            number = next(iter(moved))
            await asyncio.to_thread(command, hall, "resume", number)
            await eventually(
                lambda: second.hall.lanes[number].next_offset >= BAD, "that one goes on"
            )
            others = {**first.hall.lanes, **second.hall.lanes}
            assert set(others) == {0, 1, 2, 3}
            del others[number]
            assert {lane.next_offset for lane in others.values()} == {WINDOW // 2 + 1}


async def test_a_word_is_heard_later_and_is_not_about_the_next_storm(hall: Hall) -> None:
    """Given while no worker runs; and a new storm needs a new one."""
    async with hall.producing() as producer:
        async with hall.working() as worker:
            await put(hall, producer, bad(2, BAD))
            await stopped(worker, 2)
        await asyncio.to_thread(command, hall, "resume", 2)
        async with hall.working() as worker:
            await eventually(
                lambda: 2 in worker.hall.lanes and worker.hall.lanes[2].next_offset >= BAD,
                "what was agreed to is dead letters now",
            )
            await stopped(worker)
            await put(hall, producer, bad(2, BAD))
            await stopped(worker, 2)
            storm = worker.hall.lanes[2].stopped
            assert storm is not None
            assert (storm.number, storm.offset) == (2, BAD + WINDOW // 2 + 1)
            # Watched: as much of it again stops it again.
            await asyncio.to_thread(command, hall, "resume", 2, "--watched")
            await eventually(
                lambda: (worker.hall.lanes[2].stopped or storm).number == 3, "stopped again"
            )
            assert worker.hall.lanes[2].next_offset < 2 * BAD


def test_a_partition_there_is_not_is_told(hall: Hall) -> None:
    told = command(hall, "resume", 9, returns=2)
    assert f"no topic {hall.events}" in told
