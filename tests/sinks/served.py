"""The embedded engine behind HTTP in a process of its own: a server to stop and restart.

Run as `python -m tests.sinks.served FOLDER PORT [--read-only] [--password P]`; used
through `Served`. Invariant: prints its port only once it answers.
"""

import argparse
import asyncio
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

from sinks.clickhouse_http import ClickHouseHttp, ServeSettings
from streams.broker.child import Child

#: What no query may make.
OUTFILE = Path("/tmp/hallwatch-test-outfile")

_START_WITHIN_S = 60.0


def url(server: "Served", **params: str) -> str:
    return f"http://127.0.0.1:{server.port}/?{urlencode(params)}"


class Served:
    """One server process; the same folder and port across restarts. Ends with us."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self._options = options
        self._child: Child | None = None
        self.port = 0

    def start(self) -> "Served":
        # Beside the folder: whatever lies in it is the engine's.
        log = self.folder.parent / f"{self.folder.name}.log"
        said = log.stat().st_size if log.exists() else 0
        command = [sys.executable, "-m", "tests.sinks.served", str(self.folder), str(self.port)]
        self._child = Child([*command, *self._options], log)
        give_up_at = time.monotonic() + _START_WITHIN_S
        while True:
            # The embedded engine may say something of its own.
            for line in log.read_bytes()[said:].splitlines(keepends=True):
                if line.endswith(b"\n") and line.strip().isdigit():
                    self.port = int(line)
                    return self
            running = self._child.exit_code is None and time.monotonic() < give_up_at
            assert running, f"the server did not start:\n{self._child.log_tail()}"
            time.sleep(0.02)

    def kill(self) -> None:
        """As kill -9: nothing is said goodbye to."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    @property
    def child(self) -> Child:
        """Of a server that runs: to be paused and resumed."""
        assert self._child is not None
        return self._child

    def dsn(self, database: str = "default", user: str = "") -> str:
        return f"clickhouse://{user}127.0.0.1:{self.port}/{database}"


async def serve(folder: Path, settings: ServeSettings) -> None:
    server = ClickHouseHttp(folder, settings)
    await server.start()
    print(server.port, flush=True)
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("--read-only", action="store_true")
    parser.add_argument("--password", default="")
    given = parser.parse_args()
    settings = ServeSettings(
        port=given.port,
        read_only=given.read_only,
        password=given.password,
        max_body_bytes=64 * 1024 * 1024,
    )
    asyncio.run(serve(given.folder, settings))


if __name__ == "__main__":
    main()
