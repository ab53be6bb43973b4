"""A worker process: everything a `Hall` needs, started and stopped in order.

Owns the clients, the writer, the channels, the wall and the signals. The flow is
`streams.app`. Called by the CLI. Invariant: stopping finishes the batch in hand, saves,
commits and leaves the group before anything it needs is closed.
"""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import aiohttp
import msgspec
from aiohttp import web
from aiokafka import AIOKafkaProducer

from schemas.outcomes import AlertRow, DeadLetter, Table
from schemas.topics import STATE, topic_name
from sinks.alert_text import Language, Names, alert_text
from sinks.channels import LogChannel, WebhookChannel, WebhookSettings
from sinks.dsn import parse_dsn
from sinks.migrate import connector
from sinks.outbox import Outbox
from sinks.tables import TableSettings
from sinks.writer import Writer
from streams.app import Hall, names_of
from streams.app_notify import Notices
from streams.broker.topics import ensure_topics
from streams.checkpoint import MAX_BATCH_BYTES, StateLog
from streams.core.partition import Limits
from streams.core.rules import Rulebook
from streams.durable import Durable, Steps, Transaction
from streams.lane import Lane, LaneSettings
from streams.rules.load import load_rulebook
from streams.settings import Settings
from streams.worker_metrics import metrics_app
from streams.worker_wall import wall_of

log = logging.getLogger(__name__)

_SWITCH_SECONDS = 0.0005


