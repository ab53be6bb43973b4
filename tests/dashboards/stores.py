"""A real ClickHouse (chDB) for the wall's tests: made, filled, asked.

Invariant: rows go in as the pipeline sends them, one JSON object a line, and tables are
the ones `sinks` declares.
"""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import clickhouse_connect
import msgspec

from schemas.outcomes import ROWS, Row, Table
from sinks.ddl import create_table
from sinks.tables import TableSettings, declare

_TABLE_OF = {row: table for table, row in ROWS.items()}


class Store:
    """One embedded engine, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.client: Any = clickhouse_connect.get_client(dsn=f"chdb://{folder}")
        for table in Table:
            sql = create_table(declare(table, TableSettings()))
            self.client.command(sql.replace("{keep_days}", "3650"))

    def ask(self, sql: str) -> list[dict[str, Any]]:
        return list(self.client.query(sql).named_results())

    def put(self, rows: Iterable[Row]) -> None:
        lines: dict[Table, list[bytes]] = defaultdict(list)
        for row in rows:
            lines[_TABLE_OF[type(row)]].append(msgspec.json.encode(row))
        for table, encoded in lines.items():
            self.client.raw_insert(
                table.value,
                insert_block=b"\n".join(encoded),
                fmt="JSONEachRow",
                settings={"date_time_input_format": "best_effort"},
            )

    def empty(self) -> None:
        for table in Table:
            self.client.command(f"TRUNCATE TABLE {table.value}")

    def close(self) -> None:
        self.client.close()
