"""Faults: how many of each, in which order, and how long each was felt.

Owns the order and the clock of the faults; what each does is the `crew`'s. Called by both
runs. Invariant: the load goes on through every fault, and outside the faults there are
calms, in which all has to be as if there had been none.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping

import msgspec
from msgspec import Struct, field

from tests.chaos.crew import Crew

#: Until the events of before a fault are decided again.
_RECOVERED_WITHIN_S = 90.0

#: After so many faults nothing is done for a while, and after the first.
_CALM_EVERY = 12

Say = Callable[[str], None]
Act = Callable[[random.Random], Awaitable[None]]


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


class Felt(Struct):
    """What came of the faults. Times in ms since 1970, on the wall clock."""

    slowest_s: float = 0.0  #: from the beginning of a fault until all partitions decide again
    slowest: str = "none"
    calms: list[tuple[int, int]] = field(default_factory=list)  #: from, to


async def disturb(
    crew: Crew,
    ends: Mapping[int, int],
    faults: Faults,
    chance: random.Random,
    say: Say,
    calm_s: float = 0.0,
) -> Felt:
    """Most faults wait until the one before is over; some do not, and some come in pairs,
    the second in the midst of the first.

    `ends`: of each partition, the offset after the last record sent; it grows meanwhile.
    `calm_s`: how long a calm is; 0 for none.
    Raises AssertionError when something does not come back at all.
    """
    acts: Mapping[str, tuple[int, Act]] = {
        "kill -9": (faults.kills, crew.kill),
        "join or leave": (faults.rebalances, crew.rebalance),
        "pause": (faults.pauses, crew.pause),
        "broker restart": (faults.broker_restarts, crew.restart_broker),
        "ClickHouse cut": (faults.clickhouse_cuts, crew.cut_clickhouse),
    }
    names = [name for name, (count, _) in acts.items() for _ in range(count)]
    chance.shuffle(names)
    felt, done, total, last_calm = Felt(), 0, len(names), -_CALM_EVERY
    while names:
        await asyncio.sleep(chance.uniform(0.2, 2.0))
        name, at = names.pop(), time.monotonic()
        both = [name]
        if name != "kill -9" and "kill -9" in names and chance.random() < 0.5:
            names.remove("kill -9")
            both.append("kill -9")
        done += len(both)
        what = " and ".join(both)
        await asyncio.gather(*(acts[each][1](chance) for each in both))
        await crew.make_up()
        if names and chance.random() < 0.25:
            say(f"{done:3} of {total}  {what}")
            continue
        await _until_decided(crew, dict(ends), what)
        took = time.monotonic() - at
        if took > felt.slowest_s:
            felt.slowest_s, felt.slowest = took, what
        say(f"{done:3} of {total}  {what}: deciding again {took:.1f} s after it began")
        if calm_s and done - last_calm >= _CALM_EVERY:
            last_calm = done
            began = time.time()
            await asyncio.sleep(calm_s)
            felt.calms.append((int(began * 1000), int(time.time() * 1000)))
    return felt


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
