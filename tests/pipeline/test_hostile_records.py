"""Records the client library itself stumbles over: names of headers that are no UTF-8, batches
compressed in any way a producer may choose, and what is far larger than an event."""

import struct
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.record.util import calc_crc32c

from schemas.deadletters import MOST_KEPT_BYTES, DeadLetter
from schemas.topics import DEAD_LETTERS
from tests.brokers.streams import MIB, producing
from tests.conftest import Broker
from tests.pipeline.chats import requested
from tests.pipeline.database import Database
from tests.pipeline.hall import Hall

#: Where a record batch has its check sum, and from where on that counts.
_CRC_AT, _CRC_OF = 17, 21


class Patched:
    """A batch builder of aiokafka, one name in whose bytes becomes another at last."""

    def __init__(self, builder: Any, name: bytes, becomes: bytes) -> None:
        assert len(name) == len(becomes)
        self._builder = builder
        self._name = name
        self._becomes = becomes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._builder, name)

    def build(self) -> bytearray:
        built = bytearray(self._builder.build())
        assert built.count(self._name) == 1
        built = built.replace(self._name, self._becomes)
        struct.pack_into(">I", built, _CRC_AT, calc_crc32c(bytes(built[_CRC_OF:])))
        return built


async def send_named(
    producer: AIOKafkaProducer, hall: Hall, chats: list[str], name: bytes
) -> dict[int, int]:
    """All in one batch; the middle one has a header of that name."""
    batch = producer.create_batch()
    for number, chat in enumerate(chats):
        event = requested(chat, time.time())
        headers = [("@" * len(name), b"content")] if number == len(chats) // 2 else []
        batch.append(key=event.key, value=event.value, timestamp=None, headers=headers)
    batch.close()
    batch._builder = Patched(batch._builder, b"@" * len(name), name)
    placed = await (await producer.send_batch(batch, hall.events, partition=0))
    return {0: placed.offset + len(chats)}


async def test_a_header_whose_name_is_no_utf_8_stops_nobody(
    broker: Broker, database: Database, tmp_path: Path
) -> None:
    hall = Hall(broker, database, tmp_path)
    chats = [f"chat-{number}" for number in range(5)]
    async with hall.working() as worker, hall.producing() as producer:
        await hall.recorded(worker, await send_named(producer, hall, chats, b"\xff\xfe-n"))
        broken = producer.create_batch()
        broken.append(key=b"k", value=b"{", timestamp=None, headers=[("@@@@", b"\x00")])
        broken.close()
        broken._builder = Patched(broken._builder, b"@@@@", b"ce_\xff")
        placed = await (await producer.send_batch(broken, hall.events, partition=0))
        after = requested("after", time.time())
        await producer.send_and_wait(hall.events, after.value, key=after.key, partition=0)
        await hall.recorded(worker, {0: placed.offset + 2})
    found = database.ask("SELECT journey FROM journeys_now ORDER BY journey")
    assert [row["journey"] for row in found] == ["after", *chats]
    (record,) = await hall.read(DEAD_LETTERS, 1)
    letter = msgspec.json.decode(record.value, type=DeadLetter)
    assert letter.headers == ((r"ce_\xff", b"\x00"),)


@pytest.mark.parametrize("compression", ["gzip", "lz4", "snappy", "zstd"])
async def test_a_producer_may_compress_as_it_likes(
    broker: Broker, database: Database, tmp_path: Path, compression: str
) -> None:
    hall = Hall(broker, database, tmp_path)
    async with hall.working() as worker:
        async with producing(hall.settings.broker, compression_type=compression) as producer:
            batch = producer.create_batch()
            for number in range(50):
                event = requested(f"chat-{number}", time.time())
                batch.append(key=event.key, value=event.value, timestamp=None)
            batch.close()
            placed = await (await producer.send_batch(batch, hall.events, partition=0))
        await hall.recorded(worker, {0: placed.offset + 50})
    assert database.one("SELECT count() AS n FROM journeys_now") == {"n": 50}


@pytest.mark.parametrize("size", [2 * MIB, 7 * MIB], ids=["2 MiB", "7 MiB"])
async def test_what_is_far_larger_than_an_event_is_a_dead_letter(
    broker: Broker, database: Database, tmp_path: Path, size: int
) -> None:
    hall = Hall(broker, database, tmp_path)
    async with hall.working() as worker:
        async with producing(hall.settings.broker) as producer:
            placed = await producer.send_and_wait(
                hall.events, b"x" * size, key=b"k", headers=[("n", b"\x00")], partition=0
            )
            after = requested("after", time.time())
            await producer.send_and_wait(hall.events, after.value, key=after.key, partition=0)
        await hall.recorded(worker, {0: placed.offset + 2})
    (record,) = await hall.read(DEAD_LETTERS, 1)
    letter = msgspec.json.decode(record.value, type=DeadLetter)
    assert (letter.reason, letter.key, letter.headers) == ("out-of-range", b"k", (("n", b"\x00"),))
    assert letter.cut == (size > MOST_KEPT_BYTES)
    assert b"x" * size == letter.raw or letter.cut
    assert database.one("SELECT journey FROM journeys_now") == {"journey": "after"}
