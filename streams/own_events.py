"""Events that hallwatch itself sends into the events topic: findings, acts on orders.

Owns sending; what is said is decided elsewhere. Called by the wiring of `hallwatch audit`
and `hallwatch orders`. Invariant: nothing is sent that the contract refuses, all of it is
acknowledged by the broker when `send_events` returns, and each goes keyed by its subject.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from schemas.decode import Rejected, decode
from schemas.frame import Frame
from schemas.topics import EVENTS, topic_name
from streams.broker.brokers import Brokers, brokers_of
from streams.broker.reach import BrokerUnreachableError, connected
from streams.settings import Settings

#: (source, id)
Name = tuple[str, str]


class EventRefusedError(Exception):
    """The contract refuses an event; the text says which field and why, never the value."""

    def __init__(self, refused: Rejected) -> None:
        super().__init__(f"{refused.field}: {refused.detail}")
        self.refused = refused


def encoded(event: Frame) -> bytes:
    """Its bytes as they are sent. Raises EventRefusedError."""
    value = msgspec.json.encode(event)
    refused = decode(value, (), event.subject.encode())
    if isinstance(refused, Rejected):
        raise EventRefusedError(refused)
    return value


async def send_events(settings: Settings, events: Sequence[Frame]) -> list[Name]:
    """Sends them in order; returns the last of each partition: once those are recorded, all
    are. Raises EventRefusedError before anything is sent, and BrokerUnreachableError.
    """
    records = [(event, encoded(event)) for event in events]
    if not records:
        return []
    # Its words for a broker that is not there are better than the producer's.
    brokers = brokers_of(settings)
    patience = timedelta(seconds=settings.broker_patience)
    await asyncio.to_thread(_reach, brokers, patience)
    producer = AIOKafkaProducer(
        **brokers.client(),
        acks="all",
        enable_idempotence=settings.transactions,
    )
    try:
        await producer.start()
        topic = topic_name(settings.topic_prefix, EVENTS)
        waiting = [
            await producer.send(topic, value, key=event.subject.encode())
            for event, value in records
        ]
        placed = await asyncio.gather(*waiting)
    except KafkaError as error:
        raise BrokerUnreachableError(
            f"the broker at {brokers} did not take what was sent ({error}); run"
            " it again: what did arrive is not counted twice"
        ) from error
    finally:
        await producer.stop()
    last: dict[int, tuple[int, Name]] = {}
    for (event, _), at in zip(records, placed, strict=True):
        before = last.get(at.partition)
        if before is None or before[0] < at.offset:
            last[at.partition] = (at.offset, (event.source, event.id))
    return [name for _, name in last.values()]


def _reach(brokers: Brokers, patience: timedelta) -> None:
    with connected(brokers, patience=patience):
        pass
