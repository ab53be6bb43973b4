"""What tests that disturb the workers have in common: a day of events and its true rows.

Owns the comparison. Called by the tests of crashes and of workers coming and going.
Invariant: the day has everything that makes a row: waits kept, late and given up, alerts,
dead letters.
"""

from pathlib import Path

from msgspec import Struct

from schemas.outcomes import Table
from tests.pipeline.command import WorkerProcess
from tests.pipeline.database import Database
from tests.pipeline.hall import Hall

#: Two workers have three each, three have two each.
PARTITIONS = 6

#: One line in so many is followed by one that has to be refused.
_BAD_EVERY = 400
_BAD = (
    b"no JSON at all",
    b'{"specversion": "1.0", "type": "ticket.invented", "subject": "t-1"}',
    b'{"specversion": "1.0", "id": "1", "source": "x", "type": "ticket.held", "subject": "t-2", '
    b'"time": "1999-08-03T12:00:00", "data": {"section": "bank"}}',
)


class BusyDay(Struct, frozen=True):
    """The file to feed, the rules it is judged by, and where an undisturbed run recorded."""

    events: Path
    rules: Path
    undisturbed: Database


def with_bad_lines(events: Path, mixed: Path) -> Path:
    """A copy of a file of events with lines in it that no worker may take."""
    lines: list[bytes] = []
    for number, line in enumerate(events.read_bytes().splitlines()):
        lines.append(line)
        if number % _BAD_EVERY == 0:
            lines.append(_BAD[number // _BAD_EVERY % len(_BAD)])
    mixed.write_bytes(b"\n".join(lines))
    return mixed


def process_of(hall: Hall, log: Path, **settings: object) -> WorkerProcess:
    """A worker of `hall`, as a process; not yet started."""
    known = {
        name: getattr(hall.settings, name)
        for name in ("broker", "clickhouse", "topic_prefix", "group", "partitions", "data")
    }
    return WorkerProcess(log, **{**known, **settings})


def same_rows(database: Database, day: BusyDay) -> None:
    """Every table of the disturbed run, row by row."""
    for table in Table:
        expected = day.undisturbed.facts(table)
        found = database.facts(table)
        # Rules of these tests leave forecasts out: they are of the moment, not of the events.
        assert expected or table is Table.FORECASTS, f"{table} is empty"
        lost, added = set(expected) - set(found), set(found) - set(expected)
        differ = f"{table}: for example missing {sorted(lost)[:3]}, too many {sorted(added)[:3]}"
        assert not lost | added, differ
        assert len(found) == len(expected), table
