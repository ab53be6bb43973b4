"""What a Prometheus sees of a worker: counters, gauges and histograms, read when asked.

Owns names and help texts but for histograms, which name themselves where they are observed. Reads
plain attributes of lanes, writer, channels and calendars; keeps nothing. Called by
`streams.worker_status`. Invariant: asking never waits and never fails.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol

from aiohttp import web
from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from sinks.outbox import Outbox
from sinks.writer import Counts, Writer
from streams.app_notify import Notices
from streams.core.rules import Rulebook
from streams.lane import Lane
from streams.lane_counts import LaneCounts


class Measured(Protocol):
    """What there is to measure; a worker is one."""

    @property
    def book(self) -> Rulebook: ...

    @property
    def writer(self) -> Writer: ...

    @property
    def notices(self) -> Notices: ...

    def lanes(self) -> Mapping[int, Lane]: ...


class _Collector:
    def __init__(self, measured: Measured, ready: Callable[[], bool]) -> None:
        self._measured = measured
        self._ready = ready

    def collect(self) -> Iterator[Metric]:
        measured = self._measured
        lanes = sorted(measured.lanes().items())
        yield GaugeMetricFamily("hallwatch_ready", "1: as /readyz says", int(self._ready()))
        yield from _counters_of_lanes(lanes)
        yield from _gauges_of_lanes(lanes)
        none = LaneCounts()
        of_settling = {str(number): lane.counts.settled for number, lane in lanes}
        yield _histograms("partition", none.settled, of_settling)
        of_lateness = {str(number): lane.counts.late for number, lane in lanes}
        yield _histograms("partition", none.late, of_lateness)
        yield from _of_writer(measured.writer)
        yield from _of_channels(measured.notices.outboxes)
        yield _of_calendars(measured.book)


def metrics_app(measured: Measured, ready: Callable[[], bool]) -> web.Application:
    """Serves the metrics in Prometheus text format at its root."""
    registry = CollectorRegistry()
    registry.register(_Collector(measured, ready))
    ProcessCollector(registry=registry)

    async def show(_: web.Request) -> web.Response:
        return web.Response(
            body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    app = web.Application()
    app.router.add_get("", show)
    return app


def _counters_of_lanes(lanes: Iterable[tuple[int, Lane]]) -> Iterator[Metric]:
    events = _of_partitions("hallwatch_events", "Events taken in since the lane opened")
    dead = _of_partitions("hallwatch_dead_letters", "Records refused since the lane opened")
    messages = _of_partitions("hallwatch_alert_messages", "Alert messages decided")
    rows = _of_partitions(
        "hallwatch_outcome_rows", "Rows sent on their way to ClickHouse since the lane opened"
    )
    state = _of_partitions(
        "hallwatch_state_bytes", "Written to the state topic since the lane opened"
    )
    for number, lane in lanes:
        label, counts = [str(number)], lane.counts
        events.add_metric(label, counts.events)
        dead.add_metric(label, counts.dead_letters)
        messages.add_metric(label, counts.messages)
        rows.add_metric(label, counts.rows + counts.events + counts.dead_letters)
        state.add_metric(label, counts.state_bytes)
    return iter((events, dead, messages, rows, state))


def _of_partitions(name: str, help_text: str) -> CounterMetricFamily:
    return CounterMetricFamily(name, help_text, labels=["partition"])


def _gauges_of_lanes(lanes: Iterable[tuple[int, Lane]]) -> Iterator[Metric]:
    helps = {
        "hallwatch_idle": "1: nothing is in hand and no deadline is due",
        "hallwatch_journeys": "Journeys in memory, open or still correctable",
        "hallwatch_windows": "Windows in memory",
        "hallwatch_intake_stopped": (
            "1: a storm of dead letters stopped intake; `hallwatch resume` lets it go on"
        ),
        "hallwatch_next_offset": "First offset not yet in the saved state",
        "hallwatch_lag_records": "Records of the log, as last fetched, not yet in the saved state",
        "hallwatch_behind_seconds": (
            "How far the partition's now is behind the clock; deadlines fire that much later"
        ),
    }
    found = {
        name: GaugeMetricFamily(name, text, labels=["partition"]) for name, text in helps.items()
    }
    for number, lane in lanes:
        for name, value in _gauges_of(lane):
            found[name].add_metric([str(number)], value)
    return iter(found.values())


def _gauges_of(lane: Lane) -> Iterator[tuple[str, float]]:
    yield "hallwatch_next_offset", lane.next_offset
    if lane.partition is None:
        return
    yield "hallwatch_idle", int(lane.idle)
    yield "hallwatch_journeys", lane.partition.journeys
    yield "hallwatch_windows", lane.partition.windows
    yield "hallwatch_intake_stopped", int(lane.stopped is not None)
    yield "hallwatch_behind_seconds", lane.behind_seconds
    if lane.lag_records is not None:
        yield "hallwatch_lag_records", lane.lag_records


def _histograms(label: str, none: Histogram, of_each: Mapping[str, Histogram]) -> Metric:
    """Several of the same name as one family, told apart by `label`; `none` says which, when
    there are none yet."""
    (named,) = none.collect()
    family = HistogramMetricFamily(named.name, named.documentation, labels=[label])
    for value, histogram in of_each.items():
        for sample in next(iter(histogram.collect())).samples:
            if not sample.name.endswith("_created"):
                family.add_sample(sample.name, {**sample.labels, label: value}, sample.value)
    return family


def _of_writer(writer: Writer) -> Iterator[Metric]:
    rows = _of_tables("hallwatch_rows", "Rows ClickHouse has taken, the refused ones among them")
    sizes = _of_tables("hallwatch_row_bytes", "Their bytes")
    batches = _of_tables("hallwatch_batches", "Batches they came in")
    refused = _of_tables("hallwatch_refused_rows", "Rows ClickHouse refused for ever")
    retries = _of_tables("hallwatch_insert_retries", "Inserts tried again")
    for table, counts in writer.counts.items():
        label = [table.value]
        rows.add_metric(label, counts.rows)
        sizes.add_metric(label, counts.bytes)
        batches.add_metric(label, counts.batches)
        refused.add_metric(label, counts.refused)
        retries.add_metric(label, counts.retries)
    yield from (rows, sizes, batches, refused, retries)
    seconds = {table.value: counts.seconds for table, counts in writer.counts.items()}
    yield _histograms("table", Counts().seconds, seconds)
    yield GaugeMetricFamily(
        "hallwatch_waiting_bytes", "Rows not yet acknowledged by ClickHouse", writer.waiting_bytes
    )


def _of_tables(name: str, help_text: str) -> CounterMetricFamily:
    return CounterMetricFamily(name, help_text, labels=["table"])


def _of_channels(outboxes: Mapping[str, Outbox]) -> Iterator[Metric]:
    told = CounterMetricFamily(
        "hallwatch_notifications",
        "Messages that left the queue of a channel: told, or given up",
        labels=["channel", "result"],
    )
    waiting = GaugeMetricFamily(
        "hallwatch_notifications_waiting", "Messages in the queue of a channel", labels=["channel"]
    )
    trouble = GaugeMetricFamily(
        "hallwatch_channel_trouble", "1: nothing gets through just now", labels=["channel"]
    )
    for name, outbox in outboxes.items():
        told.add_metric([name, "told"], outbox.counts.told)
        told.add_metric([name, "given-up"], outbox.counts.given_up)
        waiting.add_metric([name], len(outbox))
        trouble.add_metric([name], int(bool(outbox.trouble)))
    return iter((told, waiting, trouble))


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
