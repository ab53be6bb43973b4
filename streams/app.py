"""The map: an event's way through a worker, in the order it travels.

    hall.events ─▶ decide ─▶ hall.outcomes ─▶ record ─▶ ClickHouse
                        └──▶ hall.alerts ───▶ notify ─▶ channels

Owns which agent reads what and hands it to whom; how each step works is in the module it
names. Called by `streams.worker`. Invariant: no agent waits for the next one's trouble:
ClickHouse away delays rows, a channel away delays its messages, neither a verdict (I2).
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from functools import partial

import faust
from aiokafka.errors import KafkaError
from faust.types import TP

from sinks.writer import Writer
from streams.app_notify import Notices
from streams.app_recording import Recording
from streams.broker.topics import more_partitions_error
from streams.core.partition import Limits
from streams.core.rules import Rulebook
from streams.faust_app import batches_of, faust_app, names_of
from streams.inbox import Inbox
from streams.lane import Lane
from streams.progress import Progress
from streams.settings import Settings
from streams.shares import Shares
from streams.transport import BatchTransport, Records

log = logging.getLogger(__name__)

#: Before asking for the partitions anew: an error that stays must not make the group spin.
_LOST_PAUSE_S = 1.0


class Hall:
    """One worker's agents, and the per-partition parts they hand batches to."""

    def __init__(
        self,
        settings: Settings,
        book: Rulebook,
        limits: Limits,
        open_lane: Callable[[int], Lane],
        writer: Writer,
        notices: Notices,
        failed: Callable[[BaseException], None],
        shares: Shares,
    ) -> None:
        self.shares = shares
        self.lanes: dict[int, Lane] = {}
        self._inboxes: dict[TP, Inbox] = {}
        self._progress: dict[TP, Progress] = {}
        self._committed: dict[TP, int] = {}
        self._asking: asyncio.Task[None] | None = None
        self._asking_to_tell: asyncio.Task[None] | None = None
        self._opening: asyncio.Task[None] | None = None
        self._meanwhile: asyncio.Task[None] | None = None
        self._leaving = False
        #: A rebalance may begin while the one before it is still being followed.
        self._changing = asyncio.Lock()
        self.assigned = False  #: the group has decided, and every lane is open
        self._partitions = settings.partitions
        self._book = book
        self._limits = limits
        self._open_lane = open_lane
        self._notices = notices
        notices.lost = self._ask_anew
        self._failed = failed
        self.names = names_of(settings)
        self.app = faust_app(settings)
        self.transport: BatchTransport = BatchTransport(self.app.conf.broker, self.app)
        self.app.transport = self.transport
        self.transport.positions = self._take_over
        self.transport.before_revoke = self._loosen
        self.transport.only_committed = settings.transactions
        self.recording = Recording(self.names.outcomes, self.transport, writer, failed)
        self._agents()

    # -- the way of an event -----------------------------------------------------------------

    def _agents(self) -> None:
        events = batches_of(self.app, self.names.events)
        outcomes = batches_of(self.app, self.names.outcomes)
        alerts = batches_of(self.app, self.names.alerts)

        @self.app.agent(events, name="decide")
        async def decide(batches: faust.StreamT[Records]) -> None:
            """Events → journeys → verdicts, deadlines, windows, alerts (`streams.lane`)."""
            async for event in batches.noack().events():
                lane = self.lanes.get(event.message.partition)
                if lane is not None:
                    lane.inbox.put(event.value)

        @self.app.agent(outcomes, name="record")
        async def record(batches: faust.StreamT[Records]) -> None:
            """Outcome rows → ClickHouse, in batches (`streams.app_recording`, `sinks.writer`)."""
            async for event in batches.noack().events():
                self.recording.fetched(event.message.tp, event.value)

        @self.app.agent(alerts, name="notify")
        async def notify(batches: faust.StreamT[Records]) -> None:
            """Alert messages → the channels that reach people (`streams.app_notify`)."""
            async for event in batches.noack().events():
                self._inbox(event.message.tp).put(event.value)

    async def _notify(self, tp: TP, records: Records) -> None:
        progress = self._progress.setdefault(tp, Progress())
        await self._notices.tell(tp.partition, progress, records)

    def _inbox(self, tp: TP) -> Inbox:
        inbox = self._inboxes.get(tp)
        if inbox is None:
            handle = partial(self._notify, tp)
            inbox = Inbox(tp, self.transport, handle, self._failed, can_stop_midway=True)
            self._inboxes[tp] = inbox
        return inbox

    # -- partitions come and go --------------------------------------------------------------

    async def _take_over(self, assigned: set[TP]) -> Mapping[TP, int]:
        """Where the partitions that stay are read on. Those that are new are held until
        their lanes are open, so that the others need not wait for their state."""
        async with self._changing:
            return await self._taken_over(assigned)

    async def _taken_over(self, assigned: set[TP]) -> Mapping[TP, int]:
        numbers = {tp.partition for tp in assigned if tp.topic == self.names.events}
        beyond = {number for number in numbers if number >= self._partitions}
        if beyond:
            self._failed(more_partitions_error(self.names.events, self._partitions, beyond))
            numbers -= beyond
        await self._rest(set(self.lanes))
        await self._close_lanes(set(self.lanes) - numbers)
        recorded = {tp for tp in assigned if tp.topic == self.names.outcomes}
        read_on = await self.recording.assigned(recorded)
        told = {tp.partition for tp in assigned if tp.topic == self.names.alerts}
        self._notices.assigned(told)
        kept = {number: lane.resume() for number, lane in self.lanes.items()}
        new = {number: self._open_lane(number) for number in sorted(numbers - set(kept))}
        self.lanes |= new
        self.transport.held |= {lane.tp for lane in new.values()}
        self._opening = asyncio.create_task(self._open([*new.values()]), name="open lanes")
        return read_on | {self.lanes[number].tp: offset for number, offset in kept.items()}

    async def _open(self, lanes: list[Lane]) -> None:
        async def open_one(lane: Lane) -> None:
            offset = await lane.open(self._book, self._limits)
            if self.lanes.get(lane.tp.partition) is lane:
                await self.transport.read_on(lane.tp, offset)

        try:
            await asyncio.gather(*(open_one(lane) for lane in lanes))
            self.assigned = True
        except Exception as error:
            self._failed(error)

    async def _loosen(self) -> None:
        """The group decides anew who has what, and waits for its slowest member. Lanes go on
        with what they have until it has decided: should one of them go to another worker, then
        it is shut out by that worker's claim, and what it had written by then is exact."""
        async with self._changing:
            going_on = {
                number: lane
                for number, lane in self.lanes.items()
                if lane.outlives_rebalances and not self._leaving
            }
            await self._rest(set(self.lanes) - set(going_on))
            if going_on:
                self._meanwhile = asyncio.create_task(self._go_on(going_on), name="go on")

    async def _go_on(self, lanes: dict[int, Lane]) -> None:
        by_tp = {lane.tp: lane for lane in lanes.values()}
        consumer = self.transport.consumer
        # What Faust had queued it has dropped.
        read_on = {lane.tp: lane.reached for lane in lanes.values()} | self.recording.read_on
        try:
            await consumer.seek_all(read_on)
            while True:
                found = await consumer.getmany_meanwhile(set(read_on))
                for tp, records in found.items():
                    if tp in by_tp:
                        by_tp[tp].inbox.put(records)
                    else:
                        self.recording.fetched(tp, records)
        except KafkaError as error:
            log.info("nothing more is fetched until the group has decided: %r", error)
        except Exception as error:
            self._failed(error)

    async def _rest(self, numbers: set[int]) -> None:
        """Finishes what is in hand of these lanes, and commits: partitions may go to another
        worker. Messages to people are sent by one worker at a time, so they stop in any case."""
        self.assigned = False
        for task in (self._opening, self._meanwhile):
            if task is not None:
                task.cancel()  # a state half read is no state: nothing is lost with it
                await asyncio.wait({task})
        lanes = dict(self.lanes)
        inboxes, self._inboxes = self._inboxes, {}
        for inbox in inboxes.values():
            inbox.shut()
        await asyncio.gather(
            *(lanes[number].rest() for number in numbers),
            *(inbox.close() for inbox in inboxes.values()),
        )
        await self._notices.withdraw()
        if self._asking_to_tell is not None:
            self._asking_to_tell.cancel()
            self._asking_to_tell = None
        await self._commit(self._offsets(lanes), last=True)
        self.transport.forget(set(inboxes))
        self._progress = {}
        self._committed = {}
        await self._close_lanes(
            {number for number, lane in lanes.items() if not lane.outlives_rebalances}
        )

    async def _close_lanes(self, numbers: set[int]) -> None:
        lanes = [self.lanes.pop(number) for number in numbers]
        for lane in lanes:
            lane.shut()
        await asyncio.gather(*(lane.close() for lane in lanes))
        self.transport.forget({lane.tp for lane in lanes})

    async def stop(self) -> None:
        """Finishes what is in hand, commits, leaves the group; then nothing is left in hand."""
        self._leaving = True
        for task in (self._opening, self._meanwhile):
            if task is not None:
                task.cancel()
        await self.app.stop()
        await self._close_lanes(set(self.lanes))
        await self.recording.close()

    def lane_lost(self, lane: Lane) -> None:
        """Asks for the partitions anew: whose they are, and from which state to go on."""

        async def ask() -> None:
            await asyncio.sleep(_LOST_PAUSE_S)
            if lane in self.lanes.values():
                self.transport.rejoin()

        self._asking = asyncio.create_task(ask(), name="rejoin")

    def _ask_anew(self) -> None:
        """What was told in a partition cannot be recorded from here."""

        async def ask() -> None:
            await asyncio.sleep(_LOST_PAUSE_S)
            if not self._leaving:
                self.transport.rejoin()

        self._asking_to_tell = self._asking_to_tell or asyncio.create_task(ask(), name="rejoin")

    async def recorded(self, ends: Mapping[int, int]) -> None:
        """Until the events before `ends` are decided and all their rows acknowledged."""
        while not self._all_recorded(ends):  # noqa: ASYNC110 - it depends on many things
            await asyncio.sleep(0.05)

    def _all_recorded(self, ends: Mapping[int, int]) -> bool:
        lanes = self.lanes
        told = self.shares.ends
        decided = bool(lanes) and all(
            number in lanes and lanes[number].next_offset >= end
            for each in (ends, told)
            for number, end in each.items()
        )
        return (
            decided and self.shares.idle and all(self._caught_up(lane) for lane in lanes.values())
        )

    def _caught_up(self, lane: Lane) -> bool:
        if not lane.idle:
            return False
        return self.recording.reached(lane.tp.partition) >= lane.ledger.outcomes_end

    async def commit(self) -> None:
        """About every second: commits what had its effect, for lag monitors and for record
        and notify."""
        self.recording.look()
        await self._commit(self._offsets(self.lanes), last=False)

    def _offsets(self, lanes: dict[int, Lane]) -> dict[TP, int]:
        offsets = {lane.tp: lane.next_offset for lane in lanes.values() if lane.next_offset}
        offsets |= self.recording.offsets()
        for tp, progress in self._progress.items():
            if progress.committable is not None:
                offsets[tp] = progress.committable
        return offsets

    async def _commit(self, offsets: dict[TP, int], last: bool) -> None:
        due = {tp: offset for tp, offset in offsets.items() if self._committed.get(tp) != offset}
        if due and await self.app.consumer.commit_positions(due, last=last):
            self._committed.update(due)
