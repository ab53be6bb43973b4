"""One partition's way through the decider: records in, outcomes and state out.

Owns the moment taken for "now" and whose turn it is, a slice's or a deadline's. The
deciding itself is `streams.core.partition`, the writing `streams.ledger`. Called by the
`decide` agent and by its own ticker. Invariant: a partition is touched by one settlement
at a time, and what it came to is written in that order.
"""

import asyncio
import logging
import time
from collections.abc import Callable

from faust.types import TP
from msgspec import Struct

from streams.checkpoint import StateLog
from streams.core.backlog import Backlog
from streams.core.partition import Limits, Partition
from streams.core.rules import Rulebook
from streams.core.storm import Storm, StormLimits
from streams.desk import Desk
from streams.durable import Durable, LostError
from streams.gate import Agreed, Gate
from streams.inbox import Inbox
from streams.intake import Intake, take_in, together
from streams.lane_counts import LaneCounts
from streams.ledger import AtHand, Ledger
from streams.publish import Names
from streams.shares import Shares, shares_of
from streams.sheet import Sheet
from streams.transport import BatchTransport, Records

log = logging.getLogger(__name__)

#: Records taken in between two pauses: a few milliseconds of work.
_PORTION = 1_000


class LaneSettings(Struct, frozen=True, kw_only=True):
    """How a lane works. Times in milliseconds unless named otherwise."""

    slice_records: int = 20_000  #: events decided and saved as one unit
    tick_seconds: float = 0.02  #: how often deadlines are looked at
    lag_ms: int = 5_000  #: behind by more than this, what is found is history
    storm: StormLimits = StormLimits()  #: of dead letters, stops intake


