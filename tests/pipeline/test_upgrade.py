"""A worker over the state topic of another version: an earlier one's is resumed, a later one's
refused in one sentence."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from schemas.topics import ALERTS, STATE
from streams.broker.brokers import Brokers
from streams.broker.topics import ensure_topics
from streams.core.state import FORMAT, Position, StateRecord, encode_position
from tests.conftest import Broker
from tests.core.earlier import FILES, MORNING, records
from tests.kafka.apache import ApacheKafka
from tests.pipeline.command import hallwatch
from tests.pipeline.database import Database
from tests.pipeline.hall import Hall
from tests.pipeline.wire import wire

pytestmark = pytest.mark.kafka

RULES = Path(__file__).parents[1] / "core" / "rules"

#: Of the morning, that stands in the log before the offset the state goes on from.
HEARD = sum(len(story.events) for story in MORNING)


@pytest.fixture
def hall(apache_kafka: ApacheKafka, database: Database, tmp_path: Path) -> Hall:
    """Of one partition, on the story's time."""
    broker = Broker("apache", apache_kafka.bootstrap)
    hall = Hall(broker, database, tmp_path, partitions=1, rules=RULES, clock="event")
    ensure_topics(Brokers(hall.settings.broker), hall.settings.topic_prefix, 1, replication=1)
    return hall


async def write_state(hall: Hall, state: Sequence[StateRecord]) -> None:
    async with hall.producing() as producer:
        for key, value in state:
            await producer.send_and_wait(hall.topic(STATE), value, key=key, partition=0)


async def write_events(hall: Hall, told: Sequence[tuple[bytes, bytes]]) -> int:
    """Keys and values; where the log ends then."""
    async with hall.producing() as producer:
        sent = [await producer.send(hall.events, value, key=key) for key, value in told]
        last = (await asyncio.gather(*sent))[-1]
    return int(last.offset) + 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_a_worker_resumes_the_state_of_an_earlier_version(path: Path, hall: Hall) -> None:
    """What was read before is not read again: in its place stands what nobody could read."""
    await write_state(hall, records(path))
    end = await write_events(
        hall,
        [
            *[(b"A1", b"read long ago")] * HEARD,
            wire("ticket.called", "10:14", "A1", section="counters", counter="W1"),
            wire("assist.message", "10:12", "C1", section="desk", author="human"),
        ],
    )
    async with hall.working() as worker:
        await hall.recorded(worker, {0: end})
    found = hall.database.ask("SELECT promise, journey, duration_ms FROM verdicts_now")
    measured = {(row["promise"], row["journey"], row["duration_ms"]) for row in found}
    assert ("appointment-wait-general", "A1", 14 * 60_000) in measured
    assert ("online-first-response", "C1", 690_000) in measured
    assert hall.database.ask("SELECT count() AS n FROM dead_letters_now") == [{"n": 0}]
    closed = [msgspec.json.decode(record.value)["id"] for record in await hall.read(ALERTS, 2)]
    assert {"appointment-wait-general/A1/1/closed", "online-first-response/C1/1/closed"} <= {
        *closed
    }


async def test_state_of_a_later_version_is_refused_and_left_as_it_is(hall: Hall) -> None:
    later = encode_position(Position(format=FORMAT + 1, next_offset=3))
    await write_state(hall, [later])
    ran = await asyncio.to_thread(
        hallwatch,
        "worker",
        broker=hall.settings.broker,
        clickhouse=hall.settings.clickhouse,
        topic_prefix=hall.settings.topic_prefix,
        group=hall.settings.group,
        partitions=1,
        data=hall.settings.data,
        wall_port=-1,
        log_level="ERROR",
    )
    assert ran.returncode == 2, ran.stderr
    (sentence,) = [line for line in ran.stderr.splitlines() if line.startswith("hallwatch ")]
    assert f"has format {FORMAT + 1}, written by a later hallwatch" in sentence
    assert f"reads up to {FORMAT}: run the version that wrote it" in sentence
    first, *others = [(record.key, record.value) for record in await hall.read(STATE, 1)]
    assert first == later
    assert {key for key, _ in others} <= {b"claim"}, "nothing but that it was looked at"
