"""One partition's effects, in order: outcomes, then the state with its offset.

Owns writing what a lane decided, one settlement behind the deciding, so that the broker's
answers are not waited for with idle hands. Called by lanes. Invariant: outcomes
acknowledged → state and offset acknowledged → only then may the offset be committed, and
settlements in the order they were decided; so after any crash the state is exactly the
log up to its offset (I4).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from streams.checkpoint import FencedError, StateLog
from streams.core.partition import Outcomes, Partition
from streams.core.state import StateRecord, encode_saved
from streams.intake import Intake
from streams.publish import Names, Send, send_all, sends_of

log = logging.getLogger(__name__)

_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.2, 5.0


class Ledger:
    """Of one partition. `fenced`: the broker numbers writes so that a foreign one shows."""

    def __init__(
        self,
        number: int,
        names: Names,
        producer: AIOKafkaProducer,
        states: StateLog,
        failed: Callable[[BaseException], None],
        fenced: bool,
    ) -> None:
        self.next_offset = 0  #: the first offset not yet part of the saved state
        self.outcomes_end = 0  #: the offset after the last outcome record sent
        self._number = number
        self._names = names
        self._producer = producer
        self._states = states
        self._failed = failed
        self._fenced = fenced
        #: Where the state topic must go on; None: a write may or may not have arrived.
        self._state_end: int | None = None
        self._position: StateRecord | None = None  #: the last one saved
        self._writing: asyncio.Task[None] | None = None
        self._broken = False

    @property
    def idle(self) -> bool:
        return self._writing is None

    def open(self, partition: Partition, state_end: int) -> None:
        self._state_end = state_end
        self.next_offset = partition.position.next_offset

    async def put(self, partition: Partition, outcomes: Outcomes, taken: Intake | None) -> None:
        """Takes one settlement; returns when the one before it is written."""
        # Encoded before anything is awaited: the next settlement changes the same journeys.
        sends = sends_of(self._names, outcomes, taken)
        records = encode_saved(partition.position, outcomes.saved)
        next_offset = partition.position.next_offset
        await self.drain()
        if self._broken:
            return
        self._writing = asyncio.create_task(
            self._write(sends, records, next_offset), name=f"ledger {self._number}"
        )

    async def drain(self) -> None:
        """Until everything taken is written."""
        while self._writing is not None:
            await asyncio.wait({self._writing})

    async def _write(self, sends: list[Send], records: list[StateRecord], next_offset: int) -> None:
        try:
            await self._persist(lambda: self._send(sends))
            await self._persist(lambda: self._save(records))
            self._position = records[0]
            self.next_offset = next_offset
        except Exception as error:
            self._broken = True
            self._failed(error)
        finally:
            self._writing = None

    async def _send(self, sends: list[Send]) -> None:
        ends = await send_all(self._producer, self._number, sends)
        self.outcomes_end = max(self.outcomes_end, ends.get(self._names.outcomes, 0))

    async def _save(self, records: list[StateRecord]) -> None:
        expected, self._state_end = self._state_end, None
        first, end = await self._states.write(self._number, records, self._position)
        if self._fenced and expected is not None and first != expected:
            raise FencedError(
                f"partition {self._number}: the state topic went on at {first}, not "
                f"{expected}: another worker has it"
            )
        self._state_end = end

    async def _persist(self, effect: Callable[[], Awaitable[None]]) -> None:
        """Does `effect` until the broker has it. Doing it twice is harmless: rows carry
        versions, messages carry ids, and the state batch replaces itself."""
        wait = _FIRST_WAIT_S
        while True:
            try:
                await effect()
            except KafkaError as error:
                log.warning(
                    "partition %d: the broker did not take it (%r); again in %.1f s",
                    self._number,
                    error,
                    wait,
                )
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT_S)
            else:
                return
