"""Threads for calls that may hang: nobody waits for them at the end, not even the interpreter.

`concurrent.futures` joins its threads when the process ends, and a call to a server that
accepts and never answers would hold the process for as long as its timeout. Owns the
threads and their queue. Called by `sinks.writer`. Invariant: a call once begun is never
interrupted; calls that were not begun at the end never are.
"""

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

_T = TypeVar("_T")

_Call = Callable[[], None]


class Threads:
    """`count` of them. Use from one event loop."""

    def __init__(self, count: int, name: str) -> None:
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True)
            for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    async def run(self, call: Callable[..., _T], *arguments: Any) -> _T:
        """What `call` returns or raises, in one of the threads."""
        if self._closed:
            raise RuntimeError("called after close")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[_T] = loop.create_future()

        def answer(settle: Callable[[Any], None], what: Any) -> None:
            def tell() -> None:
                if not future.done():  # whoever asked may be gone
                    settle(what)

            if not loop.is_closed():
                loop.call_soon_threadsafe(tell)

        def work() -> None:
            if self._closed or future.cancelled():
                return
            try:
                result = call(*arguments)
            except BaseException as error:
                answer(future.set_exception, error)
            else:
                answer(future.set_result, result)

        self._calls.put(work)
        return await future

    async def close(self, within_s: float) -> bool:
        """Whether all calls under way came back in time; the others are left to themselves."""
        self._closed = True
        for _ in self._threads:
            self._calls.put(None)
        give_up_at = asyncio.get_running_loop().time() + within_s
        while any(thread.is_alive() for thread in self._threads):
            if asyncio.get_running_loop().time() >= give_up_at:
                return False
            await asyncio.sleep(0.01)
        return True

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            call()
