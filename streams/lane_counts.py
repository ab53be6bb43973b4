"""What a lane has done since it opened, for the metrics.

Written by lanes and ledgers, read by `streams.worker_metrics`. Invariant: nothing here is ever
read to decide anything.
"""

from msgspec import Struct, field
from prometheus_client import Histogram

from streams.intake import Intake
from streams.sheet import Sheet

#: Seconds. From a slice on an idle machine to a backlog of an hour.
_SETTLED_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600)
#: Seconds. A deadline is looked at fifty times a second.
_LATE_BUCKETS = (0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 2.5, 5, 30)


def _histogram(name: str, help_text: str, buckets: tuple[float, ...]) -> Histogram:
    return Histogram(name, help_text, buckets=buckets, registry=None)


def _settled() -> Histogram:
    return _histogram(
        "hallwatch_settled_seconds",
        "From the broker's time of an event to its outcomes being durable, oldest of a slice",
        _SETTLED_BUCKETS,
    )


def _late() -> Histogram:
    return _histogram(
        "hallwatch_deadline_late_seconds",
        "How late deadlines were found to have passed; the earliest of those found at once",
        _LATE_BUCKETS,
    )


class LaneCounts(Struct):
    events: int = 0
    dead_letters: int = 0
    rows: int = 0
    messages: int = 0
    state_bytes: int = 0  #: written to the state topic
    settled: Histogram = field(default_factory=_settled)
    late: Histogram = field(default_factory=_late)

    def add(self, sheet: Sheet, taken: Intake | None) -> None:
        self.rows += sheet.rows
        self.messages += sheet.messages
        if taken is not None:
            self.events += taken.events
            self.dead_letters += len(taken.dead_letters)
