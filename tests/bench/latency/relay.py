"""What any program pays that reads events and writes in transactions, and does nothing else.

Owns the program. It reads as the worker reads and writes through the worker's own
`streams.durable`: what it takes is the broker's and the client's share. Invariant: each
fetched batch is one transaction, in order.
"""

import asyncio
import sys
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.structs import TopicPartition

from schemas.topics import EVENTS, OUTCOMES, STATE, topic_name
from streams.durable import Transaction
from streams.process import tune_process
from tests.bench.place import PARTITIONS

#: Header of what it writes: the offset after the last record that is in it.
END = "end"

READY = "ready"


async def _relay(bootstrap: str, prefix: str) -> None:
    def producer(transactional_id: str) -> AIOKafkaProducer:
        return AIOKafkaProducer(
            bootstrap_servers=bootstrap,
            transactional_id=transactional_id,
            acks="all",
            max_batch_size=7 * 1024 * 1024,
            max_request_size=8 * 1024 * 1024,
        )

    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=50,
        max_partition_fetch_bytes=6 * 1024 * 1024,
    )
    await consumer.start()
    consumer.assign([TopicPartition(topic_name(prefix, EVENTS), n) for n in range(PARTITIONS)])
    queues: list[asyncio.Queue[list[Any]]] = [asyncio.Queue() for _ in range(PARTITIONS)]
    states = topic_name(prefix, STATE)
    durables = [Transaction(number, states, producer) for number in range(PARTITIONS)]
    for durable in durables:
        await durable.claim()
    outcomes = topic_name(prefix, OUTCOMES)
    async with asyncio.TaskGroup() as tasks:
        for durable, queue in zip(durables, queues, strict=True):
            tasks.create_task(_write(durable, queue, outcomes))
        print(READY, flush=True)
        while True:
            for tp, records in (await consumer.getmany(timeout_ms=1_000)).items():
                queues[tp.partition].put_nowait(records)


async def _write(durable: Transaction, queue: asyncio.Queue[list[Any]], outcomes: str) -> None:
    while True:
        records = await queue.get()
        while not queue.empty():
            records += queue.get_nowait()
        end = b"%d" % (records[-1].offset + 1)
        block = b"\n".join([record.value for record in records])
        await durable.write([(outcomes, b"events", block, [(END, end)])], [(b"position", end)])


if __name__ == "__main__":
    tune_process()
    asyncio.run(_relay(*sys.argv[1:]))
