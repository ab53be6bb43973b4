"""Faust's Kafka transport, one event per fetched partition batch instead of per record.

Owns fetching and positions: which partitions are asked for, where a partition starts,
what is known about the end of its log. Does not look into records. Built on
faust-streaming 0.15.3 and aiokafka 0.14.0; `tests/pipeline/test_f*_assumptions.py` name every
internal this rests on. Invariants: no record is fetched while a rebalance is under way;
each partition starts where `positions` says, not where Faust's book says.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, conn
from aiokafka.consumer.fetcher import READ_COMMITTED, FetchResult
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata, TopicPartition
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread
from faust.transport.drivers.aiokafka import Consumer as FaustConsumer
from faust.transport.drivers.aiokafka import Transport as FaustTransport
from faust.types import TP, ConsumerMessage
from msgspec import Struct

from streams.record_names import read_any_name

log = logging.getLogger(__name__)

# A connection's reader pauses its socket above this; at aiokafka's 64 kB a fetch of many
# megabytes is a few hundred turns of a loop that has to wait for each of its turns.
conn.READER_LIMIT = 8 * 1024 * 1024

#: Records of one partition, in order: offset, timestamp (ms), key, value, headers.
Records = list[Any]

#: Asked on every (re)assignment: where to start; partitions left out start at their commit.
Positions = Callable[[set[TP]], Awaitable[Mapping[TP, int]]]


class FetchSettings(Struct, frozen=True, kw_only=True):
    """How much is fetched at once, and how long a fetch waits for data."""

    max_wait_ms: int = 50  #: also how late a quiet partition is proven empty
    max_partition_bytes: int = 6 * 1024 * 1024  #: of a backlog; a journey is settled once a fetch
    max_topic_bytes: int = 24 * 1024 * 1024  #: of all partitions of a topic together
    least_partition_bytes: int = 1024 * 1024

    def of_a_partition(self, partitions: int) -> int:
        """While ClickHouse is away each partition of the outcomes holds three fetches (in
        hand, waiting, in the fetcher): with many partitions they have to be smaller."""
        share = self.max_topic_bytes // partitions
        return max(self.least_partition_bytes, min(self.max_partition_bytes, share))


class Proof(Struct, frozen=True):
    """At `asked_at` (seconds, wall clock) the log had nothing at or after `offset`."""

    offset: int
    asked_at: float


def _as_it_is(_: TopicPartition, record: Any) -> Any:
    """aiokafka wraps each record into a frozen dataclass, which takes longer than fetching
    and unpacking it; what it wraps has all that lanes need."""
    return record


class BatchConsumerThread(AIOKafkaConsumerThread):
    """Faust's consumer thread, with a short fetch wait and a note of when it asked."""

    async def on_start(self) -> None:
        read_any_name()
        await super().on_start()
        consumer = self._ensure_consumer()
        # Hard-coded to 1,500 ms by Faust; the fetcher reads it with every request.
        settings = self.transport.fetch
        fetcher = consumer._fetcher
        fetcher._fetch_max_wait_ms = settings.max_wait_ms
        if self.transport.only_committed:
            fetcher._isolation_level = READ_COMMITTED
        ask = fetcher._proc_fetch_request
        proofs = self.transport.proofs

        async def ask_and_note(assignment: Any, node: int, request: Any) -> bool:
            # The time of asking, not of the answer: a worker that was frozen reads old
            # answers from its socket and must not take them for the present.
            asked_at = time.time()
            result: bool = await ask(assignment, node, request)
            for topic, partitions in request.topics:
                for partition, offset, _ in partitions:
                    tp = TopicPartition(topic, partition)
                    found = fetcher._records.get(tp)
                    if isinstance(found, FetchResult):
                        found._partition_records._consumer_record = _as_it_is
                    state = assignment.state_value(tp)
                    if state is None or state.highwater is None or found is not None:
                        continue
                    # A request that failed leaves the mark of an earlier one standing.
                    answered = state.timestamp >= int(asked_at * 1000)
                    if answered and offset >= state.highwater:
                        proofs[TP(topic, partition)] = Proof(offset, asked_at)
            return result

        fetcher._proc_fetch_request = ask_and_note
        coordinator, loop = consumer._coordinator, self.thread_loop
        self.transport.rejoin = lambda: loop.call_soon_threadsafe(coordinator.request_rejoin)


