"""How a worker is: for those who restart it, those who route to it, those who measure it.

    /healthz   200 while the process works at all: restart it when this does not answer
    /readyz    200 when its partitions are open and its sinks take what it has for them,
               else 503 and the reasons: to look at, never to restart for
    /metrics   for Prometheus

Owns these three pages. Served beside the wall, and on a port of their own. Called by
`streams.worker_http`. Invariant: asking never waits and never fails.
"""

from collections.abc import Mapping
from typing import Protocol

from aiohttp import web
from msgspec import Struct

from sinks.writer import Writer
from streams.app_notify import Notices
from streams.core.rules import Rulebook
from streams.health import add_health
from streams.lane import Lane
from streams.worker_metrics import metrics_app


class Watched(Protocol):
    """What there is to ask; a worker is one."""

    @property
    def book(self) -> Rulebook: ...

    @property
    def writer(self) -> Writer: ...

    @property
    def notices(self) -> Notices: ...

    @property
    def assigned(self) -> bool:
        """The group has given it its partitions, and their state is read."""
        ...

    def lanes(self) -> Mapping[int, Lane]: ...


class Status(Struct, frozen=True):
    """`waits_for`: what keeps it from being ready, in words."""

    ready: bool
    partitions: list[int]
    waits_for: list[str]


def status_of(watched: Watched) -> Status:
    waits_for = []
    if not watched.assigned:
        waits_for.append("partitions: not assigned, or their state is still being read")
    if watched.writer.outage:
        waits_for.append(f"ClickHouse: {watched.writer.outage}")
    if watched.notices.trouble:
        waits_for.append(watched.notices.trouble)
    waits_for += [
        f"partition {number}: intake is stopped at offset {lane.stopped.offset}, refused:"
        f" {lane.stopped.counts}; see `hallwatch resume`"
        for number, lane in sorted(watched.lanes().items())
        if lane.stopped is not None
    ]
    return Status(not waits_for, sorted(watched.lanes()), waits_for)


def add_status(app: web.Application, watched: Watched) -> None:
    """The three pages, to an application that has others or none."""

    add_health(app, lambda: status_of(watched))
    app.add_subapp("/metrics", metrics_app(watched, lambda: status_of(watched).ready))
