"""The thin shell: the simulation, paced by the wall clock.

The only part that knows the time and waits. Invariant: whatever the hour, the hall is in
the middle of a busy morning, with the history of one behind it.
"""

import asyncio
import time as clock
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta

from streams.simulator.hall import Hall
from streams.simulator.simulate import simulate
from streams.simulator.wire import Timed

#: Sends one message, into every partition if it is for everywhere.
Send = Callable[[Timed], Awaitable[object]]

#: History sent at once: the hall opened this long ago ...
WARM_UP = timedelta(minutes=80)
#: ... at this hour of its day, so that now is the morning's top.
OPENED_AT = time(8, 50)

_FOR_EVER = timedelta(days=365)
#: The longest wait before looking whether to stop.
_LONGEST_NAP = 0.5


async def run_live(
    producer_send: Send,
    hall: Hall,
    seed: int,
    speed: float = 1.0,
    *,
    faults: float = 0.01,
    hours: float | None = None,
    warm_up: timedelta = WARM_UP,
    stop: asyncio.Event | None = None,
) -> int:
    """Sends until `hours` are over or `stop` is set; returns how many messages.

    Events carry the wall clock's time, beginning with `warm_up` of history sent at once.
    `speed` above 1 is for load: event times then run ahead of the wall clock.
    """
    stop = stop or asyncio.Event()
    now = datetime.now(UTC)
    began = clock.monotonic()
    end = now + (timedelta(hours=hours) if hours is not None else _FOR_EVER)
    sent = 0
    messages = simulate(
        hall,
        seed,
        now - warm_up,
        end,
        faults=faults,
        start_is=OPENED_AT,
        looping=True,
        heartbeats=True,
    )
    for timed in messages:
        while not stop.is_set():
            elapsed = timedelta(seconds=(clock.monotonic() - began) * speed)
            early = (timed.emit_at - now - elapsed).total_seconds() / speed
            if early <= 0:
                break
            await asyncio.sleep(min(early, _LONGEST_NAP))
        if stop.is_set():
            break
        await producer_send(timed)
        sent += 1
        if sent % 500 == 0:
            await asyncio.sleep(0)  # the backlog must not keep others from their turn
    return sent
