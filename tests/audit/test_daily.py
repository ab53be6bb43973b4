"""When the daily run comes, and that it can be stopped while it waits."""

import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from streams.cli_audit import next_run
from tests.audit.facts import rules
from tests.pipeline.command import environment


@pytest.mark.parametrize(
    ("now", "run"),
    [
        ("2022-10-14T08:00:00+08:00", "2022-10-14T19:30:00+08:00"),
        ("2022-10-14T19:29:59+08:00", "2022-10-14T19:30:00+08:00"),
        ("2022-10-14T19:30:00+08:00", "2022-10-15T19:30:00+08:00"),
        ("2022-10-14T23:00:00+08:00", "2022-10-15T19:30:00+08:00"),
        ("2022-10-14T16:30:00+00:00", "2022-10-15T19:30:00+08:00"),
    ],
)
def test_the_next_run(now: str, run: str) -> None:
    assert next_run(datetime.fromisoformat(now), rules()).isoformat() == run


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_waiting_for_its_time_it_stops_when_told(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "streams.cli", "audit"]
    with subprocess.Popen(
        command, env=environment({"data": tmp_path}), stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert "next audit: " in process.stderr.readline()
        process.send_signal(number)
        assert process.wait(60) == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--day", "2022-10-14", "--to", "2022-10-15"], "--day is one day"),
        (["--from", "2022-10-14"], "--from and --to go together"),
        (["--from", "2022-10-14", "--to", "2022-10-13"], "--to 2022-10-13 is before --from"),
    ],
)
def test_days_that_are_none(tmp_path: Path, arguments: list[str], told: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "streams.cli", "audit", *arguments],
        env=environment({"data": tmp_path}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert told in ran.stderr
