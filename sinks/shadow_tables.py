"""The tables of shadows: what a span would have looked like under other rules.

Owns their declaration and their readers' views. A shadow's rows are a run's; which run of a name
counts is said by its row in `shadows`, written when the run is over, so that a run that broke off
shows nowhere and one that is done again takes the place of the one before at once. Live views and
panels read other tables. Called by `python -m sinks.shadow_tables`, which prints what a migration
is made of, by `sinks.shadows` and by tests. Invariant: a shadow table has the columns of the live
one, and three more.
"""

import sys

from schemas.outcomes import Status, Table
from sinks.column_comments import comment_of
from sinks.ddl import PLACEHOLDERS, column_sql
from sinks.history_comments import meaning_of
from sinks.tables import Column, declare

SHADOWED = (Table.VERDICTS, Table.WINDOWS)

#: One row a name: its last run that came to its end.
REGISTER = "shadows"

#: Older versions of a clock may have begun within the span when the newest did not: only the
#: newest is asked, and it says whether it did.
WITHIN = "within"

_KEYS = (
    Column("shadow", "LowCardinality(String)", comment="name of the shadow"),
    Column("run", "UInt64", comment="which run of it: when it began, ms"),
)
_WITHIN = Column(WITHIN, "Bool", comment="whether its clock started within the span asked for")


def shadow_name(table: Table) -> str:
    return f"shadow_{table.value}"


def shadow_columns(table: Table) -> tuple[Column, ...]:
    return (*_KEYS, *declare(table, PLACEHOLDERS).columns, _WITHIN)


def create_shadow_table(table: Table) -> str:
    declared = declare(table, PLACEHOLDERS)
    columns = ",\n".join(f"    {column_sql(column)}" for column in shadow_columns(table))
    identity = ", ".join(f"`{name}`" for name in ("shadow", "run", *declared.identity))
    return (
        f"CREATE TABLE IF NOT EXISTS {shadow_name(table)} (\n{columns}\n)\n"
        f"ENGINE = ReplacingMergeTree(`{declared.version}`)\n"
        f"ORDER BY ({identity})\nPARTITION BY (`shadow`, `run`)"
    )


CREATE_REGISTER = f"""CREATE TABLE IF NOT EXISTS {REGISTER} (
    `shadow` String COMMENT 'name of the shadow',
    `run` UInt64 COMMENT 'its last run that came to its end: when it began, ms',
    `since` DateTime64(3, '{{time_zone}}') COMMENT 'clocks that started from here on …',
    `until` DateTime64(3, '{{time_zone}}') COMMENT '… and before this',
    `as_of` DateTime64(3, '{{time_zone}}') COMMENT 'the moment it was judged at',
    `rules` String COMMENT 'folder of the rules; empty: the shipped ones',
    `rule_versions` String COMMENT 'versions of each promise in them',
    `events` UInt64 COMMENT 'events read',
    `finished_at` DateTime64(3, 'UTC') COMMENT 'when the run came to its end'
) ENGINE = ReplacingMergeTree(`run`)
ORDER BY (`shadow`)"""


def create_shadow_view(table: Table) -> str:
    """Its finished runs as the live view has the live rows, with the shadow's name."""
    declared = declare(table, PLACEHOLDERS)
    only = f" AND `status` != '{Status.WITHDRAWN}'" if table is Table.VERDICTS else ""
    only += " AND `started` > 0" if table is Table.WINDOWS else ""
    columns = [_KEYS[0], *declared.columns]
    told = ",\n".join(
        f"    `{one.name}` {one.type} COMMENT '{_words(table, one)}'" for one in columns
    )
    names = ", ".join(f"`{one.name}`" for one in columns)
    return (
        f"CREATE OR REPLACE VIEW {shadow_name(table)}_now (\n{told}\n) AS\n"
        f"SELECT {names}\nFROM {shadow_name(table)} FINAL\n"
        f"WHERE (`shadow`, `run`) IN (SELECT `shadow`, `run` FROM {REGISTER} FINAL)\n"
        f"    AND `{WITHIN}`{only}\nCOMMENT '{_MEANINGS[table]}'"
    )


_MEANINGS = {
    Table.VERDICTS: "影子规则下的判定，列与 history_verdicts 同义；一个影子名称一套",
    Table.WINDOWS: "影子规则下的每分钟统计，列与 history_minutes 同义；各分区未合计",
}
_AS_IN = {Table.VERDICTS: "history_verdicts", Table.WINDOWS: "history_minutes"}


def _words(table: Table, column: Column) -> str:
    try:
        return meaning_of(_AS_IN[table], column.name)
    except KeyError:
        return comment_of(table, column.name)


def all_statements() -> list[str]:
    return [
        *map(create_shadow_table, SHADOWED),
        CREATE_REGISTER,
        *map(create_shadow_view, SHADOWED),
    ]


def main() -> None:
    sys.stdout.write(";\n\n".join(all_statements()) + ";\n")


if __name__ == "__main__":
    main()
