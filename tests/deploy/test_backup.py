"""docs/operate.md's backup, tried: Kafka's folder copied while it is stopped, then ClickHouse's
BACKUP; both restored on another machine's empty disks, where the day goes on and ends exact."""

import asyncio
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from schemas.topics import ALERTS
from streams.broker.brokers import Brokers
from streams.broker.topics import ensure_topics
from tests.conftest import Broker
from tests.deploy.compose import ROOT
from tests.kafka.apache import ApacheKafka
from tests.pipeline.database import Database
from tests.pipeline.hall import Hall
from tests.pipeline.wire import wire
from tests.sinks.served import Served

pytestmark = pytest.mark.kafka

RULES = ROOT / "tests" / "core" / "rules"
TICKETS = [f"A{number}" for number in range(60)]
OPERATE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")

Told = Sequence[tuple[bytes, bytes]]


def morning() -> Told:
    """All of them come for ten o'clock."""
    booked = {"service": "passport", "channel": "appointment", "complexity": "general"}
    appointment = "2022-10-17T10:00:00+08:00"
    return [
        one
        for ticket in TICKETS
        for one in (
            wire("ticket.issued", "08:30", ticket, section="counters", appointment=appointment,
                 **booked),
            wire("ticket.checked-in", "09:50", ticket, section="counters"),
        )
    ]  # fmt: skip


def noon() -> Told:
    """A third of them is called in time, the others are not; then the day is over."""
    called = [
        wire("ticket.called", "10:09" if number % 3 == 0 else "10:12", ticket, section="counters",
             counter="W1")
        for number, ticket in enumerate(TICKETS)
    ]  # fmt: skip
    return [*called, wire("ticket.issued", "23:00", "late", section="counters", service="other")]


@contextmanager
def kafka_in(folder: Path) -> Iterator[ApacheKafka]:
    kafka = ApacheKafka(folder)
    try:
        kafka.start()
        yield kafka
        kafka.stop()
    finally:
        kafka.kill()


@contextmanager
def clickhouse_in(folder: Path) -> Iterator[Served]:
    server = Served(folder)
    try:
        yield server.start()
    finally:
        server.kill()


async def work(hall: Hall, told: Told) -> None:
    """A worker, until all of it is recorded."""
    async with hall.producing() as producer:
        sent = [await producer.send(hall.events, value, key=key) for key, value in told]
        end = max(one.offset for one in await asyncio.gather(*sent)) + 1
    async with hall.working() as worker:
        await hall.recorded(worker, {0: end})


def statement(verb: str, backups: Path) -> str:
    """As the page has it."""
    (found,) = re.findall(rf"{verb} DATABASE hallwatch \w+ Disk\('backups', '[\w-]+'\)", OPERATE)
    return re.sub(r"Disk\('backups', '([\w-]+)'\)", rf"File('{backups}/\1')", found)


def engine(folder: Path, backups: Path, *statements: str) -> str:
    command = [sys.executable, "-m", "tests.deploy.engine_backup", str(folder), str(backups)]
    ran = subprocess.run(
        [*command, *statements], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


async def test_what_was_backed_up_goes_on_elsewhere_and_ends_exact(tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    backups.mkdir()
    prefix = "hall"
    settings = {"partitions": 1, "rules": RULES, "clock": "event", "topic_prefix": prefix}
    with kafka_in(tmp_path / "here") as kafka, clickhouse_in(tmp_path / "ch-here") as server:
        database = Database(server.dsn("hallwatch"))
        hall = Hall(Broker("apache", kafka.bootstrap), database, tmp_path, **settings)
        ensure_topics(Brokers(kafka.bootstrap), prefix, 1, replication=1)
        await work(hall, morning())
        before = database.text("SELECT * FROM events_now ORDER BY ALL", "TSV")
        database.close()
    # Both are stopped: Kafka first, as the page has it.
    shutil.copytree(tmp_path / "here" / "data", tmp_path / "there" / "data")
    assert "BACKUP_CREATED" in engine(tmp_path / "ch-here", backups, statement("BACKUP", backups))
    empty = "CREATE DATABASE hallwatch"  # as connecting to it makes it
    restore = statement("RESTORE", backups)
    assert "RESTORED" in engine(tmp_path / "ch-there", backups, empty, restore)

    with kafka_in(tmp_path / "there") as kafka, clickhouse_in(tmp_path / "ch-there") as server:
        database = Database(server.dsn("hallwatch"))
        assert database.text("SELECT * FROM events_now ORDER BY ALL", "TSV") == before
        hall = Hall(Broker("apache", kafka.bootstrap), database, tmp_path, **settings)
        await work(hall, noon())
        found = database.ask(
            "SELECT duration_ms / 60000 AS minutes, count() AS n FROM verdicts_now"
            " WHERE promise = 'appointment-wait-general' AND journey != 'late'"
            " GROUP BY ALL ORDER BY ALL"
        )
        assert [(row["minutes"], int(row["n"])) for row in found] == [(9, 20), (12, 40)]
        counted = database.ask("SELECT count() AS n FROM events_now")
        assert int(counted[0]["n"]) == 3 * len(TICKETS) + 1
        windows = database.ask(
            "SELECT sum(started) AS n FROM windows_now WHERE promise = 'appointment-wait-general'"
        )
        assert int(windows[0]["n"]) == len(TICKETS)
        said = [msgspec.json.decode(one.value)["id"] for one in await hall.read(ALERTS, 80)]
        told = [id for id in said if id.startswith("appointment-wait-general/")]
        assert len(told) == len(set(told))
        assert sum(id.endswith("/breached") for id in told) == 40
        database.close()
