"""A measured program on a core of its own, and what it has used of it.

Owns the cores and the process; does not know what runs in it. Called by the runs.
Invariant: everything else we start (brokers, this process) stays off the measured core,
if there is a second one.
"""

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from streams.broker.child import Child

ROOT = Path(__file__).parent.parent.parent

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class Cores(Struct, frozen=True):
    """`measured` for the program under test, `others` for all that serves it."""

    measured: int
    others: tuple[int, ...]

    @property
    def shared(self) -> bool:
        return self.others == (self.measured,)


def take_cores() -> Cores:
    """Moves this process, and so what it starts from now on, off the first core we have."""
    first, *rest = sorted(os.sched_getaffinity(0))
    cores = Cores(first, tuple(rest) or (first,))
    os.sched_setaffinity(0, cores.others)
    return cores


class Pinned:
    """`argv` on one core; ends with us, whatever becomes of us."""

    def __init__(
        self, cores: Cores, argv: Sequence[str], log: Path, environment: Mapping[str, str]
    ) -> None:
        taskset = shutil.which("taskset")
        if taskset is None:
            raise RuntimeError("taskset is not on this machine (Debian: util-linux)")
        self.child = Child(
            [taskset, "--cpu-list", str(cores.measured), *argv],
            log,
            with_root(environment),
        )

    @property
    def cpu_seconds(self) -> float:
        """User and system time of all its threads so far, also after its end."""
        return cpu_seconds_of(self.child.pid)

    @property
    def over(self) -> bool:
        """Whether it has ended; it is not waited for yet, so that its times can still be read."""
        return os.waitid(os.P_PID, self.child.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None

    def must_run(self) -> None:
        if self.child.exit_code is not None:
            raise self.trouble(f"ended with code {self.child.exit_code}")

    def trouble(self, what: str) -> RuntimeError:
        """What went wrong, with the end of its log."""
        log = self.child.log
        return RuntimeError(f"{log.stem}: {what}; the end of its log:\n{self.child.log_tail(30)}")


def cpu_seconds_of(pid: int) -> float:
    """User and system time of a process. Raises OSError when there is none."""
    # The name in parentheses may hold spaces: fields are counted after it.
    after = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after[11]) + int(after[12])) / _TICKS_PER_SECOND


def python(*words: str) -> list[str]:
    return [sys.executable, *words]


def with_root(environment: Mapping[str, str]) -> dict[str, str]:
    """Our environment, the repository importable, and `environment` on top."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **environment}
