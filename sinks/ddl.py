"""The SQL of a declared table and of its reader's view.

Owns the text of CREATE statements; what they declare is `sinks.tables`. Called by
`python -m sinks.ddl`, which prints the SQL a first migration is made of, and by the
tests that hold the migrations to the declarations. Invariant: every statement may be run
twice, by two workers at once.

The views hide FINAL: `journeys_now`, `verdicts_now`, `alerts_now`, `events_now` and
`dead_letters_now` show each row once, at its highest version. FINAL was taken over
argMax because a view over it still passes a reader's WHERE on the sorting key down to
the table, and adds no function per column. `windows_now` goes one step further and adds
up the partitions' shares of a window, which is what every reader wants; whoever needs
the shares apart asks `windows FINAL`.
"""

import sys
from typing import get_type_hints

from schemas.outcomes import ROWS, Status, Table
from sinks.tables import Column, Declaration, TableSettings, declare

#: What migrations carry in place of a site's settings (see `sinks.migrate`).
PLACEHOLDERS = TableSettings(time_zone="{time_zone}")
_KEEP_DAYS = "{keep_days}"


def view_name(table: Table) -> str:
    """The view readers ask: `journeys` → `journeys_now`."""
    return f"{table.value}_now"


def create_table(declaration: Declaration) -> str:
    columns = ",\n".join(f"    {column_sql(column)}" for column in declaration.columns)
    lines = [
        f"CREATE TABLE IF NOT EXISTS {declaration.table.value} (\n{columns}\n)",
        f"ENGINE = ReplacingMergeTree({_name(declaration.version) if declaration.version else ''})",
        f"ORDER BY ({', '.join(map(_name, declaration.identity))})",
    ]
    if declaration.month_of:
        lines.append(f"PARTITION BY toYYYYMM({_name(declaration.month_of)})")
    if declaration.expires:
        lines.append(f"TTL {ttl(declaration)}")
    return "\n".join(lines)


def ttl(declaration: Declaration, keep_days: int | str = _KEEP_DAYS) -> str:
    """Raw rows are counted from their ingest time: a replay of 1999 keeps them as long as any."""
    expires = f"toDateTime({_name(declaration.expires_by)}) + toIntervalDay({keep_days})"
    return expires + (f" DELETE WHERE NOT {declaration.kept}" if declaration.kept else "")


def skip_indexes(declaration: Declaration) -> list[str]:
    """What gives the table its indexes, and the rows it has already their share of them."""
    table = declaration.table.value
    return [
        statement
        for one in declaration.skips
        for statement in (
            f"ALTER TABLE {table} ADD INDEX IF NOT EXISTS {one.name} {one.by} TYPE {one.kind}",
            f"ALTER TABLE {table} MATERIALIZE INDEX IF EXISTS {one.name}",
        )
    ]


def put_together(declaration: Declaration) -> list[str]:
    """Has the server make one part of a month that nothing is written into any more."""
    if not declaration.whole_after_s:
        return []
    return [
        f"ALTER TABLE {declaration.table.value} MODIFY SETTING "
        f"min_age_to_force_merge_seconds = {declaration.whole_after_s}, "
        "min_age_to_force_merge_on_partition_only = 1"
    ]


def column_sql(column: Column) -> str:
    default = f" {column.default}" if column.default else ""
    comment = column.comment.replace("\\", "\\\\").replace("'", "\\'")
    return f"{_name(column.name)} {column.type}{default} COMMENT '{comment}'"


def create_view(declaration: Declaration) -> str:
    select = (
        _sum_of_windows() if declaration.table is Table.WINDOWS else _each_row_once(declaration)
    )
    return f"CREATE VIEW IF NOT EXISTS {view_name(declaration.table)} AS\n{select}"


#: Rows that later evidence emptied stay in the tables (nothing is deleted), but a reader
#: must see what he would have seen had that evidence come in time.
_ONLY = {Table.VERDICTS: f"\nWHERE `status` != '{Status.WITHDRAWN.value}'"}
_NOT_EMPTY = "\nHAVING `started` > 0"


def _each_row_once(declaration: Declaration) -> str:
    names = ", ".join(_name(c.name) for c in declaration.columns if c.name != "earliest")
    only = _ONLY.get(declaration.table, "")
    return f"SELECT {names}\nFROM {declaration.table.value} FINAL{only}"


def _sum_of_windows() -> str:
    """A window whole: counts and sums added, maxima compared, histograms merged."""
    windows = declare(Table.WINDOWS, PLACEHOLDERS)
    keys = [name for name in windows.identity if name != "partition"]
    hints = get_type_hints(ROWS[Table.WINDOWS])
    figures = []
    for name, hint in hints.items():
        if name in windows.identity or name == windows.version:
            continue
        figures.append(f"    {_adds_up_by(name, hint)}(w.{_name(name)}) AS {_name(name)}")
    keys_sql = ", ".join(f"w.{_name(name)}" for name in keys)
    selected = ",\n".join([*(f"    w.{_name(n)} AS {_name(n)}" for n in keys), *figures])
    return f"SELECT\n{selected}\nFROM windows AS w FINAL\nGROUP BY {keys_sql}{_NOT_EMPTY}"


def _adds_up_by(name: str, hint: object) -> str:
    if hint is int:
        return "max" if name.endswith("_max_ms") else "sum"
    return "sumMap"


def _name(name: str) -> str:
    return f"`{name}`"


def all_statements() -> list[str]:
    declarations = [declare(table, PLACEHOLDERS) for table in Table]
    return [*map(create_table, declarations), *map(create_view, declarations)]


def main() -> None:
    sys.stdout.write(";\n\n".join(all_statements()) + ";\n")


if __name__ == "__main__":
    main()
