"""Rows the worker wrote itself go to ClickHouse from its hands; everybody else's are fetched."""

import time
import uuid
from collections.abc import Iterator

import msgspec
import pytest
from aiokafka import AIOKafkaProducer

import streams.app_recording
from schemas.outcomes import DeadLetterRow, Table
from schemas.topics import OUTCOMES
from streams.publish import ROWS_HEADER, Outcome, Placed, read_block
from streams.worker import Worker
from tests.pipeline.chats import Sent, requested
from tests.pipeline.hall import Hall, send
from tests.pipeline.waiting import eventually


def events(name: str, count: int) -> Iterator[Sent]:
    return (requested(f"{name}-{number}", time.time()) for number in range(count))


class Ways(list[bool]):
    """Of each outcome record that was handed to the writer: whether it had been fetched."""

    @property
    def fetched(self) -> int:
        return sum(self)

    @property
    def at_hand(self) -> int:
        return len(self) - sum(self)


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> Ways:
    found = Ways()

    def noted(record: Outcome) -> tuple[Table, bytes, int]:
        found.append(not isinstance(record, Placed))
        return read_block(record)

    monkeypatch.setattr(streams.app_recording, "read_block", noted)
    return found


async def journeys(hall: Hall) -> int:
    return int(hall.database.one("SELECT count() AS n FROM journeys_now")["n"])


#: A worker that is idle for a second fetches, and on a busy machine that may be any.
ROUNDS = 30


async def rounds_until_at_hand(
    hall: Hall, worker: Worker, producer: AIOKafkaProducer, ways: Ways
) -> int:
    """Until nothing of a round was fetched; returns how many events were sent."""
    for number in range(1, ROUNDS + 1):
        before = ways.fetched
        name = f"round-{uuid.uuid4().hex[:8]}"
        await hall.recorded(worker, await send(hall, producer, events(name, 40)))
        if ways.fetched == before:
            return number * 40
    raise AssertionError(f"something of each of {ROUNDS} rounds was fetched")


async def foreign(hall: Hall, offset: int) -> None:
    """A row of another program's, as a worker writes them for what ClickHouse refused."""
    row = DeadLetterRow(
        topic="elsewhere",
        partition=0,
        offset=offset,
        ingest_at=round(time.time(), 3),
        reason="row-refused",
        field="",
        detail="",
    )
    async with hall.producing() as producer:
        await producer.send_and_wait(
            hall.topic(OUTCOMES),
            msgspec.json.encode(row),
            key=Table.DEAD_LETTERS.encode(),
            partition=0,
            headers=[(ROWS_HEADER, b"1")],
        )


def told(hall: Hall) -> list[int]:
    rows = hall.database.ask("SELECT offset FROM dead_letters_now ORDER BY offset")
    return [int(row["offset"]) for row in rows]


async def test_what_a_worker_has_just_written_it_does_not_fetch(
    apache_hall: Hall, apache_worker: Worker, ways: Ways
) -> None:
    async with apache_hall.producing() as producer:
        for number in range(4):
            ends = await send(apache_hall, producer, events(f"chat-{number}", 40))
            await apache_hall.recorded(apache_worker, ends)
        sent = 160 + await rounds_until_at_hand(apache_hall, apache_worker, producer, ways)
    assert await journeys(apache_hall) == sent
    assert len(ways) == len(await apache_hall.read(OUTCOMES, 1)), "each of them once"
    for lane in apache_worker.hall.lanes.values():
        end = lane.ledger.outcomes_end
        assert end > 0
        assert apache_worker.hall.recording.reached(lane.tp.partition) == end


async def test_what_others_write_is_fetched_whether_the_worker_is_idle_or_not(
    apache_hall: Hall, apache_worker: Worker, ways: Ways
) -> None:
    async with apache_hall.producing() as producer:
        ends = await send(apache_hall, producer, events("before", 40))
        await apache_hall.recorded(apache_worker, ends)
        await foreign(apache_hall, 1)
        await eventually(lambda: told(apache_hall) == [1], "found although nothing else came")
        ends = await send(apache_hall, producer, events("between", 40))
        await apache_hall.recorded(apache_worker, ends)
        await foreign(apache_hall, 2)
        ends = await send(apache_hall, producer, events("after", 40))
        await apache_hall.recorded(apache_worker, ends)
        await eventually(lambda: told(apache_hall) == [1, 2], "found between two settlements")
    assert ways.fetched >= 2
    assert len(ways) == len(await apache_hall.read(OUTCOMES, 1)), "each of them once"
    assert await journeys(apache_hall) == 120


async def test_what_finds_no_room_is_fetched_later(
    apache_hall: Hall, apache_worker: Worker, ways: Ways, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with apache_hall.producing() as producer:
        sent = await rounds_until_at_hand(apache_hall, apache_worker, producer, ways)
        before = ways.fetched
        with monkeypatch.context() as narrow:
            narrow.setattr(streams.app_recording, "_AT_HAND_BYTES", 0)
            ends = await send(apache_hall, producer, events("no-room", 40))
            await apache_hall.recorded(apache_worker, ends)
        assert ways.fetched > before
        # Caught up with the topic, all is at hand again.
        sent += await rounds_until_at_hand(apache_hall, apache_worker, producer, ways)
    assert await journeys(apache_hall) == sent + 40


async def test_a_rebalance_leaves_in_hand_what_stays(
    apache_hall: Hall, apache_worker: Worker
) -> None:
    async with apache_hall.producing() as producer:
        ends = await send(apache_hall, producer, events("before", 40))
        await apache_hall.recorded(apache_worker, ends)
        async with apache_hall.working() as other:
            await eventually(lambda: other.hall.assigned, "another worker has joined")
            more = await send(apache_hall, producer, events("shared", 80))
            for worker in (apache_worker, other):
                mine = {n: end for n, end in more.items() if n in worker.hall.lanes}
                await apache_hall.recorded(worker, mine)
        await eventually(lambda: len(apache_worker.hall.lanes) == 4, "all are here again")
        last = await send(apache_hall, producer, events("alone", 40))
        await apache_hall.recorded(apache_worker, last)
    assert await journeys(apache_hall) == 160
    counted = apache_hall.database.one("SELECT sum(started) AS n FROM windows_now")
    assert int(counted["n"]) == 160
