"""Files of ours that hold who may do what: written whole, and for their owner alone.

Owns the lock, the mode and the replacing. What stands in them is `gateway.key_desk`'s and
`door.user_desk`'s, the only callers. Invariant: whoever reads sees the file before or after a
change, never half of it; two at work on it come one after the other.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec import Struct


@contextmanager
def alone_with(path: Path) -> Iterator[None]:
    """Makes its folder; waits for whoever is at work on it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(path.with_name(path.name + ".lock"), os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def replace_whole(path: Path, content: Struct) -> None:
    """As JSON that people can read; a file that is there keeps its mode."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
