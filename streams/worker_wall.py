"""The wall inside a worker, explanations and traces beside it: names from the rulebook,
questions to ClickHouse.

Called by `streams.worker_http` and `hallwatch wall`. Wiring only.
"""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from aiohttp import web

from dashboards.settings import Place, WallSettings
from dashboards.stories.pages import add_stories
from dashboards.wall import asked_of, replayed_now, wall_app
from dashboards.words import Words
from sinks.migrate import connector
from streams.core.rules import Rulebook
from streams.settings import Settings
from streams.worker_acts import add_acts
from streams.worker_door import add_door
from streams.worker_stories import story_pages
from streams.worker_tables import tables_of


def wall_of(settings: Settings, book: Rulebook) -> web.Application:
    """The wall as an application; "now" is the newest event under the event clock."""
    ask = asking(settings)
    shown = WallSettings(
        language=settings.language,
        sections=tuple(
            Place(code=section.code, name=Words(section.name_zh, section.name_en))
            for section in book.sections.values()
        ),
        others=(
            Place(
                code=book.elsewhere.code,
                name=Words(book.elsewhere.name_zh, book.elsewhere.name_en),
            ),
        ),
        counters=tuple(
            Place(code=code, name=Words(name, name), section=section.code)
            for section in book.sections.values()
            for code, name in section.counters.items()
        ),
        people=tuple(
            Place(code=person.code, name=Words(person.name_zh, person.name_en))
            for person in book.people.values()
        ),
        theme=settings.wall_theme,
        rotate=timedelta(seconds=settings.wall_rotate),
        limits={
            promise.value: timedelta(milliseconds=rules.rules[-1].limit_ms)
            for promise, rules in book.promises.items()
            if rules.rules[-1].limit_ms is not None
        },
    )
    app = wall_app(shown, ask, replayed_now(ask) if settings.clock == "event" else time.time)
    add_door(app, settings)
    add_stories(app, story_pages(settings, book))
    add_acts(app, settings, book)
    return app


def asking(settings: Settings) -> Callable[[str], list[dict[str, Any]]]:
    """Questions over one client, opened (and the tables made) at the first question."""
    connect = connector(settings.clickhouse_dsn, tables_of(settings))
    held = threading.local()

    def ask(sql: str) -> list[dict[str, Any]]:
        if not hasattr(held, "client"):
            held.client = connect()
        return asked_of(held.client)(sql)

    return ask
