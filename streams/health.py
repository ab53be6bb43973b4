"""/healthz and /readyz: the two pages every process of ours answers.

    /healthz   200 while the process works at all: restart it when this does not answer
    /readyz    200 when it has what it needs, else 503 and the reasons: to look at, never to
               restart for

Owns what they answer. What a process needs it says itself. Called by worker, wall, gateway and
watched folder. Invariant: asking never waits and never fails.
"""

from collections.abc import Callable
from typing import Protocol

import msgspec
from aiohttp import web
from msgspec import Struct


class Readiness(Protocol):
    """Encodes as the body of /readyz."""

    @property
    def ready(self) -> bool: ...


class Status(Struct, frozen=True):
    """`waits_for`: what keeps it from being ready, in words."""

    ready: bool
    waits_for: list[str]


def add_health(app: web.Application, status: Callable[[], Readiness]) -> None:
    """The two pages, to an application that has others or none."""

    async def alive(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def ready(_: web.Request) -> web.Response:
        told = status()
        return web.Response(
            status=200 if told.ready else 503,
            body=msgspec.json.encode(told) + b"\n",
            content_type="application/json",
        )

    app.router.add_get("/healthz", alive)
    app.router.add_get("/readyz", ready)
