"""One settlement is one transaction, and a partition has one writer: on real Kafka."""

import asyncio
import json
from collections.abc import AsyncIterator
from functools import partial
from types import SimpleNamespace

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import ConcurrentTransactions
from aiokafka.producer.sender import AddPartitionsToTxnHandler

from schemas.topics import DEAD_LETTERS, OUTCOMES, STATE, Topic
from streams.broker.brokers import Brokers
from streams.checkpoint import StateLog
from streams.core.state import Position, Saved, encode_saved
from streams.durable import ASK_AGAIN_S, LostError, Transaction
from streams.publish import Send
from streams.read_log import Log
from streams.worker import Worker
from tests.pipeline.hall import Hall, send
from tests.pipeline.inside import events
from tests.pipeline.waiting import eventually

pytestmark = pytest.mark.kafka


class Claimant:
    """A writer of partition 0 that is not a worker."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self.durable = Transaction(0, hall.topic(STATE), partial(self._producer))

    def _producer(self, transactional_id: str) -> AIOKafkaProducer:
        return AIOKafkaProducer(
            bootstrap_servers=self._hall.settings.broker, transactional_id=transactional_id
        )

    async def write(self, offset: int) -> None:
        sends: list[Send] = [(self._hall.topic(DEAD_LETTERS), b"k", b"said at %d" % offset, [])]
        records = encode_saved(Position(next_offset=offset), Saved())
        await self.durable.write(sends, records)

    async def begin(self, offset: int) -> None:
        """Everything of a write but its end."""
        producer = self.durable._producer
        assert producer is not None
        await producer.begin_transaction()
        await producer.send_and_wait(
            self._hall.topic(DEAD_LETTERS), b"said at %d" % offset, key=b"k", partition=0
        )


@pytest.fixture
async def claimants(
    apache_hall: Hall, apache_worker: Worker
) -> AsyncIterator[tuple[Claimant, Claimant]]:
    """Two of one partition, on topics a worker made; that worker never decides anything."""
    one, two = Claimant(apache_hall), Claimant(apache_hall)
    yield one, two
    await one.durable.close()
    await two.durable.close()


async def said(hall: Hall) -> list[bytes]:
    """The dead letters as those read them who look at what is committed."""
    log = Log(Brokers(hall.settings.broker), True)
    records = [record async for record in log.read(hall.topic(DEAD_LETTERS))]
    return [one.value for one in records if one.partition == 0 and one.value is not None]


async def saved_offset(hall: Hall) -> int:
    states = StateLog(hall.topic(STATE), Log(Brokers(hall.settings.broker), True))
    position = (await states.read(0)).position
    return position.next_offset if position else 0


async def test_who_claims_a_partition_shuts_out_who_had_it(
    apache_hall: Hall, claimants: tuple[Claimant, Claimant]
) -> None:
    first, second = claimants
    await first.durable.claim()
    await first.write(1)
    await second.durable.claim()
    for _ in range(2):  # and it does not come back to life by itself
        with pytest.raises(LostError):
            await first.write(2)
    await second.write(3)
    assert await said(apache_hall) == [b"said at 1", b"said at 3"]
    assert await saved_offset(apache_hall) == 3


@pytest.mark.parametrize("late", [STATE, DEAD_LETTERS])
async def test_a_refusal_seen_before_the_other_topics_records_leave_is_the_same_loss(
    apache_hall: Hall,
    claimants: tuple[Claimant, Claimant],
    monkeypatch: pytest.MonkeyPatch,
    late: Topic,
) -> None:
    """It ended the whole worker, whose other partitions were sound."""
    first, second = claimants
    await first.durable.claim()
    await second.durable.claim()
    producer = first.durable._producer
    assert producer is not None
    known, late_topic = producer.client._wait_on_metadata, apache_hall.topic(late)

    async def wait_on_metadata(topic: str) -> set[int]:
        found: set[int] = await known(topic)
        if topic == late_topic:
            await eventually(
                lambda: not producer._txn_manager.is_in_transaction(), "the other is refused"
            )
        return found

    monkeypatch.setattr(producer.client, "_wait_on_metadata", wait_on_metadata)
    with pytest.raises(LostError):
        await first.write(2)


async def test_a_claim_stands_in_the_log_behind_all_that_was_written_before_it(
    apache_hall: Hall, claimants: tuple[Claimant, Claimant]
) -> None:
    """Whoever can read it can read the state that the last owner saved."""
    first, second = claimants
    await first.durable.claim()
    await first.write(1)
    await second.durable.claim()
    log = Log(Brokers(apache_hall.settings.broker), True)
    records = [one async for one in log.read(apache_hall.topic(STATE)) if one.partition == 0]
    assert [one.key for one in records][-2:] == [b"position", b"claim"]
    assert records[-1].value is None
    assert await saved_offset(apache_hall) == 1


async def test_what_was_begun_and_not_ended_was_never_said(
    apache_hall: Hall, claimants: tuple[Claimant, Claimant]
) -> None:
    first, second = claimants
    await first.durable.claim()
    await first.write(1)
    await first.begin(2)
    await second.durable.claim()
    assert await said(apache_hall) == [b"said at 1"]
    assert await saved_offset(apache_hall) == 1


async def test_a_worker_shut_out_by_mistake_takes_its_partitions_anew(
    apache_hall: Hall, apache_worker: Worker, claimants: tuple[Claimant, Claimant]
) -> None:
    """As after a pause longer than the broker lets a transaction live."""
    intruder, _ = claimants
    before = apache_worker.hall.lanes[0]
    await intruder.durable.claim()
    async with apache_hall.producing() as producer:
        ends = await send(apache_hall, producer, events(40))
        await eventually(
            lambda: apache_worker.hall.lanes.get(0) not in (before, None), "a new lane is open"
        )
        await apache_hall.recorded(apache_worker, ends)
    rows = [
        (row["journey"], row["version"])
        for record in await apache_hall.read(OUTCOMES, 1)
        if record.key == b"journeys"
        for row in map(json.loads, record.value.splitlines())
    ]
    assert len(rows) == len(set(rows)), "no settlement was said twice"
    assert len({journey for journey, _ in rows}) == 40


async def test_a_lane_outlives_a_rebalance_that_leaves_it_where_it_is(
    apache_hall: Hall, apache_worker: Worker
) -> None:
    before = dict(apache_worker.hall.lanes)
    async with apache_hall.producing() as producer:
        ends = await send(apache_hall, producer, events(20))
        await apache_hall.recorded(apache_worker, ends)
        async with apache_hall.working() as other:
            await eventually(lambda: other.hall.assigned, "another worker has joined")
            kept, moved = apache_worker.hall.lanes, other.hall.lanes
            await eventually(lambda: sorted([*kept, *moved]) == sorted(before), "all are shared")
            assert kept
            assert all(before[number] is lane for number, lane in kept.items())
            more = await send(apache_hall, producer, events(40))
            for worker in (apache_worker, other):
                mine = {n: end for n, end in more.items() if n in worker.hall.lanes}
                await apache_hall.recorded(worker, mine)


@pytest.mark.parametrize("waits_for", ["the end of the outcomes", "the state"])
async def test_a_lane_that_was_broken_off_while_it_opened_outlives_nothing(
    apache_worker: Worker, monkeypatch: pytest.MonkeyPatch, waits_for: str
) -> None:
    """It has no deadlines yet, and does not know whose clock is its own."""
    hall = apache_worker.hall
    begun = asyncio.Event()

    async def hang(*_: object) -> None:
        begun.set()
        await asyncio.Event().wait()

    lane = hall._open_lane(0)
    if waits_for == "the state":
        monkeypatch.setattr(lane._states, "read", hang)
    else:
        monkeypatch.setattr(hall.transport.consumer, "end", hang)
    opening = asyncio.create_task(lane.open(hall._book, hall._limits))
    await begun.wait()
    opening.cancel()
    await asyncio.wait({opening})
    assert not lane.outlives_rebalances
    await lane._durable.close()


async def test_a_reader_that_is_cancelled_while_it_closes_ends(
    apache_hall: Hall, apache_worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What went on nevertheless opened lanes of an assignment that was over."""
    closing = asyncio.Event()

    async def slow(_: AIOKafkaConsumer) -> None:
        closing.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(AIOKafkaConsumer, "stop", slow)
    states = StateLog(apache_hall.topic(STATE), Log(Brokers(apache_hall.settings.broker), True))
    reading = asyncio.create_task(states.read(0))
    await closing.wait()
    reading.cancel()
    await asyncio.wait({reading})
    assert reading.cancelled()


async def test_a_transaction_that_follows_at_once_is_asked_for_again_at_once() -> None:
    """The coordinator refuses it while it marks the end of the one before."""
    producer = AIOKafkaProducer(bootstrap_servers="127.0.0.1:1", transactional_id="any")
    refused = SimpleNamespace(errors=[("topic", [(0, ConcurrentTransactions.errno)])])
    handler = AddPartitionsToTxnHandler(producer._sender, set())
    assert handler.handle_response(refused) == ASK_AGAIN_S
