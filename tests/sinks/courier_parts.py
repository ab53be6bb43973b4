"""Time that passes by being slept, for couriers: hours in a test cost nothing.

Invariant: `now` moves by what was asked to sleep, and by nothing else.
"""

import asyncio
from collections.abc import Awaitable, Callable

from sinks.courier import Courier, Patience, Way
from sinks.pace import Limit


class SleptTime:
    """`meanwhile`: what happens during a pause, given how many there were with it."""

    def __init__(self, meanwhile: Callable[[int], Awaitable[None]] | None = None) -> None:
        self.now = 1_000.0
        self.pauses: list[float] = []
        self.meanwhile = meanwhile

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)
        if self.meanwhile is not None:
            await self.meanwhile(len(self.pauses))

    def courier(
        self, way: Way, *limits: Limit, name: str = "", patience: Patience | None = None
    ) -> Courier:
        return Courier(
            way, name=name, patience=patience, limits=limits, clock=self, sleep=self.sleep
        )
