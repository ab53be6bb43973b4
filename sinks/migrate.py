"""Brings a database to the schema of this program: numbered migrations, in order, once.

Owns the `migrations` table and the order of things; the SQL is in `sinks/migrations/`.
Called at the start of a worker, before it writes. Invariant: running it again, or in two
workers at once, ends in the same schema: every statement is safe to repeat, and a
migration is noted only after all of its statements ran.
"""

import hashlib
import re
import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from importlib import resources
from zoneinfo import ZoneInfo

from clickhouse_connect.driver.client import Client
from msgspec import Struct

from schemas.outcomes import Table
from sinks.clickhouse import open_client
from sinks.dsn import KEY
from sinks.retention import keep, why_not_kept
from sinks.tables import TableSettings, declare

#: What a statement says of a view that another worker replaces at this moment.
_BEING_REPLACED = ("UNKNOWN_TABLE", "UNKNOWN_IDENTIFIER")
_TRIES, _PAUSE_S = 10, 0.3

_NOTES = """
CREATE TABLE IF NOT EXISTS migrations (
    `number` UInt32 COMMENT 'number of the migration file',
    `name` String COMMENT 'its file name',
    `checksum` String COMMENT 'SHA-256 of its text',
    `applied_at` DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when it was done'
) ENGINE = ReplacingMergeTree ORDER BY (`number`, `checksum`)
"""


class Migration(Struct, frozen=True):
    number: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


class SchemaConflictError(Exception):
    """The database and this program do not fit; the message says which and the cure."""


def shipped() -> tuple[Migration, ...]:
    """The migrations this program knows, in order, without gaps."""
    files = sorted(
        file.name
        for file in resources.files("sinks.migrations").iterdir()
        if file.name.endswith(".sql")
    )
    return tuple(
        Migration(
            int(name[:4]),
            name,
            resources.files("sinks.migrations").joinpath(name).read_text("utf-8"),
        )
        for name in files
    )


def migrate(
    client: Client, settings: TableSettings, migrations: Sequence[Migration] | None = None
) -> tuple[int, ...]:
    """Applies what is missing; returns the numbers applied. Raises SchemaConflictError.

    Refuses before it changes anything: a database that has migrations this program does
    not know, or a migration whose text is not what was applied.
    """
    known = shipped() if migrations is None else tuple(migrations)
    _check_settings(settings)
    client.command(_NOTES)
    noted = client.query("SELECT DISTINCT number, name, checksum FROM migrations").result_rows
    by_number = {migration.number: migration for migration in known}
    for number, name, checksum in noted:
        _check_noted(by_number, int(number), str(name), str(checksum))
    done = {int(number) for number, _, _ in noted}
    missing = [migration for migration in known if migration.number not in done]
    for migration in missing:
        for statement in statements(migration.text, settings):
            _apply(client, statement)
        # Not client.insert: it loads pandas, and a worker starts once a deployment.
        client.command(
            "INSERT INTO migrations (number, name, checksum) VALUES "
            f"({migration.number}, '{migration.name}', '{migration.checksum}')"
        )
    _check_columns(client, settings)
    keep(client, settings)
    return tuple(migration.number for migration in missing)


def _apply(client: Client, statement: str) -> None:
    """A view that is made of another one cannot be while a second worker replaces that."""
    for _ in range(_TRIES):
        try:
            client.command(statement)
        except Exception as error:  # each engine has errors of its own
            if not any(code in str(error) for code in _BEING_REPLACED):
                raise
            time.sleep(_PAUSE_S)
        else:
            return
    client.command(statement)


def statements(text: str, settings: TableSettings) -> list[str]:
    """The statements of a migration, with the site's settings in their places."""
    filled = text.replace("{time_zone}", settings.time_zone)
    filled = filled.replace("{keep_days}", str(int(settings.keep_days)))
    return [part.strip() for part in re.split(r";[ \t]*(?:\n|\Z)", filled) if part.strip()]


def connector(
    dsn: str, settings: TableSettings, wait: timedelta = timedelta(seconds=5)
) -> Callable[[], Client]:
    """What a Writer is given: opens a client, and migrates before its first use.

    A worker can so start while ClickHouse is away; the writer treats the failure as the
    outage it is. `wait` is short because the writer's own back-off goes round it.
    """
    ready = False
    one_migrates = threading.Lock()

    def connect() -> Client:
        nonlocal ready
        client = open_client(dsn, wait=wait)
        try:
            with one_migrates:
                if not ready:
                    migrate(client, settings)
                    ready = True
        except BaseException:
            client.close()
            raise
        return client

    return connect


def _check_settings(settings: TableSettings) -> None:
    try:
        ZoneInfo(settings.time_zone)
    except (KeyError, OSError, ValueError):
        raise SchemaConflictError(f"there is no time zone {settings.time_zone!r}") from None
    refused = why_not_kept(settings)
    if refused:
        raise SchemaConflictError(refused)


def _check_noted(known: dict[int, Migration], number: int, name: str, checksum: str) -> None:
    if number not in known:
        raise SchemaConflictError(
            f"the database has migration {number} ({name}), this program knows up to "
            f"{max(known, default=0)}: it was used by a newer hallwatch. Upgrade this one, or "
            f"point {KEY} at another database"
        )
    if checksum != known[number].checksum:
        raise SchemaConflictError(
            f"migration {number} ({name}) was applied with another text than this program "
            "carries: a released migration must not be edited. Restore the file and write "
            f"the change as migration {max(known) + 1}"
        )


def _check_columns(client: Client, settings: TableSettings) -> None:
    """The live columns must be the declared ones, or rows would be misread or dropped."""
    for table in Table:
        declared = {column.name: column.type for column in declare(table, settings).columns}
        live = dict(
            client.query(
                "SELECT name, type FROM system.columns "
                "WHERE database = currentDatabase() AND table = {table:String}",
                parameters={"table": table.value},
            ).result_rows
        )
        for name, type_ in declared.items():
            if live.get(name) != type_:
                raise SchemaConflictError(
                    f"column {table.value}.{name} is {live.get(name, 'missing')} in the database "
                    f"and {type_} in this program. Where only the time zone differs, set it "
                    "back to what the database was made with; otherwise a migration is missing"
                )