class Lane:
    """Opened when the partition is assigned, closed when it is given up.

    Where a claim shuts others out, a lane outlives rebalances: it rests until it is known
    who has the partition, and goes on with the state in hand if it is this worker still.
    """

    def __init__(
        self,
        number: int,
        names: Names,
        transport: BatchTransport,
        durable: Durable,
        desk: Desk,
        states: StateLog,
        settings: LaneSettings,
        agreed: Agreed,
        at_hand: AtHand,
        shares: Shares,
        lost: Callable[["Lane"], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self.tp, self.counts = TP(names.events, number), LaneCounts()
        self.partition: Partition | None = None
        self.gate: Gate
        self.ledger = Ledger(number, names, durable, at_hand, self._give_in, failed, self.counts)
        self._number = number
        self._names = names
        self._transport = transport
        self._durable = durable
        self._desk = desk
        self._states = states
        self._settings = settings
        self._agreed = agreed
        self._shares = shares
        self._lost = lost
        self._failed = failed
        self._event_clock = False
        self._backlog = Backlog()
        self._turn = asyncio.Lock()
        self.inbox = self._empty_inbox()
        self._ticker: asyncio.Task[None] | None = None
        self._closed = False

    async def open(self, book: Rulebook, limits: Limits) -> int:
        """Takes over the saved state; returns the offset to read on from."""
        started = time.monotonic()
        await self._durable.claim()
        end = await self._transport.consumer.end(TP(self._names.outcomes, self._number))
        saved = (await self._states.read(self._number)).restored()
        partition = Partition(self._number, book, limits)
        if saved is not None:
            await self._desk.in_turns(partition.restoring(saved))
        # Broken off before this line, it is no lane; from here on nothing is awaited.
        self.partition = partition
        self.gate = Gate(partition, self._names.events, self._settings.storm, self._agreed)
        self.ledger.next_offset = partition.position.next_offset
        self.ledger.follows = None if end is None else end - 1
        self._event_clock = limits.event_clock
        self._ticker = asyncio.create_task(self._tick(), name=f"ticker {self._number}")
        log.info(
            "partition %d: %d journeys restored, reading on at offset %d (%.1f s)",
            self._number,
            partition.journeys,
            partition.position.next_offset,
            time.monotonic() - started,
        )
        return partition.position.next_offset

    @property
    def next_offset(self) -> int:
        """The first offset not yet part of the saved state: what may be committed."""
        return self.ledger.next_offset

    @property
    def reached(self) -> int:
        """The offset after what was taken in or waits in the inbox."""
        return max(self._opened().position.next_offset, self.inbox.reached)

    @property
    def behind_seconds(self) -> float:
        """By how much this partition's "now" is behind the wall clock; 0 on event time."""
        if self._event_clock or self.partition is None:
            return 0.0
        return max(0.0, time.time() - self._moment(self.partition)[0] / 1000)

    @property
    def lag_records(self) -> int | None:
        """Of the log as last fetched; None: nothing was fetched yet."""
        end = self._transport.consumer.highwater(self.tp)
        return None if end is None else max(0, end - self.next_offset)

    @property
    def stopped(self) -> Storm | None:
        """What stopped intake, which then waits for somebody's word."""
        return self.partition.position.stopped if self.partition else None

    @property
    def idle(self) -> bool:
        """Nothing is in hand and no deadline is due."""
        if self._turn.locked() or self.inbox.busy or not self.ledger.idle:
            return False
        due = self._opened().next_due()
        return due is None or due > self._moment(self._opened())[0]

    @property
    def outlives_rebalances(self) -> bool:
        sound = self.partition is not None and not self._closed and not self.ledger.broken
        return sound and self._durable.shuts_out_others

    def shut(self) -> None:
        """Takes nothing more; at once, so that no later cancellation can prevent it."""
        self._closed = True
        self.inbox.shut()

    async def rest(self) -> None:
        """Finishes and saves what is in hand, takes no events; deadlines go on."""
        await self.inbox.close()
        async with self._turn:
            await self.ledger.drain()

    def resume(self) -> int:
        """The partition stays here; returns the offset to read on from."""
        self.inbox = self._empty_inbox()
        return self._opened().position.next_offset

    def _empty_inbox(self) -> Inbox:
        # Little is not decided ahead of the writing: it would wait, and what comes after it, too.
        return Inbox(self.tp, self._transport, self._handle, self._failed, first=self.ledger.drain)

    async def close(self) -> None:
        """Finishes what is in hand; everything decided so far is saved afterwards."""
        self.shut()
        if self._ticker is not None:
            await self._ticker
        await self.rest()
        await self._durable.close()

    def _give_in(self, error: LostError) -> None:
        log.warning("%s; what was not saved is decided again from the saved state", error)
        self.shut()
        self._lost(self)

    def _moment(self, partition: Partition, since: int | None = None) -> tuple[int, bool]:
        """ "Now" for this partition in ms, and whether what is found is history.

        Caught up, it is the last moment at which the log was seen to hold no more; behind,
        it is the time the log has reached (semantics §3, Lag). A source that sends its own
        backlog is behind, too: then it is the event time reached. `since`: when the first
        record of the slice in hand came; a slice may reach from an outage to the present,
        and what it holds is history, although it ends now.
        """
        log_time = partition.log_time
        if self._event_clock:
            return log_time, False
        empty_since = self._transport.empty_since(self.tp, partition.position.next_offset)
        now = log_time if empty_since is None else max(log_time, int(empty_since * 1000))
        position = partition.position
        if self._backlog.pours(now, position.ingest, position.reached):
            return position.reached, True
        wall, lag = time.time() * 1000, self._settings.lag_ms
        if since is not None:
            return now, wall - since > lag
        return now, empty_since is None and wall - log_time > lag

    async def _handle(self, records: Records) -> None:
        partition = self._opened()
        step = self._settings.slice_records
        expected = partition.position.next_offset
        fresh = records
        if records[0].offset < expected:
            fresh = [record for record in records if record.offset >= expected]
        if fresh and fresh[0].offset > expected:
            log.warning(
                "partition %d: offsets %d to %d were not delivered: deleted by the topic's"
                " retention before they were read, or a transaction's own records",
                self._number,
                expected,
                fresh[0].offset - 1,
            )
        inbox, start = self.inbox, 0
        while start < len(fresh):
            while self.stopped and not inbox.closed:  # noqa: ASYNC110
                # In hand and not taken in: the inbox fills up and holds the fetching.
                await asyncio.sleep(self._settings.tick_seconds)
            async with self._turn:
                if inbox.closed:
                    return
                part = fresh[start : start + step]
                taken = await self._take_in(partition, part)
                await self._settle(partition, taken, part[0].timestamp)
            start += taken.records
            await asyncio.sleep(0)

    async def _tick(self) -> None:
        try:
            while not self._closed:
                await asyncio.sleep(self._settings.tick_seconds)
                partition = self._opened()
                if self.stopped and await self.gate.opened():
                    async with self._turn:
                        await self._settle(partition, Intake([], 0, []))
                due = partition.next_due()
                if due is not None and due <= self._moment(partition)[0]:
                    await self.ledger.drain()  # as before little that came
                    async with self._turn:
                        await self._settle(partition, None)
        except Exception as error:
            self._failed(error)

    async def _take_in(self, partition: Partition, records: Records) -> Intake:
        portions = []
        for start in range(0, len(records), _PORTION):
            async with self._desk:
                portion = records[start : start + _PORTION]
                watch = self.gate.watching()
                portions.append(take_in(partition, portion, self._names.events, watch))
            await asyncio.sleep(0)
            if self.stopped:
                break
        return together(portions)

    async def _settle(
        self, partition: Partition, taken: Intake | None, since: int | None = None
    ) -> None:
        now, catching_up = self._moment(partition, since)
        due = partition.next_due()
        if due is not None and due <= now and not self._event_clock:
            self.counts.late.observe((now - due) / 1000)
        while True:
            sheet = Sheet(self._names)
            steps = partition.settling(now, catching_up)
            outcomes = await self._desk.in_turns(steps, sheet.take_out)
            self.gate.tell(outcomes)
            sheet.take_out(outcomes)
            if taken is not None:
                sheet.take_in(taken)
            if outcomes.totals or outcomes.queues:
                at = now if self._event_clock else int(time.time() * 1000)
                self._shares.tell(self._number, shares_of(partition, outcomes, at))
            self.counts.add(sheet, taken)
            if not sheet.empty:
                await self.ledger.put(partition, sheet, since)
            taken = None
            if not outcomes.more:
                return

    def _opened(self) -> Partition:
        if self.partition is None:
            raise RuntimeError(f"lane {self._number} is used before it is open")
        return self.partition
