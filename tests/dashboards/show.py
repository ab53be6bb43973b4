"""The wall over a simulated hall, to be looked at: `python -m tests.dashboards.show`.

The hall's day begins at `--at` and runs in real time (or `--speed` times as fast). Not
part of the product: `hallwatch demo` shows the whole pipeline.
"""

import argparse
import asyncio
import tempfile
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from dashboards.settings import WallSettings
from dashboards.wall import wall_app
from tests.dashboards.hall import PLACES, ZONE, Hall
from tests.dashboards.hall_rows import rows_at
from tests.dashboards.stores import Store


async def show(port: int, at: float, speed: float) -> None:
    began = time.monotonic()
    lock = threading.Lock()

    def now() -> float:
        return at + (time.monotonic() - began) * speed

    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "store")
        hall = Hall(at)
        store.put(rows_at(hall, now()))

        def ask(sql: str) -> list[dict[str, Any]]:
            with lock:
                return store.ask(sql)

        def advance() -> None:
            with lock:
                store.put(rows_at(hall, now()))

        settings = WallSettings(sections=PLACES, pace=timedelta(milliseconds=500))
        runner = web.AppRunner(wall_app(settings, ask, now))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            while True:
                await asyncio.to_thread(advance)
                await asyncio.sleep(1)
        finally:
            await runner.cleanup()
            store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8321)
    parser.add_argument("--at", default="2026-11-24T10:40:00")
    parser.add_argument("--speed", type=float, default=1.0)
    options = parser.parse_args()
    at = datetime.fromisoformat(options.at).replace(tzinfo=ZONE).timestamp()
    asyncio.run(show(options.port, at, options.speed))


if __name__ == "__main__":
    main()
