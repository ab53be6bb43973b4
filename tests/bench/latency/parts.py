"""A producer and a worker, each for as long as a block lasts.

Called by every measurement here. Invariant: the worker is the product's command on the wall
clock, with the shipped promises.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiokafka import AIOKafkaProducer

from streams.broker.embedded import free_port
from tests.bench.latency.hearing import until
from tests.bench.pinned import ROOT, Cores, Pinned
from tests.bench.place import Place
from tests.bench.watch import fetched
from tests.bench.worker_run import worker_on

#: The hall's sections, open round the clock, and people who are reached by the log alone.
_HALL = ROOT / "streams" / "simulator" / "rules"

_START_WITHIN_S = 120.0


@asynccontextmanager
async def producing(where: Place) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(
        bootstrap_servers=where.bootstrap,
        acks="all",
        max_batch_size=7 * 1024 * 1024,
        max_request_size=8 * 1024 * 1024,
    )
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


@asynccontextmanager
async def working(
    where: Place, cores: Cores, folder: Path, dsn: str
) -> AsyncIterator[tuple[Pinned, str]]:
    """A worker that is ready, and where its wall is."""
    rules = folder / "all-rules"
    rules.mkdir(exist_ok=True)
    port = free_port()
    for name in ("sections.toml", "people.toml"):
        shutil.copy(_HALL / name, rules)
    more = {"HALLWATCH_CLOCK": "wall", "HALLWATCH_RULES": str(rules)}
    worker = worker_on(where, cores, folder, dsn, port, more)
    url = f"http://127.0.0.1:{port}"
    try:
        if not await until(lambda: fetched(f"{url}/readyz") is not None, _START_WITHIN_S):
            raise worker.trouble("is not ready")
        yield worker, url
        worker.must_run()
    finally:
        worker.child.kill()
