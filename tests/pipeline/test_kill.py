"""kill -9 of the worker at five moments of a replay: the rows are those of a quiet run.

Real Kafka; ClickHouse outlives the worker. The moments are random but seeded, and each is
seen to be mid-way. Then the orderly end: SIGTERM finishes, commits, leaves the group.
"""

import random
from pathlib import Path

import pytest

from schemas.topics import EVENTS
from streams.broker.brokers import Brokers
from streams.broker.topics import ensure_topics
from streams.feed import Feed, read_lines
from tests.conftest import Broker
from tests.kafka.apache import ApacheKafka
from tests.pipeline.database import Database
from tests.pipeline.disturbed import PARTITIONS, BusyDay, process_of, same_rows
from tests.pipeline.group import watching
from tests.pipeline.hall import Hall
from tests.pipeline.waiting import eventually

pytestmark = pytest.mark.kafka

KILLS = 5
SEED = 20221014


async def test_killed_five_times_the_rows_are_those_of_an_undisturbed_run(
    apache_kafka: ApacheKafka, busy_day: BusyDay, database: Database, tmp_path: Path
) -> None:
    broker = Broker("apache", apache_kafka.bootstrap)
    hall = Hall(broker, database, tmp_path, partitions=PARTITIONS)
    ensure_topics(Brokers(apache_kafka.bootstrap), hall.settings.topic_prefix, PARTITIONS)
    fed = await Feed(Brokers(apache_kafka.bootstrap), hall.events, PARTITIONS).send(
        read_lines(busy_day.events)
    )
    total = sum(fed.ends.values())
    # Small slices: there are a thousand moments between two effects to be killed in.
    worker = process_of(
        hall, tmp_path / "log", clock="event", rules=busy_day.rules, slice=10, session_seconds=4
    )
    chance = random.Random(SEED)
    with worker:
        for kill in range(KILLS):
            moment = int((kill + chance.random()) / (KILLS + 1) * total)
            await worker.start()
            await eventually(
                lambda moment=moment: sum(worker.next_offsets().values()) > moment,  # type: ignore[misc]
                f"{moment} of {total} events are decided",
            )
            assert sum(worker.next_offsets().values()) < total, "killed mid-way"
            worker.kill()
        await worker.start()
        async with watching(hall) as group:
            await group.finished(fed.ends)
    same_rows(database, busy_day)


async def test_sigterm_ends_a_worker_with_all_committed_and_the_group_left(
    apache_kafka: ApacheKafka, busy_day: BusyDay, database: Database, tmp_path: Path
) -> None:
    broker = Broker("apache", apache_kafka.bootstrap)
    hall = Hall(broker, database, tmp_path, partitions=PARTITIONS)
    with process_of(hall, tmp_path / "log", clock="event", rules=busy_day.rules) as worker:
        await worker.start()
        feed = Feed(Brokers(apache_kafka.bootstrap), hall.events, PARTITIONS)
        fed = await feed.send(read_lines(busy_day.events))
        await eventually(lambda: worker.next_offsets() == fed.ends, "all is decided")
        assert worker.terminate() == 0, worker.tail()
        async with watching(hall) as group:
            # Without waiting for anybody to be missed.
            assert await group.members() == 0
            assert await group.committed(hall.topic(EVENTS)) == fed.ends
            # Rows that were still under way are there after the next start.
            await worker.start()
            await group.finished(fed.ends)
    same_rows(database, busy_day)
