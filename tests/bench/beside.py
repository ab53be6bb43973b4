"""What the programs beside the measured one have used of the processor.

Owns finding them: the broker and ClickHouse are children of ours, as what is measured is.
Called by `watch`. Invariant: it only looks; a program that is not there has used nothing.
"""

import os
from pathlib import Path

from tests.bench.pinned import cpu_seconds_of

#: What each is called, by a word of its command line.
_NAMES = {"kafka.Kafka": "broker", "tansu": "broker", "tests.bench.engine": "clickhouse"}


def cpu_seconds_beside() -> dict[str, float]:
    """User and system time so far, by name."""
    used: dict[str, float] = {}
    for task in Path("/proc/self/task").iterdir():
        for pid in (task / "children").read_text().split():
            name = _name(Path(f"/proc/{pid}/cmdline"))
            if name:
                used[name] = used.get(name, 0.0) + cpu_seconds_of(int(pid))
    return used


def _name(command: Path) -> str:
    try:
        words = command.read_text().split("\0")
    except OSError:
        return ""
    return next((_NAMES[name] for name in map(os.path.basename, words) if name in _NAMES), "")
