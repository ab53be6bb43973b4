"""One worker that holds so many open journeys: what each event and each journey costs it.

Owns the two lives of that worker. In the first it takes journeys in that then stand still; it is
killed, the measured load is sent, and in the second it takes up the state and decides the load.
Called by the command. Invariant: a run whose rows in ClickHouse are not what both come to
gives no figure.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from tests.bench.growth.running import rss, running, until_idle
from tests.bench.load import Told, Truth, truth_of
from tests.bench.pinned import Cores, Pinned
from tests.bench.place import Place, fill
from tests.bench.recorded import figures, must_equal
from tests.bench.recovery import figure, ticket_event
from tests.bench.watch import Measured, fetched, watch
from tests.bench.worker_run import FIGURES, progress_at, with_windows

#: So few are lost in what a worker holds anyway.
_TOO_FEW = 20_000

_STANDING_PER_S = 500
_LONGEST_S = 600.0


class Memory(Struct, frozen=True):
    """Resident, bytes."""

    empty: int  #: of a worker that has its partitions and nothing in them
    filled: int  #: once it has taken the standing journeys in
    restored: int  #: once it has taken them up, with what reading them took
    after: int  #: once it has decided the load, too


class Held(Struct, frozen=True):
    standing: int  #: open journeys, beside the load's own
    load: Measured  #: by the second life
    memory: Memory
    state_bytes: int  #: saved in the first life
    deciding_again: float  #: seconds from the start of the second life

    @property
    def bytes_per_journey(self) -> tuple[float, float] | None:
        """As taken in, and as restored; None where too few stand still to tell."""
        if self.standing < _TOO_FEW:
            return None
        memory = self.memory
        return (
            (memory.filled - memory.empty) / self.standing,
            (memory.restored - memory.empty) / self.standing,
        )


def hold(
    where: Place, standing: int, load: Sequence[Told], cores: Cores, folder: Path, dsn: str
) -> Held:
    """`where`: still empty; `standing`: open beside those of `load`. Raises WrongResultError."""
    with running(where, cores, folder, dsn) as (worker, url):
        empty = rss(worker)
        ends = asyncio.run(_fill(where, standing))
        until_idle([worker], [url], 2 * standing, ends)
        filled = rss(worker)
        state_bytes = sum(figure(fetched(url) or "", "hallwatch_state_bytes_total").values())
    all_ends = ends | asyncio.run(fill(where.bootstrap, where.events, load))
    started = time.monotonic()
    with running(where, cores, folder, dsn) as (worker, url):
        restored = rss(worker)
        _until_deciding(worker, url, ends, started)
        deciding_again = time.monotonic() - started
        measured = watch(
            worker, started, len(load), lambda: progress_at([url], len(load), all_ends)
        )
        memory = Memory(empty, filled, restored, rss(worker))
    must_equal(figures(dsn, FIGURES), with_windows(_truth(load, standing)))
    return Held(standing, measured, memory, state_bytes, deciding_again)


def _until_deciding(worker: Pinned, url: str, ends: dict[int, int], started: float) -> None:
    """Until events behind `ends` are part of every partition's state."""
    while True:
        at = figure(fetched(url) or "", "hallwatch_next_offset")
        if all(at.get(partition, 0) > end for partition, end in ends.items()):
            return
        worker.must_run()
        if time.monotonic() - started > _LONGEST_S:
            raise worker.trouble(f"does not decide again: {at}, to be behind {ends}")
        time.sleep(0.1)


async def _fill(where: Place, standing: int) -> dict[int, int]:
    """Where each partition ends then."""
    ends = dict.fromkeys(range(where.partitions), 0)
    part: list[Told] = []
    for told in _standing(standing):
        part.append(told)
        if len(part) == 100_000:
            ends |= await fill(where.bootstrap, where.events, part)
            part = []
    return ends | await fill(where.bootstrap, where.events, part)


def _standing(count: int) -> Iterator[Told]:
    """Tickets that are checked in before the load begins, and never called."""
    for number in range(count):
        since = (number - count) / _STANDING_PER_S - 60
        yield ticket_event(number, "ticket.issued", since, {})
        yield ticket_event(number, "ticket.checked-in", since + 20, {})


def _truth(load: Sequence[Told], standing: int) -> Truth:
    truth = truth_of(load)
    if standing:
        truth["verdict walk-in-wait waiting"] = standing
        truth["events"] += 2 * standing
        truth["journeys"] += standing
    return truth
