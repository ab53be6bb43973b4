"""The other side of a webhook, which can have every trouble a receiver has.

Owns what it answers and what it has heard. Called by the tests of outages. Invariant:
`heard` holds what was answered with "taken", in order; nothing else counts as delivered.
"""

import asyncio
from enum import Enum

import msgspec
from aiohttp import web
from msgspec import Struct

from schemas.outcomes import AlertMessage
from tests.outages.door import Door


class Trouble(Enum):
    """What may be wrong with a receiver."""

    REFUSES = "refuses connections"
    HANGS = "takes connections and reads nothing"
    FAILS = "answers 500"
    MUTE = "reads the message and never answers"


class Heard(Struct, frozen=True):
    id: str
    type: str
    alert: str


class Webhook:
    """Between `start` and `stop`, `url` is its address."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.tried = 0  #: requests that were read, whatever became of them
        self._trouble: Trouble | None = None
        self._runner: web.AppRunner | None = None
        self._door = Door(0)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._door.port}/alerts"

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/alerts", self._take)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._door = Door(self._runner.addresses[0][1])
        await self._door.open()

    async def get_into(self, trouble: Trouble) -> None:
        self._trouble = trouble
        if trouble is Trouble.REFUSES:
            await self._door.shut()
        elif trouble is Trouble.HANGS:
            await self._door.lead_nowhere()

    async def recover(self) -> None:
        self._trouble = None
        await self._door.open()

    async def stop(self) -> None:
        await self._door.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        message = msgspec.json.decode(await request.read(), type=AlertMessage)
        self.tried += 1
        if self._trouble is Trouble.FAILS:
            return web.Response(status=500)
        if self._trouble is Trouble.MUTE:
            await asyncio.Event().wait()  # until the sender hangs up
        self.heard.append(Heard(message.id, message.type, message.subject))
        return web.Response(status=204)
