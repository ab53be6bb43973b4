"""What a Prometheus sees of a gateway.

Owns names and help texts. Written by `serve`. Invariant: labels are senders of the file of keys
and closed sets, never what somebody sent.
"""

from collections.abc import Iterable

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

#: Kafka on the same site answers within a few milliseconds; the last is the usual patience.
_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Counts:
    """One registry a gateway: two in one process do not mix."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.events = Counter(
            "hallwatch_gateway_events",
            "Events acknowledged by Kafka, repeated ones each time",
            ["sender"],
            registry=self._registry,
        )
        self.faults = Counter(
            "hallwatch_gateway_faults",
            "Events that were refused, by reason",
            ["sender", "reason"],
            registry=self._registry,
        )
        self.answers = Counter(
            "hallwatch_gateway_answers",
            "Requests to /events answered, by status",
            ["sender", "status"],
            registry=self._registry,
        )
        self.seconds = Histogram(
            "hallwatch_gateway_kafka_seconds",
            "From the contract's yes until Kafka's acknowledgement",
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self.in_hand = Gauge(
            "hallwatch_gateway_requests_in_hand",
            "Requests to /events that wait for their answer",
            registry=self._registry,
        )

    def answered(self, sender: str, status: int, reasons: Iterable[str] = ()) -> None:
        """One answer; `sender`: "" where no key was shown. `reasons`: of the events refused."""
        self.answers.labels(sender, str(status)).inc()
        for reason in reasons:
            self.faults.labels(sender, reason).inc()

    async def show(self, _: web.Request) -> web.Response:
        """The page, in Prometheus text format."""
        return web.Response(
            body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )
