"""`/explain/<alert>` and `/trace/<key>` over HTTP: the pages an alert's message leads to.

Owns the routes, and what is said when nothing is found or ClickHouse is away. What a story holds
is `ask`'s matter. Added to the wall by the wiring (`add_stories`). Invariants: questions are asked
in a thread of their own, one story at a time, and never on the event loop; whoever waits longer
than the patience is told so.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Literal

from aiohttp import web
from msgspec import Struct

from dashboards.spoken import language_of
from dashboards.stories.ask import tell
from dashboards.stories.html import as_page, plain_page
from dashboards.stories.links import PROOF
from dashboards.stories.site import Site
from dashboards.stories.store_rows import Read, StoreAwayError
from dashboards.stories.story import Page, Story
from dashboards.words import Words
from sinks.threads import Threads

log = logging.getLogger(__name__)

_AWAY = Words("数据库暂时无法访问", "The database does not answer")
_AWAY_WHAT = Words(
    "告警和判定照常进行，只是暂时查不到明细。请过一会儿刷新本页。",
    "Alerts and verdicts go on; only their details cannot be looked up now. "
    "Load this page again in a while.",
)
_RETRY_S = "15"

#: How long a question under way is waited for when the pages close.
_LAST_ANSWER_S = 0.5


class StoryPages(Struct, frozen=True, kw_only=True):
    """What the pages are made with. `read` and `now` are called from one thread, never twice at
    once; `now` may ask the store."""

    site: Site
    read: Read
    now: Callable[[], float] = time.time
    patience_s: float = 10.0


def add_stories(app: web.Application, pages: StoryPages) -> None:
    """Adds the two routes; styles are the wall's, so `app` is the wall's too."""
    served = _Served(pages)
    app.router.add_get("/explain/{key:.+}", served.explain)
    app.router.add_get("/trace/{key:.+}", served.trace)
    app.on_startup.append(served.start)
    app.on_cleanup.append(served.stop)


class _Served:
    def __init__(self, pages: StoryPages) -> None:
        self._pages = pages
        self._threads: Threads | None = None

    async def start(self, _: web.Application) -> None:
        self._threads = Threads(1, "stories")

    async def stop(self, _: web.Application) -> None:
        if self._threads is not None:
            await self._threads.close(_LAST_ANSWER_S)

    async def explain(self, request: web.Request) -> web.Response:
        return await self._answer(request, Page.EXPLAIN)

    async def trace(self, request: web.Request) -> web.Response:
        return await self._answer(request, Page.TRACE)

    async def _answer(self, request: web.Request, page: Page) -> web.Response:
        assert self._threads is not None
        language = language_of(request, self._pages.site.language)
        # Relative, so that the pages stand under any prefix a proxy puts before them.
        root = "../" * (request.rel_url.raw_path.count("/") - 1)
        key = request.match_info["key"]
        try:
            story: Story = await asyncio.wait_for(
                self._threads.run(self._tell, page, key, language), self._pages.patience_s
            )
        except (StoreAwayError, TimeoutError) as error:
            log.warning("no answer for /%s: %s", page, error or "no answer in time")
            title, sentence = (getattr(words, language) for words in (_AWAY, _AWAY_WHAT))
            body = plain_page(title, sentence, language, root)
            return _html(body, 503, {"Retry-After": _RETRY_S})
        return _html(
            as_page(story, root, request.query.get(PROOF, "")), 200 if story.found else 404, {}
        )

    def _tell(self, page: Page, key: str, language: Literal["zh", "en"]) -> Story:
        pages = self._pages
        return tell(pages.read, pages.site, page, key, pages.now(), language)


def _html(body: bytes, status: int, headers: dict[str, str]) -> web.Response:
    response = web.Response(body=body, status=status, headers=headers)
    response.headers["Content-Type"] = "text/html; charset=utf-8"
    response.headers["Cache-Control"] = "no-store"
    return response
