"""Events sent at a steady rate, each with the moment it was due.

Owns the pace. Called by every measurement here. Invariant: what is measured begins when an
event was due, not when a busy sender got to it, or the worst moments would hide themselves.
"""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from aiokafka import AIOKafkaProducer
from msgspec import Struct

from tests.bench.latency.live import Line

_TICK_S = 0.005

#: Lines of one partition that were due at one moment (seconds, wall clock).
_Run = tuple[list[Line], float]


class Sent(Struct):
    """`due`: of each line, in order, seconds by the wall clock. `offsets`: by partition, in order,
    the first offset of lines that were due at one moment, how many, and that moment."""

    due: list[float]
    offsets: dict[int, list[tuple[int, int, float]]]
    late: float = 0.0  #: by how much the sender itself was at most, seconds


async def send_at(
    producer: AIOKafkaProducer, topic: str, lines: Sequence[Line], rate: float, begin: float
) -> Sent:
    """Sends all of them, the first at `begin` (wall clock): what becomes due while a partition's
    request is under way goes with its next, as any producer's would."""
    sent = Sent([], {})
    queues: dict[int, asyncio.Queue[_Run | None]] = {}
    async with asyncio.TaskGroup() as tasks:
        done, tick = 0, 0
        while done < len(lines):
            due = begin + tick * _TICK_S
            tick += 1
            part = lines[done : int(tick * _TICK_S * rate)]
            if not part:
                continue
            await asyncio.sleep(max(0.0, due - time.time()))
            sent.late = max(sent.late, time.time() - due)
            sent.due += [due] * len(part)
            done += len(part)
            runs: dict[int, list[Line]] = {}
            for line in part:
                runs.setdefault(line.partition, []).append(line)
            for partition, run in runs.items():
                if partition not in queues:
                    queue = queues[partition] = asyncio.Queue()
                    found = sent.offsets[partition] = []
                    tasks.create_task(_send(producer, topic, partition, queue, found))
                queues[partition].put_nowait((run, due))
        for queue in queues.values():
            queue.put_nowait(None)
    return sent


async def _send(
    producer: AIOKafkaProducer,
    topic: str,
    partition: int,
    queue: asyncio.Queue[_Run | None],
    offsets: list[tuple[int, int, float]],
) -> None:
    """Of one partition, until None comes."""
    more = True
    while more:
        runs = [await queue.get()]
        while not queue.empty():
            runs.append(queue.get_nowait())
        batch, counts = producer.create_batch(), []
        for run in runs:
            if run is None:
                more = False
                break
            lines, due = run
            moment = datetime.fromtimestamp(due, UTC).isoformat(timespec="milliseconds").encode()
            for line in lines:
                if batch.append(key=line.key, value=line.at(moment), timestamp=None) is None:
                    raise RuntimeError("the sender is so late that a batch overflows")
            counts.append((len(lines), due))
        if counts:
            batch.close()
            sent = await producer.send_batch(batch, topic, partition=partition)
            offset = (await sent).offset
            for count, due in counts:
                offsets.append((offset, count, due))
                offset += count
