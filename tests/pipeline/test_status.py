"""/healthz, /readyz and /metrics of a worker without a wall: alive from the first moment,
ready when its partitions are open and its sinks take what it has, and saying what it waits for.
"""

import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import msgspec
import pytest

from streams.broker.embedded import free_port
from tests.conftest import Broker
from tests.outages.door import Door
from tests.pipeline.chats import requested
from tests.pipeline.command import WorkerProcess
from tests.pipeline.database import Database
from tests.pipeline.disturbed import process_of
from tests.pipeline.hall import Hall, send
from tests.pipeline.waiting import eventually
from tests.sinks.served import Served


def page(port: int, path: str) -> tuple[int, bytes]:
    """0 while nobody listens."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b""


def readiness(port: int) -> tuple[int, Any]:
    status, body = page(port, "/readyz")
    return status, msgspec.json.decode(body) if body else None


def worker_of(hall: Hall, folder: Path, port: int, **settings: object) -> WorkerProcess:
    transactions = str(hall.settings.transactions).lower()
    return process_of(
        hall,
        folder / "log",
        wall_port=-1,
        status_port=port,
        transactions=transactions,
        session_seconds=hall.settings.session_seconds,
        **settings,
    )


async def test_a_worker_says_when_it_is_ready_and_what_it_waits_for(
    broker: Broker, database: Database, clickhouse_server: Served, tmp_path: Path
) -> None:
    hall, port = Hall(broker, database, tmp_path), free_port()
    door = Door(clickhouse_server.port)
    await door.open()
    address = f"http://127.0.0.1:{door.port}/{database.dsn.rpartition('/')[2]}"
    try:
        with worker_of(hall, tmp_path, port, clickhouse=address) as worker:
            worker.launch()
            await eventually(lambda: readiness(port)[0] == 200, "it is ready")
            ready = {"ready": True, "partitions": [0, 1, 2, 3], "waits_for": []}
            assert readiness(port)[1] == ready
            assert page(port, "/healthz") == (200, b"ok\n")

            await door.shut()
            async with hall.producing() as producer:
                await send(hall, producer, [requested("chat-1", 1_700_000_000.0)])
            await eventually(lambda: readiness(port)[0] == 503, "it is not")
            (why,) = readiness(port)[1]["waits_for"]
            assert why.startswith("ClickHouse: ")
            # Closed, if the worker was just connecting when the door was shut.
            assert "connection refused" in why or "connection closed" in why
            assert page(port, "/healthz")[0] == 200, "nobody should restart it for that"
            assert b"hallwatch_waiting_bytes" in page(port, "/metrics")[1]

            await door.open()
            await eventually(lambda: readiness(port) == (200, ready), "it is ready again")
            assert worker.terminate() == 0, worker.tail()
    finally:
        await door.close()


async def test_a_worker_that_waits_for_its_broker_is_alive_and_not_ready(tmp_path: Path) -> None:
    port = free_port()
    nowhere = Broker("apache", f"127.0.0.1:{free_port()}")
    hall = Hall(nowhere, Database(f"chdb://{tmp_path / 'clickhouse'}"), tmp_path)
    with worker_of(hall, tmp_path, port) as worker:
        worker.launch()
        await eventually(lambda: page(port, "/healthz")[0] == 200, "it is alive")
        status, said = readiness(port)
        assert status == 503
        assert said["partitions"] == []
        assert said["waits_for"][0].startswith("partitions: ")
        assert page(port, "/metrics")[0] == 200


@pytest.mark.kafka
async def test_of_two_workers_with_one_partition_the_idle_one_is_ready_too(
    apache_kafka: Any, database: Database, tmp_path: Path
) -> None:
    broker = Broker("apache", apache_kafka.bootstrap)
    hall = Hall(broker, database, tmp_path, partitions=1)
    ports = [free_port(), free_port()]
    (tmp_path / "b").mkdir()
    with (
        worker_of(hall, tmp_path, ports[0]) as one,
        worker_of(hall, tmp_path / "b", ports[1]) as two,
    ):
        one.launch()
        two.launch()
        await eventually(
            lambda: [readiness(port)[0] for port in ports] == [200, 200], "both are ready"
        )
        had = [readiness(port)[1]["partitions"] for port in ports]
        assert sorted(had) == [[], [0]]
        assert (one.terminate(), two.terminate()) == (0, 0)
