"""The tables are what the structs say, and the migrations make exactly those."""

import re
from typing import get_type_hints

import msgspec
import pytest
from clickhouse_connect.driver.client import Client

from schemas.outcomes import ROWS, EventRow, JourneyRow, Table, VerdictRow, WindowRow
from sinks.column_comments import COMMENTS
from sinks.ddl import create_view, view_name
from sinks.tables import TableSettings, column_type, declare

SETTINGS = TableSettings()
AT = "DateTime64(3, 'PRC')"
CASES = [
    ("a time has milliseconds and the site's zone", JourneyRow, "opened_at", AT),
    ("a time not known yet is null", JourneyRow, "left_at", f"Nullable({AT})"),
    ("the source's own time keeps microseconds", EventRow, "time", "DateTime64(6, 'PRC')"),
    ("a closed set is a dictionary", JourneyRow, "end", "LowCardinality(String)"),
    ("a string of few values is a dictionary", VerdictRow, "clause", "LowCardinality(String)"),
    ("an identity is a plain string", JourneyRow, "journey", "String"),
    ("a duration has a sign", VerdictRow, "over_ms", "Int64"),
    ("a duration not known yet is null", JourneyRow, "queue_ms", "Nullable(Int64)"),
    ("a count", WindowRow, "kept", "UInt32"),
    ("a version has 64 bits", WindowRow, "version", "UInt64"),
    ("an offset has 64 bits", EventRow, "offset", "UInt64"),
    ("a histogram is a map", WindowRow, "answered_histogram", "Map(Int16, UInt32)"),
    ("evidence is an array", VerdictRow, "evidence", "Array(String)"),
    ("yes, no or unknown", JourneyRow, "resolved", "Nullable(Bool)"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "name", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_a_field_becomes_a_column(row: type, name: str, expected: str) -> None:
    assert column_type(name, get_type_hints(row)[name], "PRC") == expected


def test_a_type_nobody_thought_of_is_an_error_that_names_the_column() -> None:
    with pytest.raises(TypeError, match="column colour"):
        column_type("colour", bytes, "UTC")


def test_every_column_has_a_comment_and_every_comment_a_column() -> None:
    used = set()
    for table in Table:
        for column in declare(table, SETTINGS).columns:
            assert column.comment, column.name
            specific = f"{table.value}.{column.name}"
            used.add(specific if specific in COMMENTS else column.name)
    assert used == set(COMMENTS)


@pytest.mark.parametrize("table", Table)
def test_a_row_never_changes_its_partition(table: Table) -> None:
    """What partitions is part of the identity, or is fixed by the broker."""
    declaration = declare(table, SETTINGS)
    assert declaration.month_of in {"", "ingest_at", *declaration.identity}


@pytest.mark.parametrize("table", Table)
def test_the_migrations_make_what_is_declared(clickhouse: Client, table: Table) -> None:
    live = clickhouse.query(
        "SELECT name, type, default_kind, default_expression, comment FROM system.columns "
        "WHERE database = currentDatabase() AND table = {t:String} ORDER BY position",
        parameters={"t": table.value},
    ).result_rows
    declared = declare(table, SETTINGS).columns
    assert [(n, t, f"{k} {e}".strip(), c) for n, t, k, e, c in live] == [
        (c.name, c.type, c.default, c.comment) for c in declared
    ]


@pytest.mark.parametrize("table", Table)
def test_the_engine_is_what_is_declared(clickhouse: Client, table: Table) -> None:
    declaration = declare(table, SETTINGS)
    engine, key, partition = clickhouse.query(
        "SELECT engine_full, sorting_key, partition_key FROM system.tables "
        "WHERE database = currentDatabase() AND name = {t:String}",
        parameters={"t": table.value},
    ).result_rows[0]
    assert tuple(key.strip("()").replace("`", "").split(", ")) == declaration.identity
    assert partition == (f"toYYYYMM({declaration.month_of})" if declaration.month_of else "")
    assert engine.startswith(
        f"ReplacingMergeTree({declaration.version})"
        if declaration.version
        else "ReplacingMergeTree "
    )
    assert ("toIntervalDay(10000)" in engine) == declaration.expires
    whole_after = re.findall(r"min_age_to_force_merge_seconds = (\d+)", engine)
    assert sum(map(int, whole_after)) == declaration.whole_after_s


@pytest.mark.parametrize("table", Table)
def test_the_view_is_what_is_declared(clickhouse: Client, table: Table) -> None:
    declared = create_view(declare(table, SETTINGS)).replace(
        "VIEW IF NOT EXISTS ", "VIEW declared_"
    )
    clickhouse.command(declared)
    sql = (
        "SELECT as_select FROM system.tables "
        "WHERE database = currentDatabase() AND name = {v:String}"
    )
    name = view_name(table)
    live, wanted = (
        clickhouse.query(sql, parameters={"v": view}).result_rows[0][0]
        for view in (name, f"declared_{name}")
    )
    assert live == wanted


@pytest.mark.parametrize("table", Table)
def test_rows_may_leave_out_what_is_at_its_default(table: Table) -> None:
    """The default a struct omits is the one the column fills in."""
    columns = {c.name: c for c in declare(table, SETTINGS).columns}
    for each in msgspec.structs.fields(ROWS[table]):
        if isinstance(each.default, str) and each.default:
            assert columns[each.name].default == f"DEFAULT '{each.default}'"
