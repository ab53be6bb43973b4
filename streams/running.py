"""The note a demo leaves in its data folder: where the running one can be reached.

Owns the file `running.json`. Written by the demo, read by the commands that ask. Invariant:
a note of a process that is gone counts as no note.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from streams.broker.brokers import with_own_broker
from streams.settings import Settings

_NAME = "running.json"


class Running(Struct, frozen=True, kw_only=True):
    pid: int
    clickhouse: str  #: DSN of the engine while it runs
    broker: str
    wall: str
    rules: str = ""  #: folder of its data files, which have the names of its sections


@contextmanager
def noted(folder: Path, running: Running) -> Iterator[None]:
    """The note stands while the block runs."""
    path = folder / _NAME
    with suppress(FileNotFoundError):
        path.unlink()
    # Created with its final mode: it holds a password.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(msgspec.json.encode(running))
    try:
        yield
    finally:
        with suppress(FileNotFoundError):
            path.unlink()


def read_running(folder: Path) -> Running | None:
    """What runs on `folder` now; None when nothing does."""
    try:
        running = msgspec.json.decode((folder / _NAME).read_bytes(), type=Running)
        os.kill(running.pid, 0)
    except (OSError, msgspec.MsgspecError):
        return None
    return running


def dsn_in_use(settings: Settings) -> str:
    """The ClickHouse to ask: the setting's, else of a demo that runs here, else embedded."""
    running = None if settings.clickhouse else read_running(settings.data)
    return running.clickhouse if running else settings.clickhouse_dsn


def reachable(settings: Settings) -> Settings:
    """With the broker and the rules of a demo that runs here, where no others are set."""
    running = None if settings.broker_given else read_running(settings.data)
    if running is None:
        return settings
    rules = settings.rules or (Path(running.rules) if running.rules else None)
    return replace(with_own_broker(settings, running.broker), rules=rules)
