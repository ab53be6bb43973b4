"""A worker process: everything a `Hall` needs, started and stopped in order.

Owns the clients, the writer, the channels and the signals. The flow is `streams.app`, what
it serves `streams.worker_http`. Called by the CLI. Invariant: stopping finishes the batch in
hand, saves, commits and leaves the group before anything it needs is closed; what cannot be
finished in time is as if the worker had been killed there, which loses nothing (I4).
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import UnknownError

from schemas.topics import STATE, topic_name
from sinks.channel_kinds import check_options
from sinks.dsn import parse_dsn
from sinks.migrate import connector
from sinks.writer import Writer
from streams.agreements import Agreements
from streams.app import Hall
from streams.app_notify import Notices
from streams.aside import Aside, WrittenAside
from streams.broker.brokers import brokers_of, warn_of_clear_passwords
from streams.broker.topics import ensure_topics
from streams.checkpoint import MAX_BATCH_BYTES, StateLog
from streams.closing import Closing
from streams.core.partition import Limits
from streams.core.rules import Rulebook
from streams.core.storm import StormLimits
from streams.desk import Desk
from streams.durable import Durable, Steps, Transaction
from streams.faust_app import names_of
from streams.guessed_years import warn_of_guesses
from streams.lane import Lane, LaneSettings
from streams.process import tune_process
from streams.read_log import Log
from streams.refused_rows import RefusedRows
from streams.rules.load import load_rulebook
from streams.settings import PREFIX, Settings, SettingsError
from streams.shares import Shares
from streams.worker_acts import warn_of_missing_links
from streams.worker_channels import open_notices
from streams.worker_http import serve_status, serve_wall
from streams.worker_tables import tables_of

log = logging.getLogger(__name__)

#: Rows already taken get so long to reach ClickHouse before the worker stops; what does not
#: is not committed, and the successor writes it.
_LAST_ROWS_S = 1.0

#: Of the time for stopping, for a start that cannot be broken off.
_JOINED_WITHIN = 0.3


class Worker:
    """`async with Worker(settings) as worker: await worker.stopped()`."""

    def __init__(self, settings: Settings, mute: bool = False) -> None:
        """`mute`: alerts are decided and recorded, but told to nobody (replays, trials)."""
        self.settings = settings
        self._mute = mute
        self.book: Rulebook = load_rulebook(settings.rules, check_options)
        parse_dsn(settings.clickhouse_dsn)  # else a wrong one shows with the first row only
        self.hall: Hall
        self.writer: Writer
        self.notices: Notices
        self.shares: Shares
        self.wall_url = ""
        self._joining = False
        self.closing = Closing(settings.stop_seconds)
        self._over: asyncio.Future[BaseException | None] = (
            asyncio.get_running_loop().create_future()
        )
        self._brokers = brokers_of(settings)
        self._agreements = Agreements(self._brokers, settings.group, names_of(settings).events)

    async def __aenter__(self) -> "Worker":
        """Started, or told to stop while it was starting: then `stopped` returns at once."""
        starting = asyncio.create_task(self._start(), name="start")
        either: set[asyncio.Future[Any]] = {starting, self._over}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                await starting
        except BaseException:
            starting.cancel()
            await self.closing.close()
            raise
        if not self._joining:
            starting.cancel()
        # Cut off while it joins the group, aiokafka forgets to leave it.
        await asyncio.wait({starting}, timeout=_JOINED_WITHIN * self.settings.stop_seconds)
        starting.cancel()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.closing.close()

    @property
    def assigned(self) -> bool:
        # Faust positions nothing, and so asks us nothing, when it was given nothing.
        return self.hall.assigned or bool(self.hall.app.unassigned)

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

    def failed(self, failure: BaseException) -> None:
        log.error("the worker stops: %s", failure, exc_info=failure)
        if not self._over.done():
            self._over.set_result(failure)

    async def _start(self) -> None:
        settings = self.settings
        tune_process()
        warn_of_clear_passwords(self._brokers)
        _make_folder(settings)
        producer = self._producer()
        refused = RefusedRows(producer, names_of(settings))
        self.writer = Writer(
            connector(settings.clickhouse_dsn, tables_of(settings), wait=timedelta(0)),
            refused.keep,
        )
        self.closing.add("the writer", self.writer.close, 0.2)
        if not self._mute:
            warn_of_missing_links(settings)
        self.hall = self._hall(producer)
        await serve_status(settings, self, self.closing)
        await asyncio.to_thread(
            ensure_topics,
            self._brokers,
            settings.topic_prefix,
            settings.partitions,
            replication=settings.replication,
            patience=timedelta(seconds=settings.broker_patience),
        )
        self.closing.add("the producer", producer.stop, 0.1)
        # What is refused after that is not committed, and refused again by the successor.
        self.closing.add("rows that were refused", refused.close, 0.1)
        self.closing.add("asking for words to go on", self._agreements.close, 0.1)
        try:
            await producer.start()
        except UnknownError as error:  # the answer of a broker that knows of no such thing
            raise SettingsError(
                f"{PREFIX}TRANSACTIONS=true: {self._brokers} gives no producer an id; of a broker"
                f" without Kafka's transactions say {PREFIX}TRANSACTIONS=false"
            ) from error
        self.writer.connect()
        await self._start_faust()
        self.wall_url = await serve_wall(settings, self.book, self, self.closing)

    def _hall(self, producer: AIOKafkaProducer) -> Hall:
        settings = self.settings
        names = names_of(settings)
        self.shares = Shares(producer, names)
        self.closing.add("shares of the day", self.shares.close, 0.1)
        states = StateLog(
            topic_name(settings.topic_prefix, STATE),
            Log(self._brokers, settings.transactions),
        )

        aside, desk = Aside("producers"), Desk()
        if settings.transactions:
            aside.start()
            self.closing.add("the producers' thread", aside.stop, 0.1)

        def durable(number: int, log: StateLog) -> Durable:
            if settings.transactions:
                return WrittenAside(Transaction(number, log.topic, self._producer), aside)
            return Steps(number, log, producer)

        self.notices = open_notices(
            settings, self.book, self.closing, durable, self.failed, self._mute
        )

        def open_lane(number: int) -> Lane:
            return Lane(
                number,
                names,
                self.hall.transport,
                durable(number, states),
                desk,
                states,
                LaneSettings(slice_records=settings.slice, storm=_storm_limits(settings)),
                self._agreements.before,
                self.hall.recording.at_hand,
                self.shares,
                self.hall.lane_lost,
                self.failed,
            )

        return Hall(
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
            self.shares,
        )

    async def _start_faust(self) -> None:
        app = self.hall.app
        app.finalize()
        tasks = [
            asyncio.create_task(self._watch(app), name="watch faust"),
            asyncio.create_task(warn_of_guesses(self.book), name="watch the calendars"),
        ]

        async def stop() -> None:
            for task in tasks:
                task.cancel()
            if not self.writer.outage:
                flushing = asyncio.ensure_future(self.writer.flush())
                await asyncio.wait({flushing}, timeout=_LAST_ROWS_S)
                flushing.cancel()
            await self.hall.stop()

        self.closing.add("leaving the group", stop, 0.75)
        self._joining = True
        await app.start()
        tasks.append(asyncio.create_task(self._commit_often(), name="commit"))
        log.info("worker ready: %s on %s", self.settings.topic_prefix, self._brokers)

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
            **self._brokers.client(),
            client_id="hallwatch-decide",
            transactional_id=transactional_id,
            acks="all",
            enable_idempotence=self.settings.transactions,
            max_batch_size=MAX_BATCH_BYTES,
            max_request_size=MAX_BATCH_BYTES + 1024 * 1024,
            request_timeout_ms=30_000,
        )


def _storm_limits(settings: Settings) -> StormLimits:
    """A replay is not stopped: nobody watches a file come in, and its summary tells all."""
    return StormLimits(
        records=settings.storm_records,
        share=1.0 if settings.clock == "event" else settings.storm_share,
        within_ms=settings.storm_seconds * 1000,
    )


def _make_folder(settings: Settings) -> None:
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"{PREFIX}DATA={settings.data}: the folder cannot be made ({error.strerror})"
        ) from None
