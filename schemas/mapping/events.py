"""A CSV file → one result for each of its rows.

The heart of the import; `streams.cli_import` calls it, sorts, writes and counts. Invariants:
one result for each row; a row (or group of rows) gives all its events or, if one of them is
refused, none, so that a mended row can be imported again; the same row gives the same ids.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct

from schemas.mapping.format import Mapping, MappingError, Value
from schemas.mapping.making import EventMaker, MadeEvent
from schemas.mapping.read import check_columns
from schemas.mapping.table import Row, open_table
from schemas.mapping.values import BadCellError, Cells, Ground, Scene, holds, with_fields


class Imported(Struct, frozen=True):
    line: int
    events: tuple[MadeEvent, ...]


class Dropped(Struct, frozen=True):
    """A row the mapping does not want, or that no event rule wanted."""

    line: int
    reason: str


class Refused(Struct, frozen=True):
    """A row that cannot be used: its column at fault ("" if none), why, and the row itself."""

    line: int
    column: str
    reason: str
    cells: tuple[str, ...]


Result = Imported | Dropped | Refused

NO_EVENT = "no event's `when` holds"
REPEATED = "says what an earlier row said"


class _Ready(Struct, frozen=True):
    """A row that can be read, on its way."""

    row: Row
    cells: Cells


def events_from_csv(
    mapping: Mapping, path: str | Path, *, pseudonym_key: bytes = b""
) -> Iterator[Result]:
    """Reads the file once, in its order; with a `[group]` in the mapping, all of it first.

    `pseudonym_key` is the secret behind `pseudonym = true`. Raises `MappingError` before the
    first row if mapping and file do not fit; OSError if the file cannot be read.
    """
    path = Path(path)
    table = open_table(path, mapping.csv)
    check_columns(mapping, table.header, path.name)
    if not pseudonym_key and _uses_pseudonyms(mapping):
        raise MappingError(f"{mapping.path}: `pseudonym = true` needs a secret key; give one")
    results = _Results(mapping, table.header, pseudonym_key)
    if mapping.group is None:
        return (results.result_of(row) for row in table.rows)
    return results.results_of_groups(table.rows)


def read_header(mapping: Mapping, path: str | Path) -> list[str]:
    """The file's column names. Raises `MappingError`."""
    return open_table(Path(path), mapping.csv).header


def _uses_pseudonyms(mapping: Mapping) -> bool:
    values = [*mapping.fields.values(), *mapping.data.values()]
    values += [value for event in mapping.event for value in event.data.values()]
    return any(isinstance(value, Value) and value.pseudonym for value in values)


class _Results:
    """Makes results of rows; remembers the ids given, and nothing else."""

    def __init__(self, mapping: Mapping, header: list[str], key: bytes) -> None:
        self._mapping = mapping
        self._header = header
        self._ground = Ground(key, mapping.times, ZoneInfo(mapping.times.zone))
        self._maker = EventMaker(mapping, self._ground)
        self._given: dict[str, tuple[int, int]] = {}  # id → line, hash of the event

    def result_of(self, row: Row) -> Result:
        """A row that is a journey by itself."""
        ready = self._readied(row)
        if not isinstance(ready, _Ready):
            return ready
        return self._made([ready])[0]

    def results_of_groups(self, rows: Iterator[Row]) -> Iterator[Result]:
        """Rows brought together by `group.by`, groups in the order of their first rows."""
        assert self._mapping.group is not None
        by = self._mapping.group.by
        groups: dict[str, list[_Ready]] = {}
        faults: dict[str, Refused] = {}
        for row in rows:
            ready = self._readied(row)
            if isinstance(ready, Dropped):
                yield ready
            elif isinstance(ready, Refused):
                yield ready
                # A journey that lacks a row would be measured wrongly, so it waits too.
                index = self._header.index(by) if by in self._header else -1
                if 0 <= index < len(row.cells):
                    faults.setdefault(row.cells[index].strip(), ready)
            elif not ready.cells[by]:
                yield self._refusal(row, BadCellError(by, "empty, so its group is not known"))
            else:
                groups.setdefault(ready.cells[by], []).append(ready)
        for name, group in groups.items():
            if name in faults:
                yield from self._refused_with(group, faults[name])
            else:
                yield from self._made_in_order(group)

    def _readied(self, row: Row) -> _Ready | Dropped | Refused:
        if row.fault:
            return self._refusal(row, BadCellError(row.column, row.fault))
        plain = dict(zip(self._header, map(str.strip, row.cells), strict=True))
        try:
            cells = with_fields(self._mapping, plain, self._ground)
        except BadCellError as error:
            return self._refusal(row, error)
        for drop in self._mapping.drop:
            if holds(drop.when, Scene(cells=cells, first=cells)):
                return Dropped(row.line, drop.reason)
        return _Ready(row=row, cells=cells)

    def _made_in_order(self, group: list[_Ready]) -> list[Result]:
        assert self._mapping.group is not None
        times: dict[int, datetime] = {}
        for ready in group:
            try:
                moment = self._maker.moment(self._mapping.group.order, None, ready.cells)
                times[ready.row.line] = moment.astimezone(UTC)
            except BadCellError as error:
                return self._refused_with(group, self._refusal(ready.row, error))
        return self._made(sorted(group, key=lambda ready: times[ready.row.line]))

    def _made(self, group: list[_Ready]) -> list[Result]:
        """All events of one journey's rows; refused together if one is refused."""
        results: list[Result] = []
        given: dict[str, tuple[int, int]] = {}
        rows = [ready.cells for ready in group]
        for place, ready in enumerate(group):
            try:
                events = self._maker.events(rows, place)
                repeated = self._note_ids(events, ready.row.line, given)
            except BadCellError as error:
                return self._refused_with(group, self._refusal(ready.row, error))
            if not events:
                results.append(Dropped(ready.row.line, NO_EVENT))
            elif repeated:
                results.append(Dropped(ready.row.line, REPEATED))
            else:
                results.append(Imported(ready.row.line, events))
        self._given |= given
        return results

    def _note_ids(
        self, events: tuple[MadeEvent, ...], line: int, given: dict[str, tuple[int, int]]
    ) -> bool:
        """True if an earlier row said all of this already. The same id for something else
        would be taken for a repetition downstream, and lost: the row is refused."""
        repeated = 0
        for event in events:
            fingerprint = hash(event.value)
            earlier = given.get(event.id) or self._given.get(event.id)
            if earlier is None:
                given[event.id] = (line, fingerprint)
            elif earlier[1] == fingerprint and earlier[0] != line:
                repeated += 1
            else:
                raise BadCellError(
                    "",
                    f"the id of its {event.type} was given to line {earlier[0]};"
                    " put a column that tells the rows apart into `id`",
                )
        return repeated > 0 and repeated == len(events)

    def _refusal(self, row: Row, error: BadCellError) -> Refused:
        return Refused(row.line, error.column, error.reason, tuple(row.cells))

    def _refused_with(self, group: list[_Ready], cause: Refused) -> list[Result]:
        """The whole journey: the row at fault with its reason, the others with its line."""
        reason = f"belongs to line {cause.line}, which was refused"
        return [
            cause
            if ready.row.line == cause.line
            else Refused(ready.row.line, "", reason, tuple(ready.row.cells))
            for ready in group
        ]
