"""How a gateway is: /healthz, /readyz, /metrics.

Owns these pages, which mean what a worker's mean (`streams.worker_status`). Called by
`streams.cli_gateway`. Invariant: asking never waits and never fails.
"""

from aiohttp import web

from streams.event_sender import EventSender
from streams.gateway.counts import Counts
from streams.gateway.keyring import Keyring
from streams.health import Status, add_health


def status_of(events: EventSender, keyring: Keyring) -> Status:
    """Old keys that go on working keep nobody out; they are told of all the same."""
    told = [trouble for trouble in (events.trouble, keyring.trouble) if trouble]
    return Status(not events.trouble, told)


def add_status(app: web.Application, events: EventSender, keyring: Keyring, counts: Counts) -> None:
    """The three pages, to an application that has others or none."""

    add_health(app, lambda: status_of(events, keyring))
    app.router.add_get("/metrics", counts.show)


def add_bare_status(app: web.Application, events: EventSender) -> None:
    """Where senders come in, and the three pages are elsewhere: whether, and not why not."""
    add_health(app, lambda: Status(not events.trouble, []))
