"""What goes in comes out, once, at its highest version: on every ClickHouse."""

import time
from typing import Any

import msgspec
import pytest
from clickhouse_connect.driver.client import Client

from schemas.outcomes import ROWS, Row, Table
from sinks.ddl import view_name
from sinks.insert import INSERT_SETTINGS
from sinks.migrate import migrate
from sinks.tables import TableSettings
from tests.sinks.samples import EXAMPLES, NINE, at, journey, line


def put(client: Client, table: Table, *lines: bytes) -> None:
    client.raw_insert(
        table.value, insert_block=b"\n".join(lines), fmt="JSONEachRow", settings=INSERT_SETTINGS
    )


def rows(client: Client, table: Table) -> list[dict[str, Any]]:
    return list(client.query(f"SELECT * FROM {view_name(table)}").named_results())


def as_stored(row: Row) -> dict[str, Any]:
    """The row as ClickHouse should give it back, times as epoch seconds."""
    return {name: getattr(row, name) for name in type(row).__struct_fields__}


def as_read(stored: dict[str, Any]) -> dict[str, Any]:
    return {
        name: round(value.timestamp(), 6) if hasattr(value, "timestamp") else value
        for name, value in stored.items()
    }


@pytest.mark.parametrize("table", [t for t in Table if t is not Table.WINDOWS])
def test_a_whole_row_comes_back_as_it_went(clickhouse: Client, table: Table) -> None:
    put(clickhouse, table, line(EXAMPLES[table]))
    expected = as_stored(EXAMPLES[table])
    if table is Table.EVENTS:
        expected["time"] = 1665709200.123456
    assert [as_read(row) for row in rows(clickhouse, table)] == [expected]


def test_a_window_comes_back_as_it_went(clickhouse: Client) -> None:
    put(clickhouse, Table.WINDOWS, line(EXAMPLES[Table.WINDOWS]))
    expected = as_stored(EXAMPLES[Table.WINDOWS])
    whole = list(clickhouse.query("SELECT * FROM windows").named_results())
    assert [as_read(row) for row in whole] == [expected]
    del expected["partition"], expected["version"]
    assert [as_read(row) for row in rows(clickhouse, Table.WINDOWS)] == [expected]


@pytest.mark.parametrize("table", [Table.JOURNEYS, Table.VERDICTS, Table.ALERTS, Table.WINDOWS])
def test_a_row_with_only_its_required_fields_gets_the_defaults_of_its_struct(
    clickhouse: Client, table: Table
) -> None:
    whole = msgspec.to_builtins(EXAMPLES[table])
    required = {f.name: whole[f.name] for f in msgspec.structs.fields(ROWS[table]) if f.required}
    row: Row = msgspec.convert(required, type=ROWS[table])
    assert msgspec.json.decode(line(row)).keys() == required.keys(), "defaults are not sent"
    put(clickhouse, table, line(row))
    stored = next(iter(clickhouse.query(f"SELECT * FROM {table.value}").named_results()))
    assert as_read(stored) == as_stored(row)


def test_an_event_as_the_contract_carries_it_becomes_a_row(clickhouse: Client) -> None:
    put(
        clickhouse,
        Table.EVENTS,
        b'{"specversion":"1.0","id":"e-1","source":"queue","type":"ticket.issued","subject":"A1",'
        b'"time":"2022-10-14T01:00:00Z","datacontenttype":"application/json","extension":7,'
        b'"data":{"section":"s1","service":"\xe6\x88\xb7\xe7\xb1\x8d","priority":0},'
        b'"ingest_at":1665709201.5,"partition":0,"offset":4}',
    )
    (row,) = rows(clickhouse, Table.EVENTS)
    assert row["time"].timestamp() == NINE
    assert msgspec.json.decode(row["data"]) == {"section": "s1", "service": "户籍", "priority": 0}


