"""What is watched from outside while something is away: memory, alerts, the log.

Called by the runs. Invariant: nothing here goes through what is being disturbed.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.outcomes import AlertMessage

_RSS = re.compile(r"^VmRSS:\s+(\d+) kB$", re.MULTILINE)


def rss_mib(pid: int) -> float:
    found = _RSS.search(Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


class Memory:
    """Of one process, sampled all the time."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.peak = 0.0

    @asynccontextmanager
    async def sampled(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._sample(), name="memory")
        try:
            yield
        finally:
            task.cancel()

    def now(self) -> float:
        return rss_mib(self._pid)

    async def _sample(self) -> None:
        while True:
            self.peak = max(self.peak, self.now())
            await asyncio.sleep(0.2)


class Alerts:
    """Everything in the alerts topic, and how late it came."""

    def __init__(self, bootstrap: str, topic: str, partitions: int) -> None:
        self._tps = [TopicPartition(topic, number) for number in range(partitions)]
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            fetch_max_wait_ms=50,
        )
        self.ids: list[str] = []
        self.breached: list[str] = []  #: journeys, by their opening message
        self.closed: list[str] = []
        self.slowest_s = 0.0  #: from what was to be told to its being in the topic

    @asynccontextmanager
    async def followed(self) -> AsyncIterator[None]:
        await self._consumer.start()
        self._consumer.assign(self._tps)
        task = asyncio.create_task(self._follow(), name="alerts")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await self._consumer.stop()

    async def _follow(self) -> None:
        while True:
            for records in (await self._consumer.getmany(timeout_ms=200)).values():
                for record in records:
                    self._note(msgspec.json.decode(record.value, type=AlertMessage))

    def _note(self, message: AlertMessage) -> None:
        self.ids.append(message.id)
        alert = message.data
        due = alert.breached_at
        if message.type == "hall.alert.breached":
            self.breached.append(alert.journey)
        elif message.type == "hall.alert.closed":
            self.closed.append(alert.journey)
            due = alert.closed_at
        if due is not None:
            self.slowest_s = max(self.slowest_s, time.time() - due)
