"""What a Prometheus sees of a worker: counters and gauges read when asked.

Owns names and help texts. Reads plain attributes of lanes, writer and calendars; keeps
nothing. Called by `streams.worker`. Invariant: asking never waits and never fails.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from sinks.writer import Writer
from streams.core.rules import Rulebook
from streams.lane import Lane


class Measured(Protocol):
    """What there is to measure; a worker is one."""

    @property
    def book(self) -> Rulebook: ...

    @property
    def writer(self) -> Writer: ...

    def lanes(self) -> Mapping[int, Lane]: ...


class _Collector:
    def __init__(self, measured: Measured) -> None:
        self._measured = measured

    def collect(self) -> Iterator[Metric]:
        yield from _of_lanes(list(self._measured.lanes().items()))
        yield from _of_writer(self._measured.writer)
        yield _of_calendars(self._measured.book)


def metrics_app(measured: Measured) -> web.Application:
    """Serves the metrics in Prometheus text format at its root."""
    registry = CollectorRegistry()
    registry.register(_Collector(measured))

    async def show(_: web.Request) -> web.Response:
        return web.Response(
            body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    app = web.Application()
    app.router.add_get("", show)
    return app


def _of_lanes(lanes: Iterable[tuple[int, Lane]]) -> Iterator[Metric]:
    events = CounterMetricFamily(
        "hallwatch_events", "Events taken in since the lane opened", labels=["partition"]
    )
    dead = CounterMetricFamily(
        "hallwatch_dead_letters", "Records refused since the lane opened", labels=["partition"]
    )
    messages = CounterMetricFamily(
        "hallwatch_alert_messages", "Alert messages decided", labels=["partition"]
    )
    rows = CounterMetricFamily(
        "hallwatch_outcome_rows",
        "Rows sent on their way to ClickHouse since the lane opened",
        labels=["partition"],
    )
    idle = GaugeMetricFamily(
        "hallwatch_idle", "1: nothing is in hand and no deadline is due", labels=["partition"]
    )
    journeys = GaugeMetricFamily(
        "hallwatch_journeys", "Journeys in memory, open or still correctable", labels=["partition"]
    )
    windows = GaugeMetricFamily("hallwatch_windows", "Windows in memory", labels=["partition"])
    stopped = GaugeMetricFamily(
        "hallwatch_intake_stopped",
        "1: a storm of dead letters stopped intake; `hallwatch resume` lets it go on",
        labels=["partition"],
    )
    offset = GaugeMetricFamily(
        "hallwatch_next_offset", "First offset not yet in the saved state", labels=["partition"]
    )
    for number, lane in lanes:
        label = [str(number)]
        events.add_metric(label, lane.counts.events)
        dead.add_metric(label, lane.counts.dead_letters)
        messages.add_metric(label, lane.counts.messages)
        rows.add_metric(label, lane.counts.rows + lane.counts.events + lane.counts.dead_letters)
        offset.add_metric(label, lane.next_offset)
        if lane.partition is not None:
            idle.add_metric(label, int(lane.idle))
            journeys.add_metric(label, lane.partition.journeys)
            windows.add_metric(label, lane.partition.windows)
            stopped.add_metric(label, int(lane.stopped is not None))
    return iter((events, dead, messages, rows, idle, journeys, windows, stopped, offset))


def _of_writer(writer: Writer) -> Iterator[Metric]:
    rows = CounterMetricFamily("hallwatch_rows", "Rows ClickHouse has taken", labels=["table"])
    retries = CounterMetricFamily(
        "hallwatch_insert_retries", "Inserts tried again", labels=["table"]
    )
    seconds = CounterMetricFamily(
        "hallwatch_insert_seconds", "Time spent in inserts", labels=["table"]
    )
    waiting = GaugeMetricFamily(
        "hallwatch_waiting_bytes", "Rows not yet acknowledged by ClickHouse", writer.waiting_bytes
    )
    for table, counts in writer.counts.items():
        rows.add_metric([table.value], counts.rows)
        retries.add_metric([table.value], counts.retries)
        seconds.add_metric([table.value], counts.seconds)
    return iter((rows, retries, seconds, waiting))


def _of_calendars(book: Rulebook) -> Metric:
    guessed = GaugeMetricFamily(
        "hallwatch_calendar_guessed",
        "1: public holidays of the year were asked for and are not known; the week is kept",
        labels=["calendar", "year"],
    )
    for calendar in book.calendars():
        for year in calendar.guessed_years:
            guessed.add_metric([calendar.name, str(year)], 1)
    return guessed