class Worker:
    """`async with Worker(settings) as worker: await worker.stopped()`."""

    def __init__(self, settings: Settings, mute: bool = False) -> None:
        """`mute`: alerts are decided and recorded, but told to nobody (replays)."""
        self.settings = settings
        self._mute = mute
        self.book: Rulebook = load_rulebook(settings.rules)
        parse_dsn(settings.clickhouse_dsn)  # else a wrong one shows with the first row only
        self.hall: Hall
        self.writer: Writer
        self.notices: Notices
        self.wall_url = ""
        self._stack = AsyncExitStack()
        self._over: asyncio.Future[BaseException | None]
        self._pending: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Worker":
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def lanes(self) -> Mapping[int, Lane]:
        return self.hall.lanes

    async def stopped(self) -> None:
        """Until `stop` or a failure; raises what failed."""
        failure = await self._over
        if failure is not None:
            raise failure

    def stop(self) -> None:
        if not self._over.done():
            self._over.set_result(None)

    def stop_on_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)

    def failed(self, failure: BaseException) -> None:
        log.error("the worker stops: %s", failure, exc_info=failure)
        if not self._over.done():
            self._over.set_result(failure)

    async def _start(self) -> None:
        settings = self.settings
        _spare_the_collector()
        # The deciding thread hardly ever waits, so the one that reads from Kafka gets its
        # turn by the clock only: at 5 ms a turn of 64 kB its reading is what limits us.
        sys.setswitchinterval(_SWITCH_SECONDS)
        self._over = asyncio.get_running_loop().create_future()
        await asyncio.to_thread(
            ensure_topics,
            settings.broker_servers,
            settings.topic_prefix,
            settings.partitions,
            replication=settings.replication,
        )
        producer = self._producer()
        await producer.start()
        self._stack.push_async_callback(producer.stop)
        self.writer = Writer(
            connector(settings.clickhouse_dsn, TableSettings()),
            partial(self._row_refused, producer),
        )
        self._stack.push_async_callback(self.writer.close)
        self.writer.connect()
        self.notices = Notices(await self._outboxes(), self._say())
        names = names_of(settings)
        states = StateLog(
            topic_name(settings.topic_prefix, STATE),
            settings.broker_servers,
            end_is_true=settings.transactions,
            options={},
        )

        def durable(number: int) -> Durable:
            if settings.transactions:
                return Transaction(number, states.topic, self._producer)
            return Steps(number, states, producer)

        def open_lane(number: int) -> Lane:
            return Lane(
                number,
                names,
                self.hall.transport,
                durable(number),
                states,
                LaneSettings(slice_records=settings.slice),
                self.hall.lane_lost,
                self.failed,
            )

        self.hall = Hall(
            settings,
            self.book,
            Limits(
                event_clock=settings.clock == "event",
                horizon_ms=settings.horizon_hours * 3_600_000,
            ),
            open_lane,
            self.writer,
            self.notices,
            self.failed,
        )
        await self._start_faust()
        await self._serve()

    async def _start_faust(self) -> None:
        app = self.hall.app
        app.finalize()
        watch = asyncio.create_task(self._watch(app), name="watch faust")
        await app.start()
        committer = asyncio.create_task(self._commit_often(), name="commit")

        async def stop() -> None:
            committer.cancel()
            await app.stop()
            await self.hall.close()
            watch.cancel()

        self._stack.push_async_callback(stop)
        log.info("worker ready: %s on %s", self.settings.topic_prefix, self.settings.broker_servers)

    async def _watch(self, app: Any) -> None:
        """Faust's own crashes end the worker too."""
        while True:
            await asyncio.sleep(0.2)
            if app.crash_reason is not None:
                self.failed(app.crash_reason)
                return

    async def _commit_often(self) -> None:
        while True:
            await asyncio.sleep(1.0)
            try:
                await self.hall.commit()
            except Exception:
                log.exception("offsets could not be committed; later again")

    def _producer(self, transactional_id: str | None = None) -> AIOKafkaProducer:
        return AIOKafkaProducer(
            bootstrap_servers=self.settings.broker_servers,
            client_id="hallwatch-decide",
            transactional_id=transactional_id,
            acks="all",
            enable_idempotence=self.settings.transactions,
            max_batch_size=MAX_BATCH_BYTES,
            max_request_size=MAX_BATCH_BYTES + 1024 * 1024,
            request_timeout_ms=30_000,
        )

    async def _outboxes(self) -> list[Outbox]:
        if self._mute:
            return []
        session = aiohttp.ClientSession()
        self._stack.push_async_callback(session.close)
        channels: list[LogChannel | WebhookChannel] = [LogChannel()]
        if self.settings.webhook:
            channels.append(
                WebhookChannel(
                    WebhookSettings(url=self.settings.webhook, secret=self.settings.webhook_secret),
                    session,
                )
            )

        outboxes = [Outbox(channel) for channel in channels]
        for outbox in outboxes:
            self._stack.push_async_callback(outbox.close)
        return outboxes

    def _say(self) -> Any:
        chinese = self.settings.language == "zh"
        names = Names(
            promises={
                promise.value: rules.title_zh if chinese else rules.title_en
                for promise, rules in self.book.promises.items()
            },
            sections={
                section.code: section.name_zh if chinese else section.name_en
                for section in self.book.sections.values()
            },
        )
        language = Language.CHINESE if chinese else Language.ENGLISH

        def say(alert: AlertRow) -> str:
            return alert_text(alert, names, language)

        return say

    async def _serve(self) -> None:
        settings = self.settings
        if settings.wall_port < 0:
            return
        root = wall_of(settings, self.book)
        root.add_subapp("/metrics", metrics_app(self))
        root.router.add_get("/healthz", _alive)
        runner = web.AppRunner(root, access_log=None)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, settings.wall_bind, settings.wall_port)
        await site.start()
        port = runner.addresses[0][1]
        self.wall_url = f"http://{settings.wall_bind}:{port}/"
        log.info("wall: %s", self.wall_url)

    def _row_refused(self, producer: AIOKafkaProducer, table: Table, row: bytes, why: str) -> None:
        """A row ClickHouse cannot read is a bug of ours: it goes to the dead letters."""
        log.error("ClickHouse refused a row of %s: %s", table.value, why)
        letter = DeadLetter(
            topic=names_of(self.settings).outcomes,
            partition=-1,
            offset=-1,
            ingest_at=0.0,
            reason="row-refused",
            field=table.value,
            detail=why,
            raw=row,
        )

        async def keep() -> None:
            await producer.send_and_wait(
                names_of(self.settings).dead_letters, msgspec.json.encode(letter), partition=0
            )

        task = asyncio.create_task(keep())
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)


def _spare_the_collector() -> None:
    """What a worker holds are trees, freed when the last reference goes; a full pass of the
    cycle collector over a hundred thousand journeys finds nothing and takes a third of the
    time. It still runs, for the libraries' sake, but seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


async def _alive(_: web.Request) -> web.Response:
    """The worker is started: its partitions are assigned, or will be."""
    return web.Response(text="ok\n")
