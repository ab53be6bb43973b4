"""`hallwatch wall`: the wall alone, over ClickHouse, and how it is.

Owns whether it is ready (ClickHouse answers), signals and ports. The wall is
`streams.worker_wall`'s. Called by `streams.cli`. Invariants: SIGTERM and SIGINT end in exit code 0;
asking how it is never waits for ClickHouse, which is asked now and then in a thread of its own.
"""

import argparse
import asyncio
import logging
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import NoReturn

from aiohttp import web
from clickhouse_connect.driver.client import Client

from sinks.clickhouse import open_client
from sinks.faults import outage_text
from streams.cli_gateway import listen
from streams.cli_worker import leave_at_once, start_logging
from streams.closing import Closing
from streams.core.rules import Rulebook
from streams.health import Status, add_health
from streams.rules.load import load_rulebook
from streams.settings import Settings, read_settings
from streams.worker_door import wall_tls
from streams.worker_wall import wall_of

log = logging.getLogger(__name__)

_ASKED_EVERY_S = 5.0


class Store:
    """Whether ClickHouse answers, as last seen."""

    def __init__(self, ask: Callable[[], object]) -> None:
        """`ask`: called from one thread; raises when there is no answer."""
        self._ask = ask
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="wall status")
        self.trouble = "ClickHouse: not asked yet"

    async def watch(self) -> None:
        """Until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                await loop.run_in_executor(self._thread, self._ask)
            except Exception as error:  # each engine has errors of its own
                self._tell(f"ClickHouse: {outage_text(error)}")
            else:
                self._tell("")
            await asyncio.sleep(_ASKED_EVERY_S)

    def _tell(self, trouble: str) -> None:
        if trouble != self.trouble:
            log.log(
                logging.WARNING if trouble else logging.INFO, trouble or "ClickHouse: it answers"
            )
        self.trouble = trouble

    def status(self) -> Status:
        return Status(not self.trouble, [self.trouble] if self.trouble else [])

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)


def run_wall(_: argparse.Namespace) -> NoReturn:
    """Ends the process with 0 when told to stop. Raises what cannot be mended from here."""
    settings = read_settings()
    start_logging(settings)
    asyncio.run(_serve(settings, load_rulebook(settings.rules)))


async def _serve(settings: Settings, book: Rulebook) -> NoReturn:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    tls = wall_tls(settings)
    store = Store(_asking(settings))
    closing = Closing(settings.stop_seconds)
    watching = asyncio.create_task(store.watch())
    try:
        if settings.status_port >= 0:
            own = web.Application()
            add_health(own, store.status)
            host, port = settings.status_bind, settings.status_port
            where = await listen(settings, own, host, port, "STATUS_PORT", closing)
            log.info("status: %s", where)
        app = wall_of(settings, book)
        add_health(app, store.status)
        host, port = settings.wall_bind, max(0, settings.wall_port)
        where = await listen(settings, app, host, port, "WALL_PORT", closing, tls)
        print(f"wall: {where}", flush=True)
        await stop.wait()
    finally:
        watching.cancel()
        store.close()
        await closing.close()
    # What a thread still asks a ClickHouse that hangs is for nobody any more, and nothing is to be
    # saved: waiting for it would make a service manager kill us.
    leave_at_once("wall")


def _asking(settings: Settings) -> Callable[[], object]:
    """With a client of its own, opened anew after a failure; it makes no tables."""
    held: list[Client] = []

    def ask() -> object:
        if not held:
            held.append(open_client(settings.clickhouse_dsn, wait=timedelta(0)))
        try:
            return held[0].query("SELECT 1").result_rows
        except Exception:
            held.pop().close()
            raise

    return ask
