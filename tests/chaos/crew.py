"""The workers of the run, and everything that is done to them and to what they need.

Owns the processes. Called by the run, which chooses what happens when. Invariant: after
each fault the crew is as many as before it, whoever died.
"""

import asyncio
import os
import signal
from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random

from tests.kafka.apache import ApacheKafka
from tests.pipeline.command import WorkerProcess
from tests.pipeline.disturbed import process_of
from tests.pipeline.hall import Hall
from tests.sinks.served import Served

#: Seconds until the group misses a member: short, so that a fault is soon over.
SESSION_S = 3

_REGULARS = 2


class Crew:
    """`_REGULARS` workers, and at times one more."""

    def __init__(
        self, hall: Hall, kafka: ApacheKafka, engine: Served, folder: Path, **settings: object
    ) -> None:
        """`settings`: of every worker."""
        self.workers = [
            process_of(
                hall,
                folder / f"worker-{number}.log",
                data=folder / f"worker-{number}",
                session_seconds=SESSION_S,
                **settings,
            )
            for number in range(_REGULARS + 1)
        ]
        self.died = 0  #: workers that ended by themselves
        self._kafka = kafka
        self._engine = engine

    async def start(self) -> None:
        await asyncio.gather(*(worker.start() for worker in self.workers[:_REGULARS]))

    @property
    def running(self) -> list[WorkerProcess]:
        return [worker for worker in self.workers if worker.running]

    def decided(self) -> Counter[int]:
        """By partition, how far the state goes that some worker says it has."""
        reached: Counter[int] = Counter()
        for worker in self.running:
            for number, offset in worker.next_offsets().items():
                reached[number] = max(reached[number], offset)
        return reached

    async def make_up(self) -> None:
        """Starts whoever of the regulars is not there."""
        for worker in self.workers[:_REGULARS]:
            if not worker.running:
                self.died += 1
                await worker.start()

    async def kill(self, random: Random) -> None:
        """kill -9, and a supervisor that starts it again."""
        worker = random.choice(self.workers[:_REGULARS])
        worker.kill()
        await asyncio.sleep(random.uniform(0.1, 1.5))
        await worker.start()

    async def rebalance(self, random: Random) -> None:
        """One more joins; the next time it leaves as it should."""
        extra = self.workers[-1]
        if not extra.running:
            await extra.start()
            return
        code = await asyncio.to_thread(extra.terminate)
        if code != 0:
            self.died += 1

    async def pause(self, random: Random) -> None:
        """Frozen until the others have what was its, and then awake again."""
        pid = random.choice(self.running).pid
        os.kill(pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(SESSION_S * random.uniform(1.3, 2.0))
        finally:
            with suppress(ProcessLookupError):  # kill -9 does not wait
                os.kill(pid, signal.SIGCONT)

    async def restart_broker(self, random: Random) -> None:
        """A power cut, or an orderly stop; away for some seconds."""
        cut = random.random() < 0.5
        await asyncio.to_thread(self._kafka.kill if cut else self._kafka.stop)
        await asyncio.sleep(random.uniform(0.5, 4.0))
        await asyncio.to_thread(self._kafka.start)

    async def cut_clickhouse(self, random: Random) -> None:
        """Its process dies and comes back, or takes connections and answers nothing."""
        if random.random() < 0.3:
            self._engine.child.signal(signal.SIGSTOP)
            await asyncio.sleep(random.uniform(2.0, 8.0))
            self._engine.child.signal(signal.SIGCONT)
            return
        await asyncio.to_thread(self._engine.kill)
        await asyncio.sleep(random.uniform(2.0, 6.0))
        await asyncio.to_thread(self._engine.start)

    async def stop(self) -> None:
        for worker in self.running:
            await asyncio.to_thread(worker.terminate)
