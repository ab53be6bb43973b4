"""One partition's effects, in order: each settlement durable before the next is begun.

Owns writing what a lane decided, one settlement behind the deciding, so that the broker's
answers are not waited for with idle hands. How a settlement becomes durable is
`streams.durable`. Called by lanes. Invariant: `next_offset` is part of the state on the
broker, and only then may it be committed; settlements are written in the order they were
decided, so after any crash the state is exactly the log up to its offset (I4).
"""

import asyncio
import time
from collections.abc import Callable

from streams.core.partition import Partition
from streams.core.state import StateRecord, encode_position
from streams.durable import Durable, LostError
from streams.lane_counts import LaneCounts
from streams.publish import Elsewhere, Names, Placed, Send, Span, as_fetched
from streams.sheet import Sheet

#: What a committed transaction wrote to the outcomes topic, as `Recording.at_hand` has it.
AtHand = Callable[[int, int, list[Placed]], None]


class Ledger:
    """Of one partition. `lost` is told once, when nothing can be written any more."""

    def __init__(
        self,
        number: int,
        names: Names,
        durable: Durable,
        at_hand: AtHand,
        lost: Callable[[LostError], None],
        failed: Callable[[BaseException], None],
        counts: LaneCounts,
    ) -> None:
        self.next_offset = 0  #: the first offset not yet part of the saved state
        self.outcomes_end = 0  #: the offset after the last outcome record sent
        #: The offset at which the mark of a transaction stands, behind which the next one
        #: follows if nobody else writes there; None: unknown.
        self.follows: int | None = None
        self.broken = False  #: what is put here from now on is not written
        self._number = number
        self._names = names
        self._durable = durable
        self._at_hand = at_hand
        self._lost = lost
        self._failed = failed
        self._counts = counts
        self._writing: asyncio.Task[None] | None = None

    @property
    def idle(self) -> bool:
        return self._writing is None

    async def put(self, partition: Partition, sheet: Sheet, since: int | None = None) -> None:
        """Takes one settlement; returns when the one before it is written. `since`: the broker's
        time, ms, of its oldest event."""
        # Encoded before anything is awaited: the next settlement moves the position.
        sends, alerts = sheet.sends(), sheet.alerts(int(time.time() * 1000))
        records = [encode_position(partition.position), *sheet.state]
        next_offset = partition.position.next_offset
        await self.drain()
        if self.broken:
            return
        self._writing = asyncio.create_task(
            self._write(sends, records, alerts, next_offset, since), name=f"ledger {self._number}"
        )

    async def drain(self) -> None:
        """Until everything taken is written."""
        while self._writing is not None:
            await asyncio.wait({self._writing})

    async def _write(
        self,
        sends: list[Send],
        records: list[StateRecord],
        alerts: list[Elsewhere],
        next_offset: int,
        since: int | None,
    ) -> None:
        try:
            spans = await self._durable.write(sends, records, alerts)
            self.next_offset = next_offset
            self._counts.state_bytes += sum(len(value or b"") for _, value in records)
            if since is not None:
                self._counts.settled.observe(max(0.0, time.time() - since / 1000))
            self._tell(sends, spans.get(self._names.outcomes))
        except LostError as error:
            self.broken = True
            self._lost(error)
        except Exception as error:
            self.broken = True
            self._failed(error)
        finally:
            self._writing = None

    def _tell(self, sends: list[Send], span: Span | None) -> None:
        if span is None:
            return
        mark, self.follows, self.outcomes_end = self.follows, span.end, span.end
        # Without transactions there are no marks, and others may write between.
        if self._durable.shuts_out_others and mark is not None:
            records = as_fetched(self._names.outcomes, sends, span)
            if records:
                self._at_hand(self._number, mark, records)
