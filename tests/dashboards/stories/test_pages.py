"""The two pages over HTTP: any key, nothing found, ClickHouse away or silent, nothing blocked."""

import asyncio
import threading
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import ClientSession, ClientTimeout, web
from yarl import URL

from dashboards.settings import WallSettings
from dashboards.stories.links import path_of
from dashboards.stories.pages import StoryPages, add_stories
from dashboards.stories.store_rows import Read, StoreAwayError
from dashboards.stories.story import Page
from dashboards.wall import wall_app
from schemas.outcomes import AlertState
from sinks.clickhouse import open_client
from streams.worker_stories import reading_of
from tests.dashboards.stores import Store
from tests.dashboards.stories.day import EVENING, SITE, WAIT_ALERT, alert_of, reading, whole_day

PATIENCE = ClientTimeout(total=30)
SILENT = "source-silent"

JOURNEYS = {
    "plain": "A1",
    "slashes": "hall.events/3",
    "a slash at either end": "/x/",
    "a number sign and a question mark": "queue #1?lang=en&x",
    "per cent": "50%2Fx%",
    "Chinese": "urn:大厅/取号#1号",
    "quotes and markup": "\"'<b>&amp;",
    "dots": "a/../b/./c",
    "plus and space": "a+b c",
}


class Pages:
    """The pages beside a wall, over whatever reads."""

    def __init__(self, store: Store, read: Read, patience_s: float = 10.0) -> None:
        app = wall_app(WallSettings(), store.ask)
        pages = StoryPages(site=SITE, read=read, now=lambda: EVENING, patience_s=patience_s)
        add_stories(app, pages)
        self.runner = web.AppRunner(app)
        self.url = ""
        self.session: ClientSession

    async def start(self) -> "Pages":
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}/"
        self.session = ClientSession(timeout=PATIENCE)
        return self

    async def get(self, path: str) -> tuple[int, str]:
        async with self.session.get(URL(self.url + path, encoded=True)) as response:
            assert response.content_type == "text/html"
            assert response.headers["Cache-Control"] == "no-store"
            assert "default-src 'none'" in response.headers["Content-Security-Policy"]
            return response.status, await response.text()

    async def stop(self) -> None:
        await self.session.close()
        await self.runner.cleanup()


@pytest.fixture
async def pages(store: Store) -> AsyncIterator[Pages]:
    pages = await Pages(store, reading(store)).start()
    yield pages
    await pages.stop()


@pytest.mark.parametrize("case", JOURNEYS)
async def test_any_alert_is_found_by_its_link(pages: Pages, store: Store, case: str) -> None:
    journey = JOURNEYS[case]
    key = f"{SILENT}/{journey}/1"
    store.put([alert_of(key, AlertState.BREACHED, started_at="09:00", breached_at="09:02")])
    status, page = await pages.get(path_of(Page.EXPLAIN, key))
    assert status == 200
    assert "数据源失联" in page
    assert "<b>&amp;" not in page
    if ".." not in key:  # a client may resolve those itself, before it asks
        assert (await pages.get(f"explain/{quote(key)}"))[0] == 200


async def test_the_language_is_chinese_unless_asked_otherwise(pages: Pages, store: Store) -> None:
    store.put(whole_day())
    path = path_of(Page.EXPLAIN, WAIT_ALERT)
    assert '<html lang="zh-CN">' in (await pages.get(path))[1]
    english = (await pages.get(f"{path}?lang=en"))[1]
    assert '<html lang="en">' in english
    assert "Appointment wait" in english
    assert (await pages.get(f"{path}?lang=xx"))[1] == (await pages.get(path))[1]


@pytest.mark.parametrize(
    "path",
    [
        "explain/online-first-response/C9/1",
        "trace/A9",
        "trace/%FF%00",
        "trace/%ED%A0%80",
        "trace/%",
        "trace/" + "x" * 4000,
        "explain/'%20OR%201=1",
    ],
)
async def test_what_is_not_known_is_a_page_that_says_so(pages: Pages, path: str) -> None:
    status, page = await pages.get(path)
    assert status == 404
    assert "没有找到" in page


async def test_links_are_relative_so_that_a_proxy_may_put_a_prefix_before(
    pages: Pages, store: Store
) -> None:
    store.put(whole_day())
    shallow = (await pages.get(path_of(Page.EXPLAIN, WAIT_ALERT)))[1]
    assert 'href="../page/story.css"' in shallow
    deep = (await pages.get(f"explain/{WAIT_ALERT}"))[1]
    assert 'href="../../../page/story.css"' in deep


async def test_clickhouse_away_is_a_page_that_says_so(store: Store) -> None:
    def read(sql: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        raise StoreAwayError("connection refused")

    pages = await Pages(store, read).start()
    try:
        status, page = await pages.get("trace/A1")
        assert (status, "数据库暂时无法访问" in page) == (503, True)
        assert "The database does not answer" in (await pages.get("trace/A1?lang=en"))[1]
    finally:
        await pages.stop()


async def test_a_server_that_is_not_there_is_away(store: Store, unused_port: int) -> None:
    dsn = f"http://127.0.0.1:{unused_port}/"
    read = reading_of(lambda: open_client(dsn, wait=timedelta(0)))
    pages = await Pages(store, read).start()
    try:
        assert (await pages.get("explain/x/y/1"))[0] == 503
    finally:
        await pages.stop()


async def test_a_question_that_hangs_blocks_nothing_and_is_given_up(store: Store) -> None:
    over, asked = threading.Event(), threading.Semaphore(0)
    asking: list[int] = []
    most: list[int] = []

    def read(sql: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        asking.append(1)
        most.append(len(asking))
        asked.release()
        over.wait()
        asking.pop()
        return []

    pages = await Pages(store, read, patience_s=0.2).start()
    try:
        several = [asyncio.create_task(pages.get(f"trace/A{number}")) for number in range(3)]
        await asyncio.to_thread(asked.acquire)
        async with pages.session.get(pages.url) as response:  # the wall goes on meanwhile
            assert response.status == 200
        assert [status for status, _ in await asyncio.gather(*several)] == [503, 503, 503]
        assert most == [1], "one story at a time; what was given up is never asked"
    finally:
        over.set()
        await pages.stop()
