"""How long rows stay: each table's setting reaches a table that is there, and old rows go."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client
from msgspec.structs import replace

from schemas.outcomes import (
    AlertRow,
    DeadLetterRow,
    EventRow,
    JourneyRow,
    Row,
    Table,
    VerdictRow,
    WindowRow,
)
from sinks.migrate import migrate
from sinks.retention import SETTING
from sinks.tables import TableSettings
from streams.settings import Settings, SettingsError, read_settings
from streams.worker_tables import tables_of
from tests.dashboards.stores import put_rows
from tests.sinks.samples import EXAMPLES

#: Of each table: what says how long its rows stay, and the column it is counted from.
KEPT: Mapping[Table, tuple[str, str]] = {
    Table.EVENTS: ("keep_days", "ingest_at"),
    Table.DEAD_LETTERS: ("keep_dead_letters", "ingest_at"),
    Table.JOURNEYS: ("keep_journeys", "opened_at"),
    Table.VERDICTS: ("keep_verdicts", "started_at"),
    Table.WINDOWS: ("keep_windows", "minute_at"),
    Table.ALERTS: ("keep_alerts", "started_at"),
}
IDENTITY = {
    EventRow: "id",
    DeadLetterRow: "detail",
    JourneyRow: "journey",
    VerdictRow: "journey",
    WindowRow: "section",
    AlertRow: "alert",
}


@pytest.fixture
def clickhouse_dsn(embedded_engine: None, tmp_path: Path) -> str:
    """What is asked here is the engine's business, however it is reached."""
    return f"chdb://{tmp_path / 'engine'}"


def kept_for(table: Table, days: int) -> TableSettings:
    changed: dict[str, Any] = {KEPT[table][0]: days}
    return replace(TableSettings(keep_days=10_000), **changed)


def aged(table: Table, days: int) -> Row:
    """A row of so many days ago, named by its age."""
    row = EXAMPLES[table]
    began = (datetime.now(UTC) - timedelta(days=days)).replace(second=0, microsecond=0)
    given: dict[str, Any] = {KEPT[table][1]: began.timestamp(), IDENTITY[type(row)]: f"{days} days"}
    if isinstance(row, DeadLetterRow):
        given["offset"] = days
    return replace(row, **given)


def there(client: Client, table: Table) -> set[str]:
    name = IDENTITY[type(EXAMPLES[table])]
    client.command(f"OPTIMIZE TABLE {table.value} FINAL")
    return {text for (text,) in client.query(f"SELECT {name} FROM {table.value}").result_rows}


@pytest.mark.parametrize("table", KEPT)
def test_a_changed_setting_reaches_a_table_that_is_there(clickhouse: Client, table: Table) -> None:
    put_rows(clickhouse, [aged(table, 70), aged(table, 100), aged(table, 400)])
    assert there(clickhouse, table) == {"70 days", "100 days", "400 days"}
    migrate(clickhouse, kept_for(table, 300))
    assert there(clickhouse, table) == {"70 days", "100 days"}
    migrate(clickhouse, kept_for(table, 90))
    assert there(clickhouse, table) == {"70 days"}


@pytest.mark.parametrize(
    "table", [Table.JOURNEYS, Table.VERDICTS, Table.WINDOWS, Table.ALERTS], ids=str
)
def test_for_ever_again_nothing_more_goes(clickhouse: Client, table: Table) -> None:
    migrate(clickhouse, kept_for(table, 90))
    migrate(clickhouse, kept_for(table, 0))
    put_rows(clickhouse, [aged(table, 100)])
    assert there(clickhouse, table) == {"100 days"}


def test_dead_letters_stay_as_long_as_events_if_not_said_otherwise(clickhouse: Client) -> None:
    migrate(clickhouse, TableSettings(keep_days=90))
    put_rows(clickhouse, [aged(Table.DEAD_LETTERS, 70), aged(Table.DEAD_LETTERS, 100)])
    assert there(clickhouse, Table.DEAD_LETTERS) == {"70 days"}


def test_every_table_that_grows_has_a_setting_of_the_site() -> None:
    assert set(KEPT) == set(Table) - {Table.FORECASTS}, "a row for each queue"
    for table in KEPT:
        name = SETTING[table]
        assert name.removeprefix("HALLWATCH_").lower() in Settings.__struct_fields__
        given = read_settings({name: "500"})
        assert getattr(tables_of(given), KEPT[table][0]) == 500


@pytest.mark.parametrize("table", [Table.JOURNEYS, Table.VERDICTS, Table.WINDOWS, Table.ALERTS])
def test_too_short_for_a_month_s_report_is_refused_by_the_setting_s_name(table: Table) -> None:
    with pytest.raises(SettingsError, match=rf"{SETTING[table]}=61: .*at least 62"):
        tables_of(read_settings({SETTING[table]: "61"}))
