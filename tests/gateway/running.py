"""A gateway of a test's own, in this process or as `hallwatch gateway`, and what it says.

Called by the tests of this folder. Invariant: two of them share a broker, nothing else.
"""

import asyncio
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
from aiohttp import ClientSession, web
from aiokafka import ConsumerRecord, TopicPartition
from msgspec import Struct

from schemas.topics import EVENTS, topic_name
from streams.broker.child import Child
from streams.event_sender import EventSender
from streams.gateway.binding import Mode
from streams.gateway.counts import Counts
from streams.gateway.key_desk import new_key
from streams.gateway.keyring import Keyring
from streams.gateway.serve import Gateway, GatewaySettings
from streams.gateway.status import add_status
from streams.settings import Settings
from tests.brokers.streams import consuming
from tests.pipeline.command import environment
from tests.pipeline.waiting import DEADLINE_S, eventually, eventually_async

Clock = Callable[[], float]

PARTITIONS = 4
SOURCE = "urn:hall:queue-1"

_AT = re.compile(r"gateway: (http://\S+/)")


def key_of(
    path: Path,
    name: str = "queue-1",
    sources: Iterable[str] = ("urn:hall:*",),
    types: Iterable[str] = ("*",),
    per_second: int | None = None,
) -> str:
    """A new key's token."""
    now = datetime.now(UTC)
    return new_key(
        path, name, now, sources=tuple(sources), types=tuple(types), per_second=per_second
    )[1]


def called(number: int, subject: str = "", **changed: Any) -> dict[str, Any]:
    """One good event; its id follows from `number`."""
    return {
        "specversion": "1.0",
        "type": "ticket.called",
        "source": SOURCE,
        "id": f"q-{number}",
        "subject": subject or f"20221014-A{number:04}",
        "time": "2022-10-14T09:12:31.250+08:00",
        "data": {"section": "S01", "counter": "C102"},
        **changed,
    }


class Answer(Struct, frozen=True):
    status: int
    headers: dict[str, str]
    body: Any

    @property
    def fault(self) -> tuple[int, str, str]:
        """Status, and field and reason of its only fault."""
        (fault,) = self.body["errors"]
        return self.status, fault["field"], fault["reason"]


class Place(Struct, frozen=True):
    """Where a gateway listens, where its events go, and a key for it."""

    url: str
    settings: Settings
    key: str
    keys: Path

    @property
    def topic(self) -> str:
        return topic_name(self.settings.topic_prefix, EVENTS)

    async def post(
        self, body: object, media_type: str = Mode.STRUCTURED, key: str = "", **headers: str
    ) -> Answer:
        """`headers`: with _ for -."""
        given = {name.replace("_", "-"): text for name, text in headers.items()}
        value = body if isinstance(body, bytes) else msgspec.json.encode(body)
        return await self.ask(
            "POST",
            "events",
            value,
            {"Content-Type": media_type, "Authorization": f"Bearer {key or self.key}", **given},
        )

    async def ask(
        self,
        method: str,
        path: str,
        body: bytes | AsyncIterator[bytes] = b"",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        async with (
            ClientSession() as session,
            session.request(method, self.url + path, data=body, headers=headers) as answer,
        ):
            content = await answer.read()
            is_json = answer.content_type.endswith("json")
            told = msgspec.json.decode(content) if is_json else content.decode()
            return Answer(answer.status, dict(answer.headers), told)

    async def until_ready(self) -> None:
        async def ready() -> bool:
            return (await self.ask("GET", "readyz")).status == 200

        await eventually_async(ready, "the gateway is ready")

    async def until_taken(self, event: object) -> None:
        """As a sender would: again and again."""

        async def taken() -> bool:
            return (await self.post(event)).status == 202

        await eventually_async(taken, "the event is taken")

    async def post_stream(self, body: AsyncIterator[bytes]) -> Answer:
        """A structured event whose length nobody was told."""
        headers = {"Content-Type": Mode.STRUCTURED, "Authorization": f"Bearer {self.key}"}
        return await self.ask("POST", "events", body, headers)

    async def records(self) -> list[ConsumerRecord]:
        """All of the events topic, each partition in its order."""
        taken: list[ConsumerRecord] = []
        async with consuming(self.settings.broker) as consumer, asyncio.timeout(DEADLINE_S):
            tps = [TopicPartition(self.topic, p) for p in range(self.settings.partitions)]
            consumer.assign(tps)
            ends = await consumer.end_offsets(tps)
            await consumer.seek_to_beginning(*tps)
            while any([await consumer.position(tp) < ends[tp] for tp in tps]):
                found = await consumer.getmany(timeout_ms=200)
                taken += [record for records in found.values() for record in records]
        return taken

    async def values(self) -> list[bytes]:
        return [record.value for record in await self.records()]


def settings_for(bootstrap: str, prefix: str, folder: Path, **changed: Any) -> Settings:
    fixed: dict[str, Any] = {
        "broker": bootstrap,
        "topic_prefix": prefix,
        "partitions": PARTITIONS,
        "data": folder,
        "gateway_port": 0,
    }
    return Settings(**{**fixed, **changed})


@asynccontextmanager
async def gateway_here(
    settings: Settings, told: GatewaySettings | None = None, clock: Clock = time.monotonic
) -> AsyncIterator[Place]:
    """In this process; ready if there is a broker."""
    key = key_of(settings.gateway_keys)
    keyring, counts = Keyring(settings.gateway_keys), Counts()
    events = EventSender(settings, settings.gateway_patience)
    app = Gateway(told or GatewaySettings(), keyring, events, counts, clock).app()
    add_status(app, events, keyring, counts)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    running = asyncio.create_task(events.run())
    try:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        yield Place(url, settings, key, settings.gateway_keys)
    finally:
        running.cancel()
        await runner.cleanup()
        await events.close()


@asynccontextmanager
async def ready_gateway(
    bootstrap: str,
    prefix: str,
    folder: Path,
    told: GatewaySettings | None = None,
    clock: Clock = time.monotonic,
    **changed: Any,
) -> AsyncIterator[Place]:
    settings = settings_for(bootstrap, prefix, folder, **changed)
    async with gateway_here(settings, told, clock) as place:
        await place.until_ready()
        yield place


class GatewayProcess:
    """`hallwatch gateway`: to be stopped, and started again on the same port."""

    def __init__(self, log: Path, settings: Settings) -> None:
        self.log = log
        self._settings = settings
        self._child: Child | None = None

    async def start(self) -> Place:
        """Returns when it listens; Kafka may be away."""
        told = {
            name: getattr(self._settings, name)
            for name in Settings.__struct_fields__
            if getattr(self._settings, name) != getattr(Settings(), name)
        }
        key = key_of(self._settings.gateway_keys)
        command = [sys.executable, "-m", "streams.cli", "gateway"]
        self._child = Child(command, self.log, environment(told))
        await eventually(lambda: not self.running or _AT.search(self.text()), "it listens")
        found = _AT.search(self.text())
        assert found, self.text()
        return Place(found[1], self._settings, key, self._settings.gateway_keys)

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.exit_code is None

    def text(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def terminate(self) -> None:
        assert self._child is not None
        self._child.signal(signal.SIGTERM)

    async def ended(self) -> int | None:
        await eventually(lambda: not self.running, "it ends")
        assert self._child is not None
        return self._child.exit_code

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._child is not None:
            self._child.kill()
        if error is not None:
            error.add_note(f"the end of {self.log}:\n{self.text()[-3000:]}")
