"""What each of the measured programs promises, beside how fast it is.

Owns the table that the report prints and docs/performance.md shows. Called by the report.
Invariant: a program has its line, or its figure means nothing.
"""

from msgspec import Struct


class Guarantees(Struct, frozen=True):
    """As the measured program is written, by its documentation; a few words each."""

    exactly_once: str
    durable_state: str
    deadlines: str  #: whether one fires without a further event
    corrections: str  #: whether an event out of order changes what was said before
    late_events: str  #: in the minute windows
    clickhouse: str  #: rows written by the measured process


GUARANTEES = {
    "hallwatch": Guarantees(
        "yes: one Kafka transaction; rows replaced by version",
        "checkpoints in Kafka",
        "yes",
        "yes",
        "counted",
        "events, journeys, verdicts, windows, alerts",
    ),
    "documented": Guarantees(
        "no: at least once, counts drift after a crash",
        "tables in memory, changelog in Kafka",
        "no",
        "no",
        "counted for an hour",
        "a row an event",
    ),
    "quix": Guarantees(
        "in Kafka yes: one transaction a second; rows at least once, replaced",
        "RocksDB, changelog in Kafka",
        "no",
        "no",
        "dropped after the grace period",
        "a row an event, minutes",
    ),
    "bytewax": Guarantees(
        "no: state exact, rows since the last snapshot again, replaced",
        "SQLite on the worker's disk, every 10 s",
        "no",
        "no",
        "dropped after the clock's wait",
        "a row an event, minutes once closed",
    ),
    "kafka-streams": Guarantees(
        "in Kafka yes: one transaction a second",
        "RocksDB, changelog in Kafka",
        "no",
        "no",
        "dropped after an hour",
        "none: a record an event stays in Kafka",
    ),
    "floor": Guarantees("no", "none", "no", "no", "no windows", "none"),
}


def table(names: list[str]) -> list[str]:
    """Lines of those asked for, a word of the guarantee before each."""
    lines = []
    for name in names:
        promised = GUARANTEES[name]
        lines.append(f"  {name}")
        lines += [
            f"    {field.replace('_', ' '):<14} {getattr(promised, field)}"
            for field in Guarantees.__struct_fields__
        ]
    return lines
