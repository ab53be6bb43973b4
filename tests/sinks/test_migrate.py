"""Migrations: in order, once, by two at a time, and never against the wrong database."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from clickhouse_connect.driver.client import Client

from schemas.outcomes import Table
from sinks.ddl import all_statements
from sinks.migrate import (
    Migration,
    SchemaConflictError,
    connector,
    migrate,
    shipped,
    statements,
)
from sinks.tables import TableSettings

SETTINGS = TableSettings()
SECOND = Migration(
    2, "0002_room.sql", "ALTER TABLE journeys ADD COLUMN IF NOT EXISTS room String;\n"
)
NEXT = shipped()[-1].number + 1


@pytest.fixture
def empty(clickhouse_dsn: str, opened: Callable[[str], Client]) -> Client:
    return opened(clickhouse_dsn)


def noted(client: Client) -> list[int]:
    rows = client.query("SELECT number FROM migrations FINAL ORDER BY number").result_rows
    return [number for (number,) in rows]


def test_the_second_run_finds_nothing_to_do(empty: Client) -> None:
    assert migrate(empty, SETTINGS) == tuple(m.number for m in shipped())
    assert migrate(empty, SETTINGS) == ()
    assert noted(empty) == [m.number for m in shipped()]


def test_a_later_migration_is_added_to_an_older_database(empty: Client) -> None:
    migrate(empty, SETTINGS)
    empty.command("INSERT INTO journeys (journey, version) VALUES ('A1', 1)")
    later = Migration(NEXT, f"{NEXT:04}_room.sql", SECOND.text)
    assert migrate(empty, SETTINGS, [*shipped(), later]) == (NEXT,)
    assert empty.query("SELECT journey, room FROM journeys").result_rows == [("A1", "")]


def test_two_workers_that_start_at_once_end_in_one_schema(
    clickhouse_dsn: str, opened: Callable[[str], Client]
) -> None:
    clients = [opened(clickhouse_dsn) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda client: migrate(client, SETTINGS), clients))
    assert noted(clients[0]) == [m.number for m in shipped()]
    assert migrate(clients[0], SETTINGS) == ()


def test_a_migration_that_broke_off_halfway_is_done_again_whole(empty: Client) -> None:
    for statement in statements(shipped()[0].text, SETTINGS)[:3]:
        empty.command(statement)
    assert migrate(empty, SETTINGS) == tuple(m.number for m in shipped())


def test_a_database_newer_than_the_program_is_refused_untouched(empty: Client) -> None:
    later = Migration(NEXT, f"{NEXT:04}_room.sql", SECOND.text)
    migrate(empty, SETTINGS, [*shipped(), later])
    with pytest.raises(SchemaConflictError, match=rf"migration {NEXT} .*Upgrade this one"):
        migrate(empty, SETTINGS)


def test_an_edited_migration_is_refused(empty: Client) -> None:
    migrate(empty, SETTINGS)
    first = shipped()[0]
    edited = Migration(first.number, first.name, first.text + "SELECT 1;\n")
    with pytest.raises(SchemaConflictError, match=r"another text.*write the change as migration"):
        migrate(empty, SETTINGS, [edited, *shipped()[1:]])


def test_another_time_zone_than_the_database_was_made_with_is_refused(empty: Client) -> None:
    migrate(empty, SETTINGS)
    with pytest.raises(SchemaConflictError, match=r"column events\.time .*set it back"):
        migrate(empty, TableSettings(time_zone="UTC"))


def test_a_column_somebody_removed_is_found(empty: Client) -> None:
    migrate(empty, SETTINGS)
    empty.command("DROP VIEW alerts_now")
    empty.command("ALTER TABLE alerts DROP COLUMN over_ms")
    with pytest.raises(SchemaConflictError, match=r"alerts\.over_ms is missing"):
        migrate(empty, SETTINGS)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (TableSettings(time_zone="Asia/Baoshan"), "no time zone 'Asia/Baoshan'"),
        (TableSettings(time_zone="UTC') ENGINE = Memory --"), "no time zone"),
        (TableSettings(time_zone="../etc/passwd"), "no time zone"),
        (TableSettings(keep_days=0), "HALLWATCH_KEEP_EVENTS=0: events cannot be kept 0 days"),
        (TableSettings(keep_days=40_000), "at most 10000"),
        (TableSettings(keep_dead_letters=-1), "HALLWATCH_KEEP_DEAD_LETTERS=-1"),
        (TableSettings(keep_journeys=61), "HALLWATCH_KEEP_JOURNEYS=61"),
        (TableSettings(keep_verdicts=1), "at least 62, at most 10000, or 0 for ever"),
        (TableSettings(keep_windows=10_001), "HALLWATCH_KEEP_WINDOWS=10001"),
        (TableSettings(keep_alerts=-5), "HALLWATCH_KEEP_ALERTS=-5"),
    ],
)
def test_settings_that_make_no_table_are_refused(
    empty: Client, settings: TableSettings, words: str
) -> None:
    with pytest.raises(SchemaConflictError, match=re.escape(words)):
        migrate(empty, settings)


def test_every_statement_is_safe_to_run_twice() -> None:
    repeatable = re.compile(r"IF (NOT )?EXISTS|OR REPLACE|MODIFY", re.IGNORECASE)
    for migration in shipped():
        for statement in statements(migration.text, SETTINGS):
            assert repeatable.search(statement), f"{migration.name}: {statement[:80]}"


def test_migrations_are_numbered_without_gaps() -> None:
    assert [m.number for m in shipped()] == list(range(1, len(shipped()) + 1))
    assert all(re.fullmatch(r"\d{4}_[a-z_]+\.sql", m.name) for m in shipped())


def test_the_first_migration_is_the_declarations_as_generated() -> None:
    """Until a second one exists; from then on the live schema is what is compared."""
    if len(shipped()) == 1:
        assert shipped()[0].text == ";\n\n".join(all_statements()) + ";\n"
    assert len(shipped()) >= 1


def test_a_connector_migrates_before_the_first_use(embedded_engine: None, tmp_path: Path) -> None:
    connect = connector(f"chdb://{tmp_path / 'made' / 'here'}", SETTINGS)
    with connect() as one, connect() as other:
        one.command("INSERT INTO journeys (journey, version) VALUES ('A1', 1)")
        tables = {name for (name,) in other.query("SHOW TABLES").result_rows}
    assert {table.value for table in Table} < tables
