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
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from msgspec import Struct

from schemas.outcomes import Table
from sinks.backoff import BackOff, delay_seconds
from sinks.batching import BatchPolicy, Part, Pending
from sinks.clickhouse import ClickHouseAwayError
from sinks.faults import outage_text
from sinks.insert import Inserter, Refused, halve

log = logging.getLogger(__name__)


class WriterSettings(Struct, frozen=True, kw_only=True):
    batch: BatchPolicy = BatchPolicy()
    back_off: BackOff = BackOff()
    max_waiting_bytes: int = 64 * 1024 * 1024  #: rows not yet acknowledged, all tables
    threads: int = 2  #: inserts at the same time
    closing: timedelta = timedelta(seconds=10)  #: how long `close` tries to write the rest


class Counts(Struct):
    """Of one table since the start: what the metrics page shows."""

    rows: int = 0  #: settled, the refused ones among them
    bytes: int = 0
    batches: int = 0
    refused: int = 0
    retries: int = 0
    seconds: float = 0.0  #: spent in inserts ClickHouse answered


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
        self._threads = ThreadPoolExecutor(self._settings.threads, thread_name_prefix="clickhouse")
        self._lanes = {table: _Lane(self._settings.batch) for table in Table}
        self._door = asyncio.Lock()  # admits in order of arrival
        self._settled = asyncio.Condition()
        self._failure: BaseException | None = None
        self.counts = {table: Counts() for table in Table}
        self.waiting_bytes = 0
        self.outage = ""  #: why nothing is being written just now; "" when all is well

    def connect(self) -> None:
        """Opens the clients ahead of the first rows; an outage shows with those rows."""
        for _ in range(self._settings.threads):
            self._threads.submit(self._inserter.connect)

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
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # An insert under way cannot be interrupted: it is waited for, off the loop.
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)
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
                loop = asyncio.get_running_loop()
                rows = [part.rows for part in parts]
                # Joined off the loop: a batch may be many megabytes.
                block = await loop.run_in_executor(self._threads, b"\n".join, rows)
                await self._write(table, block)
                await self._settle(table, lane, parts)
        except Exception as failure:
            log.exception("writing %s stopped", table.value)
            async with self._settled:
                self._failure = failure
                self._settled.notify_all()

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

    async def _write(self, table: Table, block: bytes) -> None:
        """All rows written or refused; a refused block is halved until the row is found.

        Rows before the bad one may have been written by the failed attempt already: the
        next one writes them again, and their versions make that the same rows.
        """
        blocks = [block]
        while blocks:
            block = blocks.pop()
            refused = await self._insert(table, block)
            if refused is None:
                continue
            halves = halve(block)
            if halves is None:
                self.counts[table].refused += 1
                self._on_refused(table, block.strip(), refused.reason)
            else:
                blocks += reversed(halves)  # the earlier half goes first

    async def _insert(self, table: Table, block: bytes) -> Refused | None:
        """Tries until ClickHouse answers about the data."""
        loop = asyncio.get_running_loop()
        attempt = 0
        while True:
            started = time.monotonic()
            try:
                refused = await loop.run_in_executor(
                    self._threads, self._inserter.insert, table, block
                )
            except (ClickHouseError, ClickHouseAwayError, OSError) as error:
                attempt += 1
                self.counts[table].retries += 1
                await self._wait_out(table, error, attempt)
                continue
            self.counts[table].seconds += time.monotonic() - started
            if self.outage:
                log.warning("ClickHouse takes rows again")
                self.outage = ""
            return refused

    async def _wait_out(self, table: Table, error: Exception, attempt: int) -> None:
        pause = delay_seconds(self._settings.back_off, attempt, random.random())
        self.outage = f"{table.value}: {outage_text(error)}"
        level = logging.ERROR if attempt % 10 == 0 else logging.WARNING
        log.log(
            level, "insert failed (%s), attempt %d, again in %.1f s", self.outage, attempt, pause
        )
        await asyncio.sleep(pause)
