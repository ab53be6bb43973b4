"""Outcome rows on their way to ClickHouse: fetched from the topic, or still at hand.

Owns which of the two a partition's rows come from. The topic is what counts: it holds them
through any outage and any crash. But most were written by this very worker a moment ago,
and fetching and unpacking them again costs a tenth of its processor and leaves ClickHouse
idle behind a busy worker. So a settlement is taken from hand when, and only when, nothing
else can stand between it and what was taken before; fetching is held as long as that lasts.
Called by `streams.app`. Invariant: each record of a partition is handed to the writer once
an assignment, in the topic's order, whichever way it came.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial

from faust.types import TP
from msgspec import Struct

from sinks.writer import Writer
from streams.inbox import Inbox
from streams.progress import Progress
from streams.publish import Placed, UnreadableError, read_block
from streams.transport import BatchTransport, Records

log = logging.getLogger(__name__)

#: Taken from hand and not yet the writer's, of all partitions together: what does not fit
#: is fetched later, when there is room for it.
_AT_HAND_BYTES = 48 * 1024 * 1024


class _Way(Struct):
    """One partition's."""

    inbox: Inbox
    progress: Progress
    reached: int | None = None  #: the offset before which all are taken; None: not known yet
    waiting_bytes: int = 0  #: from hand, and not yet the writer's
    stirred: bool = False  #: something came from hand since the last look


class Recording:
    """All partitions of the outcomes topic this worker has. `failed` is told of bugs."""

    def __init__(
        self,
        topic: str,
        transport: BatchTransport,
        writer: Writer,
        failed: Callable[[BaseException], None],
    ) -> None:
        self._topic = topic
        self._transport = transport
        self._writer = writer
        self._failed = failed
        self._ways: dict[TP, _Way] = {}
        self._reading_on: dict[TP, asyncio.Task[None]] = {}

    async def assigned(self, tps: set[TP]) -> dict[TP, int]:
        """These partitions are here now, and nothing is fetched yet. Returns where those are
        read on that were here before: what is in hand of them stays in hand, for if others
        wrote there meanwhile, they did so behind it."""
        reading_on = set(self._reading_on.values())
        for task in reading_on:
            task.cancel()  # or it would position a partition as of the last assignment
        if reading_on:
            await asyncio.wait(reading_on)
        self._transport.at_hand.difference_update(self._ways)
        await self._leave(set(self._ways) - tps)
        kept = self.read_on
        new = tps - set(self._ways)
        reached = await asyncio.gather(*map(self._transport.consumer.next_offset, new))
        for tp, offset in zip(new, reached, strict=True):
            way = self._ways[tp] = self._way(tp)
            way.reached = offset
        return kept

    async def close(self) -> None:
        """Nothing more is taken; what the writer has not written is read again by others."""
        await self._leave(set(self._ways))

    async def _leave(self, tps: set[TP]) -> None:
        ways = [self._ways.pop(tp) for tp in tps]
        await asyncio.gather(*(way.inbox.close() for way in ways))
        self._transport.forget(tps)

    @property
    def read_on(self) -> dict[TP, int]:
        """Where what is here goes on after what was taken of it."""
        return {tp: way.reached for tp, way in self._ways.items() if way.reached is not None}

    def fetched(self, tp: TP, records: Records) -> None:
        """From the topic. What was taken from hand since it was asked for is passed over."""
        way = self._ways.get(tp)
        if way is None:
            return  # of an earlier assignment
        reached = way.reached
        if reached is not None and records[0].offset < reached:
            records = [record for record in records if record.offset >= reached]
        if records:
            way.reached = records[-1].offset + 1
            way.inbox.put(records)

    def at_hand(self, number: int, mark: int, records: Sequence[Placed]) -> None:
        """A transaction's outcomes, committed just now. `mark`: where the end of the one before
        it is marked, which is no record but has an offset."""
        tp = TP(self._topic, number)
        way = self._ways.get(tp)
        if way is None or way.reached is None or way.inbox.closed:
            return
        size = _bytes_of(records)
        follows = mark <= way.reached <= mark + 1 == records[0].offset
        waiting = sum(other.waiting_bytes for other in self._ways.values())
        room = waiting + size <= _AT_HAND_BYTES and not self._writer.outage
        if not (follows and room) or way.inbox.full:
            self._fetch_on(tp, way)
            return
        self._transport.at_hand.add(tp)
        way.waiting_bytes += size
        way.reached = records[-1].offset + 1
        way.stirred = True
        way.inbox.put(list(records))

    def look(self) -> None:
        """Called about every second: a partition to which this worker has nothing to say is
        fetched, for others may have written to it."""
        for tp, way in self._ways.items():
            if not way.stirred:
                self._fetch_on(tp, way)
            way.stirred = False

    def reached(self, number: int) -> int:
        """The offset before which all rows of a partition are acknowledged; 0: unknown."""
        way = self._ways.get(TP(self._topic, number))
        return (way and way.progress.committable) or 0

    def offsets(self) -> dict[TP, int]:
        """What may be committed."""
        return {
            tp: way.progress.committable
            for tp, way in self._ways.items()
            if way.progress.committable is not None
        }

    def _way(self, tp: TP) -> _Way:
        async def record(records: Records) -> None:
            await self._record(tp, way, records)

        inbox = Inbox(tp, self._transport, record, self._failed, can_stop_midway=True)
        way = _Way(inbox, Progress())
        return way

    def _fetch_on(self, tp: TP, way: _Way) -> None:
        """From where we are, if fetching is held for what came from hand."""
        if way.reached is None or tp not in self._transport.at_hand or tp in self._reading_on:
            return
        task = asyncio.create_task(
            self._transport.fetch_again(tp, way.reached), name=f"fetch {tp} again"
        )
        self._reading_on[tp] = task
        task.add_done_callback(partial(self._fetches, tp))

    def _fetches(self, tp: TP, task: asyncio.Task[None]) -> None:
        del self._reading_on[tp]
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._failed(error)

    async def _record(self, tp: TP, way: _Way, records: Records) -> None:
        batch = way.progress.begin(records[-1].offset + 1, len(records))
        done = partial(way.progress.finish, batch)
        for record in records:
            try:
                table, rows, count = read_block(record)
            except UnreadableError as error:
                # Not ours, or of a version to come; nobody will ever be able to read it here.
                where = f"{tp.topic}, partition {tp.partition}, offset {record.offset}"
                log.error("%s is passed over: %s", where, error)
                done()
            else:
                await self._writer.add(table, rows, count, done)
        if isinstance(records[0], Placed):
            way.waiting_bytes -= _bytes_of(records)


def _bytes_of(records: Sequence[Placed]) -> int:
    return sum(len(record.value or b"") for record in records)
