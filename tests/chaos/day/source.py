"""The hall's systems in event time: the day as planned, sixty times as fast as it was.

Owns the producer, and fills the `book`. Called by the run. Invariant: at the end every
partition's log time is deep in the night after the last day.
"""

import asyncio
import heapq
import json
import time
from collections.abc import Iterator
from random import Random
from typing import Any

from aiokafka import AIOKafkaProducer

from tests.chaos.day.book import Bad, Book, Place
from tests.chaos.day.chats import chat
from tests.chaos.day.hours import DAY_MS, midnight
from tests.chaos.day.plan import LAST_VISIT_MS, Happening, arrivals, moment
from tests.chaos.day.visits import visit

#: A second of the day passes in this part of a second.
SPEED = 60

#: What no worker may take, as (key, value, reason).
BAD: tuple[tuple[bytes, bytes, str], ...] = (
    (b"bad", b"no JSON at all", "malformed"),
    (b"bad", b"", "malformed"),
    (b"bad", b'{"specversion": "1.0", "type": "ticket.invented"}', "unknown-type"),
    (
        b"t-other",
        b'{"specversion": "1.0", "id": "1", "source": "x", "type": "ticket.held", "subject": '
        b'"t-x", "time": "2022-10-17T12:00:00+08:00", "data": {"section": "S01"}}',
        "key-mismatch",
    ),
    (
        b"t-x",
        b'{"specversion": "1.0", "id": "1", "source": "x", "type": "ticket.held", "subject": '
        b'"t-x", "time": "1999-08-03T12:00:00", "data": {"section": "S01"}}',
        "naive-time",
    ),
)
_BAD_SHARE = 0.01


class DaySource:
    """About `per_second` journeys begin in each second of the run."""

    def __init__(
        self, bootstrap: str, topic: str, partitions: int, seed: int, per_second: float
    ) -> None:
        self.book = Book()
        self._topic = topic
        self._partitions = partitions
        self._seed = seed
        self._per_second = per_second
        # A broker that is away is waited for: nothing may be given up.
        self._producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap,
            acks="all",
            enable_idempotence=True,
            linger_ms=2,
            request_timeout_ms=180_000,
        )
        self._acks: set[asyncio.Task[None]] = set()
        self._stopping = False

    def stop(self) -> None:
        """Nobody comes any more, and what was planned happens at once."""
        self._stopping = True

    async def run(self) -> None:
        """Until `stop`, and everything sent is acknowledged."""
        await self._producer.start()
        try:
            last = await self._happen()
            ended_at = midnight(last) + DAY_MS + 3 * 3_600_000
            for number in range(self._partitions):
                clock = json.dumps(
                    {
                        "specversion": "1.0",
                        "type": "clock.advanced",
                        "id": f"end-{number}",
                        "source": "urn:hall:clock",
                        "subject": "clock",
                        "time": moment(ended_at),
                    }
                ).encode()
                sent = await self._producer.send(self._topic, clock, key=b"clock", partition=number)
                self._note(sent, None)
            while self._acks:
                for task in (await asyncio.wait(self._acks))[0]:
                    task.result()
        finally:
            await self._producer.stop()

    async def _happen(self) -> int:
        coming = journeys(Random(self._seed), self._per_second)
        chance = Random(self._seed + 1)
        events = next(coming)
        began, started = min(event.at for event in events), time.monotonic()
        #: When sent, a number to tell equals apart, and what.
        due: list[tuple[int, int, Happening]] = []
        order, now, last = 0, began, began
        while due or not self._stopping:
            while not self._stopping and events[0].at <= now:
                for event in events:
                    last = max(last, event.at)
                    at = event.at + event.held_ms
                    for again in (0, *event.copies_ms):
                        order += 1
                        heapq.heappush(due, (at + again, order, event))
                events = next(coming)
            while due and (due[0][0] <= now or self._stopping):
                event = heapq.heappop(due)[2]
                await self._send(event.encode(), event.subject.encode(), event)
                if chance.random() < _BAD_SHARE:
                    key, value, reason = chance.choice(BAD)
                    await self._send(value, key, None, reason)
            await asyncio.sleep(0.01)
            now = began + int((time.monotonic() - started) * 1000 * SPEED)
            if not due and events[0].at > now and events[0].at - now > DAY_MS // 4:
                # Nobody is there at night: the next day begins at once.
                started -= (events[0].at - now) / 1000 / SPEED
        return last

    async def _send(
        self, value: bytes, key: bytes, event: Happening | None, reason: str = ""
    ) -> None:
        sent = await self._producer.send(self._topic, value, key=key)
        self._note(sent, event, (key, value, reason))

    def _note(
        self,
        future: Any,
        event: Happening | None,
        refused: tuple[bytes, bytes, str] | None = None,
    ) -> None:
        async def acknowledged() -> None:
            metadata = await future
            place = Place(metadata.offset, metadata.partition, metadata.timestamp)
            self.book.reaches(place)
            if event is not None:
                self.book.put(event, place)
            elif refused is not None:
                self.book.bad.append(Bad(place, *refused))

        task = asyncio.create_task(acknowledged())
        self._acks.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        # One that failed stays, and ends the run.
        if task.exception() is None:
            self._acks.discard(task)


def journeys(random: Random, per_second: float) -> Iterator[list[Happening]]:
    """Chats and visits in the order they begin; each by its first event."""
    for number, begins in enumerate(arrivals(random, per_second * 60 / SPEED), 1):
        late = begins - midnight(begins) > LAST_VISIT_MS
        yield (chat if number % 2 or late else visit)(random, number, begins)
