"""A benchmark as a command: a folder of its own, exit codes, what was measured as JSON.

Called by the `__main__` of each. Invariant: a wrong result gives no figures.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from streams.broker.topics import TopicRefusedError
from tests.bench.peers.needs import NoPeerError
from tests.bench.place import NoBrokerError
from tests.bench.recorded import WrongResultError


def measured(name: str, measure: Callable[[Path], object], into: Path | None) -> int:
    """0: measured and right, and written `into` a file; 1: a result is wrong; 2: it cannot run
    here."""
    try:
        with tempfile.TemporaryDirectory(prefix=f"hallwatch-{name}-") as folder:
            report = measure(Path(folder))
    except WrongResultError as wrong:
        print(f"{name}: a wrong result does not count: {wrong}", file=sys.stderr)
        return 1
    except (NoBrokerError, NoPeerError, TopicRefusedError, RuntimeError, OSError) as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 2
    if into is not None:
        into.write_bytes(msgspec.json.format(msgspec.json.encode(report)) + b"\n")
    return 0
