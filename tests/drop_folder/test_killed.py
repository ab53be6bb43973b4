"""kill -9 in the middle of a file, more than once: no row is lost, none counts twice; two at one
folder do not get into each other's way; a broker that is away is waited for."""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from streams.broker.brokers import Brokers
from streams.broker.child import Child
from streams.broker.topics import ensure_topics
from tests.drop_folder.test_folder import files
from tests.gateway.running import Place, settings_for
from tests.kafka.apache import ApacheKafka
from tests.pipeline.command import environment, hallwatch
from tests.pipeline.waiting import eventually, eventually_async
from tests.schemas.tables import ISSUED, TOP

pytestmark = pytest.mark.kafka

ROWS = 12_000
KILLS = 2


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApacheKafka]:
    """For both tests: each leaves it as it was."""
    kafka = ApacheKafka(tmp_path_factory.mktemp("kafka"))
    try:
        kafka.start()
        yield kafka
    finally:
        kafka.kill()


@pytest.fixture
def place(kafka: ApacheKafka, topic_prefix: str, tmp_path: Path) -> Place:
    return Place("", settings_for(kafka.bootstrap, topic_prefix, tmp_path), "", Path())


class Watcher:
    """`hallwatch watch-folder` on a folder; what it said."""

    def __init__(self, folder: Path, place: Place, log: Path) -> None:
        mapping = log.with_name("mapping.toml")
        mapping.write_text(TOP + ISSUED)
        command = [sys.executable, "-m", "streams.cli", "watch-folder", str(folder)]
        told = {
            "broker": place.settings.broker,
            "topic_prefix": place.settings.topic_prefix,
            "partitions": place.settings.partitions,
        }
        arguments = ["--mapping", str(mapping), "--left-alone", "0.5"]
        self._arguments = (*command, *arguments)
        self._log = log
        self._environment = environment(told)
        self.child: Child | None = None

    def start(self) -> Child:
        self.child = Child(self._arguments, self._log, self._environment)
        return self.child

    def text(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""


def rows(count: int) -> str:
    times = (
        f"2022-10-14T{9 + n // 3600 % 8:02}:{n // 60 % 60:02}:{n % 60:02}" for n in range(count)
    )
    return "ticket,at\n" + "".join(f"A{n},{at}\n" for n, at in enumerate(times))


async def test_killed_midway_no_row_is_lost_and_none_counts_twice(
    place: Place, tmp_path: Path
) -> None:
    folder = tmp_path / "drop"
    folder.mkdir()
    watcher = Watcher(folder, place, tmp_path / "log")
    part = folder / ".export.csv"
    part.write_text(rows(ROWS))
    part.replace(folder / "export.csv")

    settings = place.settings
    ensure_topics(Brokers(settings.broker), settings.topic_prefix, settings.partitions)
    midway = 0
    for _ in range(KILLS):
        before = len(await place.values())
        child = watcher.start()
        try:

            async def more(before: int = before) -> bool:
                return len(await place.values()) > before

            await eventually_async(more, "events arrive")
        finally:
            child.kill()
        midway += (folder / "export.csv").exists()
    assert midway, "no kill came before the file was put away"

    child = watcher.start()
    try:
        done = folder / "done" / "export.csv"
        await eventually(lambda: done.exists() or child.exit_code is not None, "it is put away")
        child.signal(signal.SIGTERM)
        await eventually(lambda: child.exit_code is not None, "it stops")
        assert child.exit_code == 0, watcher.text()
    finally:
        child.kill()
    assert files(folder) == {"done/export.csv", "done/export.csv.report.txt"}
    by_id: dict[str, set[bytes]] = {}
    for value in await place.values():
        by_id.setdefault(msgspec.json.decode(value)["id"], set()).add(value)
    assert by_id.keys() == {f"A{n}/ticket.issued" for n in range(ROWS)}
    assert all(len(values) == 1 for values in by_id.values()), "an id is always the same event"


async def test_a_broker_that_is_away_is_waited_for_and_a_second_watcher_refused(
    kafka: ApacheKafka, place: Place, tmp_path: Path
) -> None:
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / "export.csv").write_text(rows(3))
    kafka.kill()
    watcher = Watcher(folder, place, tmp_path / "log")
    child = watcher.start()
    try:
        await eventually(lambda: "does not answer: it is waited for" in watcher.text(), "it waits")
        second = hallwatch("watch-folder", folder, "--mapping", tmp_path / "mapping.toml")
        assert second.returncode == 2
        assert "another process looks after it already" in second.stderr
        assert files(folder) == {"export.csv"}
        kafka.start()
        await eventually((folder / "done" / "export.csv").exists, "it is put away")
        assert len(await place.values()) == 3
    finally:
        child.kill()
