"""The map: an event's way through a worker, in the order it travels.

    hall.events ─▶ decide ─▶ hall.outcomes ─▶ record ─▶ ClickHouse
                        └──▶ hall.alerts ───▶ notify ─▶ channels

Owns which agent reads what and hands it to whom; how each step works is in the module it
names. Called by `streams.worker`. Invariant: no agent waits for the next one's trouble:
ClickHouse away delays rows, a channel away delays its messages, neither a verdict (I2).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

import faust
from faust.serializers import codecs
from faust.types import TP

from schemas.topics import ALERTS, DEAD_LETTERS, EVENTS, OUTCOMES, topic_name
from sinks.writer import Writer
from streams.app_notify import Notices
from streams.broker.topics import more_partitions_error
from streams.core.partition import Limits
from streams.core.rules import Rulebook
from streams.inbox import Inbox
from streams.lane import Lane
from streams.progress import Progress
from streams.publish import Names, UnreadableError, read_block
from streams.settings import Settings
from streams.transport import BatchTransport, FetchSettings, Records


class _Untouched(codecs.Codec):
    """Batches pass Faust as they are: bytes are decoded by the lanes."""

    def _loads(self, s: object) -> object:
        return s

    def _dumps(self, s: object) -> object:
        return s


codecs.register("hallwatch-records", _Untouched())


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
    ) -> None:
        self.lanes: dict[int, Lane] = {}
        self._inboxes: dict[TP, Inbox] = {}
        self._progress: dict[TP, Progress] = {}
        self._committed: dict[TP, int] = {}
        self._asking: asyncio.Task[None] | None = None
        self._opening: asyncio.Task[None] | None = None
        self.assigned = False  #: the group has decided, and every lane is open
        self._partitions = settings.partitions
        self._book = book
        self._limits = limits
        self._open_lane = open_lane
        self._writer = writer
        self._notices = notices
        self._failed = failed
        self.names = names_of(settings)
        self.app = _faust_app(settings)
        self.transport: BatchTransport = BatchTransport(self.app.conf.broker, self.app)
        self.app.transport = self.transport
        self.transport.positions = self._take_over
        self.transport.before_revoke = self._rest
        self.transport.only_committed = settings.transactions
        self._agents()

    # -- the way of an event -----------------------------------------------------------------

    def _agents(self) -> None:
        events = _topic(self.app, self.names.events)
        outcomes = _topic(self.app, self.names.outcomes)
        alerts = _topic(self.app, self.names.alerts)

        @self.app.agent(events, name="decide")
        async def decide(batches: faust.StreamT[Records]) -> None:
            """Events → journeys → verdicts, deadlines, windows, alerts (`streams.lane`)."""
            async for event in batches.noack().events():
                lane = self.lanes.get(event.message.partition)
                if lane is not None:
                    lane.inbox.put(event.value)

        @self.app.agent(outcomes, name="record")
        async def record(batches: faust.StreamT[Records]) -> None:
            """Outcome rows → ClickHouse, in batches (`sinks.writer`)."""
            async for event in batches.noack().events():
                self._inbox(event.message.tp, self._record).put(event.value)

        @self.app.agent(alerts, name="notify")
        async def notify(batches: faust.StreamT[Records]) -> None:
            """Alert messages → the channels that reach people (`streams.app_notify`)."""
            async for event in batches.noack().events():
                self._inbox(event.message.tp, self._notify).put(event.value)

    async def _record(self, tp: TP, records: Records) -> None:
        progress = self._progress.setdefault(tp, Progress())
        batch = progress.begin(records[-1].offset + 1, len(records))

        def done() -> None:
            progress.finish(batch)

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

    async def _notify(self, tp: TP, records: Records) -> None:
        await self._notices.tell(self._progress.setdefault(tp, Progress()), records)

    def _inbox(self, tp: TP, handle: Callable[[TP, Records], Awaitable[None]]) -> Inbox:
        inbox = self._inboxes.get(tp)
        if inbox is None:
            inbox = Inbox(
                tp, self.transport, partial(handle, tp), self._failed, can_stop_midway=True
            )
            self._inboxes[tp] = inbox
        return inbox

    # -- partitions come and go --------------------------------------------------------------

    async def _take_over(self, assigned: set[TP]) -> Mapping[TP, int]:
        """Where the partitions that stay are read on. Those that are new are held until
        their lanes are open, so that the others need not wait for their state."""
        numbers = {tp.partition for tp in assigned if tp.topic == self.names.events}
        beyond = {number for number in numbers if number >= self._partitions}
        if beyond:
            self._failed(more_partitions_error(self.names.events, self._partitions, beyond))
            numbers -= beyond
        await self._rest()
        await self._close_lanes(set(self.lanes) - numbers)
        kept = {number: lane.resume() for number, lane in self.lanes.items()}
        new = {number: self._open_lane(number) for number in sorted(numbers - set(kept))}
        self.lanes |= new
        self.transport.held |= {lane.tp for lane in new.values()}
        self._opening = asyncio.create_task(self._open([*new.values()]), name="open lanes")
        return {self.lanes[number].tp: offset for number, offset in kept.items()}

    async def _open(self, lanes: list[Lane]) -> None:
        async def open_one(lane: Lane) -> None:
            offset = await lane.open(self._book, self._limits)
            await self.transport.read_on(lane.tp, offset)

        try:
            await asyncio.gather(*(open_one(lane) for lane in lanes))
            self.assigned = True
        except Exception as error:
            self._failed(error)

    async def _rest(self) -> None:
        """Finishes what is in hand and commits: the partitions may go to another worker."""
        self.assigned = False
        if self._opening is not None:
            self._opening.cancel()  # a state half read is no state: nothing is lost with it
            await asyncio.wait({self._opening})
        lanes = dict(self.lanes)
        inboxes, self._inboxes = self._inboxes, {}
        for inbox in inboxes.values():
            inbox.shut()
        await asyncio.gather(
            *(lane.rest() for lane in lanes.values()),
            *(inbox.close() for inbox in inboxes.values()),
        )
        await self._notices.withdraw()
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
        if self._opening is not None:
            self._opening.cancel()
        await self.app.stop()
        await self._close_lanes(set(self.lanes))

    def lane_lost(self, lane: Lane) -> None:
        """Asks for the partitions anew: whose they are, and from which state to go on."""

        async def ask() -> None:
            await asyncio.sleep(_LOST_PAUSE_S)
            if lane in self.lanes.values():
                self.transport.rejoin()

        self._asking = asyncio.create_task(ask(), name="rejoin")

    async def recorded(self, ends: Mapping[int, int]) -> None:
        """Until the events before `ends` are decided and all their rows acknowledged."""
        while not self._all_recorded(ends):  # noqa: ASYNC110 - it depends on many things
            await asyncio.sleep(0.05)

    def _all_recorded(self, ends: Mapping[int, int]) -> bool:
        lanes = self.lanes
        decided = bool(lanes) and all(
            number in lanes and lanes[number].next_offset >= end for number, end in ends.items()
        )
        return decided and all(self._caught_up(lane) for lane in lanes.values())

    def _caught_up(self, lane: Lane) -> bool:
        if not lane.idle:
            return False
        progress = self._progress.get(TP(self.names.outcomes, lane.tp.partition))
        reached = progress.committable if progress else None
        return (reached or 0) >= lane.ledger.outcomes_end

    async def commit(self) -> None:
        """Commits what had its effect, for lag monitors and for record and notify."""
        await self._commit(self._offsets(self.lanes), last=False)

    def _offsets(self, lanes: dict[int, Lane]) -> dict[TP, int]:
        offsets = {lane.tp: lane.next_offset for lane in lanes.values() if lane.next_offset}
        for tp, progress in self._progress.items():
            if progress.committable is not None:
                offsets[tp] = progress.committable
        return offsets

    async def _commit(self, offsets: dict[TP, int], last: bool) -> None:
        due = {tp: offset for tp, offset in offsets.items() if self._committed.get(tp) != offset}
        if due and await self.app.consumer.commit_positions(due, last=last):
            self._committed.update(due)


def names_of(settings: Settings) -> Names:
    """The topics of this deployment."""
    prefix = settings.topic_prefix
    return Names(
        topic_name(prefix, EVENTS),
        topic_name(prefix, OUTCOMES),
        topic_name(prefix, ALERTS),
        topic_name(prefix, DEAD_LETTERS),
    )


def _topic(app: faust.App, name: str) -> faust.TopicT:
    # acks=False: positions are ours (streams.lane, streams.progress), and Faust's own
    # bookkeeping of them costs a list entry per record.
    return app.topic(name, value_serializer="hallwatch-records", acks=False, internal=False)


def _faust_app(settings: Settings) -> faust.App:
    return faust.App(
        settings.group,
        broker=[f"kafka://{server.strip()}" for server in settings.broker_servers.split(",")],
        store="memory://",
        datadir=str(settings.data / "faust"),
        autodiscover=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        topic_partitions=settings.partitions,
        web_enabled=False,
        consumer_auto_offset_reset="earliest",
        consumer_metadata_max_age_ms=60_000,  # how late new partitions are noticed
        broker_session_timeout=settings.session_seconds,
        broker_heartbeat_interval=settings.session_seconds / 5,
        broker_request_timeout=max(40.0, settings.session_seconds + 10.0),  # Faust insists
        broker_commit_interval=3600.0,  # nothing of ours is committed by Faust
        producer_acks=1,
        consumer_max_fetch_size=FetchSettings().of_a_partition(settings.partitions),
        stream_wait_empty=True,
        logging_config=None,
        worker_redirect_stdouts=False,
    )
