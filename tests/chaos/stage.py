"""Where a run takes place: a broker, an engine behind HTTP, and a crew, all its own.

Owns their lives, and reading a topic to its end. Called by both runs. Invariant: whatever
was started is gone when the run is over.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from schemas.topics import Topic
from streams.broker.brokers import Brokers
from streams.broker.topics import ensure_topics
from tests.chaos.crew import Crew
from tests.conftest import Broker
from tests.kafka.apache import ApacheKafka
from tests.pipeline.database import Database
from tests.pipeline.hall import Hall
from tests.sinks.served import Served

PARTITIONS = 4


class Stage:
    def __init__(self, hall: Hall, database: Database, crew: Crew) -> None:
        self.hall = hall
        self.database = database
        self.crew = crew

    @property
    def bootstrap(self) -> str:
        return self.hall.settings.broker

    async def read(self, topic: Topic) -> list[ConsumerRecord]:
        """All of it, as its readers see it; of each partition in order."""
        tps = [TopicPartition(self.hall.topic(topic), number) for number in range(PARTITIONS)]
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.bootstrap,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
        )
        found: list[ConsumerRecord] = []
        await consumer.start()
        try:
            consumer.assign(tps)
            ends = await consumer.end_offsets(tps)
            while any([await consumer.position(tp) < ends[tp] for tp in tps]):
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    found += records
        finally:
            await consumer.stop()
        return found


@asynccontextmanager
async def stage(folder: Path, rules: Path, **settings: Any) -> AsyncIterator[Stage]:
    """Everything is up; the crew is ready to start. `settings`: of the workers."""
    kafka, engine = ApacheKafka(folder / "kafka"), Served(folder / "clickhouse")
    crew: Crew | None = None
    try:
        kafka.start()
        engine.start()
        database = Database(engine.dsn("chaos"))
        hall = Hall(Broker("apache", kafka.bootstrap), database, folder, partitions=PARTITIONS)
        ensure_topics(
            Brokers(kafka.bootstrap), hall.settings.topic_prefix, PARTITIONS, say=lambda _: None
        )
        crew = Crew(hall, kafka, engine, folder, rules=rules, **settings)
        yield Stage(hall, database, crew)
    finally:
        for worker in crew.workers if crew else ():
            worker.kill()
        engine.kill()
        kafka.kill()
