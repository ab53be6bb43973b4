"""A webhook's other side: a real HTTP server that answers as told and remembers.

Invariant: answers are given in order; when they run out, 204.
"""

from collections import deque

from aiohttp import web
from msgspec import Struct


class Taken(Struct, frozen=True):
    headers: dict[str, str]
    body: bytes


class Answer(Struct, frozen=True):
    status: int
    headers: dict[str, str] = {}


class Receiver:
    """Between `start` and `stop`, `url` is open."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = deque(answers)
        self.taken: list[Taken] = []
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/robot/token-hunter2?key=hunter2"

    async def start(self) -> "Receiver":
        app = web.Application()
        app.router.add_post("/robot/{token}", self._take)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _take(self, request: web.Request) -> web.Response:
        self.taken.append(Taken(dict(request.headers), await request.read()))
        answer = self.answers.popleft() if self.answers else Answer(204)
        return web.Response(status=answer.status, headers=answer.headers)
