"""One run: a hall under load, faults one after the other, then the reckoning.

Owns the order and the clock of the faults. Called by the command and the test. Invariant:
the load goes on through every fault, and the reckoning waits until all is recorded.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from msgspec import Struct

from schemas.topics import ALERTS
from streams.broker.topics import ensure_topics
from streams.publish import DECIDED_HEADER
from tests.chaos.compare import Message, Verdict, compare
from tests.chaos.crew import Crew
from tests.chaos.oracle import Truth, truth_of
from tests.chaos.plan import LIMIT_S
from tests.chaos.source import Source
from tests.conftest import Broker
from tests.kafka.apache import ApacheKafka
from tests.pipeline.database import Database
from tests.pipeline.group import watching
from tests.pipeline.hall import Hall
from tests.pipeline.waiting import eventually, eventually_async
from tests.sinks.served import Served

PARTITIONS = 4

#: Until the events of before a fault are decided again.
_RECOVERED_WITHIN_S = 90.0

Say = Callable[[str], None]


class Faults(Struct, frozen=True, kw_only=True):
    """How many of each."""

    kills: int = 50  #: kill -9 of a worker
    rebalances: int = 10  #: a worker joins, or leaves in order
    pauses: int = 5  #: SIGSTOP past the session timeout
    broker_restarts: int = 3
    clickhouse_cuts: int = 3

    @property
    def total(self) -> int:
        return sum(msgspec.structs.astuple(self))


class Report(Struct, frozen=True):
    """What came of it. Seconds on the wall clock."""

    seed: int
    faults: Faults
    events: int
    journeys: int
    alerts: int  #: messages
    seconds: float
    slowest_s: float  #: from a fault until all partitions decide again
    slowest: str
    died: int  #: workers that ended by themselves
    verdict: Verdict


async def run(seed: int, faults: Faults, per_second: float, folder: Path, say: Say) -> Report:
    """Raises AssertionError when something does not come back at all."""
    chance = random.Random(seed)
    started = time.monotonic()
    kafka, engine = ApacheKafka(folder / "kafka"), Served(folder / "clickhouse")
    try:
        kafka.start()
        engine.start()
        database = Database(engine.dsn("chaos"))
        hall = Hall(Broker("apache", kafka.bootstrap), database, folder, partitions=PARTITIONS)
        ensure_topics(kafka.bootstrap, hall.settings.topic_prefix, PARTITIONS, say=lambda _: None)
        crew = Crew(hall, kafka, engine, folder)
        source = Source(kafka.bootstrap, hall.events, seed, per_second)
        await crew.start()
        flowing = asyncio.create_task(source.run())
        await eventually(lambda: len(crew.decided()) == PARTITIONS, "all partitions are decided")
        slowest = await _disturb(crew, source, faults, chance, say)
        source.stop()
        await flowing
        truth = truth_of(source.sent)
        await _all_recorded(hall, database, source, truth)
        messages = await _messages(hall)
        await crew.stop()
        verdict = compare(truth, source.bad, database, messages)
        return Report(
            seed,
            faults,
            len(source.sent) + source.copies + len(source.bad),
            len(truth.journeys),
            len(messages),
            time.monotonic() - started,
            slowest[0],
            slowest[1],
            crew.died,
            verdict,
        )
    finally:
        for worker in crew.workers if "crew" in locals() else ():
            worker.kill()
        engine.kill()
        kafka.kill()


async def _disturb(
    crew: Crew, source: Source, faults: Faults, chance: random.Random, say: Say
) -> tuple[float, str]:
    """Each fault waits until the one before it is over, or, one time in four, does not."""
    acts: Mapping[str, tuple[int, Callable[[random.Random], Awaitable[None]]]] = {
        "kill -9": (faults.kills, crew.kill),
        "join or leave": (faults.rebalances, crew.rebalance),
        "pause": (faults.pauses, crew.pause),
        "broker restart": (faults.broker_restarts, crew.restart_broker),
        "ClickHouse cut": (faults.clickhouse_cuts, crew.cut_clickhouse),
    }
    names = [name for name, (count, _) in acts.items() for _ in range(count)]
    chance.shuffle(names)
    slowest = (0.0, "none")
    for number, name in enumerate(names, 1):
        await asyncio.sleep(chance.uniform(0.2, 2.0))
        at = time.monotonic()
        await acts[name][1](chance)
        await crew.make_up()
        if chance.random() < 0.25 and number < len(names):
            say(f"{number:3} of {len(names)}  {name}")
            continue
        ends = dict(source.ends)
        await _until_decided(crew, ends, name)
        took = time.monotonic() - at
        slowest = max(slowest, (took, name))
        say(f"{number:3} of {len(names)}  {name}: deciding again {took:.1f} s after it began")
    return slowest


async def _until_decided(crew: Crew, ends: dict[int, int], after: str) -> None:
    give_up_at = time.monotonic() + _RECOVERED_WITHIN_S
    while True:
        reached = await asyncio.to_thread(crew.decided)
        if all(reached[number] >= end for number, end in ends.items()):
            return
        tails = "\n".join(worker.tail() for worker in crew.workers if worker.log.exists())
        assert time.monotonic() < give_up_at, f"not recovered from {after}: {ends}\n{tails}"
        await crew.make_up()
        await asyncio.sleep(0.1)


async def _all_recorded(hall: Hall, database: Database, source: Source, truth: Truth) -> None:
    async with watching(hall) as group:
        await group.finished(source.ends)
        # Whoever was never answered is in breach when the limit has passed.
        overdue = sum(clock.status == "waiting-late" for clock in truth.clocks.values())
        await asyncio.sleep(LIMIT_S)

        async def all_overdue() -> bool:
            counted = await asyncio.to_thread(
                database.one,
                "SELECT toInt32(count()) AS late FROM verdicts_now WHERE status = 'waiting-late'",
            )
            return bool(counted["late"] == overdue)

        with suppress(AssertionError):  # the reckoning says who is not
            await eventually_async(all_overdue, "everybody overdue is recorded as such")
        await group.finished(source.ends)


async def _messages(hall: Hall) -> list[Message]:
    """The whole alerts topic, as its readers see it."""
    tps = [TopicPartition(hall.topic(ALERTS), number) for number in range(PARTITIONS)]
    consumer = AIOKafkaConsumer(
        bootstrap_servers=hall.settings.broker,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
    )
    found = []
    await consumer.start()
    try:
        consumer.assign(tps)
        ends = await consumer.end_offsets(tps)
        while any([await consumer.position(tp) < ends[tp] for tp in tps]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                found += [_message(record) for record in records]
    finally:
        await consumer.stop()
    return found


def _message(record: ConsumerRecord) -> Message:
    told = msgspec.json.decode(record.value or b"")
    alert = told["data"]
    return Message(
        told["id"],
        str(told["type"]).removeprefix("hall.alert."),
        str(told["subject"]),
        str(alert["promise"]),
        str(alert["journey"]),
        int(dict(record.headers)[DECIDED_HEADER]),
    )
