"""How a watched folder is: /healthz, /readyz, /metrics.

Owns these pages, which mean what a gateway's mean (`streams.gateway.status`), and the names and
help texts of the figures. Counted by `keeper`, served by `hallwatch watch-folder`. Invariants:
asking never waits and never fails; no label holds a name of a file.
"""

import time

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from streams.event_sender import EventSender
from streams.health import Status, add_health
from streams.import_books import Summary

_TAKEN, _REFUSED = "taken", "refused"
_IMPORTED, _DROPPED = "imported", "dropped"


class Counts:
    """One registry a folder: two in one process do not mix."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._files = Counter(
            "hallwatch_folder_files",
            "Files put away: taken whole, or refused, as a whole or some of their rows",
            ["result"],
            registry=self._registry,
        )
        self._rows = Counter(
            "hallwatch_folder_rows",
            "Rows of the files put away: imported, dropped by the mapping, or refused",
            ["result"],
            registry=self._registry,
        )
        self.events = Counter(
            "hallwatch_folder_events",
            "Events of the files put away, repeated ones each time",
            registry=self._registry,
        )
        self.waiting = Gauge(
            "hallwatch_folder_waiting_files",
            "Files seen in the folder that are not put away yet",
            registry=self._registry,
        )
        self.unread = Gauge(
            "hallwatch_folder_unread_files",
            "Of these, finished ones that could not be read at the last look",
            registry=self._registry,
        )
        self._looked = Gauge(
            "hallwatch_folder_looked_timestamp_seconds",
            "When the folder was last looked through, Unix time",
            registry=self._registry,
        )
        for result in (_TAKEN, _REFUSED):
            self._files.labels(result)
        for result in (_IMPORTED, _DROPPED, _REFUSED):
            self._rows.labels(result)

    def put_away(self, summary: Summary, events: int) -> None:
        """A file whose rows were read."""
        self._files.labels(_REFUSED if summary.refused else _TAKEN).inc()
        self._rows.labels(_IMPORTED).inc(summary.imported)
        self._rows.labels(_DROPPED).inc(summary.dropped.total())
        self._rows.labels(_REFUSED).inc(summary.refused)
        self.events.inc(events)

    def put_aside(self) -> None:
        """A file that could not be used at all."""
        self._files.labels(_REFUSED).inc()

    def looked(self, waiting: int, unread: int) -> None:
        """One look is over."""
        self.waiting.set(waiting)
        self.unread.set(unread)
        self._looked.set(time.time())

    async def show(self, _: web.Request) -> web.Response:
        """The page, in Prometheus text format."""
        return web.Response(
            body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )


def status_pages(events: EventSender, counts: Counts) -> web.Application:
    def status() -> Status:
        return Status(not events.trouble, [events.trouble] if events.trouble else [])

    app = web.Application()
    add_health(app, status)
    app.router.add_get("/metrics", counts.show)
    return app
