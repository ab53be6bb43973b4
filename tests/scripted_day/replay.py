"""The day replayed: a worker on event time, with the broker and ClickHouse of a test.

Owns sending chapter by chapter. Every record is decided by itself, so that what is told does
not depend on how many of them a fetch brings. Invariant: a chapter begins when all of the one
before it is decided, shares of the day among it.
"""

import asyncio
from collections.abc import Iterable, Iterator
from functools import partial

import msgspec
from msgspec.structs import replace

from schemas.everywhere import EVERYWHERE
from schemas.outcomes import AlertMessage
from schemas.topics import ALERTS
from streams.worker import Worker
from tests.pipeline.hall import Hall
from tests.pipeline.waiting import eventually, eventually_async
from tests.scripted_day.day import RULES, Chapter

_encoder = msgspec.json.Encoder()
_messages = msgspec.json.Decoder(AlertMessage)


async def replay(hall: Hall, chapters: Iterable[Chapter]) -> None:
    """Returns when all of it is in ClickHouse."""
    settings = replace(hall.settings, clock="event", rules=RULES, slice=1)
    async with Worker(settings, mute=True) as worker, hall.producing() as producer:
        await eventually(lambda: worker.hall.assigned, "the partitions are here")
        ends: dict[int, int] = {}
        for chapter in chapters:
            sent = [
                await producer.send(hall.events, value, key=key, partition=partition)
                for value, key, partition in _records(chapter, hall.settings.partitions)
            ]
            for one in await asyncio.gather(*sent):
                ends[one.partition] = max(ends.get(one.partition, 0), one.offset + 1)
            await eventually_async(partial(_decided, worker, ends), "the chapter is decided")
        await hall.recorded(worker, ends)
        worker.stop()
        await worker.stopped()


async def told(hall: Hall, at_least: int) -> list[AlertMessage]:
    """What the alerts topic holds; of one alert in the order it was said."""
    return [_messages.decode(record.value or b"") for record in await hall.read(ALERTS, at_least)]


async def _decided(worker: Worker, ends: dict[int, int]) -> bool:
    """What is before `ends`, and every share that came of it."""
    lanes, shares = worker.hall.lanes, worker.shares
    due = [*ends.items(), *shares.ends.items()]
    reached = all(lanes[number].next_offset >= end for number, end in due)
    return reached and shares.idle and all(lane.idle for lane in lanes.values())


def _records(chapter: Chapter, partitions: int) -> Iterator[tuple[bytes, bytes, int | None]]:
    """Value, key, and the partition where it is named outright."""
    told = [(event, isinstance(event, EVERYWHERE)) for event in chapter.events]
    for event, everywhere in (*told, *((beat, True) for beat in chapter.beats)):
        aims: Iterable[int | None] = range(partitions) if everywhere else (None,)
        for partition in aims:
            yield _encoder.encode(event), event.subject.encode(), partition
