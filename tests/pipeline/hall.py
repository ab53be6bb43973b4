"""A deployment of a test's own, with its worker in this process: settings, topics, rules.

Called by the tests of this folder. Invariant: two halls share servers, nothing else.
"""

import asyncio
import re
import uuid
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer, ConsumerRecord, TopicPartition
from msgspec.structs import replace

from schemas.topics import EVENTS, Topic, topic_name
from streams.rules.load import SHIPPED
from streams.settings import Settings
from streams.worker import Worker
from tests.brokers.streams import consuming, producing
from tests.conftest import Broker
from tests.pipeline.chats import Sent
from tests.pipeline.database import Database
from tests.pipeline.waiting import DEADLINE_S

PARTITIONS = 4


class Hall:
    """Where a test's events go in and its outcomes come out."""

    def __init__(self, broker: Broker, database: Database, folder: Path, **settings: Any) -> None:
        prefix = f"t{uuid.uuid4().hex[:12]}"
        self.database = database
        self.settings = Settings(
            **{
                "broker": broker.bootstrap,
                "transactions": broker.kind != "embedded",
                "clickhouse": database.dsn,
                "topic_prefix": prefix,
                "group": prefix,
                "partitions": PARTITIONS,
                # The embedded broker lets nobody in before half of it has passed.
                "session_seconds": 4 if broker.kind == "embedded" else 10,
                "data": folder / "data",
                "wall_port": -1,
                "language": "en",
                **settings,
            }
        )

    def topic(self, topic: Topic) -> str:
        return topic_name(self.settings.topic_prefix, topic)

    @property
    def events(self) -> str:
        return self.topic(EVENTS)

    @asynccontextmanager
    async def working(self, **changed: Any) -> AsyncIterator[Worker]:
        """A worker while the block runs; if it fails, so does the block."""
        async with Worker(replace(self.settings, **changed)) as worker:
            yield worker
            worker.stop()
            await worker.stopped()

    @asynccontextmanager
    async def producing(self) -> AsyncIterator[AIOKafkaProducer]:
        async with producing(self.settings.broker) as producer:
            yield producer

    async def recorded(self, worker: Worker, ends: dict[int, int]) -> None:
        """Until all before `ends` is decided, and every row of it is in ClickHouse."""
        async with asyncio.timeout(DEADLINE_S):
            await worker.hall.recorded(ends)
            await worker.writer.flush()

    async def read(self, topic: Topic, count: int) -> list[ConsumerRecord]:
        """All records of a topic, once there are `count` of them or more."""
        taken: list[ConsumerRecord] = []
        async with consuming(self.settings.broker) as consumer, asyncio.timeout(DEADLINE_S):
            tps = [TopicPartition(self.topic(topic), p) for p in range(self.settings.partitions)]
            consumer.assign(tps)
            await consumer.seek_to_beginning(*tps)
            more = True
            while more or len(taken) < count:
                found = await consumer.getmany(timeout_ms=200)
                taken += [record for records in found.values() for record in records]
                ends = await consumer.end_offsets(tps)
                # The embedded broker may tell an end short of the true one, hence `found`.
                more = bool(found) or any([await consumer.position(tp) < ends[tp] for tp in tps])
        return taken


async def send(
    hall: Hall, producer: AIOKafkaProducer, records: Iterable[Sent], stamped: bool = False
) -> dict[int, int]:
    """Sends in order; `stamped`: the broker's time of a record is when it happened.

    Returns the offset after the last record of each partition written to.
    """
    sent = [
        await producer.send(
            hall.events,
            record.value,
            key=record.key,
            timestamp_ms=int(record.at * 1000) if stamped else None,
        )
        for record in records
    ]
    ends: dict[int, int] = {}
    for metadata in await asyncio.gather(*sent):
        ends[metadata.partition] = max(ends.get(metadata.partition, 0), metadata.offset + 1)
    return ends


#: The promises whose clocks the oracles of these tests compute by themselves.
CLOCKS = (
    "online-first-response",
    "appointment-wait-general",
    "appointment-wait-complex",
    "counter-filing",
    "walk-in-wait",
)


def rules_with(folder: Path, **rules: tuple[str, str]) -> Path:
    """The shipped rules of `CLOCKS`, but of some promises (`online_first_response`) another
    limit and warning ("" for none)."""
    shipped = (SHIPPED / "promises.toml").read_text(encoding="utf-8")
    head, *promises = re.split(r"^\[\[promise\]\]\n", shipped, flags=re.MULTILINE)
    kept = [one for one in promises if one.partition('"')[2].partition('"')[0] in CLOCKS]
    assert len(kept) == len(CLOCKS)
    text = head + "".join(f"[[promise]]\n{one}" for one in kept)
    for name, (limit, warn) in rules.items():
        promise = re.compile(
            rf'(id = "{name.replace("_", "-")}"[^§]*?since = 1970-01-01\n)'
            r"(?:(?:limit|warn) = .*\n)*"
        )
        lines = f'limit = "{limit}"\n' + (f'warn = "{warn}"\n' if warn else "")
        text, found = promise.subn(rf"\g<1>{lines}", text)
        assert found == 1, name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "promises.toml").write_text(text, encoding="utf-8")
    # Nor do they know of forecasts; the test of those switches them on.
    (folder / "forecast.toml").write_text("on = false\n", encoding="utf-8")
    return folder
