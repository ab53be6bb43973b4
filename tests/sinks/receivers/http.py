"""A receiver that speaks HTTP: what all of them have in common.

Owns the server, what it remembers and its misbehaviour; what is right and what the vendor
says of it is a subclass's. Invariant: `answers` are given in order, each once and whatever
comes; when they run out, it judges for itself.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Any, Self

import msgspec
from aiohttp import web
from msgspec import Struct


class Asked(Struct, frozen=True):
    """A request."""

    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return msgspec.json.decode(self.body)


class Answer(Struct, frozen=True):
    status: int = 200
    headers: dict[str, str] = {}
    body: bytes = b""
    hangs: bool = False  #: reads, and answers nothing


def said(body: object, status: int = 200, **headers: str) -> Answer:
    """JSON, as robots answer."""
    return Answer(
        status, {"Content-Type": "application/json", **headers}, msgspec.json.encode(body)
    )


class HttpReceiver:
    """Between `start` and `stop`, `url` is open; it keeps its port when it comes back."""

    path = "/robot/token-hunter2"
    query = "?key=hunter2"
    yes = Answer(204)
    too_fast = Answer(429, {"Retry-After": "30"})
    no = Answer(403)

    def __init__(self, *answers: Answer) -> None:
        self.answers = deque(answers)
        self.asked: list[Asked] = []
        self.taken: list[Asked] = []
        self.port = 0
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.path}{self.query}"

    def objection(self, asked: Asked) -> Answer | None:
        """What is wrong with a request, in the vendor's words."""
        return None if asked.path == self.path else Answer(404)

    def misbehave(self, answer: Answer, times: int = 1) -> None:
        self.answers.extend([answer] * times)

    async def start(self) -> Self:
        app = web.Application()
        app.router.add_post("/{path:.*}", self._take)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        asked = Asked(request.path, dict(request.query), request.headers, body)
        self.asked.append(asked)
        if self.answers:
            answer = self.answers.popleft()
        else:
            answer = self.objection(asked) or self.yes
            if answer is self.yes:
                self.taken.append(asked)
        if answer.hangs:
            await asyncio.Event().wait()  # until the server is stopped
        return web.Response(status=answer.status, headers=answer.headers, body=answer.body)
