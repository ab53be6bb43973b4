"""A wall over a real engine whose answers can be made to fail, and its stream as a browser has it.

Called by the tests of the wall's server. Invariant: what is asked is real; only answers are lost.
"""

import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

from aiohttp import ClientResponse, ClientTimeout, web

from dashboards.settings import Place, WallSettings
from dashboards.wall import wall_app
from dashboards.words import Words
from schemas.outcomes import AlertState
from tests.dashboards.rows import alert, at
from tests.dashboards.stores import Store

NOW = at("10:00")
PATIENCE = ClientTimeout(total=30)
HOSTILE = "<img src=x onerror=alert(1)>"

SETTINGS = WallSettings(
    sections=(Place(code="shebao", name=Words("社会保险", HOSTILE)),),
    pace=timedelta(milliseconds=50),
)


class Wall:
    """A wall on a free port over a store whose answers can be made to fail."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.fail: Callable[[str], bool] = lambda sql: False
        self.now = NOW
        self.rounds_asked = 0
        self.app = wall_app(SETTINGS, self._ask, lambda: self.now)
        self.runner = web.AppRunner(self.app)
        self.url = ""

    def _ask(self, sql: str) -> list[dict[str, Any]]:
        self.rounds_asked += "AS p90_s" in sql
        # What is asked is real; only the answer is lost.
        rows = self.store.ask(sql)
        if self.fail(sql):
            raise ConnectionError("the line to ClickHouse is cut")
        return rows

    async def start(self) -> None:
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        host, port = self.runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/"


async def events(response: ClientResponse) -> AsyncIterator[tuple[str, Any]]:
    """(event name, data) of a stream, as a browser reads it."""
    name = ""
    async for line in response.content:
        field, _, value = line.decode().rstrip("\n").partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)


async def until(response: ClientResponse, holds: Callable[[Any], bool]) -> Any:
    """The first snapshot of which something holds; the session's timeout is the deadline."""
    async for name, data in events(response):
        if name == "snapshot" and holds(data):
            return data
    raise AssertionError("the stream ended")


def breach(number: int) -> Any:
    return alert(
        f"appointment-wait-general/A{number}/1",
        "shebao",
        AlertState.BREACHED,
        started_at="09:48",
        breached_at="09:58",
    )
