"""Rows into ClickHouse: batched, retried for ever, in order, in bounded memory.

Owns when to insert and what happens when that fails. What a batch is, is decided by
`sinks.batching`; the call itself is `sinks.insert`. Called by the `record` agent.
Invariant: `done` of a part runs only after ClickHouse acknowledged its rows (or refused
some for ever, and `on_refused` was told), so offsets may be committed from it.

Each table has one batch under way at a time, so its batches arrive in order; different
tables do not wait for each other. While ClickHouse is away, `add` fills the bound and
then waits: rows are delayed, never dropped (I2).
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from msgspec import Struct, field
from prometheus_client import Histogram

from schemas.outcomes import Table
from sinks.backoff import BackOff, delay_seconds
from sinks.batching import BatchPolicy, Part, Pending
from sinks.clickhouse import ClickHouseAwayError
from sinks.faults import outage_text
from sinks.insert import Inserter, Refused, halve
from sinks.outage import Outage
from sinks.threads import Threads


class WriterSettings(Struct, frozen=True, kw_only=True):
    batch: BatchPolicy = BatchPolicy()
    back_off: BackOff = BackOff()
    max_waiting_bytes: int = 64 * 1024 * 1024  #: rows not yet acknowledged, all tables
    threads: int = 2  #: inserts at the same time
    closing: timedelta = timedelta(seconds=2)  #: how long `close` tries to write the rest


def _insert_seconds() -> Histogram:
    return Histogram(
        "hallwatch_insert_seconds",
        "Inserts that ClickHouse answered",
        buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
        registry=None,
    )


class Counts(Struct):
    """Of one table since the start: what the metrics page shows."""

    rows: int = 0  #: settled, the refused ones among them
    bytes: int = 0
    batches: int = 0
    refused: int = 0
    retries: int = 0
    seconds: Histogram = field(default_factory=_insert_seconds)  #: of inserts ClickHouse answered


log = logging.getLogger(__name__)

#: To be waited out; anything else is a bug, or a schema that does not fit.
_AWAY = (ClickHouseError, ClickHouseAwayError, OSError)

_CONNECTING = "connecting"

#: How long `close` waits for an insert under way, after it has tried to write the rest.
_LAST_INSERT_S = 0.5

OnRefused = Callable[[Table, bytes, str], None]


class _Lane:
    """One table's way: what waits, what was settled, and the task that moves it."""

    def __init__(self, policy: BatchPolicy) -> None:
        self.pending = Pending(policy)
        self.added = 0  #: parts ever added
        self.settled = 0  #: parts ever done with
        self.flush_to = 0  #: parts up to this one must not wait to be a full batch
        self.stir = asyncio.Event()
        self.task: asyncio.Task[None] | None = None


