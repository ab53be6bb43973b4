"""The gate of one partition: shut by a storm of dead letters, opened by somebody's word.

Owns what is said of it (log, alert) and the asking for the word; when it shuts is decided
by `streams.core.storm`. The stop itself is part of the saved position, so that it outlives
the worker and goes with the partition. Called by lanes. Invariant: behind a shut gate
nothing is taken in, by whichever worker; deadlines go on.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from aiokafka.errors import KafkaError

from schemas.outcomes import Table
from streams.core.partition import EPOCH_SHIFT, Outcomes, Partition
from streams.core.storm import Storm, StormLimits, StormWatch, storm_alert

log = logging.getLogger(__name__)

#: Of a partition: the offset before which somebody has said to go on; 0: nobody has.
Agreed = Callable[[int], Awaitable[int]]

_ASK_EVERY_S, _ANSWER_WITHIN_S, _SAY_EVERY_S = 1.0, 2.0, 60.0


class Gate:
    def __init__(
        self, partition: Partition, topic: str, limits: StormLimits, agreed: Agreed
    ) -> None:
        self._partition = partition
        self._topic = topic
        self._limits = limits
        self._agreed = agreed
        self._known = partition.position.stopped  # what was told
        self._asked_at = 0.0
        self._said_at = 0.0
        self.watch = self._new_watch()

    def watching(self) -> StormWatch:
        """For the slice in hand."""
        self.watch.now = int(time.time() * 1000)
        return self.watch

    async def opened(self) -> bool:
        """Whether somebody's word came since last asked; the caller settles, which saves it."""
        stopped = self._partition.position.stopped
        if stopped is None or time.monotonic() < self._asked_at + _ASK_EVERY_S:
            return False
        self._asked_at = time.monotonic()
        self._say_again(stopped)
        try:
            async with asyncio.timeout(_ANSWER_WITHIN_S):
                agreed = await self._agreed(self._partition.number)
        except (KafkaError, TimeoutError) as error:
            log.info("partition %d: nobody could be asked: %r", self._partition.number, error)
            return False
        position = self._partition.position
        if agreed <= position.next_offset:
            return False
        position.stopped, position.agreed = None, agreed
        self.watch = self._new_watch()
        log.warning(
            "partition %d: intake goes on at offset %d; what is refused before offset %d stops"
            " nothing",
            self._partition.number,
            position.next_offset,
            agreed,
        )
        return True

    def tell(self, outcomes: Outcomes) -> None:
        """Adds the alert of a stop, or of its end, to the settlement that saves it."""
        stopped, known = self._partition.position.stopped, self._known
        if stopped is known:
            return
        self._known = stopped
        if known is not None:
            self._add(outcomes, known, resumed_at=int(time.time() * 1000))
        if stopped is not None:
            self._add(outcomes, stopped)
            self._said_at = 0.0
            self._say_again(stopped)

    def _add(self, outcomes: Outcomes, storm: Storm, resumed_at: int | None = None) -> None:
        position = self._partition.position
        position.sequence += 1
        version = (position.epoch << EPOCH_SHIFT) + position.sequence
        number = self._partition.number
        message = storm_alert(storm, self._topic, number, version, resumed_at)
        outcomes.rows.setdefault(Table.ALERTS, []).append(message.data)
        outcomes.messages.append(message)

    def _say_again(self, storm: Storm) -> None:
        if time.monotonic() < self._said_at + _SAY_EVERY_S:
            return
        self._said_at = time.monotonic()
        number = self._partition.number
        log.error(
            "partition %d of %s: INTAKE IS STOPPED at offset %d: %d of %d records refused (%s)."
            " Nothing is lost: what was refused is in the dead letters, the rest waits in the"
            " topic. See `hallwatch deadletters list --partition %d`, mend the source, then"
            " `hallwatch resume %d`; `hallwatch deadletters resend` sends again what was good",
            number,
            self._topic,
            storm.offset,
            storm.refused,
            storm.records,
            storm.counts,
            number,
            number,
        )

    def _new_watch(self) -> StormWatch:
        position = self._partition.position
        return StormWatch(self._limits, position.stops, position.agreed)
