"""The hall's systems: they send what happens, when it happens, through every fault.

Owns the producer and the book of what was sent. Called by the run. Invariant: an event is
in the book with the time it happened and the time the broker had it, or it was never sent.
"""

import asyncio
import heapq
import time
from random import Random
from typing import Any

from aiokafka import AIOKafkaProducer
from msgspec import Struct

from tests.chaos.plan import Plan, encode, make_plans

_BAD = (b"no JSON at all", b'{"specversion": "1.0", "type": "ticket.invented"}', b"")


class Sent(Struct):
    """One event. Times in ms; `had_ms`: when the broker had it for the first time."""

    plan: Plan
    index: int
    at_ms: int
    had_ms: int = 0


class Source:
    """`per_second` journeys begin each second until `stop`; those begun are ended."""

    def __init__(self, bootstrap: str, topic: str, seed: int, per_second: float) -> None:
        self.sent: list[Sent] = []
        self.bad: set[tuple[int, int]] = set()  #: partition and offset of each bad record
        self.ends: dict[int, int] = {}
        self.copies = 0  #: events sent more often than once
        self._topic = topic
        self._random = Random(seed)
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

    async def run(self) -> None:
        """Until `stop`, and everything sent is acknowledged."""
        await self._producer.start()
        try:
            await self._happen()
            while self._acks:
                await asyncio.wait(self._acks)
        finally:
            await self._producer.stop()

    def stop(self) -> None:
        """Nobody comes any more."""
        self._stopping = True

    async def _happen(self) -> None:
        plans = make_plans(self._random)
        #: When, a number to tell equals apart, the journey, when it began, the step, and
        #: when the event happened if it is held back.
        due: list[tuple[float, int, Plan, int, int, int | None]] = []
        order = 0
        next_at = time.time()
        while due or not self._stopping:
            now = time.time()
            while next_at <= now and not self._stopping:
                plan, began_ms = next(plans), int(next_at * 1000)
                for index, step in enumerate(plan.steps):
                    order += 1
                    heapq.heappush(due, (next_at + step.after, order, plan, began_ms, index, None))
                next_at += self._random.expovariate(self._per_second)
            while due and due[0][0] <= now:
                _, _, plan, began_ms, index, at_ms = heapq.heappop(due)
                held = plan.steps[index].held_s
                if at_ms is None:
                    at_ms = int(time.time() * 1000)
                    if held:
                        order += 1
                        late = (now + held, order, plan, began_ms, index, at_ms)
                        heapq.heappush(due, late)
                        continue
                await self._send(plan, index, at_ms, began_ms)
            await asyncio.sleep(0.01)

    async def _send(self, plan: Plan, index: int, at_ms: int, began_ms: int) -> None:
        told = Sent(plan, index, at_ms)
        self.sent.append(told)
        value, key = encode(plan, index, at_ms, began_ms), plan.subject.encode()
        self._note(await self._producer.send(self._topic, value, key=key), told)
        if plan.steps[index].twice:
            self.copies += 1
            self._note(await self._producer.send(self._topic, value, key=key), told)
        if self._random.random() < 0.01:
            bad = self._random.choice(_BAD)
            self._note(await self._producer.send(self._topic, bad, key=b"bad"), None)

    def _note(self, future: Any, told: Sent | None) -> None:
        async def acknowledged() -> None:
            metadata = await future
            tp = metadata.partition
            self.ends[tp] = max(self.ends.get(tp, 0), metadata.offset + 1)
            if told is None:
                self.bad.add((tp, metadata.offset))
            elif not told.had_ms:
                told.had_ms = int(time.time() * 1000)

        task = asyncio.create_task(acknowledged())
        self._acks.add(task)
        task.add_done_callback(self._acks.discard)
