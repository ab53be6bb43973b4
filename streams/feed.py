"""A file of events into the events topic, keyed and paced.

Owns reading, pacing and counting; decides nothing. Called by `hallwatch replay` and the
tests. Invariant: a line is sent as it stands, good or bad; a bad one is the pipeline's
to refuse.
"""

import asyncio
import gzip
import random
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec
from aiokafka import AIOKafkaProducer
from msgspec import Struct

from schemas.clock import ClockAdvanced
from schemas.everywhere import EVERYWHERE_TYPES
from streams.broker.brokers import Brokers

#: After the last event: far enough for every deadline and closing time behind it.
_AFTERWARDS = timedelta(days=3)

_REPORT_EVERY = 50_000


class _Line(Struct, frozen=True):
    """What sending needs of a line; anything may be missing."""

    type: str = ""
    subject: str = ""
    id: str = ""
    source: str = ""
    time: datetime | None = None


_lines: msgspec.json.Decoder[_Line] = msgspec.json.Decoder(_Line)


class FeedResult(Struct, frozen=True):
    sent: int  #: lines, good and bad
    distinct: int  #: different source + id among them
    ends: dict[int, int]  #: of each partition, the offset after the last record sent
    seconds: float


def read_lines(path: Path, shuffle_seed: int | None = None, twice: bool = False) -> Iterable[bytes]:
    """The lines of a file, in order; with a seed (or `twice`) they are held in memory."""
    lines: Iterable[bytes] = _read(path)
    if twice:
        lines = [line for line in lines for _ in range(2)]
    if shuffle_seed is not None:
        lines = list(lines)
        random.Random(shuffle_seed).shuffle(lines)
    return lines


def _read(path: Path) -> Iterator[bytes]:
    with ExitStack() as files:
        opened = gzip.open if path.suffix == ".gz" else open
        file: Any = files.enter_context(opened(path, "rb"))
        for line in file:
            stripped: bytes = line.strip()
            if stripped:
                yield stripped


class Feed:
    """Sends to `topic` of `partitions` partitions. `options` go to the producer."""

    def __init__(self, brokers: Brokers, topic: str, partitions: int, **options: Any) -> None:
        self._brokers = brokers
        self._topic = topic
        self._partitions = partitions
        self._options = options

    async def send(
        self,
        lines: Iterable[bytes],
        speed: float | None = None,
        report: Callable[[int, datetime | None], None] | None = None,
    ) -> FeedResult:
        """Sends all lines, then moves every partition's log time past the last of them."""
        started = time.monotonic()
        producer = AIOKafkaProducer(
            **self._brokers.client(),
            enable_idempotence=False,
            max_batch_size=256 * 1024,
            linger_ms=5,
            **self._options,
        )
        await producer.start()
        try:
            sent = reported = 0
            seen: set[bytes] = set()
            ends: dict[int, int] = {}
            waiting: list[Any] = []
            first: datetime | None = None
            latest: datetime | None = None
            for line in lines:
                known = _peek(line)
                at = known.time if known.time and known.time.tzinfo else None
                if at is not None:
                    latest = at if latest is None else max(at, latest)
                    if speed is not None:
                        first = first or at
                        await self._pace(first, at, started, speed)
                key = known.subject.encode() or b"unreadable"
                if known.type in EVERYWHERE_TYPES:
                    waiting += [
                        await producer.send(self._topic, line, key=key, partition=partition)
                        for partition in range(self._partitions)
                    ]
                    sent += self._partitions
                else:
                    waiting.append(await producer.send(self._topic, line, key=key))
                    sent += 1
                seen.add(blake2b(f"{known.source}\0{known.id}".encode(), digest_size=8).digest())
                if len(waiting) >= 10_000:
                    _note(ends, await asyncio.gather(*waiting))
                    waiting.clear()
                if report and sent >= reported + _REPORT_EVERY:
                    reported = sent
                    report(sent, at)
            if latest is not None:
                waiting += [
                    await self._advance(producer, partition, latest)
                    for partition in range(self._partitions)
                ]
            _note(ends, await asyncio.gather(*waiting))
            return FeedResult(sent, len(seen), ends, time.monotonic() - started)
        finally:
            await producer.stop()

    async def _advance(self, producer: AIOKafkaProducer, partition: int, latest: datetime) -> Any:
        name = f"{latest.isoformat()}-{partition}"
        event = ClockAdvanced(
            specversion="1.0",
            id=name,
            source="urn:hallwatch:replay",
            subject="clock",
            time=latest + _AFTERWARDS,
        )
        return await producer.send(
            self._topic, msgspec.json.encode(event), key=b"clock", partition=partition
        )

    @staticmethod
    async def _pace(first: datetime, at: datetime, started: float, speed: float) -> None:
        due = (at - first).total_seconds() / speed
        early = due - (time.monotonic() - started)
        if early > 0:
            await asyncio.sleep(early)


def _peek(line: bytes) -> _Line:
    try:
        return _lines.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError):
        return _Line()


def _note(ends: dict[int, int], sent: list[Any]) -> None:
    for metadata in sent:
        end = metadata.offset + 1
        if end > ends.get(metadata.partition, 0):
            ends[metadata.partition] = end