class BatchConsumer(FaustConsumer):
    """Yields `(tp, message)` whose value is the list of records and offset the last one's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: A fetch is under way, or positions are being set: never both. aiokafka lets a
        #: fetch wait through a rebalance and answers it with the first records after the
        #: seek; dropped as of the old assignment, nobody would ask for them again.
        self._positioned = asyncio.Lock()

    def _new_consumer_thread(self) -> BatchConsumerThread:
        return BatchConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def getmany(  # the signature is Faust's
        self,
        timeout: float,  # noqa: ASYNC109
    ) -> AsyncIterator[tuple[TP, ConsumerMessage]]:
        async with self._positioned:
            generation = self.app.consumer_generation_id
            # Faust fetches on and drops what it fetched; see design.md §2.
            fetching = self.flow_active and not self.app.rebalancing
            records = (await self._wait_next_records(timeout))[0] if fetching else None
        if not fetching:
            await asyncio.sleep(0.01)
        if not records or self.should_stop:
            return
        for tp, batch in records.items():
            if not self.flow_active or self.app.consumer_generation_id != generation:
                return  # the partitions will be positioned anew
            yield tp, self._batch_message(tp, batch)

    async def _getmany(
        self,
        active_partitions: set[TP] | None,
        timeout: float,  # noqa: ASYNC109
    ) -> dict[TP, Records]:
        held = self.transport.held
        wanted = (active_partitions or set()) - held
        if not wanted:
            # An empty set would mean every partition to aiokafka.
            await asyncio.sleep(0.01)
            return {}
        # Neither a hold that is let go nor a rebalance ends this wait: it must be short.
        found = await super()._getmany(wanted, min(timeout, 0.05 if held else 0.2))
        return {TP(*tp): batch for tp, batch in found.items()}

    def _batch_message(self, tp: TP, batch: Records) -> ConsumerMessage:
        last = batch[-1]
        return ConsumerMessage(
            tp.topic,
            tp.partition,
            last.offset,
            last.timestamp / 1000,
            last.timestamp_type,
            [],
            None,
            batch,
            None,
            0,
            0,
            tp,
            generation_id=self.app.consumer_generation_id,
        )

    async def perform_seek(self) -> None:
        async with self._positioned:
            await super().perform_seek()
            assignment = {TP(*tp) for tp in self.assignment()}
            for tp, offset in (await self.transport.positions(assignment)).items():
                await self.seek(tp, offset)

    async def read_on(self, tp: TP, offset: int) -> None:
        """Fetches `tp` again, from `offset`."""
        async with self._positioned:
            await self.seek(tp, offset)
            self.transport.held.discard(tp)

    async def wait_empty(self) -> None:
        """Faust acks nothing here; what is in hand is finished by `before_revoke`."""
        await self.transport.before_revoke()

    async def commit_positions(self, offsets: Mapping[TP, int], last: bool = False) -> bool:
        """Commits positions for those who watch the lag; False when it has to wait.

        `last`: partitions are about to be given up, so now or never.

        Where a partition starts is decided by the checkpoint, so a commit that fails
        loses nothing: it is simply tried again later.
        """
        if not offsets or (self.app.rebalancing and not last):
            return False
        assignment = self.assignment()
        mine = {
            TopicPartition(tp.topic, tp.partition): OffsetAndMetadata(offset, "")
            for tp, offset in offsets.items()
            if tp in assignment
        }
        consumer: AIOKafkaConsumer = self._thread._ensure_consumer()
        try:
            if mine:
                await self._thread.call_thread(consumer.commit, mine)
        except KafkaError as error:
            log.info("offsets are committed later: %r", error)
            return False
        return True


class BatchTransport(FaustTransport):
    """Hand it to `app.transport`; the attributes below are set by the worker's wiring."""

    Consumer = BatchConsumer

    fetch: FetchSettings = FetchSettings()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held: set[TP] = set()  #: not fetched: their inbox is full
        self.proofs: dict[TP, Proof] = {}
        self.positions: Positions = _no_positions
        self.before_revoke: Callable[[], Awaitable[None]] = _nothing_in_hand
        self.rejoin: Callable[[], None] = _not_joined
        #: Records of a transaction that was rolled back, or is not over, are not read.
        self.only_committed = True

    def empty_since(self, tp: TP, next_offset: int) -> float | None:
        """The last moment (seconds, wall clock) at which the log was known to end at
        `next_offset`; None when there is more to read, or nobody asked yet."""
        proof = self.proofs.get(tp)
        return proof.asked_at if proof and proof.offset == next_offset else None

    async def read_on(self, tp: TP, offset: int) -> None:
        """Ends the hold on a partition that was assigned before its lane was open."""
        consumer: BatchConsumer = self.app.consumer
        await consumer.read_on(tp, offset)

    def forget(self, tps: set[TP]) -> None:
        """Partitions that went to another worker."""
        self.held -= tps
        for tp in tps:
            self.proofs.pop(tp, None)


async def _no_positions(_: set[TP]) -> Mapping[TP, int]:
    return {}


async def _nothing_in_hand() -> None:
    return None


def _not_joined() -> None:
    return None
