"""A shadow's rows: put, finished, listed, dropped.

Owns what makes a run count, and what is left of those that do not. The tables are
`sinks.shadow_tables`; comparing with what was is `sinks.shadow_compare`. Called by the command,
from its thread. Invariant: rows of a run show when all of them are there, and not before.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from clickhouse_connect.driver.client import Client
from msgspec import Struct

from schemas.outcomes import Table, VerdictRow, WindowRow
from sinks.audit_reads import rows_of
from sinks.insert import INSERT_SETTINGS
from sinks.shadow_tables import REGISTER, SHADOWED, shadow_name

#: It stands in SQL, file names and on the command line.
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


class ShadowError(Exception):
    """A shadow cannot be made or found; the text says why and what to do."""


class Shadow(Struct, frozen=True, kw_only=True):
    """A finished run. Moments are ms."""

    shadow: str
    run: int
    since: int
    until: int
    as_of: int
    rules: str
    rule_versions: str
    events: int
    finished_at: int = 0


def check_name(name: str) -> None:
    """Raises ShadowError."""
    if not _NAME.fullmatch(name):
        raise ShadowError(
            f"the shadow's name {name!r}: 1 to 40 of a-z, 0-9 and -, as in strict-2022-10"
        )


_SHADOWS = f"""
SELECT shadow, run, toUnixTimestamp64Milli(since) AS since, toUnixTimestamp64Milli(until) AS until,
    toUnixTimestamp64Milli(as_of) AS as_of, rules, rule_versions, events,
    toUnixTimestamp64Milli(finished_at) AS finished_at
FROM {REGISTER} FINAL ORDER BY shadow
FORMAT JSONEachRow"""

_RUNS = """
SELECT DISTINCT run FROM {table:Identifier} WHERE shadow = {shadow:String} ORDER BY run
FORMAT JSONEachRow"""


def read_shadows(client: Client) -> list[Shadow]:
    return [msgspec.convert(row, Shadow) for row in rows_of(client, _SHADOWS, {})]


def find_shadow(client: Client, name: str) -> Shadow:
    """Raises ShadowError naming those there are."""
    known = read_shadows(client)
    for shadow in known:
        if shadow.shadow == name:
            return shadow
    names = ", ".join(shadow.shadow for shadow in known) or "none"
    raise ShadowError(f"there is no shadow {name!r}; there are: {names}")


def clear_broken(client: Client, name: str) -> None:
    """What runs of this name left behind that did not come to their end."""
    finished = {shadow.run for shadow in read_shadows(client) if shadow.shadow == name}
    _drop_runs(client, name, _runs(client, name) - finished)


class Run:
    """Rows of one run of `name` on their way into its tables."""

    def __init__(self, client: Client, name: str, run: int) -> None:
        self._client = client
        self._name = name
        self._run = run
        self._waiting: dict[Table, list[bytes]] = {table: [] for table in SHADOWED}
        self.rows = 0

    def put(self, row: VerdictRow | WindowRow, within: bool) -> None:
        table = Table.VERDICTS if isinstance(row, VerdictRow) else Table.WINDOWS
        lines = self._waiting[table]
        also = f',"shadow":"{self._name}","run":{self._run},"within":{str(within).lower()}}}'
        lines.append(msgspec.json.encode(row)[:-1] + also.encode())
        self.rows += 1
        if len(lines) >= _AT_ONCE:
            self._write(table)

    def flush(self) -> None:
        for table in SHADOWED:
            self._write(table)

    def finish(self, shadow: Shadow) -> None:
        """From here on it is what readers see. Raises ShadowError."""
        self.flush()
        newer = max(_runs(self._client, self._name), default=self._run)
        if newer > self._run:
            _drop_runs(self._client, self._name, {self._run})
            raise ShadowError(
                f"{self._name} was begun anew while this run was under way: that one counts"
            )
        _insert(self._client, REGISTER, [_registered(shadow)])
        _drop_runs(self._client, self._name, _runs(self._client, self._name) - {self._run})

    def _write(self, table: Table) -> None:
        lines = self._waiting[table]
        if lines:
            _insert(self._client, shadow_name(table), lines)
            self._waiting[table] = []


#: Rows of one insert.
_AT_ONCE = 20_000


def drop(client: Client, name: str) -> None:
    """Raises ShadowError where there is none."""
    find_shadow(client, name)
    # First the rows' leave to show, so that none show in part.
    client.command(
        f"ALTER TABLE {REGISTER} DELETE WHERE shadow = {{shadow:String}} "
        "SETTINGS mutations_sync = 2",
        parameters={"shadow": name},
    )
    _drop_runs(client, name, _runs(client, name))


def _runs(client: Client, name: str) -> set[int]:
    return {
        int(row["run"])
        for table in SHADOWED
        for row in rows_of(client, _RUNS, {"table": shadow_name(table), "shadow": name})
    }


def _drop_runs(client: Client, name: str, runs: set[int]) -> None:
    for run in runs:
        for table in SHADOWED:
            client.command(f"ALTER TABLE {shadow_name(table)} DROP PARTITION ('{name}', {run})")


def _insert(client: Client, table: str, lines: Sequence[bytes]) -> None:
    client.raw_insert(
        table, insert_block=b"\n".join(lines), fmt="JSONEachRow", settings=INSERT_SETTINGS
    )


def _registered(shadow: Shadow) -> bytes:
    told: dict[str, Any] = msgspec.to_builtins(shadow)
    for name in ("since", "until", "as_of"):
        told[name] = told[name] / 1000
    told["finished_at"] = round(datetime.now(UTC).timestamp(), 3)
    return msgspec.json.encode(told)
