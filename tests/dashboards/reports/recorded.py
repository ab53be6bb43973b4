"""The small hall's events through the pure pipeline into a real ClickHouse, in the log's order.

Called by the fixtures. Invariant: rows of every version are written, each settlement's after
those before it, as a worker's writer does.
"""

from collections.abc import Iterable

from msgspec import Struct

from schemas.decode import Headers
from schemas.outcomes import Row
from streams.core.partition import Limits, Partition
from streams.core.rules import Rulebook
from streams.intake import take_in
from tests.dashboards.reports.office import Sent
from tests.dashboards.stores import Store

#: Records decided at once, and settlements written at once.
_SLICE, _BATCH = 1_500, 12


class _Record(Struct):
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers


def record(store: Store, book: Rulebook, log: Iterable[Sent], now: float) -> int:
    """All of it, settled as of `now` (seconds) in the end; returns how many were refused."""
    partition = Partition(0, book, Limits(event_clock=True))
    records = [
        _Record(offset, one.at, one.key, one.value, one.headers) for offset, one in enumerate(log)
    ]
    rows: list[Row] = []
    refused = 0
    for number, start in enumerate(range(0, len(records), _SLICE), 1):
        intake = take_in(partition, records[start : start + _SLICE], "hall.events")
        for events, _ in intake.event_rows:
            store.put_events(events)
        refused += len(intake.dead_letters)
        rows += _settled(partition, partition.log_time)
        if number % _BATCH == 0:
            store.put(rows)
            rows = []
    store.put([*rows, *_settled(partition, round(now * 1000))])
    return refused


def _settled(partition: Partition, now: int) -> list[Row]:
    rows: list[Row] = []
    more = True
    while more:
        outcomes = partition.settle(now)
        rows += [row for found in outcomes.rows.values() for row in found]
        more = outcomes.more
    return rows
