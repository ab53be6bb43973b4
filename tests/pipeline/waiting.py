"""Waiting for what must come, with a deadline far beyond what a slow machine needs.

Invariant: a wait that is not met fails its test and says what it waited for.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

DEADLINE_S = 120.0


async def eventually(what: Callable[[], object], saying: str) -> None:
    """Until `what()` is true; it may block for a moment."""
    await eventually_async(lambda: asyncio.to_thread(what), saying)


async def eventually_async(what: Callable[[], Awaitable[object]], saying: str) -> None:
    """Until what `what()` waits for is true."""
    give_up_at = time.monotonic() + DEADLINE_S
    while not await what():
        assert time.monotonic() < give_up_at, f"not within {DEADLINE_S:.0f} s: {saying}"
        await asyncio.sleep(0.02)
