"""Waiting for what must come, with a deadline far beyond what a slow machine needs.

Invariant: a wait that is not met fails its test and says what it waited for.
"""

import asyncio
import time
from collections.abc import Callable

DEADLINE_S = 120.0


async def eventually(
    what: Callable[[], object], saying: str, deadline_s: float = DEADLINE_S
) -> None:
    """Until `what()` is true; it may block for a moment."""
    give_up_at = time.monotonic() + deadline_s
    while not await asyncio.to_thread(what):
        assert time.monotonic() < give_up_at, f"not within {deadline_s:.0f} s: {saying}"
        await asyncio.sleep(0.02)
