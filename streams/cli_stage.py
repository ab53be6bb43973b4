"""What a demo and a trial stand on: an embedded broker and engine, and our own commands on them.

Owns the order of starting and stopping. Each part is the product's own: a worker started here is
the one a deployment runs. Called by `hallwatch demo` and `hallwatch try`. Invariant: however the
block ends, no part of it is left running.
"""

import argparse
import asyncio
import os
import secrets
import signal
import sys
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractContextManager, asynccontextmanager
from pathlib import Path

import aiohttp

from sinks.clickhouse_http import ClickHouseHttp, ServeSettings
from streams.broker.brokers import SECURITY_VARIABLES
from streams.broker.child import Child
from streams.broker.embedded import EmbeddedBroker, free_port
from streams.running import Running, noted, read_running
from streams.settings import PREFIX, SettingsError

#: Of whoever calls us, and not for the parts: where a broker or an engine of his own is.
_NOT_OURS = SECURITY_VARIABLES | {f"{PREFIX}CLICKHOUSE_FILE"}

#: The embedded broker has no security, and what is served here is looked at over plain HTTP on
#: this machine. Empty: also where the settings file says otherwise.
_PLAIN = dict.fromkeys(
    (
        f"{PREFIX}{name}"
        for name in ("WALL_CERT_FILE", "WALL_KEY_FILE", "GATEWAY_CERT_FILE", "GATEWAY_KEY_FILE")
    ),
    "",
)

_STARTS_WITHIN_S = 90


class PartDiedError(Exception):
    """A part ended by itself, or never answered. The text is the end of what it said."""


class Stage:
    """The parts that run, and the end that is waited for. Made by `staged`."""

    def __init__(self, folder: Path, broker: EmbeddedBroker, dsn: str, shown_dsn: str) -> None:
        self.folder = folder
        self.bootstrap = broker.bootstrap
        self.dsn = dsn
        self.shown_dsn = shown_dsn  #: without the password
        self.stopping = asyncio.Event()
        self._broker = broker
        self._children: list[Child] = []

    def start(self, name: str, *words: str, **settings: object) -> Child:
        """`hallwatch NAME WORDS`, on this broker and engine, with these settings in short."""
        environment = {
            **{key: text for key, text in os.environ.items() if key not in _NOT_OURS},
            **_PLAIN,
            f"{PREFIX}BROKER": self.bootstrap,
            f"{PREFIX}BROKER_SECURITY": "PLAINTEXT",
            f"{PREFIX}CLICKHOUSE": self.dsn,
            f"{PREFIX}TRANSACTIONS": "false",  # the embedded broker has none
            f"{PREFIX}SESSION_SECONDS": "6",  # it lets a member join after half of this
            **{f"{PREFIX}{key.upper()}": str(value) for key, value in settings.items()},
        }
        command = [sys.executable, "-m", "streams.cli", name, *words]
        child = Child(command, _begun(self.folder / f"{name}.log"), environment)
        self._children.append(child)
        return child

    async def until_answered(self, url: str, child: Child) -> bool:
        """False: told to stop meanwhile. Raises PartDiedError."""
        give_up_at = time.monotonic() + _STARTS_WITHIN_S
        async with aiohttp.ClientSession() as session:
            while not self.stopping.is_set():
                if child.exit_code is not None or time.monotonic() > give_up_at:
                    raise _died(child)
                try:
                    async with session.get(url) as response:
                        if response.status == 200:
                            return True
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.1)
        return False

    def noted(self, folder: Path, wall: str, rules: Path | None) -> AbstractContextManager[None]:
        """While the block lasts other commands find this stage by the note in `folder`."""
        running = Running(
            pid=os.getpid(),
            clickhouse=self.dsn,
            broker=self.bootstrap,
            wall=wall,
            rules=str(rules.absolute()) if rules else "",
        )
        return noted(folder, running)

    async def until_stopped(self, seconds: float | None) -> None:
        """Ctrl-C, SIGTERM, or so long. Raises PartDiedError."""
        started = time.monotonic()
        while not self.stopping.is_set():
            if seconds is not None and time.monotonic() - started >= seconds:
                return
            for child in self._children:
                if child.exit_code is not None:
                    raise _died(child)
            if not self._broker.running:
                raise PartDiedError(f"the broker died; its log: {self._broker.log}")
            await asyncio.sleep(0.2)

    def end(self) -> None:
        """The last started first. Blocks."""
        for child in reversed(self._children):
            if child.exit_code is None:
                child.signal(signal.SIGTERM)
                child.wait(10)
            child.kill()


@asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[Stage]:
    """Broker and engine run in the block, with their data and logs in `folder`; SIGINT and
    SIGTERM set `stopping`."""
    async with EmbeddedBroker(log=_begun(folder / "broker.log")) as broker:
        # Whoever may write to the engine may read this user's files, so it asks for a
        # password that stands in a file only this user can read.
        password = secrets.token_urlsafe(16)
        engine = ClickHouseHttp(
            folder / "clickhouse", ServeSettings(read_only=False, password=password)
        )
        await engine.start()
        dsn = f"http://default:{password}@127.0.0.1:{engine.port}/default"
        stage = Stage(folder, broker, dsn, engine.dsn)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stage.stopping.set)
        try:
            yield stage
        finally:
            say("stopping …")
            await asyncio.to_thread(stage.end)
            await engine.stop()
            say("stopped")


def _begun(log: Path) -> Path:
    """Anew; the folder made if missing. The folder may be anybody's, so nothing else is removed."""
    log.parent.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    return log


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What whoever stages something may choose."""
    parser.add_argument("--port", type=int, default=None, help="of the wall (0: any free one)")
    parser.add_argument(
        "--seconds", type=float, default=None, help="stop by itself after this long"
    )


def port_of(asked: int | None, of_settings: int) -> int:
    """-1, no wall in the worker, is a deployment's word: what is staged has one."""
    port = of_settings if asked is None else asked
    return port if port > 0 else free_port()


def play(piece: Coroutine[None, None, None]) -> int:
    """0: stopped by Ctrl-C, SIGTERM or --seconds; 1: a part of it died, which is said."""
    try:
        asyncio.run(piece)
    except PartDiedError as error:
        say(str(error))
        return 1
    return 0


def refuse_second(folder: Path) -> None:
    """One at a time: other commands find what runs by the note in `folder`. Raises
    SettingsError."""
    other = read_running(folder)
    if other is not None:
        raise SettingsError(
            f"a demo or a trial is running in {folder} (process {other.pid}, wall {other.wall}):"
            f" stop it, or choose another folder by {PREFIX}DATA"
        )


def own_name() -> str:
    """How the user called us, so that he can copy the line."""
    called = Path(sys.argv[0])
    return os.path.relpath(called) if called.name == "hallwatch" else "hallwatch"


def say(text: str) -> None:
    print(text, flush=True)


def _died(child: Child) -> PartDiedError:
    how = "does not answer" if child.exit_code is None else f"stopped with {child.exit_code}"
    return PartDiedError(f"the {child.log.stem} {how}; the end of {child.log}:\n{child.log_tail()}")
