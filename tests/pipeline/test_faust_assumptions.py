"""What `streams.transport` and `streams.app` rest on inside Faust and aiokafka, one test each.

Both are pinned exactly. When a pin is raised these tests say which of the internals moved;
nothing else might, until a partition starts in the wrong place. All against a running
worker on real Kafka, but for what needs none.
"""

import asyncio
import threading
import time
import tomllib
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.protocol.group import JoinGroupRequest
from faust.serializers import codecs
from faust.types import TP

from schemas.topics import OUTCOMES
from streams.broker.brokers import Brokers
from streams.broker.topics import ensure_topics
from streams.consumer_thread import BatchConsumerThread, leave_also_unsettled
from streams.transport import BatchConsumer, BatchTransport
from streams.worker import Worker
from tests.pipeline.chats import answered
from tests.pipeline.command import ROOT
from tests.pipeline.group import watching
from tests.pipeline.hall import Hall, send
from tests.pipeline.inside import consumer_of, events, noting
from tests.pipeline.waiting import eventually

pytestmark = pytest.mark.kafka


@pytest.mark.parametrize("package", ["faust-streaming", "aiokafka"])
def test_what_is_installed_is_what_is_pinned(package: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"{package}=={version(package)}" in project["dependencies"]


def test_a_codec_may_hand_a_batch_through_untouched() -> None:
    batch = [object(), object()]
    assert codecs.loads("hallwatch-records", batch) is batch
    assert codecs.dumps("hallwatch-records", batch) is batch


async def test_the_app_takes_our_transport_and_makes_consumer_and_thread_from_it(
    apache_worker: Worker,
) -> None:
    app = apache_worker.hall.app
    assert type(app.transport) is BatchTransport
    assert type(app.consumer) is BatchConsumer
    assert type(app.consumer._thread) is BatchConsumerThread


async def test_what_getmany_yields_reaches_the_agent_as_it_is_record_by_record_unwrapped(
    apache_worker: Worker, apache_hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faust reads `(tp, message)` pairs, and never looks into the value; aiokafka wraps
    records by `_consumer_record`, which is ours."""
    seen: list[Any] = []
    for lane in apache_worker.hall.lanes.values():
        monkeypatch.setattr(lane.inbox, "put", seen.append)
    sent = events(200)
    async with apache_hall.producing() as producer:
        ends = await send(apache_hall, producer, sent)
    await eventually(lambda: sum(map(len, seen)) >= len(sent), "all have come")
    assert all(isinstance(batch, list) for batch in seen)
    assert len(seen) < len(sent), "several at once"
    records = [record for batch in seen for record in batch]
    assert not any(isinstance(record, ConsumerRecord) for record in records)
    assert {(record.key, record.value) for record in records} == {
        (event.key, event.value) for event in sent
    }
    assert sorted(record.offset for record in records) == sorted(
        offset for end in ends.values() for offset in range(end)
    )
    assert all(isinstance(record.timestamp, int) for record in records)
    assert all(list(record.headers) == [] for record in records)


async def test_wait_next_records_gives_records_and_the_active_partitions(
    apache_worker: Worker,
) -> None:
    found = await consumer_of(apache_worker)._wait_next_records(0.05)
    records, active = found
    assert records == {}
    assert active == consumer_of(apache_worker).assignment()


class Seen:
    """The order of a rebalance as one worker's consumer lives through it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.of: Any = None
        self.order: list[str] = []
        self.rebalancing: list[bool] = []
        self.generations: list[int] = []
        for name in ("stop_flow", "wait_empty", "resume_flow"):
            noting(monkeypatch, BatchConsumer, name, partial(self._note, name))
        kept = BatchConsumer.perform_seek

        async def sought(consumer: BatchConsumer) -> None:
            self._note("perform_seek", consumer)
            await kept(consumer)
            self._note("has sought", consumer)

        monkeypatch.setattr(BatchConsumer, "perform_seek", sought)

    def _note(self, what: str, who: Any) -> None:
        if self.of is None or who is self.of:
            self.order.append(what)
            self.rebalancing.append(who.app.rebalancing)
            self.generations.append(who.app.consumer_generation_id)


async def test_a_rebalance_finishes_what_is_in_hand_then_seeks_and_only_then_lets_flow(
    apache_hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = Seen(monkeypatch)
    async with apache_hall.working() as worker:
        await eventually(lambda: worker.hall.assigned, "the partitions are here")
        app = worker.hall.app
        await eventually(lambda: not app.rebalancing, "the first assignment is over")
        assert seen.order[-3:] == ["perform_seek", "has sought", "resume_flow"]
        seen.of, generation = app.consumer, app.consumer_generation_id
        seen.order.clear()
        seen.rebalancing.clear()
        async with apache_hall.working(data=tmp_path / "second") as second:
            await eventually(
                lambda: second.hall.lanes and worker.hall.lanes and not app.rebalancing,
                "both have partitions",
            )
            # One rebalance or more; each in this order, all of it under the flag.
            whole = ["stop_flow", "wait_empty", "perform_seek", "has sought", "resume_flow"]
            rounds = len(seen.order) // len(whole)
            assert rounds >= 1
            assert seen.order == whole * rounds
            assert all(seen.rebalancing)
            assert app.consumer_generation_id > generation


async def test_positions_are_set_when_no_fetch_is_under_way(
    apache_worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """aiokafka lets a fetch wait through a rebalance: its answer may be the first records
    after the seek, which are dropped as of the old assignment and never asked for again."""
    consumer, transport = consumer_of(apache_worker), apache_worker.hall.transport
    order: list[str] = []
    begun = asyncio.Event()

    async def slow(_: float) -> tuple[dict[TP, list[Any]], set[TP]]:
        order.append("fetch begins")
        begun.set()
        await asyncio.sleep(0.5)
        order.append("fetch ends")
        return {}, set()

    async def nowhere(_: set[TP]) -> dict[TP, int]:
        order.append("positioned")
        return {}

    monkeypatch.setattr(consumer, "_wait_next_records", slow)
    monkeypatch.setattr(transport, "positions", nowhere)
    await begun.wait()
    await consumer.perform_seek()
    assert order[: order.index("positioned") + 1] == ["fetch begins", "fetch ends", "positioned"]


async def test_stopping_finishes_what_is_in_hand_before_the_consumer_is_gone(
    apache_hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    noting(monkeypatch, BatchConsumer, "wait_empty", lambda _: order.append("wait_empty"))
    noting(monkeypatch, BatchConsumerThread, "on_thread_stop", lambda _: order.append("gone"))
    async with apache_hall.working() as worker:
        await eventually(lambda: worker.hall.assigned, "the partitions are here")
        order.clear()
    assert order[0] == "wait_empty"
    assert order[-1] == "gone"


@pytest.mark.parametrize("also_unsettled", [False, True])
async def test_a_join_that_was_passed_over_leaves_a_member_behind_unless_told_otherwise(
    apache_hall: Hall, also_unsettled: bool
) -> None:
    """The topics change while the group takes the consumer in, and it is told to stop."""
    settings = apache_hall.settings
    ensure_topics(Brokers(settings.broker_servers), settings.topic_prefix, settings.partitions)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.broker, group_id=settings.group, enable_auto_commit=False
    )
    await consumer.start()
    coordinator = consumer._coordinator
    if also_unsettled:
        leave_also_unsettled(coordinator)
    send_request = coordinator._send_req
    stopping: list[asyncio.Future[None]] = []

    async def taken_in_and_passed_over(request: Any) -> Any:
        answer = await send_request(request)
        joining = isinstance(request, JoinGroupRequest)
        if joining and answer.error_code == 0 and not stopping:
            consumer.subscribe([apache_hall.topic(OUTCOMES)])
            stopping.append(asyncio.ensure_future(consumer.stop()))
            await asyncio.sleep(0)
        return answer

    coordinator._send_req = taken_in_and_passed_over
    consumer.subscribe([apache_hall.events])
    await eventually(lambda: stopping, "it is in and told to go")
    await stopping[0]
    async with watching(apache_hall) as group:
        assert await group.members() == (0 if also_unsettled else 1)


async def test_topics_without_acks_are_never_committed_by_faust(
    apache_worker: Worker, apache_hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed: list[Any] = []
    noting(monkeypatch, BatchConsumer, "_commit", committed.append)
    async with apache_hall.producing() as producer:
        await apache_hall.recorded(apache_worker, await send(apache_hall, producer, events(50)))
    consumer = consumer_of(apache_worker)
    await consumer.commit()
    for topic in (
        apache_hall.events,
        apache_worker.hall.names.outcomes,
        apache_worker.hall.names.alerts,
    ):
        assert not apache_worker.hall.app.topics.acks_enabled_for(topic)
    assert not any(consumer._acked.values())
    assert not consumer.unacked
    assert committed == []


async def test_call_thread_runs_in_the_consumers_thread_and_gives_the_answer_back(
    apache_worker: Worker,
) -> None:
    async def where(more: int) -> tuple[int, int]:
        return threading.get_ident(), more

    thread, more = await consumer_of(apache_worker)._thread.call_thread(where, 7)
    assert thread != threading.get_ident()
    assert more == 7


async def test_a_reply_of_an_older_assignment_is_dropped(
    apache_worker: Worker, apache_hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records fetched before a rebalance must not pass for records after it."""
    consumer = consumer_of(apache_worker)
    app = apache_worker.hall.app
    record = await _one_record(apache_worker, apache_hall)

    async def older(_: float) -> tuple[dict[TP, list[Any]], set[TP]]:
        monkeypatch.setattr(app, "consumer_generation_id", app.consumer_generation_id + 1)
        return {TP(apache_hall.events, 0): [record]}, set()

    monkeypatch.setattr(consumer, "_wait_next_records", older)
    assert [found async for found in consumer.getmany(0.05)] == []


async def _one_record(apache_worker: Worker, apache_hall: Hall) -> Any:
    seen: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        for lane in apache_worker.hall.lanes.values():
            patch.setattr(lane.inbox, "put", seen.append)
        async with apache_hall.producing() as producer:
            await send(apache_hall, producer, [answered("chat", time.time())])
        await eventually(lambda: seen, "it has come")
    return seen[0][0]
