"""The embedded engine behind HTTP in a process of its own: a server to stop and restart.

Run as `python -m tests.sinks.served FOLDER PORT [--read-only] [--password P]`; used
through `Served`. Invariant: prints its port only once it answers.
"""

import argparse
import asyncio
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

from sinks.clickhouse_http import ClickHouseHttp, ServeSettings

#: What no query may make.
OUTFILE = Path("/tmp/hallwatch-test-outfile")


def url(server: "Served", **params: str) -> str:
    return f"http://127.0.0.1:{server.port}/?{urlencode(params)}"


class Served:
    """One server process; the same folder and port across restarts."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._folder = folder
        self._options = options
        self._process: subprocess.Popen[str] | None = None
        self.port = 0

    def start(self) -> "Served":
        command = [sys.executable, "-m", "tests.sinks.served", str(self._folder), str(self.port)]
        self._process = subprocess.Popen(
            [*command, *self._options], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        assert line.isdecimal(), f"the server did not start: {line!r}"
        self.port = int(line)
        return self

    def kill(self) -> None:
        """As kill -9: nothing is said goodbye to."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

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
