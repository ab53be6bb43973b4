"""Whose turn it is to decide: one lane at a time, for a few milliseconds each.

Owns the turns of a worker's lanes, which share its one processor. Called by lanes.
Invariant: between two turns everything else in the event loop gets one.
"""

import asyncio
from collections.abc import Callable, Generator
from typing import TypeVar

_Shown = TypeVar("_Shown")
_Result = TypeVar("_Result")


class Desk(asyncio.Lock):
    """Held for a turn; several lanes taking turns within one would thrash the caches."""

    async def in_turns(
        self,
        steps: Generator[_Shown, None, _Result],
        look: Callable[[_Shown], None] | None = None,
    ) -> _Result:
        """Goes through `steps`, a turn each, and looks at what each one shows."""
        while True:
            async with self:
                try:
                    shown = next(steps)
                except StopIteration as end:
                    result: _Result = end.value
                    return result
                if look is not None:
                    look(shown)
            await asyncio.sleep(0)
