"""What comes out of topics, and when.

Owns the reading, and which record tells of which event. Invariant: the moment of a record is
that at which a consumer outside the worker had it, committed.
"""

import asyncio
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition
from msgspec import Struct

from schemas.outcomes import AlertMessage, Status, Table
from tests.bench.latency.sending import Sent
from tests.bench.place import PARTITIONS
from tests.bench.recorded import WrongResultError


@asynccontextmanager
async def meanwhile(watching: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """`watching`, as long as the block lasts; raises what ended it."""
    task = asyncio.create_task(watching)
    try:
        yield
        if task.done():
            task.result()
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


#: Statuses that nothing but an event brings.
_ANSWERED = frozenset({Status.KEPT, Status.LATE, Status.MEASURED})

#: Records of one partition, and when they were there.
Take = Callable[[int, list[Any], float], None]


@asynccontextmanager
async def hearing(bootstrap: str, topic: str, take: Take) -> AsyncIterator[None]:
    """All of `topic` from its beginning, as long as the block lasts."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_partition_fetch_bytes=8 * 1024 * 1024,
    )
    await consumer.start()
    consumer.assign([TopicPartition(topic, number) for number in range(PARTITIONS)])
    try:
        async with meanwhile(_hear(consumer, take)):
            yield
    finally:
        await consumer.stop()


async def _hear(consumer: AIOKafkaConsumer, take: Take) -> None:
    while True:
        found = await consumer.getmany(timeout_ms=1_000)
        now = time.time()
        for tp, records in found.items():
            take(tp.partition, records, now)


class Verdicts:
    """`at`: when the last verdict on promise/journey was there first."""

    def __init__(self) -> None:
        self.at: dict[str, float] = {}
        self.waiting: dict[str, float] = {}  #: the same of those that wait
        self._rows = msgspec.json.Decoder(_VerdictRow)

    def take(self, _: int, records: list[Any], now: float) -> None:
        for record in records:
            if record.key != _VERDICTS:
                continue
            for row in self._rows.decode_lines(record.value):
                found = self.at if row.status in _ANSWERED else self.waiting
                found.setdefault(f"{row.promise}/{row.journey}", now)


_VERDICTS = Table.VERDICTS.encode()


class _VerdictRow(Struct, gc=False):
    promise: str
    journey: str
    status: Status


#: What a message says, and of which journey.
Message = tuple[str, str]


class Alerts:
    """`at`: when each message was there first; `times`: how often."""

    def __init__(self) -> None:
        self.at: dict[Message, float] = {}
        self.times: Counter[Message] = Counter()
        self._messages = msgspec.json.Decoder(AlertMessage)

    def take(self, _: int, records: list[Any], now: float) -> None:
        for record in records:
            message = self._messages.decode(record.value)
            # Behind the sign stands which of several of this promise.
            name = (message.type, message.data.journey.partition("#")[0])
            self.times[name] += 1
            self.at.setdefault(name, now)

    def must_be(self, expected: Iterable[Message]) -> None:
        """Each of them once, and nothing else. Raises WrongResultError."""
        wanted = Counter(expected)
        if self.times != wanted:
            missing, more = wanted - self.times, self.times - wanted
            raise WrongResultError(
                f"{wanted.total()} alert messages should be there: {missing.total()} are missing"
                f" {list(missing)[:2]}, {more.total()} are too many {list(more)[:2]}"
            )


class Ranges:
    """Records that say nothing of their own: which offsets of which partition were there when."""

    def __init__(self) -> None:
        self._seen: dict[int, list[tuple[int, float]]] = {}  # the offset after, and when

    def take(self, partition: int, records: list[Any], now: float) -> None:
        self.note(partition, records[-1].offset + 1, now)

    def note(self, partition: int, end: int, now: float) -> None:
        self._seen.setdefault(partition, []).append((end, now))

    def whole(self, sent: Sent) -> bool:
        """Everything sent was there."""
        return all(
            partition in self._seen and self._seen[partition][-1][0] >= first + count
            for partition, batches in sent.offsets.items()
            for first, count, _ in batches[-1:]
        )

    def latencies(self, sent: Sent, since: float) -> list[float]:
        """Of every event due after `since`, seconds."""
        found = []
        for partition, batches in sent.offsets.items():
            seen = self._seen[partition]
            for first, count, due in batches:
                if due < since:
                    continue
                for offset in range(first, first + count):
                    at = bisect_right(seen, (offset, float("inf")))
                    found.append(seen[at][1] - due)
        return found


async def until(met: Callable[[], bool], seconds: float) -> bool:
    """Whether it was met in the time."""
    give_up_at = time.monotonic() + seconds
    while not met():
        if time.monotonic() > give_up_at:
            return False
        await asyncio.sleep(0.05)
    return True


def after_due(
    names: Iterable[str], due: Sequence[float], found: dict[Any, float], since: float
) -> list[float]:
    """Seconds from when each event was due to when what it came to was there."""
    return [found[name] - at for name, at in zip(names, due, strict=True) if name and at >= since]
