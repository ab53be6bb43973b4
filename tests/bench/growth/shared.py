"""The same load by one worker, by two and by four: what an event costs all of them together.

Owns starting them, and that they have shared the partitions out and the whole load waits before
any of them decides an event. Called by the command. Invariant: it is CPU seconds that count; the
machine may have fewer cores than workers.
"""

import asyncio
import signal
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from msgspec import Struct

from tests.bench.growth.running import running, until_idle
from tests.bench.load import Told, truth_of
from tests.bench.pinned import Cores, Pinned
from tests.bench.place import Place, fill
from tests.bench.recorded import figures, must_equal
from tests.bench.recovery import figure
from tests.bench.watch import fetched
from tests.bench.worker_run import FIGURES, with_windows

_SHARED_WITHIN_S = 120.0

#: Nobody is missed while all are held.
_PATIENT = {"HALLWATCH_SESSION_SECONDS": "300"}


class Together(Struct, frozen=True):
    workers: int
    cpu_per_million: float  #: seconds, of all of them
    each: list[float]  #: seconds of processor


def share(
    where: Place, load: Sequence[Told], workers: int, cores: Cores, folder: Path, dsn: str
) -> Together:
    """`where`: still empty. Raises WrongResultError."""
    with ExitStack() as stack:
        started = [
            stack.enter_context(running(where, cores, folder / str(number), dsn, _PATIENT))
            for number in range(workers)
        ]
        urls = [url for _, url in started]
        _until_all_have_some(urls, where.partitions)
        before = [worker.cpu_seconds for worker, _ in started]
        _signal([worker for worker, _ in started], signal.SIGSTOP)
        ends = asyncio.run(fill(where.bootstrap, where.events, load))
        _signal([worker for worker, _ in started], signal.SIGCONT)
        until_idle([worker for worker, _ in started], urls, len(load), ends)
        used = [worker.cpu_seconds - one for (worker, _), one in zip(started, before, strict=True)]
    must_equal(figures(dsn, FIGURES), with_windows(truth_of(load)))
    return Together(workers, sum(used) / len(load) * 1e6, used)


def _signal(workers: Sequence[Pinned], number: signal.Signals) -> None:
    for worker in workers:
        worker.child.signal(number)


def _until_all_have_some(urls: Sequence[str], partitions: int) -> None:
    """Each worker some partitions, and all of them together all."""
    give_up_at = time.monotonic() + _SHARED_WITHIN_S
    while True:
        had = [figure(fetched(url) or "", "hallwatch_idle") for url in urls]
        if all(had) and sorted(number for each in had for number in each) == [*range(partitions)]:
            return
        if time.monotonic() > give_up_at:
            raise RuntimeError(f"the group has not shared {partitions} partitions out: {had}")
        time.sleep(0.2)
