"""A partition's shares of sections' days and of their queues, told to whoever joins them.

Owns making the events and sending them into the events topic, where every share of one day,
and of one queue, has one partition. Called by lanes. Not part of a settlement's
transaction: a share is whole and carries a version, so that losing one costs a delay at most
(whoever takes the partition over says all of them anew), and one sent twice changes nothing. A
transaction in a partition of others would hold up its readers whenever a worker dies. Invariant:
nothing here is waited for by the deciding.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from schemas.queue import QueueCounted, QueueData
from schemas.total import CountedData, TotalCounted
from streams.core.partition import Outcomes, Partition
from streams.core.totals import Day, Share
from streams.publish import Names

log = logging.getLogger(__name__)

SOURCE, QUEUES = "hallwatch/totals", "hallwatch/queues"

_RETRY_S = 1.0

_encoder = msgspec.json.Encoder()


class Shares:
    """Of one worker."""

    def __init__(self, producer: AIOKafkaProducer, names: Names) -> None:
        self._producer = producer
        self._names = names
        #: By partition and subject, what is not acknowledged: the newest is enough.
        self._waiting: dict[tuple[int, str], bytes] = {}
        self._sending: asyncio.Task[None] | None = None
        self.ends: dict[int, int] = {}  #: by partition, the offset after the last one sent

    @property
    def idle(self) -> bool:
        return not self._waiting

    def tell(self, partition: int, events: Sequence[TotalCounted | QueueCounted]) -> None:
        """What `partition` counted."""
        for event in events:
            self._waiting[partition, event.subject] = _encoder.encode(event)
        if self._waiting and (self._sending is None or self._sending.done()):
            self._sending = asyncio.create_task(self._send(), name="shares")

    async def close(self) -> None:
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.wait({self._sending})

    async def _send(self) -> None:
        while self._waiting:
            sent = dict(self._waiting)
            try:
                acknowledged = [
                    await self._producer.send(
                        self._names.events,
                        value,
                        key=subject.encode(),
                        partition=self._names.partition_of(subject),
                    )
                    for (_, subject), value in sent.items()
                ]
                for each in await asyncio.gather(*acknowledged):
                    self.ends[each.partition] = max(
                        self.ends.get(each.partition, 0), each.offset + 1
                    )
            except KafkaError as error:
                log.info("shares are told again later: %r", error)
                await asyncio.sleep(_RETRY_S)
                continue
            for place, value in sent.items():
                if self._waiting.get(place) is value:
                    del self._waiting[place]


def shares_of(
    partition: Partition, outcomes: Outcomes, at: int
) -> list[TotalCounted | QueueCounted]:
    """All that has to be told of one settlement of `partition`. `at`: "now" where days were
    counted, ms; the moments of a queue are as of the settlement's own."""
    number, version, told = partition.number, partition.version, _moment(at)
    days = [share_event(number, version, day, share, told) for day, share in outcomes.totals]
    settled = _moment(partition.position.now)
    return [*days, *(queue_event(part, settled) for part in outcomes.queues)]


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)


def queue_event(part: QueueData, moment: datetime) -> QueueCounted:
    return QueueCounted(
        specversion="1.0",
        id=f"{part.partition}-{part.version}",
        source=QUEUES,
        subject=f"{part.section}/{part.service}/queue",
        time=moment,
        data=part,
    )


def share_event(
    partition: int, version: int, day: Day, share: Share, moment: datetime
) -> TotalCounted:
    return TotalCounted(
        specversion="1.0",
        id=f"{partition}-{version}",
        source=SOURCE,
        subject=f"{day.section}/{day.day}/{day.promise}",
        time=moment,
        data=CountedData(
            section=day.section,
            promise=day.promise,
            day=day.day,
            partition=partition,
            version=version,
            kept=share.kept,
            missed=share.missed,
        ),
    )
