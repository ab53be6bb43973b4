"""Many senders at once, some of what they send broken, the broker's power cut midway.

Owns the senders, who do what docs/gateway.md tells them, and the books they keep. Called by
`test_storm`; longer by hand: `python -m tests.gateway.storm --seconds 120`. Invariant: the books
say of each event what its sender was told, and nothing is judged by the gateway's own word.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from msgspec import Struct, field

from streams.gateway.binding import Mode
from streams.publish import partition_of
from tests.gateway.running import GatewayProcess, Place, called, settings_for
from tests.kafka.apache import ApacheKafka

SENDERS = 200
BROKEN = 0.05

_BATCH = 5


class Books(Struct):
    """What was sent under each source and id, and what its sender was told."""

    sent: dict[str, bytes] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    told: Counter[int] = field(default_factory=Counter)  #: status: answers; 0: none


class _Sender:
    """One system: its events one after the other, each again until it is acknowledged."""

    def __init__(self, number: int, seed: int, place: Place, session: ClientSession) -> None:
        self._number = number
        self._chance = random.Random(f"{seed}/{number}")
        self._place = place
        self._session = session
        self._made = 0

    async def run(self, books: Books, until: asyncio.Event) -> None:
        while not until.is_set():
            if self._chance.random() < BROKEN:
                await self._send_broken(books)
            else:
                await self._send_good(books)

    def _events(self, count: int) -> list[bytes]:
        first, self._made = self._made, self._made + count
        return [
            # Blanks, so that what is encoded anew would show.
            msgspec.json.encode(called(0, f"T-{self._number}", id=self._id(number))) + b" "
            for number in range(first, first + count)
        ]

    def _id(self, number: int) -> str:
        return f"{self._number}-{number}"

    async def _send_good(self, books: Books) -> None:
        batch = self._chance.random() < 0.3
        events = self._events(_BATCH if batch else 1)
        names = [msgspec.json.decode(event)["id"] for event in events]
        # Blanks around an element of an array are the array's.
        books.sent |= zip(names, map(bytes.strip, events) if batch else events, strict=True)
        body, mode = (b"[" + b",".join(events) + b"]", Mode.BATCH) if batch else (
            events[0], Mode.STRUCTURED)  # fmt: skip
        while True:
            status = await self._post(body, mode)
            books.told[status] += 1
            if status == 202:
                books.acknowledged |= set(names)
                return
            assert status in (0, 503), f"a good event was answered with {status}"
            await asyncio.sleep(0.2 + 0.3 * self._chance.random())

    async def _send_broken(self, books: Books) -> None:
        (event,) = self._events(1)
        books.broken.add(msgspec.json.decode(event)["id"])
        body = self._chance.choice(
            [
                event[: len(event) // 2],
                event.replace(b'"counter"', b'"countre"'),
                event.replace(b"C102", b"13800138000"),
                b"[" + event + b"," + event.replace(b"+08:00", b"") + b"]",
            ]
        )
        mode = Mode.BATCH if body.startswith(b"[") else Mode.STRUCTURED
        status = await self._post(body, mode)
        books.told[status] += 1
        assert status in (0, 400, 422), f"a broken event was answered with {status}"

    async def _post(self, body: bytes, mode: Mode) -> int:
        headers = {"Content-Type": mode, "Authorization": f"Bearer {self._place.key}"}
        try:
            async with self._session.post(
                f"{self._place.url}events", data=body, headers=headers
            ) as answer:
                await answer.read()
                return answer.status
        except (ClientError, TimeoutError):
            return 0


async def rage(kafka: ApacheKafka, place: Place, seconds: float, seed: int) -> Books:
    """All senders for `seconds`; the broker's power is cut after a third of it and comes back.
    Returns when each sender's last event is acknowledged."""
    books, until = Books(), asyncio.Event()
    async with ClientSession(
        connector=TCPConnector(limit=0), timeout=ClientTimeout(total=60)
    ) as session:
        senders = [
            asyncio.create_task(_Sender(n, seed, place, session).run(books, until))
            for n in range(SENDERS)
        ]
        await asyncio.sleep(seconds / 3)
        before = len(books.acknowledged)
        await asyncio.to_thread(kafka.kill)
        await asyncio.to_thread(kafka.start)
        await asyncio.sleep(seconds / 3)
        while len(books.acknowledged) <= before:  # noqa: ASYNC110 - told by the senders' books
            await asyncio.sleep(0.1)
        until.set()
        await asyncio.gather(*senders)
    return books


def mistakes(books: Books, records: list[Any], partitions: int) -> list[str]:
    """What the topic says against the books; nothing if all is well."""
    found = []
    stands: dict[str, set[bytes]] = {}
    for record in records:
        event = msgspec.json.decode(record.value)
        stands.setdefault(event["id"], set()).add(record.value)
        if record.key != event["subject"].encode():
            found.append(f"{event['id']}: its key is {record.key!r}")
        if record.partition != partition_of(event["subject"], partitions):
            found.append(f"{event['id']}: in partition {record.partition}")
    lost = books.acknowledged - stands.keys()
    found += [f"{name}: acknowledged and lost" for name in sorted(lost)]
    strange = stands.keys() - books.sent.keys()
    found += [f"{name}: in the topic, and never sent so" for name in sorted(strange)]
    found += [
        f"{name}: stands there as {values}"
        for name, values in stands.items()
        if name in books.sent and values != {books.sent[name]}
    ]
    # Each sender went on until it was told yes.
    unheard = books.sent.keys() - books.acknowledged
    return found + [f"{name}: never acknowledged" for name in sorted(unheard)]


async def _by_hand(seconds: float, seed: int) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kafka = ApacheKafka(folder / "kafka")
        kafka.start()
        settings = storm_settings(kafka, "storm", folder)
        try:
            with GatewayProcess(folder / "gateway.log", settings) as gateway:
                place = await gateway.start()
                await place.until_ready()
                began = time.monotonic()
                books = await rage(kafka, place, seconds, seed)
                took = time.monotonic() - began
                records = await place.records()
                found = mistakes(books, records, settings.partitions)
        finally:
            kafka.kill()
    told = ", ".join(f"{status or 'none'}: {n}" for status, n in sorted(books.told.items()))
    print(
        f"seed {seed}: {SENDERS} senders for {took:.0f} s; answers {told};"
        f" {len(books.acknowledged)} events acknowledged, {len(records)} records;"
        f" {len(found)} mistakes"
    )
    print("\n".join(found[:20]), end="\n" if found else "")
    return 1 if found else 0


def storm_settings(kafka: ApacheKafka, prefix: str, folder: Path) -> Any:
    """Nobody is held back, and who waits for a broker that is gone waits 2 s."""
    return settings_for(
        kafka.bootstrap,
        prefix,
        folder,
        gateway_patience=2,
        gateway_per_second=1_000_000,
        gateway_at_once=1_000_000,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=20221014)
    given = parser.parse_args()
    sys.exit(asyncio.run(_by_hand(given.seconds, given.seed)))
