"""Faust's consumer thread, told what the wire says of the end of each partition.

Owns what is set inside aiokafka's fetcher: how long it waits, what it passes on of the
records and of rebalances, and the proof that a partition holds no more. Called by
`streams.transport`; `tests/pipeline/test_f*_assumptions.py` name every internal this rests
on. Invariant: a proof is of a moment at which the question was asked, never later.
"""

import time
from itertools import chain
from typing import Any

from aiokafka import conn
from aiokafka.consumer.fetcher import READ_COMMITTED, FetchResult
from aiokafka.protocol.group import JoinGroupRequest
from aiokafka.structs import TopicPartition
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread
from faust.types import TP
from msgspec import Struct

from streams.record_names import Chunk, read_any_name

# A connection's reader pauses its socket above this; at aiokafka's 64 kB a fetch of many
# megabytes is a few hundred turns of a loop that has to wait for each of its turns.
conn.READER_LIMIT = 8 * 1024 * 1024

# A broker that was away, or has just become the leader, may not know at once how much of its
# log is safe: it then answers that there is less than it has acknowledged, and whoever waits
# in what it leaves out would be taken for waiting still.
_SETTLED_S = 5.0

# Leaving names the member only: which number stands for "joined once" does not matter.
_ANY_GENERATION = 1


class Proof(Struct, frozen=True):
    """At `asked_at` (seconds, wall clock) the log had nothing at or after `offset`."""

    offset: int
    asked_at: float


def _as_it_is(_: TopicPartition, records: Chunk) -> Chunk:
    """aiokafka wraps each record into a frozen dataclass, which takes longer than fetching
    and unpacking it; what it wraps has all that lanes need."""
    return records


def records_of(chunks: list[Chunk]) -> list[Any]:
    """What a fetch gave of one partition, in order."""
    return chunks[0] if len(chunks) == 1 else list(chain.from_iterable(chunks))


class _Undisturbed:
    """What the fetcher knows of the subscription, but not that the group is deciding anew:
    while it does, aiokafka fetches on and keeps what it fetched to itself. Who may ask for
    it then is `BatchConsumer`'s business."""

    reassignment_in_progress = False

    def __init__(self, subscriptions: Any) -> None:
        self._subscriptions = subscriptions

    def __getattr__(self, name: str) -> Any:
        return getattr(self._subscriptions, name)


def leave_also_unsettled(coordinator: Any) -> None:
    """Has aiokafka leave the group also where it passed over the answer that took it in.

    It does when the topics it subscribed to changed meanwhile, to join again at once; told to
    stop in that moment it has a member's name but no generation, takes itself for nobody and
    goes. The group would wait for it for as long as a session lasts.
    """
    leave = coordinator._maybe_leave_group

    async def leave_with_any_generation() -> None:
        if coordinator.member_id != JoinGroupRequest.UNKNOWN_MEMBER_ID:
            coordinator.generation = max(coordinator.generation, _ANY_GENERATION)
        await leave()

    coordinator._maybe_leave_group = leave_with_any_generation


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
            fetcher._subscriptions = _Undisturbed(fetcher._subscriptions)
        ask = fetcher._proc_fetch_request
        unanswered: dict[TopicPartition, float] = {}  #: when last, wall clock
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
                        found._partition_records._records.whole_from = offset
                    state = assignment.state_value(tp)
                    if state is None or found is not None:
                        continue
                    # A request that failed leaves the mark of an earlier one standing.
                    if not state.timestamp or state.timestamp < int(asked_at * 1000):
                        unanswered[tp] = time.time()
                        continue
                    settled = asked_at - unanswered.get(tp, 0.0) > _SETTLED_S
                    if settled and offset >= state.highwater:
                        proofs[TP(topic, partition)] = Proof(offset, asked_at)
            return result

        fetcher._proc_fetch_request = ask_and_note
        coordinator, loop = consumer._coordinator, self.thread_loop
        leave_also_unsettled(coordinator)
        self.transport.rejoin = lambda: loop.call_soon_threadsafe(coordinator.request_rejoin)
