"""One file → its events in the order of their times, and its books.

Called by the command, in a thread. Invariant: the same file gives the same events.
"""

import gzip
import zlib
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from msgspec import Struct

from schemas.everywhere import EVERYWHERE_TYPES
from schemas.mapping import Imported, MadeEvent, Mapping, MappingError, Refused, events_from_csv
from streams.event_sender import Outgoing
from streams.import_books import Rejects, Summary

#: So many refused rows are named in the report; all of them are in the file beside it.
MOST_NAMED = 1_000


class RefusedRow(Struct, frozen=True):
    """Where and why; not the row itself, which holds whatever it holds."""

    line: int
    column: str
    reason: str


class Read(Struct, frozen=True):
    """What a file holds."""

    events: Sequence[Outgoing]
    summary: Summary
    refused: Sequence[RefusedRow]


def read_file(path: Path, mapping: Mapping, pseudonym_key: bytes, rejects: Path) -> Read:
    """Writes the refused rows to `rejects`, if there are any. Raises MappingError when mapping
    and file do not fit or it is damaged, OSError when it cannot be read."""
    try:
        return _read(path, mapping, pseudonym_key, rejects)
    except (gzip.BadGzipFile, zlib.error):
        raise MappingError(f"{path.name}: the gzip file is damaged") from None


def _read(path: Path, mapping: Mapping, pseudonym_key: bytes, rejects: Path) -> Read:
    summary = Summary()
    made: list[MadeEvent] = []
    refused: list[RefusedRow] = []
    with ExitStack() as files:
        kept: Rejects | None = None
        for result in events_from_csv(mapping, path, pseudonym_key=pseudonym_key):
            summary.count(result)
            match result:
                case Imported(events=events):
                    made.extend(events)
                case Refused():
                    kept = kept or Rejects(rejects, mapping, path, files)
                    _keep(kept, result, path, mapping)
                    if len(refused) < MOST_NAMED:
                        refused.append(RefusedRow(result.line, result.column, result.reason))
    # A stable sort: events of the same moment stay in the order of their rows.
    made.sort(key=lambda event: event.time)
    return Read([_outgoing(event) for event in made], summary, refused)


def _keep(kept: Rejects, refused: Refused, path: Path, mapping: Mapping) -> None:
    try:
        kept.write(refused)
    except UnicodeEncodeError:  # of a workbook, which can hold what the mapping's CSVs cannot
        raise MappingError(
            f"{path.name}: row {refused.line} cannot be written as {mapping.csv.encoding};"
            ' set csv.encoding to "utf-8" in the mapping'
        ) from None


def _outgoing(event: MadeEvent) -> Outgoing:
    return Outgoing(event.subject, event.value, (), event.type in EVERYWHERE_TYPES)
