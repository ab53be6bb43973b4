"""A thread with an event loop of its own, for what must not wait while the worker decides.

Deciding keeps the main loop for a few milliseconds at a time; a socket served by the same
loop would get one piece of a large batch out between two portions, and the batch would
take seconds. Owns the thread. Used by `streams.worker` for the producers. Invariant: what
is created in this loop is used in it only.
"""

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from streams.core.state import StateRecord
from streams.durable import Durable
from streams.publish import Elsewhere, Send, Span

_T = TypeVar("_T")

#: For what is cancelled to end by itself.
_LAST_S = 0.5


class Aside:
    """`start` it, `run` coroutines in it from another loop, `stop` it."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    async def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """The result of `work`, which runs in this loop. Cancelling cancels it there."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    async def stop(self) -> None:
        """Ends the loop; whatever still runs in it is cancelled."""
        await self.run(_end_others())
        self._loop.call_soon_threadsafe(self._loop.stop)
        await asyncio.to_thread(self._thread.join)


async def _end_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    if others:
        await asyncio.wait(others, timeout=_LAST_S)


class WrittenAside:
    """A `Durable` whose work is done in another loop."""

    def __init__(self, durable: Durable, aside: Aside) -> None:
        self._durable = durable
        self._aside = aside

    @property
    def shuts_out_others(self) -> bool:
        return self._durable.shuts_out_others

    async def claim(self) -> None:
        await self._aside.run(self._durable.claim())

    async def write(
        self, sends: list[Send], records: list[StateRecord], elsewhere: Sequence[Elsewhere] = ()
    ) -> dict[str, Span]:
        return await self._aside.run(self._durable.write(sends, records, elsewhere))

    async def close(self) -> None:
        await self._aside.run(self._durable.close())
