"""The peers' rows in ClickHouse, and how many there are so far.

Owns their two tables and the inserts; called by the sinks that Quix Streams' and Bytewax'
documentation has its users write. Invariant: a row is counted after ClickHouse took it.
"""

import importlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import clickhouse_connect

from tests.bench.peers.visits import NEW


def _kind(name: str, empty: str | None) -> str:
    """Of a visit's column."""
    if empty is not None:
        return "LowCardinality(String)"
    return "Nullable(DateTime64(3))" if name.endswith("_at") else "Nullable(Int64)"


_OUTCOME = {
    "event": "String",
    "type": "LowCardinality(String)",
    "journey": "String",
    "time": "DateTime64(3)",
    **{name: _kind(name, empty) for name, empty in NEW.items()},
}
_MINUTE = {"key": "LowCardinality(String)", "minute": "DateTime64(3)", "count": "UInt64"}

#: Section, promise and status; start of the minute in ms; how many.
Minute = tuple[str, int, int]


class Rows:
    """One connection. `minutes_told`: what its user says of the verdicts in the windows."""

    def __init__(self) -> None:
        importlib.import_module("pandas")  # clickhouse-connect would at the first insert
        self._client = clickhouse_connect.get_client(dsn=os.environ["BENCH_CLICKHOUSE"])
        self._progress = Path(os.environ["BENCH_PROGRESS"])
        self._outcomes = self._counted = 0
        self._create("outcomes", _OUTCOME, "ReplacingMergeTree ORDER BY (`journey`, `event`)")
        self._create("minutes", _MINUTE, "ReplacingMergeTree(`count`) ORDER BY (`key`, `minute`)")

    def outcomes(self, outcomes: Sequence[tuple[Any, ...]]) -> None:
        """Rows as `visits.outcome` makes them."""
        self._insert("outcomes", _OUTCOME, outcomes)
        self._outcomes += len(outcomes)
        self._tell()

    def minutes(self, minutes: Sequence[Minute], verdicts: int) -> None:
        """`verdicts`: how many more of them the windows now hold."""
        self._insert("minutes", _MINUTE, minutes)
        self._counted += verdicts
        self._tell()

    def _create(self, table: str, columns: dict[str, str], engine: str) -> None:
        declared = ", ".join(f"`{name}` {kind}" for name, kind in columns.items())
        self._client.command(f"CREATE TABLE IF NOT EXISTS {table} ({declared}) ENGINE = {engine}")

    def _insert(self, table: str, columns: dict[str, str], rows: Sequence[Sequence[Any]]) -> None:
        # By columns: the client then need not turn the rows over, which takes a third of its time.
        by_columns = list(zip(*rows, strict=True))
        self._client.insert(table, by_columns, column_names=list(columns), column_oriented=True)

    def _tell(self) -> None:
        self._progress.write_text(f"{self._outcomes} {self._counted}")
