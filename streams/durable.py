"""How one settlement's effects reach the broker: all at once, or step by step.

Owns the producers' side of I4. `Transaction` is for brokers that know transactions, Apache
Kafka among them: outcomes, alerts, dead letters, state and offset become visible together
or not at all, and whoever claims a partition shuts out all who claimed it before, however
late they wake up. `Steps` is for a broker without them, the embedded one: outcomes
acknowledged, then the state; a crash in between says some outcomes twice. Called by
`streams.ledger`. Invariant: the state never includes an event whose outcomes are not there.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Protocol, TypeVar

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.producer import sender

from streams.checkpoint import StateLog
from streams.core.state import StateRecord
from streams.publish import Elsewhere, Send, Span, send_all

log = logging.getLogger(__name__)

# The coordinator refuses a transaction for as long as it still marks the end of the one before:
# a few milliseconds. aiokafka asks again after 20, which every settlement of a busy lane waits.
ASK_AGAIN_S = 0.003
sender.BACKOFF_OVERRIDE = ASK_AGAIN_S

_T = TypeVar("_T")

_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.2, 5.0

#: How long a producer may take to close; the broker may be away.
_CLOSING_S = 1.0


#: Deletes what never was: readers of every version pass it over, compaction keeps the last.
_CLAIM = b"claim"


class LostError(Exception):
    """What was to be written is not, and cannot be from here: another worker has claimed
    the partition, or the broker gave the transaction up."""


class Durable(Protocol):
    """Of one partition. `write` is never called twice at the same time."""

    @property
    def shuts_out_others(self) -> bool:
        """Whether a claim makes every earlier claimant's writes fail: only then may a
        lane go on while its partition's owner is being decided."""
        ...

    async def claim(self) -> None:
        """Before the state is read: from here on nobody else writes to this partition."""
        ...

    async def write(
        self, sends: list[Send], records: list[StateRecord], elsewhere: Sequence[Elsewhere] = ()
    ) -> dict[str, Span]:
        """All of one settlement; `records` begins with the position. Returns, by topic, where
        its records are. Raises LostError."""
        ...

    async def close(self) -> None: ...


class Transaction:
    """One Kafka transaction per settlement. `producer` makes one for a transactional id."""

    shuts_out_others = True

    def __init__(
        self, number: int, state_topic: str, producer: Callable[[str], AIOKafkaProducer]
    ) -> None:
        self._number = number
        self._state_topic = state_topic
        self._make = producer
        self._producer: AIOKafkaProducer | None = None
        self._sound = True

    async def claim(self) -> None:
        """Returns when the broker has it; an unfinished transaction of the last owner is
        rolled back by then.

        A broker just started again may say for a moment that its log ends before what it had
        acknowledged, and the state would be read without the last settlement, which would be
        told a second time. So a claim leaves a mark in the log: acknowledged, it and all that
        is before it can be read.
        """
        self._producer = await _until_done(self._number, self._started)

    async def write(
        self, sends: list[Send], records: list[StateRecord], elsewhere: Sequence[Elsewhere] = ()
    ) -> dict[str, Span]:
        producer = self._producer
        if producer is None:
            raise RuntimeError(f"partition {self._number} is written to before it is claimed")
        if not self._sound:
            # Whoever waits his turn to write does not know how the one before him fared.
            raise LostError(f"partition {self._number}: an earlier transaction failed")
        state: list[Send] = [(self._state_topic, key, value, []) for key, value in records]
        try:
            self._sound = False
            await producer.begin_transaction()
            ends = await send_all(producer, self._number, sends + state, elsewhere)
            await producer.commit_transaction()
            self._sound = True
        except KafkaError as error:
            # Whether a commit that failed took place is known to the state topic only.
            _look_at(producer)
            raise LostError(f"partition {self._number}: {error!r}") from error
        return ends

    async def close(self) -> None:
        if self._producer is not None:
            await _close(self._producer)

    async def _started(self) -> AIOKafkaProducer:
        producer = self._make(f"{self._state_topic}-{self._number}")
        try:
            await producer.start()
            await producer.begin_transaction()
            await send_all(producer, self._number, [(self._state_topic, _CLAIM, None, [])])
            await producer.commit_transaction()
        except BaseException:
            await _close(producer)
            raise
        return producer


class Steps:
    """Outcomes, then the state, each until acknowledged. `producer` is shared."""

    shuts_out_others = False

    def __init__(self, number: int, states: StateLog, producer: AIOKafkaProducer) -> None:
        self._number = number
        self._states = states
        self._producer = producer
        self._position: StateRecord | None = None  # the last one saved

    async def claim(self) -> None:
        """Nothing this broker could hold others to."""

    async def write(
        self, sends: list[Send], records: list[StateRecord], elsewhere: Sequence[Elsewhere] = ()
    ) -> dict[str, Span]:
        """Does each step until the broker has it. Doing one twice is harmless: rows carry
        versions, messages carry ids, and the state replaces itself."""
        number, producer = self._number, self._producer
        ends = await _until_done(number, lambda: send_all(producer, number, sends, elsewhere))
        await _until_done(
            number, lambda: self._states.write(producer, number, records, self._position)
        )
        self._position = records[0]
        return ends

    async def close(self) -> None:
        """The producer is everybody's."""


async def _until_done(number: int, step: Callable[[], Awaitable[_T]]) -> _T:
    """Again and again, ever more slowly, until the broker takes it."""
    wait = _FIRST_WAIT_S
    while True:
        try:
            return await step()
        except KafkaError as error:
            log.warning(
                "partition %d: the broker did not take it (%r); again in %.1f s",
                number,
                error,
                wait,
            )
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT_S)


def _look_at(producer: AIOKafkaProducer) -> None:
    """The producer keeps its error for those who wait for the transaction's end or for a
    batch to leave; nobody does, and asyncio would report each with a traceback."""
    batches = producer._message_accumulator._batches.values()
    waiters = [batch._drain_waiter for waiting in batches for batch in waiting]
    for waiter in (*waiters, producer._txn_manager.wait_for_transaction_end()):
        if waiter is not None and waiter.done() and not waiter.cancelled():
            waiter.exception()


async def _close(producer: AIOKafkaProducer) -> None:
    """Within `_CLOSING_S`: what it did not send yet is decided again by the next owner."""
    with suppress(TimeoutError, KafkaError):
        async with asyncio.timeout(_CLOSING_S):
            await producer.stop()
