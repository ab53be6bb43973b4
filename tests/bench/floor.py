"""The floor: the same events read and decoded, and nothing done with them.

Owns the program and starting it. Called by `run`. Invariant: it reads with aiokafka and
decodes with msgspec as hallwatch does, so the distance to it is hallwatch's own work.
"""

import asyncio
import sys
import time
from pathlib import Path

import msgspec
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from schemas.decode import Event
from tests.bench.pinned import Cores, Pinned, python
from tests.bench.place import Place
from tests.bench.watch import Measured

_LONGEST_S = 300


def run_floor(place: Place, cores: Cores, folder: Path) -> Measured:
    """Reads the topic once, from its first record to its last."""
    log = folder / "floor.log"
    ends = msgspec.json.encode(place.ends).decode()
    reader = Pinned(
        cores, python("-m", "tests.bench.floor", place.bootstrap, place.events, ends), log, {}
    )
    try:
        if not reader.child.wait(_LONGEST_S) or reader.child.exit_code != 0:
            raise RuntimeError(f"the floor was not read:\n{reader.child.log_tail(30)}")
    finally:
        reader.child.kill()
    return msgspec.json.decode(log.read_bytes().splitlines()[-1], type=Measured)


async def _read(bootstrap: str, topic: str, ends: dict[int, int]) -> Measured:
    decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        max_partition_fetch_bytes=2 * 1024 * 1024,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, partition) for partition in ends])
        left = sum(ends.values())
        events = 0
        begun: tuple[float, float] | None = None
        while left:
            found = await consumer.getmany(timeout_ms=1_000)
            for batch in found.values():
                for record in batch:
                    decoder.decode(record.value)
                left -= len(batch)
                # What came first was fetched and decoded before the clock was started.
                events += len(batch) if begun else 0
                begun = begun or (time.monotonic(), time.process_time())
        if begun is None:
            raise RuntimeError(f"{topic} is empty")
        return Measured(events, time.monotonic() - begun[0], time.process_time() - begun[1])
    finally:
        await consumer.stop()


if __name__ == "__main__":
    where, what, until = sys.argv[1:]
    measured = asyncio.run(_read(where, what, msgspec.json.decode(until, type=dict[int, int])))
    print(msgspec.json.encode(measured).decode())
