"""Events as rows of ClickHouse, without a worker: for tests of what is asked of it.

Invariant: a row is what a worker would have recorded of the event.
"""

from collections.abc import Sequence

import msgspec
from clickhouse_connect.driver.client import Client

from schemas.frame import Frame
from schemas.outcomes import EventRow, Row, Table


def record(client: Client, events: Sequence[Frame], first_offset: int = 0) -> None:
    rows = []
    for offset, event in enumerate(events, first_offset):
        sent = msgspec.json.decode(msgspec.json.encode(event))
        rows.append(
            EventRow(
                source=event.source,
                id=event.id,
                type=sent["type"],
                subject=event.subject,
                time=sent["time"],
                ingest_at=round(event.time.timestamp(), 3),
                partition=0,
                offset=offset,
                data=msgspec.json.encode(sent["data"]).decode(),
            )
        )
    insert(client, Table.EVENTS, rows)


def insert(client: Client, table: Table, rows: Sequence[Row]) -> None:
    if rows:
        client.raw_insert(
            table.value,
            insert_block=msgspec.json.Encoder().encode_lines(rows),
            fmt="JSONEachRow",
            settings={"date_time_input_format": "best_effort"},
        )
