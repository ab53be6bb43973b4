"""Events of others into the events topic, keyed by their subject, until Kafka has them.

Owns a producer that outlives outages, and which partitions an event goes into. What is sent was
held to the contract before. Called by the gateway and by the watched folder. Invariants: when
`send` returns, every record is acknowledged by all replicas; when it raises, some may have arrived
all the same, and sent again they are the same events.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from msgspec import Struct

from schemas.topics import EVENTS, topic_name
from streams.broker.brokers import brokers_of
from streams.broker.reach import BrokerRefusedError, BrokerUnreachableError
from streams.broker.topics import ensure_topics
from streams.publish import partition_of
from streams.settings import Settings

log = logging.getLogger(__name__)

#: How often is looked whether the broker answers, and how long one look may take.
_LOOK_EVERY_S = 1.0
_LOOK_S = 5.0

#: Of one try at the start; a stop waits for it.
_ONE_TRY = timedelta(seconds=1)

#: Of more bytes waiting for the broker nothing is taken any more: it would be memory's end.
_MOST_WAITING_BYTES = 64 * 1024 * 1024


class NotTakenError(Exception):
    """The broker did not take it in time; the text says why."""


class Outgoing(Struct, frozen=True, gc=False):
    """One event on its way. `everywhere`: into every partition, as `schemas.everywhere` says."""

    subject: str
    value: bytes
    headers: Sequence[tuple[str, bytes]]
    everywhere: bool


class EventSender:
    """Use from one event loop: `run` as a task, `send` at any time, `close` at the end."""

    def __init__(self, settings: Settings, patience_s: float) -> None:
        """`patience_s`: of one `send`. Raises SettingsError."""
        self._settings = settings
        self._brokers = brokers_of(settings)
        self._patience_s = patience_s
        self._topic = topic_name(settings.topic_prefix, EVENTS)
        self._producer: AIOKafkaProducer | None = None
        self.waiting_bytes = 0
        self.trouble = f"Kafka: {self._brokers} has not answered yet"  #: "": none

    async def run(self) -> None:
        """Opens the producer, waits for a broker as long as it takes, then keeps looking whether
        it answers. Raises PartitionsDifferError, TopicRefusedError and BrokerRefusedError."""
        await self._open()
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            await self._look()

    async def send(self, events: Sequence[Outgoing]) -> None:
        """In this order within each partition. Raises NotTakenError."""
        if self.trouble or self._producer is None:
            raise NotTakenError(self.trouble)
        size = sum(len(event.value) for event in events)
        if self.waiting_bytes + size > _MOST_WAITING_BYTES:
            raise NotTakenError("too much is waiting for Kafka already")
        self.waiting_bytes += size
        try:
            await self._send(self._producer, events)
        finally:
            self.waiting_bytes -= size

    async def close(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(KafkaError):
                await producer.stop()

    async def _send(self, producer: AIOKafkaProducer, events: Sequence[Outgoing]) -> None:
        acknowledged: list[asyncio.Future[object]] = []
        try:
            async with asyncio.timeout(self._patience_s):
                for event in events:
                    for partition in self._partitions(event):
                        future = await producer.send(
                            self._topic,
                            event.value,
                            key=event.subject.encode(),
                            partition=partition,
                            headers=list(event.headers),
                        )
                        future.add_done_callback(_looked_at)
                        acknowledged.append(future)
                if acknowledged:
                    # Unlike `gather` it takes nothing back from the producer when time is up.
                    await asyncio.wait(acknowledged)
        except (KafkaError, TimeoutError) as error:
            raise self._not_taken(error) from error
        for future in acknowledged:
            if failed := future.exception():
                raise self._not_taken(failed) from failed

    def _partitions(self, event: Outgoing) -> Sequence[int]:
        if event.everywhere:
            return range(self._settings.partitions)
        return (partition_of(event.subject, self._settings.partitions),)

    def _not_taken(self, error: BaseException) -> NotTakenError:
        why = str(error) or f"no answer within {self._patience_s:.0f} s"
        self.trouble = f"Kafka: {self._brokers} did not take events ({why})"
        return NotTakenError(self.trouble)

    async def _open(self) -> None:
        settings = self._settings
        while True:
            try:
                await asyncio.to_thread(
                    ensure_topics,
                    self._brokers,
                    settings.topic_prefix,
                    settings.partitions,
                    replication=settings.replication,
                    patience=_ONE_TRY,
                    say=log.debug,
                )
                # Not idempotent in Kafka's sense: what is written twice is one event to whoever
                # reads it, and such a producer would be lost for good after some errors.
                producer = AIOKafkaProducer(
                    **self._brokers.client(),
                    client_id="hallwatch-events",
                    acks="all",
                    max_batch_size=256 * 1024,
                    request_timeout_ms=round(self._patience_s * 1000),
                )
                await _started(producer)
            except BrokerRefusedError:
                raise  # waiting does not mend a setting
            except (BrokerUnreachableError, KafkaError, OSError) as error:
                away = f"Kafka: {self._brokers} does not answer"
                if self.trouble != away:
                    log.warning("%s: it is waited for (%s)", away, error)
                self.trouble = away
                await asyncio.sleep(_LOOK_EVERY_S)
            else:
                self._producer = producer
                self.trouble = ""
                log.info("Kafka at %s takes events", self._brokers)
                return

    async def _look(self) -> None:
        producer = self._producer
        if producer is None:
            return
        try:
            async with asyncio.timeout(_LOOK_S):
                answered = await producer.client.force_metadata_update()
        except (KafkaError, OSError, TimeoutError):
            answered = False
        if answered and self.trouble:
            log.info("Kafka at %s answers again", self._brokers)
        elif not answered and not self.trouble:
            log.warning("Kafka at %s does not answer", self._brokers)
        self.trouble = "" if answered else f"Kafka: {self._brokers} does not answer"


async def _started(producer: AIOKafkaProducer) -> None:
    try:
        await producer.start()
    except BaseException:
        with suppress(KafkaError, asyncio.CancelledError):
            await producer.stop()
        raise


def _looked_at(future: "asyncio.Future[object]") -> None:
    """Else the loop complains of errors that came after the answer was given."""
    if not future.cancelled():
        future.exception()
