"""What a worker has fetched of one partition and not yet worked off.

Owns order and back-pressure: a full inbox holds its partition's fetching and nobody
else's. Called by the agents. Invariant: records are handled in order, nothing of the next
batch before the last is done.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from faust.types import TP

from streams.transport import BatchTransport, Records

#: Batches waiting beside the one in hand before fetching is held.
DEPTH = 2

#: Less than this is little: worked off in one go, whatever number of fetches brought it.
_LITTLE_RECORDS, _LITTLE_BYTES = 500, 1024 * 1024


class Inbox:
    """One partition's batches. `failed` gets whatever `handle` raises; then nothing more
    is handled."""

    def __init__(
        self,
        tp: TP,
        transport: BatchTransport,
        handle: Callable[[Records], Awaitable[None]],
        failed: Callable[[BaseException], None],
        can_stop_midway: bool = False,
        first: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`can_stop_midway`: a batch in hand may be dropped on closing, because what it
        does is harmless when done again. `first`: awaited before little is handled, and then
        all that has come meanwhile is handled as one batch; not given, each fetch is one."""
        self.tp = tp
        self._transport = transport
        self._handle = handle
        self._failed = failed
        self._can_stop_midway = can_stop_midway
        self._first = first
        self._waiting: deque[Records] = deque()
        self._task: asyncio.Task[None] | None = None
        self._closed = False
        self.reached = 0  #: the offset after the last record put here

    def put(self, records: Records) -> None:
        if self._closed:
            return  # its partition is being given up; whoever gets it reads them again
        self._waiting.append(records)
        self.reached = records[-1].offset + 1
        if self.full:
            self._transport.held.add(self.tp)
        if self._task is None:
            self._task = asyncio.create_task(self._work(), name=f"inbox {self.tp}")

    @property
    def full(self) -> bool:
        """Fetching is held; what is put here nevertheless is taken."""
        return len(self._waiting) >= DEPTH and not self._joins

    @property
    def _joins(self) -> bool:
        """What waits is little, and is going to be one batch."""
        waiting = self._waiting
        if self._first is None or sum(map(len, waiting)) >= _LITTLE_RECORDS:
            return False
        size = sum(len(record.value or b"") for batch in waiting for record in batch)
        return size < _LITTLE_BYTES

    @property
    def closed(self) -> bool:
        """What is put here is dropped."""
        return self._closed

    @property
    def busy(self) -> bool:
        return self._task is not None

    def shut(self) -> None:
        """Takes nothing more and drops what waits: it will be read again."""
        self._closed = True
        self._waiting.clear()

    async def close(self) -> None:
        """Shut, and the batch in hand is finished (or dropped, if it may be)."""
        self.shut()
        if self._task is not None:
            if self._can_stop_midway:
                self._task.cancel()
            await asyncio.wait({self._task})
        self._transport.held.discard(self.tp)

    async def _work(self) -> None:
        try:
            while self._waiting:
                if self._joins and self._first is not None:
                    await self._first()
                records = self._take()
                if not self.full:
                    self._transport.held.discard(self.tp)
                if records:
                    await self._handle(records)
        except Exception as error:
            self._closed = True
            self._failed(error)
        finally:
            self._task = None

    def _take(self) -> Records:
        """What is handled next; nothing, if the inbox was shut meanwhile."""
        if self._joins:
            records = [record for batch in self._waiting for record in batch]
            self._waiting.clear()
            return records
        return self._waiting.popleft()