def test_the_highest_version_wins_whatever_the_order(clickhouse: Client) -> None:
    put(clickhouse, Table.JOURNEYS, line(journey("A1", 3, counter="three")))
    put(clickhouse, Table.JOURNEYS, line(journey("A1", 1, counter="one")))
    put(clickhouse, Table.JOURNEYS, line(journey("A1", 2)), line(journey("A2", 1)))
    found = {r["journey"]: (r["version"], r["counter"]) for r in rows(clickhouse, Table.JOURNEYS)}
    assert found == {"A1": (3, "three"), "A2": (1, "")}


def test_a_journey_that_moves_to_another_month_is_still_one(clickhouse: Client) -> None:
    put(clickhouse, Table.JOURNEYS, line(journey("A1", 1, opened_at=at(0))))
    put(clickhouse, Table.JOURNEYS, line(journey("A1", 2, opened_at=at(-40 * 86400))))
    (row,) = rows(clickhouse, Table.JOURNEYS)
    assert row["opened_at"].timestamp() == at(-40 * 86400)
    clickhouse.command("OPTIMIZE TABLE journeys FINAL")
    assert clickhouse.query("SELECT count() FROM journeys").result_rows == [(1,)]


def test_a_window_is_the_sum_of_its_partitions_latest_shares(clickhouse: Client) -> None:
    share = {
        "promise": "p", "minute_at": NINE, "section": "s", "service": "x",
        "complexity": "general", "channel": "walk-in",
    }  # fmt: skip
    for given in (
        {"partition": 0, "version": 1, "started": 1, "kept": 1, "answered_histogram": {5: 1}},
        {
            "partition": 0,
            "version": 2,
            "started": 2,
            "kept": 2,
            "answered_histogram": {5: 2},
            "answered_max_ms": 9,
        },
        {
            "partition": 1,
            "version": 1,
            "started": 4,
            "kept": 3,
            "answered_histogram": {5: 1, 6: 2},
            "answered_max_ms": 7,
        },
    ):
        put(clickhouse, Table.WINDOWS, msgspec.json.encode({**share, **given}))
    (row,) = rows(clickhouse, Table.WINDOWS)
    assert (row["started"], row["kept"], row["answered_max_ms"]) == (6, 5, 9)
    assert row["answered_histogram"] == {5: 3, 6: 2}


def test_the_first_delivery_of_an_event_is_the_event_even_in_another_month(
    clickhouse: Client,
) -> None:
    event = msgspec.structs.replace(EXAMPLES[Table.EVENTS], offset=5)
    again = msgspec.structs.replace(event, offset=900, ingest_at=at(60 * 86400))
    put(clickhouse, Table.EVENTS, line(again))
    put(clickhouse, Table.EVENTS, line(event))
    put(clickhouse, Table.EVENTS, line(event))
    assert [row["offset"] for row in rows(clickhouse, Table.EVENTS)] == [5]


def test_a_dead_letter_told_twice_is_one(clickhouse: Client) -> None:
    for _ in range(2):
        put(clickhouse, Table.DEAD_LETTERS, line(EXAMPLES[Table.DEAD_LETTERS]))
    assert len(rows(clickhouse, Table.DEAD_LETTERS)) == 1


def test_events_of_1999_stay_and_events_taken_in_long_ago_go(clickhouse: Client) -> None:
    migrate(clickhouse, TableSettings(keep_days=180))
    now = round(time.time(), 3)
    old_data = msgspec.structs.replace(
        EXAMPLES[Table.EVENTS], id="replayed", time="1999-01-04T09:00:00+08:00", ingest_at=now
    )
    old_ingest = msgspec.structs.replace(
        EXAMPLES[Table.EVENTS], id="expired", ingest_at=now - 200 * 86400
    )
    put(clickhouse, Table.EVENTS, line(old_data), line(old_ingest))
    clickhouse.command("OPTIMIZE TABLE events FINAL")
    assert [row["id"] for row in rows(clickhouse, Table.EVENTS)] == ["replayed"]
