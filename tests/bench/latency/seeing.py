"""When probes are there to be seen: as rows in ClickHouse, and on the wall.

Owns the two watchers. All probes wait in one section and come in one partition, so that the
number of them that is seen tells which. Invariant: a probe is seen when an answer that has it
has arrived, not when it was made.
"""

import asyncio
import time
from bisect import bisect_left
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aiohttp
import msgspec
from msgspec import Struct, field

from schemas.outcomes import Table
from sinks.clickhouse import open_client
from tests.bench.latency.hearing import meanwhile
from tests.bench.latency.live import PROBED

_LOOK_EVERY_S = 0.1

_PROBES = f"""
SELECT uniqExact(journey) FROM {Table.VERDICTS}
WHERE promise = 'walk-in-wait' AND startsWith(journey, 'probe-')
"""


class Seen(Struct):
    """`counts`: how many probes were there, ascending, and since `moments` (wall clock)."""

    counts: list[int] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)

    def note(self, count: int) -> None:
        if count > (self.counts[-1] if self.counts else 0):
            self.counts.append(count)
            self.moments.append(time.time())

    @property
    def count(self) -> int:
        return self.counts[-1] if self.counts else 0

    def latencies(self, due: Sequence[float], since: float) -> list[float]:
        """Seconds, of each probe due after `since`."""
        return [
            self.moments[bisect_left(self.counts, number)] - at
            for number, at in enumerate(due, 1)
            if at >= since
        ]


@asynccontextmanager
async def rows_seen(dsn: str) -> AsyncIterator[Seen]:
    """Asks ClickHouse ten times a second how many probes it has a verdict row of: more often,
    its engine would have little time for anything else."""
    seen, over = Seen(), asyncio.Event()

    def look() -> None:
        with open_client(dsn) as client:
            while not over.is_set():
                seen.note(int(client.query(_PROBES).result_rows[0][0]))
                time.sleep(_LOOK_EVERY_S)

    looking = asyncio.create_task(asyncio.to_thread(look))
    try:
        yield seen
    finally:
        over.set()
        await looking


@asynccontextmanager
async def frames_seen(url: str) -> AsyncIterator[Seen]:
    """Watches the wall's stream as a browser does."""
    seen = Seen()
    timeout = aiohttp.ClientTimeout(total=None, sock_read=30)
    # A frame is one line, longer than the client reads of a line by default.
    async with (
        aiohttp.ClientSession(timeout=timeout, read_bufsize=2**24) as session,
        session.get(f"{url}/stream") as answer,
        meanwhile(_watch(answer, seen)),
    ):
        yield seen


async def _watch(answer: aiohttp.ClientResponse, seen: Seen) -> None:
    frames = msgspec.json.Decoder(_Frame)
    async for line in answer.content:
        if line.startswith(_SNAPSHOT):
            queue = frames.decode(line[len(_DATA) :]).figures.queue
            seen.note(sum(row.waiting for row in queue if row.section == PROBED))


_DATA, _SNAPSHOT = b"data: ", b'data: {"round"'


class _Waiting(Struct):
    section: str
    waiting: int


class _Figures(Struct):
    queue: list[_Waiting] = []


class _Frame(Struct):
    figures: _Figures
