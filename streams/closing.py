"""What was opened is closed in reverse, each step within its time and all within one.

Owns the order and the limits. What does not end in time is named and left to itself:
whoever stops a worker must not wait for a server that does not answer. Called by
`streams.worker`. Invariant: `close` returns within about the time given.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

#: Of any step, however late it is.
_LEAST_S = 0.1


class Closing:
    """`within_s` for all steps together."""

    def __init__(self, within_s: float) -> None:
        self._within_s = within_s
        self._steps: list[tuple[str, Callable[[], Awaitable[object]], float]] = []
        self.left: list[str] = []  #: what did not end; it holds tasks or threads

    def add(self, what: str, close: Callable[[], Awaitable[object]], at_most: float = 1.0) -> None:
        """`at_most`: the share of the whole time this step may take."""
        self._steps.append((what, close, at_most * self._within_s))

    async def close(self) -> None:
        clock = asyncio.get_running_loop().time
        give_up_at = clock() + self._within_s
        while self._steps:
            what, close, at_most_s = self._steps.pop()
            step = asyncio.ensure_future(close())
            wait_s = max(_LEAST_S, min(at_most_s, give_up_at - clock()))
            await asyncio.wait({step}, timeout=wait_s)
            if not step.done():
                log.warning("stopping: %s does not end in time and is left to itself", what)
                self.left.append(what)
            elif not step.cancelled() and step.exception() is not None:
                log.error("stopping: %s failed", what, exc_info=step.exception())
