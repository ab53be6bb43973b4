"""What a watched folder says of itself: alive, ready or not, and what became of files and rows."""

import re
import shutil
import signal
import sys
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.error import HTTPError

import pytest
from prometheus_client.parser import text_string_to_metric_families

from streams.broker.child import Child
from streams.broker.embedded import EmbeddedBroker
from tests.drop_folder.test_folder import CSV, MAPPING, files, spoiled
from tests.pipeline.command import environment, hallwatch
from tests.pipeline.waiting import eventually

_AT = re.compile(r"status: (http://\S+/)")


class Watched:
    """`hallwatch watch-folder` with a status port."""

    def __init__(self, folder: Path, broker: str, prefix: str) -> None:
        self.folder = folder
        self._log = folder.with_name("watch.log")
        command = [sys.executable, "-m", "streams.cli", "watch-folder", str(folder)]
        told = environment({"broker": broker, "topic_prefix": prefix, "status_port": 0})
        arguments = ["--mapping", str(MAPPING), "--left-alone", "0.1"]
        self.child = Child([*command, *arguments], self._log, told)

    def text(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def get(self, path: str) -> tuple[int, str]:
        found = _AT.search(self.text())
        assert found, self.text()
        try:
            with urllib.request.urlopen(found[1] + path, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def figures(self) -> dict[str, float]:
        """Those of the folder, by name and result."""
        return {
            " ".join([sample.name.removeprefix("hallwatch_folder_"), *sample.labels.values()]): (
                sample.value
            )
            for family in text_string_to_metric_families(self.get("metrics")[1])
            for sample in family.samples
            if not sample.name.endswith("_created")
        }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


@pytest.fixture
async def watched(
    folder: Path, embedded_broker: EmbeddedBroker, topic_prefix: str
) -> AsyncIterator[Watched]:
    started = Watched(folder, embedded_broker.bootstrap, topic_prefix)
    try:
        await eventually(lambda: _AT.search(started.text()), "it says where it listens")
        yield started
    finally:
        started.child.kill()


async def test_files_and_rows_are_counted_by_what_became_of_them(
    folder: Path, watched: Watched
) -> None:
    assert watched.get("healthz") == (200, "ok\n")
    await eventually(lambda: watched.get("readyz")[0] == 200, "Kafka answers")
    before = watched.figures()
    assert (before["files_total taken"], before["rows_total refused"]) == (0, 0)

    shutil.copy(CSV, folder / "good.csv")
    (folder / "half.csv").write_text(spoiled(CSV.read_text(encoding="utf-8")), encoding="utf-8")
    (folder / "useless.csv").write_text("no,such,columns\n1,2,3\n", encoding="utf-8")
    await eventually(
        lambda: (
            watched.figures()["files_total refused"] == 2 and not (folder / "good.csv").exists()
        ),
        "all three are put away",
    )
    await eventually(lambda: watched.figures()["waiting_files"] == 0, "none waits")
    after = watched.figures()
    assert after["files_total taken"] == 1
    assert after["rows_total refused"] == 1
    rows = 2 * (len(CSV.read_text(encoding="utf-8").splitlines()) - 1)
    assert sum(after[f"rows_total {what}"] for what in ("imported", "dropped", "refused")) == rows
    assert after["events_total"] > 72
    assert after["looked_timestamp_seconds"] > before["looked_timestamp_seconds"]
    assert "failed/useless.csv" in files(folder)

    (folder / "locked.csv").mkdir()  # no file: not one to wait for
    assert watched.figures()["waiting_files"] == 0
    watched.child.signal(signal.SIGTERM)
    assert watched.child.wait(60)
    assert watched.child.exit_code == 0


async def test_without_a_broker_it_is_alive_and_not_ready_and_files_wait(
    folder: Path, topic_prefix: str
) -> None:
    shutil.copy(CSV, folder / "good.csv")
    watched = Watched(folder, "127.0.0.1:9", topic_prefix)
    try:
        await eventually(lambda: _AT.search(watched.text()), "it says where it listens")
        await eventually(lambda: watched.figures()["waiting_files"] == 1, "the file is seen")
        assert watched.get("healthz") == (200, "ok\n")
        status, body = watched.get("readyz")
        assert status == 503
        assert "127.0.0.1:9" in body
    finally:
        watched.child.kill()


def test_a_port_that_is_taken_is_told_by_its_variable(
    folder: Path, embedded_broker: EmbeddedBroker
) -> None:
    taken = int(embedded_broker.bootstrap.rpartition(":")[2])
    ran = hallwatch("watch-folder", folder, "--mapping", MAPPING, "--once", status_port=taken)
    assert ran.returncode == 2
    assert f"HALLWATCH_STATUS_PORT={taken}: cannot be listened on" in ran.stderr
