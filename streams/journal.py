"""What people were told, kept in the deliveries topic: read when a partition comes, written
before its offset is committed.

Owns reading and writing; what it says is `streams.notify.part`'s. Called by
`streams.app_notify`. Invariants: what changed together is written together, with the position
of the alerts topic it includes; who took the partition over shuts out whoever had it before
(where the broker knows transactions), so that of two workers only one goes on telling.
"""

import asyncio
from collections.abc import Collection

import msgspec
from aiokafka.structs import TopicPartition

from schemas.deadletters import DeadLetter
from schemas.decode import Reason
from schemas.outcomes import Table
from streams.durable import Durable
from streams.intake import dead_letter_row
from streams.notify.part import Part, Undelivered
from streams.publish import ROWS_HEADER, Names, Send
from streams.read_log import Log, Reading


class Deliveries:
    """The topic."""

    def __init__(self, topic: str, log: Log) -> None:
        self._topic = topic
        self._log = log

    async def restore(self, parts: Collection[Part]) -> None:
        """Reads what is known of these partitions, all at once. Raises FormatError."""
        records: dict[int, list[tuple[bytes | None, bytes | None]]]
        records = {part.number: [] for part in parts}
        begin = {TopicPartition(self._topic, number): -1 for number in records}
        async with Reading(self._log, begin) as reading:
            async for batch in reading.batches():
                records[batch[0].partition] += [(record.key, record.value) for record in batch]
                await asyncio.sleep(0)
        for part in parts:
            part.restore(records[part.number])


class Journal:
    """One partition's, from `claim` to `close`."""

    def __init__(self, number: int, names: Names, durable: Durable) -> None:
        self.part = Part(number)
        self._names = names
        self._durable = durable
        self._writing = asyncio.Lock()
        self._next: asyncio.Task[None] | None = None

    async def claim(self) -> None:
        """From here on nobody else writes to the partition."""
        await self._durable.claim()

    @property
    def about_to_save(self) -> bool:
        """Whatever changes now is saved without anybody's asking."""
        return self._next is not None

    async def save(self) -> None:
        """Until all that has changed by now is durable. Raises LostError. Whoever waits may be
        cancelled; the writing is not. What changes during one writing goes with the next."""
        if self._next is None:
            self._next = asyncio.create_task(self._write(), name=f"journal {self.part.number}")
        await asyncio.shield(self._next)

    async def close(self) -> None:
        if self._next is not None:
            self._next.cancel()
        await self._durable.close()

    async def _write(self) -> None:
        async with self._writing:
            self._next = None
            if self.part.changed:
                drained = self.part.drain()
                sends = [send for one in drained.undelivered for send in self._letter(one)]
                sends += [self._row(Table.ALERTS, row) for row in drained.rows]
                await self._durable.write(sends, drained.records)

    def _letter(self, undelivered: Undelivered) -> list[Send]:
        """A dead letter, and the row about it. Each stands by itself, though two channels may
        have given the same message up: its address names the channel."""
        letter, names = undelivered.letter, self._names
        told = [message for entry in letter.entries for message in entry.messages]
        raw = msgspec.json.encode(letter.figures if letter.figures is not None else told)
        dead = DeadLetter(
            topic=f"{names.alerts}:{letter.channel}",
            partition=self.part.number,
            offset=undelivered.offset if undelivered.offset >= 0 else undelivered.at,
            ingest_at=undelivered.at / 1000,
            reason=Reason.UNDELIVERED.value,
            field=letter.channel,
            detail=f"{letter.id}: {undelivered.why}",
            raw=raw,
            size=len(raw),
        )
        return [
            (names.dead_letters, None, msgspec.json.encode(dead), []),
            self._row(Table.DEAD_LETTERS, dead_letter_row(dead)),
        ]

    def _row(self, table: Table, row: msgspec.Struct) -> Send:
        headers = [(ROWS_HEADER, b"1")]
        return (self._names.outcomes, table.encode(), msgspec.json.encode(row), headers)
