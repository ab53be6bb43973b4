"""What became of a file's rows: counted, and the refused ones kept to be mended.

Called by `hallwatch import` and by the watched folder. Invariant: the summary accounts for every
row: imported, dropped or refused.
"""

import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from msgspec import Struct, field

from schemas.mapping import Dropped, Imported, Mapping, Refused, Result, read_header

#: Put before the columns of a refused row.
REJECT_COLUMNS = ["import_line", "import_column", "import_reason"]


class Summary(Struct):
    """What became of a file's rows."""

    imported: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    events: Counter[str] = field(default_factory=Counter)

    def count(self, result: Result) -> None:
        match result:
            case Imported(events=events):
                self.imported += 1
                self.events.update(event.type for event in events)
            case Dropped(reason=reason):
                self.dropped[reason] += 1
            case Refused():
                self.refused += 1

    @property
    def rows(self) -> int:
        return self.imported + self.dropped.total() + self.refused

    def lines(self, name: str) -> Iterator[str]:
        yield (
            f"{name}: {self.rows} rows: {self.imported} imported,"
            f" {self.dropped.total()} dropped, {self.refused} refused"
        )
        for reason, count in sorted(self.dropped.items()):
            yield f"  dropped  {count:>9}  {reason}"
        yield f"  events   {self.events.total():>9}"
        for kind, count in sorted(self.events.items()):
            yield f"           {count:>9}  {kind}"


class Rejects:
    """The file of refused rows: why, then the row as it was; importable once mended."""

    def __init__(self, path: Path, mapping: Mapping, table: Path, files: ExitStack) -> None:
        """`table`: the file the rows are of."""
        file = files.enter_context(
            path.open("w", encoding=mapping.csv.encoding, errors="surrogateescape", newline="")
        )
        header = read_header(mapping, table)
        # A rejects file that is imported again has these columns already.
        self._skip = len(REJECT_COLUMNS) if header[: len(REJECT_COLUMNS)] == REJECT_COLUMNS else 0
        self._writer = csv.writer(file, delimiter=mapping.csv.delimiter)
        self._writer.writerow([*REJECT_COLUMNS, *header[self._skip :]])

    def write(self, refused: Refused) -> None:
        why = [refused.line, refused.column, refused.reason]
        self._writer.writerow([*why, *refused.cells[self._skip :]])
