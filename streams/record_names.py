"""Batches as they are unpacked: whole where that is asked for, and with any header name.

aiokafka decodes header names strictly while it unpacks what it fetched, so that one such
record, which librdkafka and others send without a word, would end every worker that comes
to it. And it passes each record through four functions of its own, which takes as long as
unpacking it. Owns the reading of a batch once more, leniently, and at once. Called by
`streams.consumer_thread`. Invariant: a batch without such a name is unpacked by aiokafka's own
code alone.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

#: Of a record batch: base offset (8 bytes), then the length of what follows these twelve.
_LENGTH_AT, _LENGTH_ENDS = 8, 12


def read_any_name() -> None:
    """For all consumers of this process, once and for ever."""
    fetcher.MemoryRecords = _Records


class Chunk(list[Any]):
    """The records of one batch, passed through aiokafka as if they were one."""

    __slots__ = ("offset",)

    def __init__(self, records: Iterable[Any]) -> None:
        super().__init__(records)
        self.offset = self[-1].offset


class _Records:
    """What a fetch brought of one partition, as aiokafka goes through it."""

    def __init__(self, data: bytes) -> None:
        #: Where the fetch began; then batches come whole, from there on. None: by the record.
        self.whole_from: int | None = None
        self._records = MemoryRecords(data)
        self._data = memoryview(data)
        self.has_next = self._records.has_next
        self.size_in_bytes = self._records.size_in_bytes

    def next_batch(self) -> "_Batch":
        batch = self._records.next_batch()
        data = self._data
        size = _LENGTH_ENDS + int.from_bytes(data[_LENGTH_AT:_LENGTH_ENDS], "big", signed=True)
        self._data = data[size:]
        return _Batch(batch, data[:size], self.whole_from)


class _Batch:
    """One batch. What iterating says again from its start, aiokafka passes over by offset."""

    def __init__(self, batch: Any, data: memoryview, whole_from: int | None) -> None:
        self._batch = batch
        self._data = data
        self._whole_from = whole_from

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        if self._whole_from is None:
            yield from self._each()
            return
        try:
            records = list(self._batch)
        except UnicodeDecodeError:
            records = list(self._leniently())
        if records and records[0].offset < self._whole_from:
            records = [record for record in records if record.offset >= self._whole_from]
        if records:
            yield Chunk(records)

    def _each(self) -> Iterator[Any]:
        try:
            yield from self._batch
        except UnicodeDecodeError:
            yield from self._leniently()

    def _leniently(self) -> Iterator[Any]:
        again = _DefaultRecordBatchPy(self._data)
        again._maybe_uncompress()
        again._buffer = _Lenient(again._buffer)
        return iter(again)


class _Lenient(bytearray):
    """Bytes, and cuts of them, that are text with every other byte as an escape."""

    def __getitem__(self, where: Any) -> Any:
        found = super().__getitem__(where)
        return _Lenient(found) if isinstance(where, slice) else found

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        return super().decode(encoding, "backslashreplace" if errors == "strict" else errors)
