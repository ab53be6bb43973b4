"""One settlement as Kafka records: which topic, which key, which bytes.

Owns the shape of what lanes write; sending it is `streams.publish`, in which order it
becomes durable is `streams.ledger`. Pure. Filled as the settlement goes on, because what was
decided a moment ago is encoded twice as fast as what has left the processor's caches.
Called by lanes. Invariant: a record of the outcomes topic holds whole rows,
newline-separated, of one table.
"""

import msgspec
from msgspec import Struct, field

from schemas.outcomes import AlertMessage, Table
from streams.core.partition import Outcomes
from streams.core.state import StateRecord, encode_changes
from streams.intake import Intake, dead_letter_row
from streams.publish import DECIDED_HEADER, ROWS_HEADER, Elsewhere, Names, Send

#: An outcome record holds rows up to about this many bytes.
_RECORD_BYTES = 512 * 1024

_encoder = msgspec.json.Encoder()


class _Block(Struct):
    """Rows of one table that are not a record yet."""

    lines: list[bytes] = field(default_factory=list)  #: each of whole rows
    size: int = 0
    rows: int = 0


class Sheet:
    """Of one settlement: filled with what it comes to, then asked for `sends` and `state`,
    once each."""

    def __init__(self, names: Names) -> None:
        self.state: list[StateRecord] = []
        self.rows = 0  #: not those of events and dead letters
        self.messages = 0
        self._names = names
        self._blocks: dict[Table, _Block] = {}
        self._full: list[Send] = []
        self._told: list[AlertMessage] = []
        self._taken = False

    @property
    def empty(self) -> bool:
        """There is nothing to be written."""
        return not (self._taken or self.rows or self.state or self.messages)

    def take_out(self, outcomes: Outcomes) -> None:
        """Takes everything out of `outcomes`, which may be filled again."""
        for table, rows in outcomes.rows.items():
            if rows:
                self.rows += len(rows)
                self._add(table, _encoder.encode_lines(rows), len(rows))
        outcomes.rows.clear()
        for message in outcomes.messages:
            self.messages += 1
            self._told.append(message)
        outcomes.messages.clear()
        self.state += encode_changes(outcomes.saved)
        outcomes.saved.journeys.clear()
        outcomes.saved.windows.clear()
        outcomes.saved.totals.clear()
        outcomes.saved.lines.clear()

    def take_in(self, taken: Intake) -> None:
        """The events themselves, and what was refused."""
        self._taken = True
        for rows, count in taken.event_rows:
            self._add(Table.EVENTS, rows, count)
        letters = taken.dead_letters
        if letters:
            topic = self._names.dead_letters
            self._full += [(topic, None, _encoder.encode(letter), []) for letter in letters]
            lines = _encoder.encode_lines([dead_letter_row(letter) for letter in letters])
            self._add(Table.DEAD_LETTERS, lines, len(letters))

    def sends(self) -> list[Send]:
        """All records but those of the state and of alerts."""
        for table, block in self._blocks.items():
            self._fill(table, block)
        return self._full

    def alerts(self, decided_ms: int) -> list[Elsewhere]:
        """The messages to people, those of a section in one partition, whoever decided them.
        `decided_ms`: when that was, by the wall clock."""
        decided = [(DECIDED_HEADER, b"%d" % decided_ms)]
        names = self._names
        return [
            Elsewhere(
                names.alerts,
                names.partition_of(message.partitionkey),
                message.subject.encode(),
                _encoder.encode(message),
                decided,
            )
            for message in self._told
        ]

    def _add(self, table: Table, lines: bytes, count: int) -> None:
        block = self._blocks.get(table)
        if block is None:
            block = self._blocks[table] = _Block()
        block.lines.append(lines)
        block.size += len(lines)
        block.rows += count
        if block.size >= _RECORD_BYTES:
            self._fill(table, block)

    def _fill(self, table: Table, block: _Block) -> None:
        """Makes it one record, or as many as it takes: rows may come in any number."""
        lines, count = b"".join(block.lines), block.rows
        block.lines, block.size, block.rows = [], 0, 0
        start, end = 0, len(lines) - 1  # for the last newline
        while end - start > 2 * _RECORD_BYTES:
            cut = lines.find(b"\n", start + _RECORD_BYTES, end)
            if cut < 0:
                break
            rows = lines.count(b"\n", start, cut) + 1
            self._put(table, lines[start:cut], rows)
            start, count = cut + 1, count - rows
        if end > start:
            self._put(table, lines[start:end], count)

    def _put(self, table: Table, rows: bytes, count: int) -> None:
        headers = [(ROWS_HEADER, b"%d" % count)]
        self._full.append((self._names.outcomes, table.encode(), rows, headers))


def sheet_of(names: Names, outcomes: Outcomes, taken: Intake | None = None) -> Sheet:
    """All of a settlement at once."""
    sheet = Sheet(names)
    sheet.take_out(outcomes)
    if taken is not None:
        sheet.take_in(taken)
    return sheet
