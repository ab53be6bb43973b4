"""Acts inside a worker and for the command line: the register over ClickHouse and Kafka.

Wiring only: settings and rulebook in, pages, API and a desk out. Called by `streams.worker_wall`
and `cli_acts`. Invariant: ClickHouse is asked in a thread of its own, and not for ever.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from aiohttp import web

from dashboards.acts.alert_reads import listed_alerts, near_alerts, read_alert
from dashboards.acts.api import add_act_api
from dashboards.acts.pages import ActPages, add_act_pages
from dashboards.stories.store_rows import Read, StoreAwayError
from schemas.acting import Asked, Entered, Filled, Opened, OpenedList, Refused, SilenceAsked
from schemas.outcomes import AlertRow
from schemas.topics import EVENTS, topic_name
from sinks.migrate import connector
from sinks.names import Language
from sinks.threads import Threads
from streams.acts.register import AlertsAwayError, Register
from streams.acts.sender import ActSender
from streams.broker.brokers import brokers_of
from streams.core.rules import Rulebook
from streams.key_files import read_key
from streams.settings import PREFIX, Settings
from streams.worker_links import details_of
from streams.worker_names import site_names
from streams.worker_stories import reading_of
from streams.worker_tables import tables_of

_T = TypeVar("_T")

log = logging.getLogger(__name__)

_PATIENCE_S = 5.0

#: How long a question under way is waited for at the end.
_LAST_ANSWER_S = 0.5


class StoredAlerts:
    """What ClickHouse knows of alerts, asked in a thread. `start` before, `stop` after."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._threads: Threads | None = None

    def start(self) -> None:
        self._threads = Threads(1, "acts")

    async def stop(self) -> None:
        if self._threads is not None:
            await self._threads.close(_LAST_ANSWER_S)

    async def find(self, alert: str) -> AlertRow | None:
        try:
            return await self._asked(lambda: read_alert(self._read, alert))
        except StoreAwayError as error:
            raise AlertsAwayError(str(error)) from error

    async def near(self, alert: str) -> Sequence[str]:
        try:
            return await self._asked(lambda: near_alerts(self._read, alert))
        except StoreAwayError as error:
            raise AlertsAwayError(str(error)) from error

    async def listed(self, only_open: bool, section: str) -> Sequence[AlertRow]:
        try:
            return await self._asked(lambda: listed_alerts(self._read, only_open, section))
        except StoreAwayError as error:
            raise AlertsAwayError(str(error)) from error

    async def _asked(self, question: Callable[[], _T]) -> _T:
        assert self._threads is not None
        try:
            return await asyncio.wait_for(self._threads.run(question), _PATIENCE_S)
        except TimeoutError:
            raise StoreAwayError("no answer in time") from None


class ActDesk:
    """Where acts are entered: by link, over the API, on the command line."""

    def __init__(
        self, settings: Settings, book: Rulebook, read: Read, link_key: bytes = b""
    ) -> None:
        self._alerts = StoredAlerts(read)
        self._sender = ActSender(brokers_of(settings), topic_name(settings.topic_prefix, EVENTS))
        self._register = Register(book, self._alerts, self._sender, link_key)

    def start(self) -> None:
        self._alerts.start()

    async def stop(self) -> None:
        await self._sender.close()
        await self._alerts.stop()

    async def opened(self, text: str) -> Opened | Refused:
        return await self._register.opened(text)

    async def opened_list(self, text: str) -> OpenedList | Refused:
        """Raises StoreAwayError."""
        return await _of_the_store(self._register.opened_list(text))

    async def enter_by_link(self, text: str, filled: Filled) -> Entered | Refused:
        return await self._register.enter_by_link(text, filled)

    async def enter(self, asked: Asked) -> Entered | Refused:
        """Raises StoreAwayError."""
        return await _of_the_store(self._register.enter(asked))

    async def silence(self, asked: SilenceAsked) -> Entered | Refused:
        return await self._register.silence(asked)

    async def listed(self, only_open: bool, section: str) -> Sequence[AlertRow]:
        """Raises StoreAwayError."""
        return await _of_the_store(self._alerts.listed(only_open, section))


async def _of_the_store(answer: Awaitable[_T]) -> _T:
    """What is away is ClickHouse: said in the words of the pages."""
    try:
        return await answer
    except AlertsAwayError as error:
        raise StoreAwayError(str(error)) from error


def add_acts(app: web.Application, settings: Settings, book: Rulebook) -> None:
    """The pages and the API beside the wall, each where it has its key."""
    link_key = read_key(settings.link_key_file, "LINK_KEY_FILE")
    api_key = read_key(settings.api_key_file, "API_KEY_FILE")
    if not link_key and not api_key:
        return
    read = reading_of(connector(settings.clickhouse_dsn, tables_of(settings)))
    desk = ActDesk(settings, book, read, link_key)
    if link_key:
        names = {language: site_names(book, language) for language in Language}
        details = details_of(settings)
        add_act_pages(
            app, ActPages(desk=desk, names=names, language=settings.language, details=details)
        )
    if api_key:
        add_act_api(app, desk, api_key)

    async def start(_: web.Application) -> None:
        desk.start()

    async def stop(_: web.Application) -> None:
        await desk.stop()

    app.on_startup.append(start)
    app.on_cleanup.append(stop)


def warn_of_missing_links(settings: Settings) -> None:
    """Once, at a worker's start: what messages will lack."""
    if not settings.public_url:
        log.warning("%sPUBLIC_URL is not set: messages link to nothing", PREFIX)
    elif settings.link_key_file is None:
        log.warning(
            "%sLINK_KEY_FILE is not set: nobody can acknowledge or excuse from a message", PREFIX
        )
