"""While the group decides who has what, whoever has something goes on with it.

The group waits for its slowest member. Here that one is frozen, so that everything between
the freeze and its end happens during a rebalance.
"""

import signal
import time
from pathlib import Path

import pytest

from schemas.topics import OUTCOMES
from streams.worker import Worker
from tests.conftest import Broker
from tests.kafka.apache import ApacheKafka
from tests.pipeline.chats import requested
from tests.pipeline.command import WorkerProcess
from tests.pipeline.database import Database
from tests.pipeline.disturbed import process_of
from tests.pipeline.hall import Hall, send
from tests.pipeline.waiting import eventually

pytestmark = pytest.mark.kafka

#: As long as the broker waits for the frozen one.
SESSION_S = 30


async def test_partitions_go_on_while_the_group_waits_for_a_frozen_member(
    apache_kafka: ApacheKafka, database: Database, tmp_path: Path
) -> None:
    hall = Hall(
        Broker("apache", apache_kafka.bootstrap), database, tmp_path, session_seconds=SESSION_S
    )

    def other(name: str) -> WorkerProcess:
        rows = f"chdb://{tmp_path / name}"
        return process_of(
            hall, tmp_path / f"{name}.log", session_seconds=SESSION_S, clickhouse=rows
        )

    async with hall.working() as worker, hall.producing() as producer:
        with other("frozen") as frozen, other("joining") as joining:
            await frozen.start()
            await eventually(lambda: len(frozen.next_offsets()) == 2, "it has its share")
            await eventually(lambda: worker.hall.assigned, "this one has the rest")
            mine = set(worker.hall.lanes)
            assert len(mine) == 2
            frozen.signal(signal.SIGSTOP)
            joining.launch()
            await eventually(lambda: worker.hall.app.rebalancing, "the group decides anew")
            for round_number in range(3):
                name = f"meanwhile-{round_number}"
                now = time.time()
                chats = [requested(f"{name}-{number}", now) for number in range(40)]
                ends = await send(hall, producer, chats)
                await going_on(hall, worker, {n: end for n, end in ends.items() if n in mine})
            assert worker.hall.app.rebalancing, "all that was during the rebalance"
            assert set(worker.hall.lanes) == mine
        await eventually(lambda: len(worker.hall.lanes) == 4, "the other one's are here")
        await hall.recorded(worker, ends)
    asked = "SELECT count() AS n, uniqExact(journey) AS journeys FROM verdicts_now"
    assert database.one(asked) == {"n": 120, "journeys": 120}
    said = [
        record.value.count(b"\n") + 1
        for record in await hall.read(OUTCOMES, 1)
        if record.key == b"events"
    ]
    assert sum(said) == 120, "each event was decided once"


async def going_on(hall: Hall, worker: Worker, ends: dict[int, int]) -> None:
    lanes = worker.hall.lanes
    await eventually(
        lambda: all(lanes[number].next_offset >= end for number, end in ends.items()),
        "the events are decided and saved",
    )
    recording = worker.hall.recording
    await eventually(
        lambda: all(recording.reached(n) >= lanes[n].ledger.outcomes_end for n in ends),
        "and their rows are in ClickHouse",
    )
