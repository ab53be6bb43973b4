"""A real ClickHouse (chDB) for the wall's tests: made, filled, asked.

Invariant: rows go in as the pipeline sends them, one JSON object a line, into the tables
that the migrations of `sinks` make.
"""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from clickhouse_connect.driver.client import Client

from dashboards.wall import asked_of
from schemas.outcomes import ROWS, Row, Table
from sinks.clickhouse import open_client
from sinks.migrate import migrate
from sinks.tables import TableSettings

_TABLE_OF = {row: table for table, row in ROWS.items()}


def put_rows(client: Client, rows: Iterable[Row]) -> None:
    lines: dict[Table, list[bytes]] = defaultdict(list)
    for row in rows:
        lines[_TABLE_OF[type(row)]].append(msgspec.json.encode(row))
    for table, encoded in lines.items():
        client.raw_insert(
            table.value,
            insert_block=b"\n".join(encoded),
            fmt="JSONEachRow",
            settings={"date_time_input_format": "best_effort"},
        )


class Store:
    """One embedded engine, in one folder; chDB allows one folder in a process at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.client = open_client(f"chdb://{folder}")
        migrate(self.client, TableSettings(keep_days=10_000))
        self.ask = asked_of(self.client)

    def one(self, sql: str) -> dict[str, Any]:
        (row,) = self.ask(sql)
        return row

    def put(self, rows: Iterable[Row]) -> None:
        put_rows(self.client, rows)

    def put_events(self, lines: bytes) -> None:
        """Rows of events, as `streams.intake` writes them."""
        self.client.raw_insert(
            Table.EVENTS.value,
            insert_block=lines,
            fmt="JSONEachRow",
            settings={"date_time_input_format": "best_effort"},
        )

    def empty(self) -> None:
        for table in Table:
            self.client.command(f"TRUNCATE TABLE {table.value}")

    def close(self) -> None:
        self.client.close()
