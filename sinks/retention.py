"""How long the rows of each table stay: the site's choice, checked, and brought to its tables.

Owns the TTL of every table and the words of a wrong setting. Called by `sinks.migrate` at each
start, so that a changed setting reaches tables that are there. Invariant: a row expires by a
moment of its own that no later version moves by more than a correction does; never by a state,
or an older version of a row would come back when the newest is gone.
"""

from clickhouse_connect.driver.client import Client

from schemas.outcomes import Table
from sinks.ddl import ttl
from sinks.tables import TableSettings, days_kept, declare

#: ClickHouse computes a TTL in 32 bits of seconds: past 2106 it would wrap and delete.
LONGEST_DAYS = 10_000

#: What is derived answers questions about months: a month's report asks for the one before, too.
SHORTEST_DAYS = 62

#: Of the raw: enough for a worker that catches up.
_SHORTEST_RAW_DAYS = 1

#: By table that grows, the setting that says how long its rows stay.
SETTING: dict[Table, str] = {
    table: f"HALLWATCH_KEEP_{table.value.upper()}"
    for table in Table
    if table is not Table.FORECASTS  # of the present only
}

_RAW = (Table.EVENTS, Table.DEAD_LETTERS)


def why_not_kept(settings: TableSettings) -> str:
    """What is wrong with which setting; "" when every table can be kept as long as is asked."""
    for table in Table:
        days = days_kept(table, settings)
        if days == 0 and table not in _RAW:
            continue
        shortest = _SHORTEST_RAW_DAYS if table in _RAW else SHORTEST_DAYS
        if not shortest <= days <= LONGEST_DAYS:
            forever = "" if table in _RAW else ", or 0 for ever"
            return (
                f"{SETTING[table]}={days}: {table.value} cannot be kept {days} days: at least"
                f" {shortest}, at most {LONGEST_DAYS}{forever}"
            )
    return ""


def keep(client: Client, settings: TableSettings) -> None:
    """The TTL of every table becomes what `settings` says. Old rows go in the background."""
    for table in Table:
        days, live = days_kept(table, settings), _live_ttl(client, table)
        if days and f"toIntervalDay({days})" not in live:
            told = ttl(declare(table, settings), days)
            client.command(f"ALTER TABLE {table.value} MODIFY TTL {told}")
        elif not days and live:
            client.command(f"ALTER TABLE {table.value} REMOVE TTL")


def _live_ttl(client: Client, table: Table) -> str:
    """As the table has it now; "" for none."""
    ((engine,),) = client.query(
        "SELECT engine_full FROM system.tables "
        "WHERE database = currentDatabase() AND name = {table:String}",
        parameters={"table": table.value},
    ).result_rows
    return str(engine).partition(" TTL ")[2]
