"""`hallwatch` as its users run it: a process of its own, told everything by its environment.

Owns the processes it starts: a worker still running when its test ends is killed, and none
outlives the test run. Called by the tests of this folder. Invariant: nothing of the
environment of the test run but its paths reaches the command.
"""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from streams.broker.child import Child
from tests.pipeline.waiting import eventually

ROOT = Path(__file__).parents[2]

#: A command that takes longer hangs.
_LONGEST_S = 300.0

_WALL = re.compile(r"wall: (http://\S+/)")
_NEXT_OFFSET = re.compile(r'^hallwatch_next_offset\{partition="(\d+)"\} (\S+)$', re.MULTILINE)


def environment(settings: Mapping[str, object]) -> dict[str, str]:
    """Settings by their short names (`broker`) as HALLWATCH_ variables."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("HALLWATCH_")}
    given = {f"HALLWATCH_{name.upper()}": str(value) for name, value in settings.items()}
    return {**kept, **given, "PYTHONPATH": str(ROOT)}


def hallwatch(*arguments: object, **settings: object) -> subprocess.CompletedProcess[str]:
    """Runs one command to its end; what it printed is in the result."""
    return piped_into("", *arguments, **settings)


def piped_into(
    typed: str, *arguments: object, **settings: object
) -> subprocess.CompletedProcess[str]:
    """As `hallwatch`, with something on its standard input."""
    return subprocess.run(
        [sys.executable, "-m", "streams.cli", *map(str, arguments)],
        env=environment(settings),
        input=typed,
        capture_output=True,
        text=True,
        timeout=_LONGEST_S,
        check=False,
    )


def done(finished: subprocess.CompletedProcess[str]) -> str:
    """What it printed, if it says that all went well."""
    assert finished.returncode == 0, f"{finished.args}\n{finished.stdout}{finished.stderr}"
    return finished.stdout


class WorkerProcess:
    """`hallwatch worker`: to be killed, stopped, and started again."""

    module = "streams.cli"

    def __init__(self, log: Path, **settings: object) -> None:
        self.log = log
        self._settings = {"wall_port": 0, "language": "en", **settings}
        self._child: Child | None = None
        self._said = 0  #: where the log of this start begins

    def launch(self) -> None:
        """Returns at once."""
        self._said = self.log.stat().st_size if self.log.exists() else 0
        command = [sys.executable, "-m", self.module, "worker"]
        self._child = Child(command, self.log, environment(self._settings))

    async def start(self) -> None:
        """Returns when the worker has joined; its partitions may be assigned later."""
        self.launch()
        await eventually(lambda: not self.running or self.wall_url != "", "the worker starts")
        assert self.running, self.tail()

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.exit_code is None

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    @property
    def wall_url(self) -> str:
        found = _WALL.search(self.text())
        return found[1] if found else ""

    def text(self) -> str:
        """What it logged since it was last started."""
        said = self.log.read_bytes() if self.log.exists() else b""
        return said[self._said :].decode(errors="replace")

    def tail(self) -> str:
        return "\n".join(self.text().splitlines()[-30:])

    def next_offsets(self) -> dict[int, int]:
        """Of each partition it has, how far its state goes; by its metrics."""
        assert self.running, self.tail()
        try:
            with urllib.request.urlopen(f"{self.wall_url}metrics", timeout=10) as answer:
                page = answer.read().decode()
        except OSError:
            return {}  # busy; whoever asks, asks again
        return {int(number): int(float(at)) for number, at in _NEXT_OFFSET.findall(page)}

    def kill(self) -> None:
        """kill -9."""
        if self._child is not None:
            self._child.kill()

    def signal(self, number: signal.Signals) -> None:
        assert self._child is not None
        self._child.signal(number)

    def ended(self) -> int | None:
        """The exit code, once it has ended."""
        assert self._child is not None
        assert self._child.wait(_LONGEST_S), self.tail()
        return self._child.exit_code

    def terminate(self) -> int | None:
        """As a service manager would; returns the exit code."""
        self.signal(signal.SIGTERM)
        return self.ended()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        if error is not None:
            error.add_note(f"the end of {self.log}:\n{self.tail()}")
