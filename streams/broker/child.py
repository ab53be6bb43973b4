"""A server program run as a child that cannot outlive us.

Owns starting, and making sure of the end. Does not know what the program is or when it is
ready. Called by `embedded` and by the tests' Apache Kafka. Invariant: when this process is
gone, by whatever death, the child is gone within moments.
"""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

# The watcher waits on a pipe whose other end only we hold: any death of ours closes it.
# (Linux's parent-death signal would follow the *thread* that started the child, and other
# systems have none.) `$$` is the program's own id, for it takes the shell's place.
_TIED = 'exec 3<&0; (read -r _ <&3; kill -9 $$) 2>/dev/null & exec "$@" </dev/null 3<&-'


class Child:
    """One run of one program, its output in a log file."""

    def __init__(
        self, argv: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        """`environment` None: ours."""
        log.parent.mkdir(parents=True, exist_ok=True)
        self.log = log
        with log.open("ab") as out:
            # A session of its own: Ctrl-C in the terminal is for us; we then stop the
            # child when what needs it has stopped.
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _TIED, "sh", *argv],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env=environment,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def signal(self, number: signal.Signals) -> None:
        """For the program alone, not its watcher."""
        self._process.send_signal(number)

    def wait(self, timeout_s: float) -> bool:
        """Whether it ended within the time."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout_s)
        return self._process.returncode is not None

    def kill(self) -> None:
        """Ends program and watcher; harmless when they have ended already."""
        # The group keeps its number as long as the watcher lives, so this hits nobody else.
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()

    def log_tail(self, lines: int = 15) -> str:
        text = self.log.read_text(errors="replace").strip()
        return "\n".join(text.splitlines()[-lines:]) or "(it said nothing)"
