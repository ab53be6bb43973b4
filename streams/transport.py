"""Faust's Kafka transport, one event per fetched partition batch instead of per record.

Owns fetching and positions: which partitions are asked for, where a partition starts,
what is known about the end of its log. Does not look into records. Built on
faust-streaming 0.15.3 and aiokafka 0.14.0; `tests/pipeline/test_f*_assumptions.py` name every
internal this rests on. Invariants: Faust is given no record while a rebalance is under way;
each partition starts where `positions` says, not where Faust's book says.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import IllegalStateError, KafkaError
from aiokafka.structs import OffsetAndMetadata, TopicPartition
from faust.transport.drivers.aiokafka import Consumer as FaustConsumer
from faust.transport.drivers.aiokafka import Transport as FaustTransport
from faust.types import TP, ConsumerMessage
from msgspec import Struct

from streams.consumer_thread import BatchConsumerThread, Proof, records_of

log = logging.getLogger(__name__)

#: Records of one partition, in order: offset, timestamp (ms), key, value, headers.
Records = list[Any]

_T = TypeVar("_T")

#: Without an answer by then, everything is fetched: slower, and as right.
_TOLD_WITHIN_S = 5.0

#: Asked on every (re)assignment: where to start; partitions left out start at their commit.
Positions = Callable[[set[TP]], Awaitable[Mapping[TP, int]]]


class FetchSettings(Struct, frozen=True, kw_only=True):
    """How much is fetched at once, and how long a fetch waits for data."""

    max_wait_ms: int = 20  #: also how late a quiet partition is proven empty
    max_partition_bytes: int = 6 * 1024 * 1024  #: of a backlog; a journey is settled once a fetch
    max_topic_bytes: int = 24 * 1024 * 1024  #: of all partitions of a topic together
    least_partition_bytes: int = 1024 * 1024

    def of_a_partition(self, partitions: int) -> int:
        """While ClickHouse is away each partition of the outcomes holds three fetches (in
        hand, waiting, in the fetcher): with many partitions they have to be smaller."""
        share = self.max_topic_bytes // partitions
        return max(self.least_partition_bytes, min(self.max_partition_bytes, share))


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

    async def getmany_meanwhile(self, wanted: set[TP]) -> dict[TP, Records]:
        """While the group decides, what comes of partitions that may go on: Faust's streams
        stand still, and whether somebody else has a partition the broker tells when it is
        written to. Empty at any other time."""
        async with self._positioned:
            if self.flow_active or not self.app.rebalancing or self.should_stop:
                await asyncio.sleep(0.01)
                return {}
            wanted = wanted - self.transport.held - self.transport.at_hand
            if not wanted:
                await asyncio.sleep(0.01)
                return {}
            consumer: AIOKafkaConsumer = self._thread._ensure_consumer()
            fetch = consumer._fetcher.fetched_records
            found = await self._thread.call_thread(fetch, wanted, timeout=0.05)
        return {TP(*tp): records_of(chunks) for tp, chunks in found.items()}

    async def _getmany(
        self,
        active_partitions: set[TP] | None,
        timeout: float,  # noqa: ASYNC109
    ) -> dict[TP, Records]:
        held = self.transport.held | self.transport.at_hand
        wanted = (active_partitions or set()) - held
        if not wanted:
            # An empty set would mean every partition to aiokafka.
            await asyncio.sleep(0.01)
            return {}
        # Neither a hold that is let go nor a rebalance ends this wait: it must be short.
        found = await super()._getmany(wanted, min(timeout, 0.05 if held else 0.2))
        return {TP(*tp): records_of(chunks) for tp, chunks in found.items()}

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

    async def read_on(self, tp: TP, offset: int, hold: set[TP]) -> None:
        """Fetches `tp` again, from `offset`, as far as this hold goes."""
        async with self._positioned:
            try:
                await self.seek(tp, offset)
            except IllegalStateError:
                return  # it is gone, or will be positioned anew in a moment
            hold.discard(tp)

    async def seek_all(self, offsets: Mapping[TP, int]) -> None:
        """Where to fetch on while the group decides; partitions that are gone are left out."""
        async with self._positioned:
            assigned = self.assignment()
            for tp, offset in offsets.items():
                if tp in assigned:
                    await self.seek(tp, offset)

    async def next_offset(self, tp: TP) -> int | None:
        """Where the next fetch begins; None: the broker does not say."""
        return await self._told(lambda consumer: consumer.position(tp))

    def highwater(self, tp: TP) -> int | None:
        """The end of the log as of the last fetch; None: not known, or the partition is gone."""
        with suppress(AssertionError):  # aiokafka's way to say that it is not assigned
            found: int | None = self._thread._ensure_consumer().highwater(TopicPartition(*tp))
            return found
        return None

    async def end(self, tp: TP) -> int | None:
        """The offset after the last that may be read; None: the broker does not say."""
        ends = await self._told(lambda consumer: consumer.end_offsets([tp]))
        return ends and ends.get(tp)

    async def _told(self, ask: Callable[[AIOKafkaConsumer], Awaitable[_T]]) -> _T | None:
        consumer: AIOKafkaConsumer = self._thread._ensure_consumer()
        try:
            async with asyncio.timeout(_TOLD_WITHIN_S):
                told: _T = await self._thread.call_thread(ask, consumer)
        except (KafkaError, TimeoutError) as error:
            log.info("the broker does not say how far a partition is: %r", error)
            return None
        return told

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
        self.at_hand: set[TP] = set()  #: not fetched: what comes is known without it
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
        await self.consumer.read_on(tp, offset, self.held)

    async def fetch_again(self, tp: TP, offset: int) -> None:
        """Something came, or may have, that is not known without fetching."""
        await self.consumer.read_on(tp, offset, self.at_hand)

    @property
    def consumer(self) -> BatchConsumer:
        """The one there is, once the app has started."""
        consumer: BatchConsumer = self.app.consumer
        return consumer

    def forget(self, tps: set[TP]) -> None:
        """Partitions that went to another worker."""
        self.held -= tps
        self.at_hand -= tps
        for tp in tps:
            self.proofs.pop(tp, None)


async def _no_positions(_: set[TP]) -> Mapping[TP, int]:
    return {}


async def _nothing_in_hand() -> None:
    return None


def _not_joined() -> None:
    return None
