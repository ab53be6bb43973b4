"""One outage: a hall under load, something goes away, comes back, and the books are settled.

Owns the order of things. Called by the command and by the tests. Invariant: whatever is
said to go on during the outage has happened before it ends.
"""

import asyncio
import re
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiokafka import AIOKafkaProducer
from msgspec import Struct

from schemas.topics import ALERTS, EVENTS
from streams.broker.brokers import Brokers
from streams.broker.topics import ensure_topics
from tests.conftest import Broker
from tests.outages.books import Books, settled
from tests.outages.chats import (
    EVENTS_PER_CHAT,
    EVENTS_PER_LONG_CHAT,
    LIMIT_S,
    Chats,
    Line,
)
from tests.outages.door import Door
from tests.outages.watching import Alerts, Memory
from tests.outages.webhook import Trouble, Webhook
from tests.pipeline.command import WorkerProcess
from tests.pipeline.database import Database
from tests.pipeline.disturbed import process_of
from tests.pipeline.group import watching
from tests.pipeline.hall import Hall, rules_with
from tests.pipeline.waiting import eventually, eventually_async
from tests.sinks.served import Served

PROMISE, CLOSED = "online-first-response", "hall.alert.closed"

_TICK_S = 0.05
_POUR_AT_ONCE = 10_000

#: A line of the worker's log that somebody should read; alerts go there, too.
_TROUBLE = re.compile(r"^\S+ \S+ (WARNING|ERROR) (?!sinks\.channels: )|^Traceback")


class Outage(Struct, frozen=True, kw_only=True):
    """What goes away, and for how long."""

    clickhouse: str = ""  #: "refuses" or "hangs"
    webhook: Trouble | None = None
    from_start: bool = False
    before_s: float = 30.0  #: all is well
    away_s: float = 600.0
    per_second: float = 1000.0  #: events, all the time
    warm: int = 0  #: events more before it, as fast as the broker takes them ...
    bulk: int = 0  #: ... and during it
    slow_every: int = 10  #: of the chats


class Report(Struct, frozen=True, kw_only=True):
    """How it went. Memory in MiB, of the worker."""

    events: int
    away_s: float
    paged_for: int  #: chats whose opening and closing were in the topic before it ended
    slowest_alert_s: float
    memory_before: float
    memory_grown: float
    recovered_s: float  #: from its end until all rows decided during it are recorded
    log_lines: int  #: at WARNING and above
    books: Books
    messages: Counter[str]  #: of the topic: how often each id
    delivered: Counter[str]  #: of the webhook

    @property
    def said_twice(self) -> int:
        """Messages that are in the topic, or reached the webhook, more than once."""
        return sum(count - 1 for count in (*self.messages.values(), *self.delivered.values()))

    @property
    def not_delivered(self) -> int:
        """Messages of the topic that the webhook has not; one it has and nobody sent counts."""
        return len(self.messages.keys() ^ self.delivered.keys())

    def all_well(self, bound_mib: float) -> bool:
        books = self.books
        wrong = books.lost or books.doubled or books.wrong or self.said_twice or self.not_delivered
        return not wrong and self.memory_grown < bound_mib


class Scene:
    """Everything that takes part."""

    def __init__(self, hall: Hall, worker: WorkerProcess, webhook: Webhook, door: Door) -> None:
        self.hall = hall
        self.worker = worker
        self.webhook = webhook
        self.door = door
        self.ends: dict[int, int] = {}
        self.alerts = Alerts(hall.settings.broker, hall.topic(ALERTS), hall.settings.partitions)

    async def go_away(self, outage: Outage) -> None:
        if outage.clickhouse == "refuses":
            await self.door.shut()
        elif outage.clickhouse == "hangs":
            await self.door.lead_nowhere()
        if outage.webhook is not None:
            await self.webhook.get_into(outage.webhook)

    async def come_back(self, outage: Outage) -> None:
        # Only what was away: opening a door again cuts off who is within.
        if outage.clickhouse:
            await self.door.open()
        if outage.webhook is not None:
            await self.webhook.recover()

    async def send(self, producer: AIOKafkaProducer, lines: list[Line]) -> None:
        """In order, each partition's as one batch, acknowledged."""
        for number in range(self.hall.settings.partitions):
            batch = producer.create_batch()
            for line in lines:
                if line.partition == number:
                    key = line.chat.encode()
                    taken = batch.append(key=key, value=line.value, timestamp=None)
                    assert taken is not None, "the batch is full"
            if batch.record_count():
                batch.close()
                sent = await producer.send_batch(batch, self.hall.events, partition=number)
                count = batch.record_count()
                self.ends[number] = (await sent).offset + count


@asynccontextmanager
async def scene(kafka: str, clickhouse: Served, folder: Path) -> AsyncIterator[Scene]:
    """A deployment of its own, its worker not started yet."""
    door, webhook = Door(clickhouse.port), Webhook()
    await door.open()
    await webhook.start()
    name = f"t{uuid.uuid4().hex[:12]}"
    # What is asked in the end goes round the door, which needs the loop to pass.
    seen = Database(clickhouse.dsn(name))
    hall = Hall(Broker("apache", kafka), seen, folder)
    rules = rules_with(folder / "rules", online_first_response=(f"{LIMIT_S:.0f} s", ""))
    worker = process_of(
        hall,
        folder / "worker.log",
        clickhouse=f"http://127.0.0.1:{door.port}/{name}",
        rules=rules,
        webhook=webhook.url,
    )
    try:
        with worker:
            yield Scene(hall, worker, webhook, door)
    finally:
        seen.close()
        await webhook.stop()
        await door.close()


