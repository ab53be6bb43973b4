"""A worker for as long as a block lasts, and what it uses.

Called by every measurement here. Invariant: a block begins when the worker has its partitions,
and ends with a sudden death: what it leaves is what a crash leaves.
"""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from streams.broker.embedded import free_port
from tests.bench.pinned import Cores, Pinned
from tests.bench.place import Place
from tests.bench.watch import fetched
from tests.bench.worker_run import progress_at, worker_on

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")

_START_WITHIN_S, _DONE_WITHIN_S = 600.0, 900.0

#: Longer than between two commits: what is committed is not recorded again by the next worker.
_COMMITTED_S = 2.5


@contextmanager
def running(
    where: Place,
    cores: Cores,
    folder: Path,
    dsn: str,
    more: Mapping[str, str] = {},
) -> Iterator[tuple[Pinned, str]]:
    """And the address of its metrics. `more`: other settings."""
    folder.mkdir(exist_ok=True)
    port = free_port()
    worker = worker_on(where, cores, folder, dsn, port, more)
    try:
        give_up_at = time.monotonic() + _START_WITHIN_S
        while fetched(f"http://127.0.0.1:{port}/readyz") is None:
            worker.must_run()
            if time.monotonic() > give_up_at:
                raise worker.trouble("is not ready")
            time.sleep(0.1)
        yield worker, f"http://127.0.0.1:{port}/metrics"
    finally:
        worker.child.kill()


def until_idle(
    workers: Sequence[Pinned], urls: Sequence[str], events: int, ends: dict[int, int]
) -> None:
    """Until all of it is decided, recorded and committed."""
    give_up_at = time.monotonic() + _DONE_WITHIN_S
    while True:
        progress = progress_at(urls, events, ends)
        if progress is not None and progress.finished:
            break
        for worker in workers:
            worker.must_run()
        if time.monotonic() > give_up_at:
            raise workers[0].trouble(f"not done after {_DONE_WITHIN_S:.0f} s: {progress}")
        time.sleep(0.1)
    time.sleep(_COMMITTED_S)


def rss(worker: Pinned) -> int:
    """Bytes of memory it has at this moment."""
    with open(f"/proc/{worker.child.pid}/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * _PAGE_BYTES
