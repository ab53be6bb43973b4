"""The same job in Bytewax, as its documentation writes it; `run` starts it.

By the book (Kafka, Performance, Windowing, Recovery, Custom Connectors): `KafkaSource`, a
`stateful_batch` that keeps the visit, `count_window` over event time in tumbling windows of a
minute, two `DynamicSink`s, recovery on: `python -m bytewax.run -r … -s 10 -b 0`.

Tuned as it advises: batches of 5,000 from Kafka instead of 1,000, decoding by the batch
(`flat_map_batch`), orjson, one worker thread on the one core, state discarded with the visit.
The source ends with its topic (`tail=False`): windows are closed by what follows them, and
nothing follows the last.

It does less than hallwatch: no deadline fires without an event, no corrections, what is later
than the clock waits is dropped, no alerts, histograms or dead letters. State is in SQLite on
the worker's own disk, every ten seconds; after a crash rows since then come again, and rows
reach ClickHouse at least once.
"""

import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import bytewax.operators as op
import orjson
from bytewax.connectors.kafka import KafkaSource, KafkaSourceMessage
from bytewax.dataflow import Dataflow
from bytewax.operators import StatefulBatchLogic
from bytewax.operators.windowing import EventClock, TumblingWindower, count_window
from bytewax.outputs import DynamicSink, StatelessSinkPartition

from tests.bench.peers.rows import Rows
from tests.bench.peers.visits import LAST, MINUTE_MS, NEW, Visit, join, outcome

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: The four partitions of a backlog are not read in step: event time between them differs.
_WAIT = timedelta(hours=6)

rows = Rows()


class Decided(StatefulBatchLogic[Any, Any, Visit]):
    """One visit. Tells rows and what they settled: (row, verdict or None)."""

    def __init__(self, resumed: Visit | None) -> None:
        self._visit = {**NEW} if resumed is None else resumed

    def on_batch(self, batch: list[dict[str, Any]]) -> tuple[Iterable[Any], bool]:
        told = []
        over = False
        for event in batch:
            verdict = join(self._visit, event)
            told.append((outcome(self._visit, event), verdict))
            over = event["type"] == LAST
        return told, over

    def snapshot(self) -> Visit:
        return {**self._visit}


class OutcomesSink(DynamicSink[Any], StatelessSinkPartition[Any]):
    """An event a row, with the visit as it then stood."""

    def build(self, step_id: str, worker_index: int, worker_count: int) -> "OutcomesSink":
        return self

    def write_batch(self, items: list[Any]) -> None:
        rows.outcomes([row for _, (row, _) in items])


class MinutesSink(DynamicSink[Any], StatelessSinkPartition[Any]):
    """A section's minute of one promise and status, once it is closed."""

    def build(self, step_id: str, worker_index: int, worker_count: int) -> "MinutesSink":
        return self

    def write_batch(self, items: list[Any]) -> None:
        minutes = [(key, number * MINUTE_MS, count) for key, (number, count) in items]
        rows.minutes(minutes, sum(count for _, _, count in minutes))


def decoded(messages: list[KafkaSourceMessage[Any, Any]]) -> Iterable[tuple[str, dict[str, Any]]]:
    for message in messages:
        event = orjson.loads(message.value)
        yield event["subject"], event


def counted(decided: tuple[str, Any]) -> tuple[str, datetime] | None:
    _, (row, verdict) = decided
    if verdict is None:
        return None
    promise, status, at = verdict
    return f"{row[4]} {promise} {status}", _EPOCH + timedelta(milliseconds=at)


flow = Dataflow("hall")
source = KafkaSource(
    [os.environ["BENCH_BROKER"]], [os.environ["BENCH_EVENTS"]], tail=False, batch_size=5_000
)
messages = op.input("events", flow, source)
events = op.flat_map_batch("decode", messages, decoded)
decided = op.stateful_batch("decide", events, Decided)
op.output("outcomes", decided, OutcomesSink())
minutes = count_window(
    "minutes",
    op.filter_map("verdicts", decided, counted),
    EventClock(lambda verdict: verdict[1], wait_for_system_duration=_WAIT),
    TumblingWindower(length=timedelta(milliseconds=MINUTE_MS), align_to=_EPOCH),
    key=lambda verdict: verdict[0],
)
op.output("minutes-closed", minutes.down, MinutesSink())
