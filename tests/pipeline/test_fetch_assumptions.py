"""What `streams.transport` rests on inside aiokafka's fetcher, one test each.

See `test_faust_assumptions` for the rest.
"""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from aiokafka import TopicPartition
from faust.types import TP

import streams.consumer_thread
from streams.consumer_thread import BatchConsumerThread
from streams.worker import Worker
from tests.brokers.streams import producing
from tests.conftest import Broker
from tests.kafka.apache import ApacheKafka
from tests.pipeline.database import Database
from tests.pipeline.hall import Hall, send
from tests.pipeline.inside import events, fetcher_of
from tests.pipeline.waiting import eventually

pytestmark = pytest.mark.kafka


async def test_a_partition_that_is_not_asked_for_is_not_given_out(
    apache_worker: Worker, apache_hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How a full inbox holds its partition: `_getmany` gets the others only."""
    held = TP(apache_hall.events, 0)
    lanes = apache_worker.hall.lanes
    asked: list[set[TP]] = []
    getmany = BatchConsumerThread.getmany

    async def noted(thread: Any, active: set[TP], timeout: float) -> Any:  # noqa: ASYNC109
        asked.append(active)
        return await getmany(thread, active, timeout)

    monkeypatch.setattr(BatchConsumerThread, "getmany", noted)
    apache_worker.hall.transport.held.add(held)
    await eventually(lambda: asked and held not in asked[-1], "the hold is known to the wait")
    async with apache_hall.producing() as producer:
        ends = await send(apache_hall, producer, events(100))
        await apache_hall.recorded(
            apache_worker, {number: end for number, end in ends.items() if number != 0}
        )
        assert lanes[0].next_offset == 0
        apache_worker.hall.transport.held.discard(held)
        await apache_hall.recorded(apache_worker, ends)


async def test_each_fetch_reads_the_wait_anew_and_names_topics_partitions_and_offsets(
    apache_worker: Worker, apache_hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetcher = fetcher_of(apache_worker)
    assert fetcher._fetch_max_wait_ms == apache_worker.hall.transport.fetch.max_wait_ms
    requests: list[Any] = []
    ask = fetcher._proc_fetch_request

    async def noted(assignment: Any, node: int, request: Any) -> bool:
        requests.append(request)
        answer: bool = await ask(assignment, node, request)
        return answer

    monkeypatch.setattr(fetcher, "_proc_fetch_request", noted)
    monkeypatch.setattr(fetcher, "_fetch_max_wait_ms", 37)
    await eventually(
        lambda: any(request._max_wait_ms == 37 for request in requests), "a fetch as told"
    )
    asked = {
        (topic, partition, offset)
        for topic, partitions in requests[-1].topics
        for partition, offset, _ in partitions
    }
    assert {
        (apache_hall.events, number, 0) for number in range(apache_hall.settings.partitions)
    } <= asked


async def test_the_fetcher_tells_the_end_of_the_log_and_when_it_last_heard_of_it(
    apache_worker: Worker, apache_hall: Hall
) -> None:
    async with apache_hall.producing() as producer:
        ends = await send(apache_hall, producer, events(50))
    await apache_hall.recorded(apache_worker, ends)
    assignment = fetcher_of(apache_worker)._subscriptions.subscription.assignment
    for number, end in ends.items():
        state = assignment.state_value(TopicPartition(apache_hall.events, number))
        await eventually(lambda state=state, end=end: state.highwater == end, "the end is known")  # type: ignore[misc]
        heard = state.timestamp
        await eventually(lambda state=state, heard=heard: state.timestamp > heard, "heard again")  # type: ignore[misc]


async def test_a_broker_that_does_not_answer_proves_nothing_about_the_log(
    fresh_apache: ApacheKafka, database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Else a worker cut off from Kafka would page for people who were served meanwhile."""
    hall = Hall(Broker("apache", fresh_apache.bootstrap), database, tmp_path)
    async with hall.working() as worker:
        transport, tp = worker.hall.transport, TP(hall.events, 0)
        await eventually(lambda: transport.empty_since(tp, 0), "the log is known to be empty")
        await asyncio.to_thread(fresh_apache.kill)
        cut_off = time.time()
        failures = "Failed fetch messages from"
        await eventually(lambda: caplog.text.count(failures) >= 3, "fetches failed")
        assert (transport.empty_since(tp, 0) or 0) <= cut_off
        await asyncio.to_thread(fresh_apache.start)
        await eventually(
            lambda: (transport.empty_since(tp, 0) or 0) > cut_off, "the broker answers again"
        )


async def test_a_broker_that_was_away_is_not_believed_at_once_that_its_log_is_empty(
    fresh_apache: ApacheKafka,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Just started again it may not know yet how much of its log is safe."""
    hall = Hall(Broker("apache", fresh_apache.bootstrap), database, tmp_path)
    async with hall.working() as worker:
        transport = worker.hall.transport
        tps = {TP(hall.events, number): number for number in worker.hall.lanes}

        def believed() -> list[float]:
            lanes = worker.hall.lanes
            return [transport.empty_since(tp, lanes[n].next_offset) or 0 for tp, n in tps.items()]

        await eventually(lambda: min(believed()), "the log is known to be empty")
        with monkeypatch.context() as for_ever:
            for_ever.setattr(streams.consumer_thread, "_SETTLED_S", 3600.0)
            await asyncio.to_thread(fresh_apache.kill)
            cut_off = time.time()
            await asyncio.to_thread(fresh_apache.start)
            async with hall.producing() as producer:
                await hall.recorded(worker, await send(hall, producer, events(40)))
            assert max(believed()) <= cut_off
        await eventually(lambda: min(believed()) > cut_off, "it is believed after a while")


async def test_events_of_a_transaction_are_taken_when_it_is_over_and_never_if_rolled_back(
    apache_worker: Worker, apache_hall: Hall
) -> None:
    """The isolation level set on the fetcher is what each fetch asks with."""
    partitions = apache_hall.settings.partitions
    transactional = {"enable_idempotence": True, "transactional_id": apache_hall.events}
    async with producing(apache_hall.settings.broker, **transactional) as producer:
        await producer.begin_transaction()
        await send(apache_hall, producer, events(20 * partitions))
        await producer.abort_transaction()
        await producer.begin_transaction()
        ends = await send(apache_hall, producer, events(10 * partitions))
        lanes = apache_worker.hall.lanes
        assert not any(lane.counts.events for lane in lanes.values())
        await producer.commit_transaction()
    await apache_hall.recorded(apache_worker, ends)
    assert sum(lane.counts.events for lane in lanes.values()) == 10 * partitions


async def test_a_connection_s_reader_does_not_pause_within_a_fetch(apache_worker: Worker) -> None:
    connections = fetcher_of(apache_worker)._client._conns.values()
    assert connections
    for connection in connections:
        assert connection._reader._limit >= apache_worker.hall.transport.fetch.max_partition_bytes


async def test_a_batch_comes_whole_but_for_what_is_before_the_fetch(
    apache_worker: Worker, apache_hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broker gives whole batches, whatever offset in one is asked for; aiokafka passes
    over by offset what comes before, and takes a chunk for one record."""
    tp = TP(apache_hall.events, 0)
    sent = events(20)
    async with producing(apache_hall.settings.broker) as producer:
        batch = producer.create_batch()
        for event in sent:
            batch.append(key=event.key, value=event.value, timestamp=None)
        batch.close()
        metadata = await (await producer.send_batch(batch, tp.topic, partition=0))
        assert metadata.offset == 0
        await apache_hall.recorded(apache_worker, {0: len(sent)})
    seen: list[list[Any]] = []
    monkeypatch.setattr(apache_worker.hall.lanes[0].inbox, "put", seen.append)
    await apache_worker.hall.transport.read_on(tp, 7)
    await eventually(lambda: bool(seen), "it is fetched again")
    assert [record.offset for record in seen[0]] == list(range(7, len(sent)))
    assert [record.value for record in seen[0]] == [event.value for event in sent[7:]]
