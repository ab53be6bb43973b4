"""Where the rows go: ClickHouse inside the measured process, or beside it over HTTP.

Owns the second: the same engine behind ClickHouse's HTTP interface, a process of its own
off the measured core, as a deployment has it. Called by the command. Invariant: each
measured program gets an empty database.
"""

import asyncio
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sinks.clickhouse_http import ClickHouseHttp, ServeSettings
from streams.broker.child import Child
from streams.broker.embedded import free_port
from tests.bench.pinned import python, with_root

KINDS = {
    "embedded": "embedded: inside the measured process, on its core",
    "served": "the same engine over HTTP: a process of its own, off the measured core",
}

_START_WITHIN_S = 60


@contextmanager
def clickhouse(kind: str, folder: Path) -> Iterator[str]:
    """Its DSN, for as long as it is needed."""
    if kind == "embedded":
        yield f"chdb://{folder / 'clickhouse'}"
        return
    port = free_port()
    server = Child(
        python("-m", "tests.bench.engine", str(folder / "clickhouse"), str(port)),
        folder / "clickhouse.log",
        with_root({}),
    )
    try:
        give_up_at = time.monotonic() + _START_WITHIN_S
        while not _answers(port):
            if server.exit_code is not None or time.monotonic() > give_up_at:
                raise RuntimeError(f"ClickHouse does not start:\n{server.log_tail()}")
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/default"
    finally:
        server.kill()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ping", timeout=5):
            return True
    except OSError:
        return False


async def _serve(folder: Path, port: int) -> None:
    await ClickHouseHttp(folder, ServeSettings(port=port, read_only=False)).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2])))
