"""Where a run takes place: the broker, and topics filled before anything is measured.

Owns the broker's choice and fresh topics. Called by the runs. Invariant: each measured
program finds the whole load in its own topics, written by `streams.feed`.
"""

import asyncio
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kafka import KafkaAdminClient
from msgspec import Struct

from schemas.topics import EVENTS, topic_name
from streams.broker.embedded import EmbeddedBroker
from streams.broker.topics import ensure_topics
from streams.feed import Feed
from tests.bench.load import Told
from tests.kafka.apache import ApacheKafka
from tests.kafka.jars import kafka_version

PARTITIONS = 4


class Broker(Struct, frozen=True):
    name: str  #: as the report says it
    bootstrap: str
    idempotent: bool  #: whether it knows idempotent producers


class Place(Struct, frozen=True):
    """One program's topics. `ends`: of each partition, the offset after the last record."""

    bootstrap: str
    idempotent: bool
    partitions: int
    prefix: str
    events: str
    ends: dict[int, int]


@contextmanager
def broker(kind: str, folder: Path) -> Iterator[Broker]:
    """ "apache" or "embedded", for as long as it is needed."""
    if kind == "embedded":
        with EmbeddedBroker(log=folder / "broker.log") as small:
            yield Broker("embedded (Tansu, in memory)", small.bootstrap, False)
        return
    kafka = ApacheKafka(folder / "kafka")
    try:
        kafka.start()
        yield Broker(f"Apache Kafka {kafka_version()}", kafka.bootstrap, True)
    finally:
        kafka.kill()


@contextmanager
def place(at: Broker, load: Sequence[Told]) -> Iterator[Place]:
    """Fresh topics holding `load`; deleted afterwards."""
    prefix = f"bench-{uuid.uuid4().hex[:8]}"
    ensure_topics(at.bootstrap, prefix, PARTITIONS, say=lambda _: None)
    events = topic_name(prefix, EVENTS)
    feed = Feed(at.bootstrap, events, PARTITIONS)
    fed = asyncio.run(feed.send(told.line for told in load))
    try:
        yield Place(at.bootstrap, at.idempotent, PARTITIONS, prefix, events, fed.ends)
    finally:
        _delete(at.bootstrap, prefix)


def _delete(bootstrap: str, prefix: str) -> None:
    """Also what the program made itself, such as a changelog."""
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        admin.delete_topics([name for name in admin.list_topics() if name.startswith(prefix)])
    finally:
        admin.close()