class Writer:
    """Use from one event loop: `add` as rows come, `close` at the end.

    `connect` opens a client and is called once per thread, in that thread; an error of
    ClickHouse in it is an outage like any other. `on_refused` runs in the event loop.
    """

    def __init__(
        self,
        connect: Callable[[], Client],
        on_refused: OnRefused,
        settings: WriterSettings | None = None,
    ) -> None:
        self._settings = settings or WriterSettings()
        self._on_refused = on_refused
        self._inserter = Inserter(connect)
        self._threads = Threads(self._settings.threads, "clickhouse")
        self._lanes = {table: _Lane(self._settings.batch) for table in Table}
        self._door = asyncio.Lock()  # admits in order of arrival
        self._settled = asyncio.Condition()
        self._failure: BaseException | None = None
        self.counts = {table: Counts() for table in Table}
        self.waiting_bytes = 0
        self._outage = Outage("ClickHouse", lambda: f"{self.waiting_bytes / 2**20:.1f} MiB wait")
        self._connecting: asyncio.Task[None] | None = None

    @property
    def outage(self) -> str:
        """Why something is not being written just now; "" when all is well."""
        return self._outage.why

    def connect(self) -> None:
        """Begins to open the clients, ahead of the first rows: what is wrong shows early."""
        self._connecting = asyncio.create_task(self._connect(), name="connect to ClickHouse")

    async def add(self, table: Table, rows: bytes, count: int, done: Callable[[], None]) -> None:
        """Takes `count` rows; returns once they are within the memory bound, not written.

        Rows larger than the whole bound are let in alone. Raises what stopped the
        writer, if anything did (a bug, or a schema that does not fit).
        """
        async with self._door:
            async with self._settled:
                await self._settled.wait_for(lambda: self._fits(len(rows)))
            self._raise_failure()
            self.waiting_bytes += len(rows)
            lane = self._lanes[table]
            lane.pending.add(Part(rows, count, done, time.monotonic()))
            lane.added += 1
            if lane.task is None:
                lane.task = asyncio.create_task(self._drive(table, lane), name=f"write {table}")
            lane.stir.set()

    async def flush(self) -> None:
        """Waits until everything added so far is acknowledged (or refused)."""
        goals = {table: lane.added for table, lane in self._lanes.items()}
        for table, lane in self._lanes.items():
            lane.flush_to = goals[table]
            lane.stir.set()
        async with self._settled:
            await self._settled.wait_for(
                lambda: (
                    self._failure is not None
                    or all(self._lanes[table].settled >= goal for table, goal in goals.items())
                )
            )
        self._raise_failure()

    async def close(self) -> int:
        """Writes the rest, for `closing` at most; returns the parts left unacknowledged.

        Those were never `done`, so their offsets are not committed and they come again.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(self._settings.closing.total_seconds()):
                if self._failure is None:
                    await self.flush()
        tasks = [lane.task for lane in self._lanes.values() if lane.task is not None]
        if self._connecting is not None:
            tasks.append(self._connecting)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # An insert under way cannot be interrupted. Waited for, or its rows come twice;
        # but not for long, which their versions make harmless.
        if await self._threads.close(_LAST_INSERT_S):
            await asyncio.to_thread(self._inserter.close)
        return sum(lane.added - lane.settled for lane in self._lanes.values())

    def _fits(self, size: int) -> bool:
        room = self.waiting_bytes + size <= self._settings.max_waiting_bytes
        return room or self.waiting_bytes == 0 or self._failure is not None

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    async def _drive(self, table: Table, lane: _Lane) -> None:
        try:
            while True:
                await self._until_due(lane)
                parts = lane.pending.take()
                await self._write(table, [part.rows for part in parts])
                await self._settle(table, lane, parts)
        except Exception as failure:
            await self._fail(failure)

    async def _until_due(self, lane: _Lane) -> None:
        while True:
            lane.stir.clear()
            now = time.monotonic()
            flushing = len(lane.pending) > 0 and lane.settled < lane.flush_to
            if flushing or lane.pending.is_due(now):
                return
            wake_at = lane.pending.wake_at()
            with suppress(TimeoutError):
                async with asyncio.timeout(None if wake_at is None else max(0.0, wake_at - now)):
                    await lane.stir.wait()

    async def _settle(self, table: Table, lane: _Lane, parts: tuple[Part, ...]) -> None:
        counts = self.counts[table]
        counts.batches += 1
        async with self._settled:
            for part in parts:
                part.done()
                counts.rows += part.count
                counts.bytes += len(part.rows)
                lane.settled += 1
                self.waiting_bytes -= len(part.rows)
            self._settled.notify_all()

    async def _write(self, table: Table, rows: Sequence[bytes]) -> None:
        """All rows written or refused; a refused block is halved until the row is found.

        Rows before the bad one may have been written by the failed attempt already: the
        next one writes them again, and their versions make that the same rows.
        """
        blocks = [rows]
        while blocks:
            rows = blocks.pop()
            refused = await self._insert(table, rows)
            if refused is None:
                continue
            block = b"\n".join(rows)
            halves = halve(block)
            if halves is None:
                self.counts[table].refused += 1
                self._on_refused(table, block.strip(), refused.reason)
            else:
                blocks += [[half] for half in reversed(halves)]  # the earlier half goes first

    async def _insert(self, table: Table, rows: Sequence[bytes]) -> Refused | None:
        """Tries until ClickHouse answers about the data."""
        attempt = 0
        while True:
            started = time.monotonic()
            try:
                refused = await self._threads.run(self._inserter.insert, table, rows)
            except _AWAY as error:
                attempt += 1
                self.counts[table].retries += 1
                await self._wait_out(table.value, error, attempt)
                continue
            self.counts[table].seconds.observe(time.monotonic() - started)
            self._outage.over(table.value)
            return refused

    async def _connect(self) -> None:
        """As rows would, until there is a client; nothing but the telling depends on it."""
        attempt = 0
        while True:
            try:
                await asyncio.gather(
                    *(
                        self._threads.run(self._inserter.connect)
                        for _ in range(self._settings.threads)
                    )
                )
            except _AWAY as error:
                attempt += 1
                await self._wait_out(_CONNECTING, error, attempt)
            except Exception as failure:
                await self._fail(failure)
                return
            else:
                self._outage.over(_CONNECTING)
                return

    async def _wait_out(self, what: str, error: Exception, attempt: int) -> None:
        self._outage.met(what, outage_text(error))
        await asyncio.sleep(delay_seconds(self._settings.back_off, attempt, random.random()))

    async def _fail(self, failure: Exception) -> None:
        """Nothing more will be written: a bug, or a schema that does not fit."""
        log.error("rows are written no more: %s", failure, exc_info=failure)
        async with self._settled:
            self._failure = failure
            self._settled.notify_all()
