"""Where a run takes place: the broker, and topics filled before anything is measured.

Owns the broker's choice and fresh topics. Called by the runs. Invariant: each measured
program finds all of its load in topics of its own.
"""

import asyncio
import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiokafka import AIOKafkaProducer
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from msgspec import Struct

from schemas.clock import ClockAdvanced
from schemas.topics import EVENTS, topic_name
from streams.broker.brokers import Brokers
from streams.broker.embedded import EmbeddedBroker
from streams.broker.topics import ensure_topics
from tests.bench.load import Told
from tests.kafka.apache import ApacheKafka
from tests.kafka.jars import kafka_version

PARTITIONS = 4

_CLOCK = b"clock"


class _Timed(Struct, frozen=True):
    time: datetime


class Broker(Struct, frozen=True):
    name: str  #: as the report says it
    bootstrap: str
    transactions: bool  #: whether it knows transactions


class Place(Struct, frozen=True):
    """One program's topics. `ends`: of each partition, the offset after the last record."""

    bootstrap: str
    transactions: bool
    partitions: int
    prefix: str
    events: str
    ends: dict[int, int]


class NoBrokerError(Exception):
    """The broker asked for cannot be had here; the message says what to install."""


def usual_broker() -> str:
    """Apache Kafka where it can be fetched and run, else the embedded one."""
    return "apache" if shutil.which("java") and shutil.which("mvn") else "embedded"


@contextmanager
def broker(kind: str, folder: Path) -> Iterator[Broker]:
    """ "apache" or "embedded", for as long as it is needed."""
    if kind == "embedded":
        with EmbeddedBroker(log=folder / "broker.log") as small:
            yield Broker("embedded (Tansu, in memory)", small.bootstrap, False)
        return
    try:
        kafka = ApacheKafka(folder / "kafka")
    except pytest.skip.Exception as absent:
        raise NoBrokerError(f"{absent}, or take --broker embedded") from None
    try:
        kafka.start()
        yield Broker(f"Apache Kafka {kafka_version()}", kafka.bootstrap, True)
    finally:
        kafka.kill()


@contextmanager
def place(at: Broker, load: Sequence[Told], closing: bytes | None = None) -> Iterator[Place]:
    """Fresh topics holding `load`, and in each partition `closing`; deleted afterwards."""
    prefix = f"bench-{uuid.uuid4().hex[:8]}"
    ensure_topics(Brokers(at.bootstrap), prefix, PARTITIONS, say=lambda _: None)
    events = topic_name(prefix, EVENTS)
    try:
        ends = asyncio.run(fill(at.bootstrap, events, load, closing))
        yield Place(at.bootstrap, at.transactions, PARTITIONS, prefix, events, ends)
    finally:
        _delete(at.bootstrap, prefix)


_COMPACTED = {"cleanup.policy": "compact"}


def make_topics(
    place: Place, names: Sequence[str], configs: Mapping[str, str] = _COMPACTED
) -> None:
    """More of the run's own, with as many partitions."""
    admin = KafkaAdminClient(bootstrap_servers=place.bootstrap)
    settings = {
        "num_partitions": place.partitions,
        "replication_factor": 1,
        "configs": dict(configs),
    }
    try:
        admin.create_topics({f"{place.prefix}-{name}": settings for name in names})
    finally:
        admin.close()


def keep_events(place: Place) -> None:
    """For ever, and what is derived from their topic with its settings, too: its records bear the
    events' own time, months ago, and the broker would throw them away at its next round."""
    admin = KafkaAdminClient(bootstrap_servers=place.bootstrap)
    try:
        kept = {"retention.ms": "-1"}
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, place.events, kept)])
    finally:
        admin.close()


def clock_after(load: Sequence[Told]) -> bytes:
    """What `hallwatch replay` ends with: log time moves past every deadline."""
    last = msgspec.json.decode(load[-1].line, type=_Timed)
    event = ClockAdvanced(
        specversion="1.0",
        id="bench-end",
        source="urn:hallwatch:replay",
        subject=_CLOCK.decode(),
        time=last.time + timedelta(days=3),
    )
    return msgspec.json.encode(event)


async def fill(
    bootstrap: str, topic: str, load: Sequence[Told], closing: bytes | None = None
) -> dict[int, int]:
    """Keys decide the partition, as any producer's would. Returns where each ends."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, max_batch_size=256 * 1024, linger_ms=5)
    await producer.start()
    ends: dict[int, int] = {}
    try:
        for start in range(0, len(load), 10_000):
            part = load[start : start + 10_000]
            sent = [await producer.send(topic, told.line, key=told.key) for told in part]
            _note(ends, await asyncio.gather(*sent))
        if closing is not None:
            for partition in range(PARTITIONS):
                sent = [await producer.send(topic, closing, key=_CLOCK, partition=partition)]
                _note(ends, await asyncio.gather(*sent))
    finally:
        await producer.stop()
    return ends


def _note(ends: dict[int, int], sent: list[Any]) -> None:
    for metadata in sent:
        ends[metadata.partition] = max(ends.get(metadata.partition, 0), metadata.offset + 1)


def _delete(bootstrap: str, prefix: str) -> None:
    """Also what the program made itself, such as a changelog."""
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        admin.delete_topics([name for name in admin.list_topics() if prefix in name])
    finally:
        admin.close()