class Feeding:
    """Chats that go on all the time, begun at a steady pace."""

    def __init__(self, scene: Scene, producer: AIOKafkaProducer, outage: Outage) -> None:
        self.chats = Chats(scene.hall.settings.partitions, outage.slow_every)
        self._scene = scene
        self._producer = producer
        self._gap_s = EVENTS_PER_CHAT / outage.per_second
        self._goes_on = True
        self._task = asyncio.create_task(self._feed(), name="feeding")

    async def pour(self, events: int) -> None:
        """So many more, as fast as they go."""
        for _ in range(0, events, _POUR_AT_ONCE):
            count = min(_POUR_AT_ONCE, events) // EVENTS_PER_LONG_CHAT
            lines = [line for _ in range(count) for line in self.chats.at_once()]
            await self._scene.send(self._producer, lines)
            await asyncio.sleep(0)

    async def end(self) -> None:
        """No new chats; those under way come to their end."""
        self._goes_on = False
        await self._task

    def check(self) -> None:
        if self._task.done():
            self._task.result()

    async def _feed(self) -> None:
        begin_at = time.time()
        while self._goes_on or self.chats.under_way:
            now = time.time()
            while self._goes_on and begin_at <= now:
                self.chats.begin(begin_at)
                begin_at += self._gap_s
            await self._scene.send(self._producer, list(self.chats.until(now)))
            await asyncio.sleep(_TICK_S)


async def run(scene: Scene, outage: Outage) -> Report:
    """Raises AssertionError when something does not go on that has to, or never comes."""
    hall, alerts = scene.hall, scene.alerts
    ensure_topics(
        Brokers(hall.settings.broker), hall.settings.topic_prefix, hall.settings.partitions
    )
    if outage.from_start:
        await scene.go_away(outage)
    await scene.worker.start()
    memory = Memory(scene.worker.pid)
    async with hall.producing() as producer, alerts.followed(), watching(hall) as group:
        feeding = Feeding(scene, producer, outage)
        truth = feeding.chats.truth

        async def decided() -> None:
            ends = dict(scene.ends)

            async def reached() -> bool:
                feeding.check()
                offsets = await group.committed(hall.topic(EVENTS))
                return all(offsets[number] >= end for number, end in ends.items())

            await eventually_async(reached, "all that was sent is decided")

        async def paged(told: Callable[[], list[str]], what: str) -> None:
            late = set(truth.late)
            await eventually(lambda: late <= set(told()), what)

        async def told_all(chats: set[str]) -> None:
            ids = {f"{PROMISE}/{chat}/1" for chat in chats}
            await eventually(
                lambda: ids <= {h.alert for h in scene.webhook.heard if h.type == CLOSED},
                "the webhook has been told",
            )

        await asyncio.sleep(outage.before_s)
        if outage.warm:
            # Nobody is paged for what is found in a backlog, so nobody waits in one.
            feeding.chats.slow_every = 0
            await paged(lambda: alerts.closed, "the slow chats are closed")
            await feeding.pour(outage.warm)
            await decided()
            if not outage.from_start:
                ends = await group.outcomes_ends()
                await eventually_async(lambda: group.recorded(ends), "it is recorded")
            feeding.chats.slow_every = outage.slow_every
        memory_before = memory.now()
        if not outage.from_start:
            await scene.go_away(outage)
        away_at = time.monotonic()
        async with memory.sampled():
            if outage.bulk:
                feeding.chats.slow_every = 0
                await paged(lambda: alerts.closed, "the slow chats are closed")
                await feeding.pour(outage.bulk)
                await decided()
                feeding.chats.slow_every = outage.slow_every
            late_before = len(truth.late)
            alerts.slowest_s = 0.0
            await asyncio.sleep(outage.away_s)
            feeding.check()
            await eventually(lambda: len(truth.late) > late_before, "somebody is late meanwhile")
            await paged(lambda: alerts.breached, "openings go on")
            await paged(lambda: alerts.closed, "closings go on")
            if outage.webhook is None:
                await told_all(truth.late)
            paged_for, slowest_s = len(truth.late) - late_before, alerts.slowest_s
            away_s = time.monotonic() - away_at
            grown = memory.peak - memory_before
            await scene.come_back(outage)
        back_at = time.monotonic()
        ends = await group.outcomes_ends()
        await eventually_async(lambda: group.recorded(ends), "what waited is recorded")
        recovered_s = time.monotonic() - back_at
        await feeding.end()
        await decided()
        await group.finished(dict(scene.ends))
        await paged(lambda: alerts.closed, "the last closings")
        await told_all(truth.late)
        assert scene.worker.terminate() == 0, scene.worker.tail()
        books = await asyncio.to_thread(settled, hall.database, truth)
    said = [line for line in scene.worker.text().splitlines() if _TROUBLE.search(line)]
    return Report(
        events=sum(truth.events.values()),
        away_s=away_s,
        paged_for=paged_for,
        slowest_alert_s=slowest_s,
        memory_before=memory_before,
        memory_grown=grown,
        recovered_s=recovered_s,
        log_lines=len(said),
        books=books,
        messages=Counter(alerts.ids),
        delivered=Counter(heard.id for heard in scene.webhook.heard),
    )
