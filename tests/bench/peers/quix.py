"""The same job in Quix Streams, as its documentation writes it; `run` starts it.

By the book (Stateful Processing, GroupBy, Windowing, Creating a Custom Sink): `apply` with
`stateful=True` keeps the visit in RocksDB with a changelog topic; verdicts are grouped by
section, promise and status through a repartition topic and counted in tumbling windows of a
minute with `.current()`; two `BatchingSink`s insert what a checkpoint holds.

Tuned as it advises: exactly-once ("at worst 10 % slower" than the default), a checkpoint a
second instead of every five (with exactly-once, what follows `group_by` waits for it),
librdkafka's producer lingering 100 ms. JSON is read and written by orjson, its own choice.

It does less than hallwatch: no deadline fires without an event, no corrections (an event out
of order is joined, its verdict is not), what is later than the grace period is not counted,
no alerts, histograms or dead letters. Rows reach ClickHouse at least once.
"""

import os
from datetime import timedelta
from typing import Any

from quixstreams import Application, State
from quixstreams.dataframe.windows import Count
from quixstreams.sinks.base import BatchingSink, SinkBatch

from tests.bench.peers.rows import Rows
from tests.bench.peers.visits import LAST, MINUTE_MS, NEW, join, milliseconds, outcome

#: The four partitions of a backlog are not read in step: event time between them differs.
_GRACE = timedelta(hours=6)


class OutcomesSink(BatchingSink):
    """An event a row, with the visit as it then stood."""

    def __init__(self, rows: Rows) -> None:
        super().__init__()
        self._rows = rows

    def write(self, batch: SinkBatch) -> None:
        for items in batch.iter_chunks(n=10_000):
            self._rows.outcomes([item.value["row"] for item in items])


class MinutesSink(BatchingSink):
    """A section's minute of one promise and status, each time it has changed."""

    def __init__(self, rows: Rows) -> None:
        super().__init__()
        self._rows = rows

    def write(self, batch: SinkBatch) -> None:
        last = {(item.key, item.value["start"]): item.value["count"] for item in batch}
        self._rows.minutes([(*which, count) for which, count in last.items()], batch.size)


def decide(event: dict[str, Any], state: State) -> dict[str, Any]:
    """Event → visit → its row and, now and then, a verdict."""
    visit = state.get("visit")
    if visit is None:
        visit = {**NEW}
    verdict = join(visit, event)
    if event["type"] == LAST:
        state.delete("visit")
    else:
        state.set("visit", visit)
    return {"row": outcome(visit, event), "verdict": verdict}


def event_time(event: dict[str, Any], _headers: Any, _timestamp: float, _kind: Any) -> int:
    return milliseconds(event["time"])


def counted_as(decided: dict[str, Any]) -> str:
    section = decided["row"][4]
    promise, status, _ = decided["verdict"]
    return f"{section} {promise} {status}"


def main() -> None:
    app = Application(
        broker_address=os.environ["BENCH_BROKER"],
        consumer_group=os.environ["BENCH_PREFIX"],
        auto_offset_reset="earliest",
        processing_guarantee="exactly-once",
        commit_interval=1.0,
        state_dir=os.environ["BENCH_DATA"],
        producer_extra_config={"linger.ms": 100},
        loglevel="WARNING",
    )
    rows = Rows()
    events = app.topic(os.environ["BENCH_EVENTS"], timestamp_extractor=event_time)
    decided = app.dataframe(events).apply(decide, stateful=True)
    verdicts = decided.filter(lambda one: one["verdict"] is not None)
    decided.sink(OutcomesSink(rows))
    minutes = (
        verdicts.group_by(counted_as, name="counted")
        .tumbling_window(timedelta(milliseconds=MINUTE_MS), grace_ms=_GRACE)
        .agg(count=Count())
        .current()
    )
    minutes.sink(MinutesSink(rows))
    app.run()


if __name__ == "__main__":
    main()
