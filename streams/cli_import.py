"""`hallwatch import`: a CSV of a hall's system → CloudEvents NDJSON, by a mapping.

Sorts, writes and reports what `schemas.mapping` makes. Does not know Kafka (that is
`hallwatch replay`). Invariant: the summary accounts for every row: imported, dropped or refused.
"""

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from schemas.mapping import (
    Imported,
    MadeEvent,
    Mapping,
    MappingError,
    Refused,
    events_from_csv,
    read_mapping,
)
from streams.import_books import Rejects, Summary

#: More refused rows than this are counted but not printed one by one.
MOST_PRINTED = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `hallwatch import`."""
    parser.description = (
        "Turn a CSV of a hall's system into CloudEvents, one JSON event a line, for `hallwatch"
        " replay`. Events are sorted by time in memory, about 0.8 kB each: a month of a large"
        " hall (150,000 events) takes 125 MB. Use --keep-order for what does not fit."
    )
    parser.add_argument("file", type=Path, metavar="FILE.csv[.gz]|.xlsx")
    parser.add_argument("--mapping", type=Path, required=True, metavar="M.toml")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT.ndjson", help="default: stdout")
    parser.add_argument(
        "--keep-order",
        action="store_true",
        help="leave events in the order of the rows, unsorted (also a test of lateness)",
    )
    parser.add_argument(
        "--rejects",
        type=Path,
        metavar="REJECTS.csv",
        help="write refused rows here, to be mended and imported again;"
        " they are as they were, personal data included",
    )
    parser.add_argument("--strict", action="store_true", help="exit with 1 if any row was refused")
    parser.add_argument(
        "--pseudonym-key",
        type=Path,
        metavar="FILE",
        help="file with the secret for `pseudonym = true` (the same secret, the same pseudonyms)",
    )


def run_import(arguments: argparse.Namespace) -> int:
    """0 done; 1 rows were refused and --strict; 2 the mapping or a file cannot be used."""
    try:
        mapping = read_mapping(arguments.mapping)
        summary = _import(mapping, arguments)
    except MappingError as error:
        print(f"hallwatch import: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"hallwatch import: {error.filename}: {error.strerror or error}", file=sys.stderr)
        return 2
    for line in summary.lines(arguments.file.name):
        print(line, file=sys.stderr)
    return 1 if arguments.strict and summary.refused else 0


def _import(mapping: Mapping, arguments: argparse.Namespace) -> Summary:
    key = arguments.pseudonym_key.read_bytes().strip() if arguments.pseudonym_key else b""
    results = events_from_csv(mapping, arguments.file, pseudonym_key=key)
    summary = Summary()
    waiting: list[MadeEvent] = []
    with ExitStack() as files:
        out = _output(arguments.output, files)
        rejects = (
            Rejects(arguments.rejects, mapping, arguments.file, files)
            if arguments.rejects
            else None
        )
        for result in results:
            summary.count(result)
            match result:
                case Imported(events=events):
                    if arguments.keep_order:
                        out.writelines(event.value + b"\n" for event in events)
                    else:
                        waiting.extend(events)
                case Refused():
                    _report(result, arguments.file.name, summary.refused)
                    if rejects:
                        rejects.write(result)
        # A stable sort: events of the same moment stay in the order of their rows.
        waiting.sort(key=lambda event: event.time)
        out.writelines(event.value + b"\n" for event in waiting)
    if arguments.output:
        _part_of(arguments.output).replace(arguments.output)
    return summary


def _part_of(path: Path) -> Path:
    return path.with_name(path.name + ".part")


def _output(path: Path | None, files: ExitStack) -> BinaryIO:
    """Standard output, or a file beside `path` until all is written: a half import must not
    look like a whole one."""
    if path is None:
        return sys.stdout.buffer
    return files.enter_context(_part_of(path).open("wb"))


def _report(refused: Refused, name: str, count: int) -> None:
    if count <= MOST_PRINTED:
        column = f" column {refused.column}" if refused.column else ""
        print(f"{name}:{refused.line}{column}: {refused.reason}", file=sys.stderr)
    elif count == MOST_PRINTED + 1:
        print(f"{name}: more refused rows are counted, not printed", file=sys.stderr)
