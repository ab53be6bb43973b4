"""Where a pipeline recorded, to be asked in SQL.

Owns which columns of a table say *what happened* and which only how it came to be known.
Called by the tests of this folder. Invariant: two runs over the same events have equal
`facts` in every table.
"""

from functools import cached_property
from typing import Any

import msgspec
from clickhouse_connect.driver.client import Client

from schemas.outcomes import Table
from sinks.clickhouse import open_client
from sinks.query import run_query

#: Columns that differ between two runs over the same events, and why that is right:
#: `version` counts settlements, and a batch more or less is one settlement more or less;
#: `ingest_at` and `offset` are when and where the broker took the record (sent again,
#: shuffled); `topic` of a dead letter is the run's own topic.
BOOKKEEPING: dict[Table, tuple[str, ...]] = {
    Table.EVENTS: ("ingest_at", "offset"),
    Table.JOURNEYS: ("version",),
    Table.VERDICTS: ("version",),
    Table.WINDOWS: (),
    Table.ALERTS: ("version",),
    Table.DEAD_LETTERS: ("topic", "ingest_at"),
    Table.FORECASTS: ("version", "looked_at"),
}


class Database:
    """One database of a server; made by whoever opens it first."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn

    @cached_property
    def _client(self) -> Client:
        return open_client(self.dsn)

    def text(self, sql: str, form: str) -> str:
        return run_query(self._client, sql, form)

    def ask(self, sql: str) -> list[dict[str, Any]]:
        """The rows of the answer."""
        return rows_of(self.text(sql, "JSONEachRow"))

    def one(self, sql: str) -> dict[str, Any]:
        (row,) = self.ask(sql)
        return row

    def facts(self, table: Table, *also: str) -> list[str]:
        """Every row as it now stands, sorted, without bookkeeping and the columns in `also`."""
        left_out = ", ".join(f"`{column}`" for column in (*BOOKKEEPING[table], *also))
        columns = f"* EXCEPT ({left_out})" if left_out else "*"
        rows = self.text(f"SELECT {columns} FROM {table.value}_now", "TabSeparated")
        return sorted(rows.splitlines())

    def close(self) -> None:
        if "_client" in self.__dict__:
            self._client.close()


def rows_of(text: str) -> list[dict[str, Any]]:
    """What an answer in the format JSONEachRow says."""
    return [msgspec.json.decode(line) for line in text.splitlines()]
