"""How a gateway is: /healthz, /readyz, /metrics.

Owns these pages, which mean what a worker's mean (`streams.worker_status`). Called by
`streams.cli_gateway`. Invariant: asking never waits and never fails.
"""

import msgspec
from aiohttp import web
from msgspec import Struct

from streams.event_sender import EventSender
from streams.gateway.counts import Counts
from streams.gateway.keyring import Keyring


class Status(Struct, frozen=True):
    """`waits_for`: what keeps it from being ready, in words."""

    ready: bool
    waits_for: list[str]


def status_of(events: EventSender, keyring: Keyring) -> Status:
    """Old keys that go on working keep nobody out; they are told of all the same."""
    told = [trouble for trouble in (events.trouble, keyring.trouble) if trouble]
    return Status(not events.trouble, told)


def add_status(app: web.Application, events: EventSender, keyring: Keyring, counts: Counts) -> None:
    """The three pages, to an application that has others or none."""

    async def alive(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def ready(_: web.Request) -> web.Response:
        status = status_of(events, keyring)
        return web.Response(
            status=200 if status.ready else 503,
            body=msgspec.json.encode(status) + b"\n",
            content_type="application/json",
        )

    app.router.add_get("/healthz", alive)
    app.router.add_get("/readyz", ready)
    app.router.add_get("/metrics", counts.show)
