"""Several workers of one group on real Kafka: they share, one joins, one leaves, mid-feed.

Each partition is decided by exactly one of them at a time, and the rows are those of a
quiet run of one.
"""

import asyncio
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

import pytest

from streams.broker.brokers import Brokers
from streams.broker.topics import ensure_topics
from streams.feed import Feed, read_lines
from tests.conftest import Broker
from tests.kafka.apache import ApacheKafka
from tests.pipeline.command import WorkerProcess
from tests.pipeline.database import Database
from tests.pipeline.disturbed import PARTITIONS, BusyDay, process_of, same_rows
from tests.pipeline.group import watching
from tests.pipeline.hall import Hall
from tests.pipeline.waiting import eventually

pytestmark = pytest.mark.kafka

#: The day's twenty-four hours go by in about half a minute, and not before all came and left.
SPEED = 24 * 3600 / 30


def shared_out(workers: list[WorkerProcess]) -> bool:
    """Every worker has something to do, and each partition one worker."""
    had = [list(worker.next_offsets()) for worker in workers]
    return all(had) and sorted(chain.from_iterable(had)) == list(range(PARTITIONS))


async def test_workers_share_join_and_leave_and_the_rows_are_those_of_one(
    apache_kafka: ApacheKafka, busy_day: BusyDay, database: Database, tmp_path: Path
) -> None:
    broker = Broker("apache", apache_kafka.bootstrap)
    hall = Hall(broker, database, tmp_path, partitions=PARTITIONS)
    ensure_topics(Brokers(apache_kafka.bootstrap), hall.settings.topic_prefix, PARTITIONS)
    feed = Feed(Brokers(apache_kafka.bootstrap), hall.events, PARTITIONS)
    with ExitStack() as stack:
        one, two, three = (
            stack.enter_context(
                process_of(
                    hall,
                    tmp_path / f"log-{number}",
                    data=tmp_path / f"data-{number}",
                    clock="event",
                    rules=busy_day.rules,
                    slice=50,
                )
            )
            for number in range(3)
        )
        await asyncio.gather(one.start(), two.start())
        await eventually(lambda: shared_out([one, two]), "two share the partitions")
        feeding = asyncio.create_task(feed.send(read_lines(busy_day.events), SPEED))
        await eventually(
            lambda: all(offset > 0 for offset in one.next_offsets().values()),
            "the first has decided something in each of its partitions",
        )
        await three.start()
        await eventually(lambda: shared_out([one, two, three]), "three share the partitions")
        assert not feeding.done(), "the third joined mid-feed"
        assert one.terminate() == 0, one.tail()
        await eventually(lambda: shared_out([two, three]), "the other two took over")
        fed = await feeding
        async with watching(hall) as group:
            await group.finished(fed.ends)
    same_rows(database, busy_day)
