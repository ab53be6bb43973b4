"""Faults: how many of each, in which order, and how long each was felt.

Owns the order and the clock of the faults; what each does is the `crew`'s. Called by both
runs. Invariant: the load goes on through every fault.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping

import msgspec
from msgspec import Struct

from tests.chaos.crew import Crew

#: Until the events of before a fault are decided again.
_RECOVERED_WITHIN_S = 90.0

Say = Callable[[str], None]


class Faults(Struct, frozen=True, kw_only=True):
    """How many of each."""

    kills: int = 50  #: kill -9 of a worker
    rebalances: int = 10  #: a worker joins, or leaves in order
    pauses: int = 5  #: SIGSTOP past the session timeout
    broker_restarts: int = 3
    clickhouse_cuts: int = 3

    @property
    def total(self) -> int:
        return sum(msgspec.structs.astuple(self))


class Slowest(Struct, frozen=True):
    """From the beginning of a fault until all partitions decided again."""

    seconds: float = 0.0
    fault: str = "none"


async def disturb(
    crew: Crew, ends: Mapping[int, int], faults: Faults, chance: random.Random, say: Say
) -> Slowest:
    """Each fault waits until the one before it is over, or, one time in four, does not.

    `ends`: of each partition, the offset after the last record sent; it grows meanwhile.
    Raises AssertionError when something does not come back at all.
    """
    acts: Mapping[str, tuple[int, Callable[[random.Random], Awaitable[None]]]] = {
        "kill -9": (faults.kills, crew.kill),
        "join or leave": (faults.rebalances, crew.rebalance),
        "pause": (faults.pauses, crew.pause),
        "broker restart": (faults.broker_restarts, crew.restart_broker),
        "ClickHouse cut": (faults.clickhouse_cuts, crew.cut_clickhouse),
    }
    names = [name for name, (count, _) in acts.items() for _ in range(count)]
    chance.shuffle(names)
    slowest = Slowest()
    for number, name in enumerate(names, 1):
        await asyncio.sleep(chance.uniform(0.2, 2.0))
        at = time.monotonic()
        await acts[name][1](chance)
        await crew.make_up()
        if chance.random() < 0.25 and number < len(names):
            say(f"{number:3} of {len(names)}  {name}")
            continue
        await _until_decided(crew, dict(ends), name)
        took = time.monotonic() - at
        if took > slowest.seconds:
            slowest = Slowest(took, name)
        say(f"{number:3} of {len(names)}  {name}: deciding again {took:.1f} s after it began")
    return slowest


async def _until_decided(crew: Crew, ends: dict[int, int], after: str) -> None:
    give_up_at = time.monotonic() + _RECOVERED_WITHIN_S
    while True:
        reached = await asyncio.to_thread(crew.decided)
        if all(reached[number] >= end for number, end in ends.items()):
            return
        tails = "\n".join(worker.tail() for worker in crew.workers if worker.log.exists())
        assert time.monotonic() < give_up_at, f"not recovered from {after}: {ends}\n{tails}"
        await crew.make_up()
        await asyncio.sleep(0.1)
