"""The wall's server over a real engine: stream, staleness, headers, files, escaping."""

import asyncio
from typing import Any

import msgspec
import pytest
from aiohttp import ClientConnectorError, ClientSession, web
from yarl import URL

from dashboards.wall import FEED, replayed_now, serve_wall, wall_app
from schemas.outcomes import EventRow, Status
from sinks.clickhouse import open_client
from sinks.migrate import migrate
from sinks.tables import TableSettings
from tests.dashboards.rows import at, verdict
from tests.dashboards.stores import Store
from tests.dashboards.streamed import HOSTILE, NOW, PATIENCE, SETTINGS, Wall, breach, events, until


async def test_the_stream_says_the_hall_and_then_every_change(wall: Wall) -> None:
    wall.store.put([breach(1)])
    async with ClientSession(timeout=PATIENCE) as session, session.get(wall.url + "stream") as got:
        assert got.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        stream = events(got)
        name, hall = await anext(stream)
        assert name == "hall"
        assert hall["sections"] == [{"code": "shebao", "zh": "社会保险", "en": HOSTILE}]
        name, first = await anext(stream)
        assert name == "snapshot"
        assert [row["journey"] for row in first["figures"]["breaches"]] == ["A1"]
        assert first["stale"] == {}
        await asyncio.to_thread(wall.store.put, [breach(2)])
        changed = await until(got, lambda s: len(s["figures"]["breaches"]) == 2)
        assert changed["round"] > first["round"]
        assert changed["figures"]["alerts"][0]["breached"] == 2


async def test_all_who_watch_share_one_round(wall: Wall) -> None:
    async with ClientSession(timeout=PATIENCE) as session:
        streams = [await session.get(wall.url + "stream") for _ in range(5)]
        for stream in streams:
            await until(stream, lambda s: s["round"] >= 4)
        # One more may be under way.
        assert wall.rounds_asked <= wall.app[FEED].newest_round + 1
        for stream in streams:
            stream.close()


async def test_a_failing_question_is_stale_and_stops_nothing(wall: Wall) -> None:
    wall.store.put([breach(1)])
    async with ClientSession(timeout=PATIENCE) as session, session.get(wall.url + "stream") as got:
        await until(got, lambda s: not s["stale"])
        wall.fail = lambda sql: "alerts" in sql
        stale = await until(got, lambda s: s["stale"])
        # Those that are asked every round; others of the alerts may be due in this one, too.
        always = {"alerts", "breaches", "warnings"}
        assert always <= set(stale["stale"]) <= always | {"standing", "sources"}
        assert stale["stale"]["alerts"] == "ConnectionError: the line to ClickHouse is cut"
        # What was known stays on the wall, said to be old; the rest moves on.
        assert [row["journey"] for row in stale["figures"]["breaches"]] == ["A1"]
        wait = verdict("walk-in-wait", "W1", "shebao", Status.WAITING, started_at="09:50")
        await asyncio.to_thread(wall.store.put, [wait])
        await until(got, lambda s: s["stale"] and s["figures"]["queue"])
        wall.fail = lambda sql: False
        await until(got, lambda s: not s["stale"])


async def test_a_clock_that_cannot_be_read_is_stale_too(wall: Wall) -> None:
    def broken() -> float:
        raise TimeoutError("no event yet")

    app = wall_app(SETTINGS, wall.store.ask, broken)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    async with (
        ClientSession(timeout=PATIENCE) as session,
        session.get(f"http://{host}:{port}/api/snapshot.json") as got,
    ):
        snapshot = await got.json()
    await runner.cleanup()
    assert set(snapshot["stale"].values()) == {"TimeoutError: no event yet"}


async def test_a_snapshot_asked_after_a_quiet_time_is_new(wall: Wall) -> None:
    async with ClientSession(timeout=PATIENCE) as session:
        first = await (await session.get(wall.url + "api/snapshot.json")).json()
        deadline = asyncio.get_running_loop().time() + 30
        # The feed goes to rest by itself and tells nobody.
        while not wall.app[FEED].resting:
            assert asyncio.get_running_loop().time() < deadline
            await asyncio.sleep(0.01)
        wall.now = at("11:00")
        later = await (await session.get(wall.url + "api/snapshot.json")).json()
    assert (first["now"], later["now"]) == (NOW, at("11:00"))


async def test_the_wall_of_history_lives_in_the_newest_events_time(store: Store) -> None:
    event = EventRow(
        source="/q",
        id="1",
        type="ticket.called",
        subject="t",
        time="1999-01-04T09:30:00+08:00",
        ingest_at=NOW,
        partition=0,
        offset=0,
        data="{}",
    )
    store.put([event])
    assert replayed_now(store.ask)() == pytest.approx(915413400.0)


async def test_the_page_carries_no_data_and_may_load_nothing_from_elsewhere(wall: Wall) -> None:
    async with ClientSession(timeout=PATIENCE) as session, session.get(wall.url) as got:
        page = await got.text()
        policy = got.headers["Content-Security-Policy"]
    assert "http://" not in page
    assert "https://" not in page
    assert HOSTILE not in page
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert got.headers["X-Content-Type-Options"] == "nosniff"


FILES = (
    "page/wall.js",
    "page/section.js",
    "page/theme.css",
    "page/wall.css",
    "vendor/echarts-6.1.0.js",
    "vendor/noto-sans-sc-600.woff2",
)


@pytest.mark.parametrize("path", FILES)
async def test_a_file_the_browser_holds_is_not_sent_again(wall: Wall, path: str) -> None:
    async with ClientSession(timeout=PATIENCE) as session:
        first = await session.get(wall.url + path)
        assert first.status == 200
        assert await first.read()
        held = {"If-None-Match": first.headers["ETag"]}
        again = await session.get(wall.url + path, headers=held)
        assert (again.status, await again.read()) == (304, b"")


@pytest.mark.parametrize(
    "path", ["page/../wall.py", "page/%2e%2e/wall.py", "vendor/rebuild.sh", "page/", "wall.py"]
)
async def test_nothing_but_the_walls_own_files_is_served(wall: Wall, path: str) -> None:
    async with (
        ClientSession(timeout=PATIENCE) as session,
        session.get(URL(wall.url + path, encoded=True)) as got,
    ):
        assert got.status == 404


async def test_a_wall_with_watchers_stops_at_once(wall: Wall) -> None:
    async with ClientSession(timeout=PATIENCE) as session, session.get(wall.url + "stream") as got:
        await until(got, lambda s: s["round"] >= 1)
        stopping = asyncio.create_task(wall.runner.cleanup())
        # The stream ends of itself; were it held open, the session's deadline would strike.
        async for _ in events(got):
            pass
        await stopping


async def test_the_wall_can_be_a_part_of_another_application(store: Store) -> None:
    whole = web.Application()
    whole.add_subapp("/wall/", wall_app(SETTINGS, store.ask, lambda: NOW))
    runner = web.AppRunner(whole)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = "http://{}:{}/wall/".format(*runner.addresses[0][:2])
    async with ClientSession(timeout=PATIENCE) as session:
        async with session.get(url) as page:
            assert page.status == 200
            assert "Content-Security-Policy" in page.headers
        async with session.get(url + "page/wall.js") as module:
            assert module.status == 200
        async with session.get(url + "stream") as got:
            assert (await until(got, lambda s: True))["now"] == NOW
    await runner.cleanup()


async def test_the_wall_alone_over_a_server(embedded_server: str, unused_port: int) -> None:
    """As `hallwatch wall` runs it: a client to a ClickHouse over HTTP, here empty."""
    client = await asyncio.to_thread(open_client, embedded_server)
    await asyncio.to_thread(migrate, client, TableSettings())
    settings = msgspec.structs.replace(SETTINGS, port=unused_port)
    wall = asyncio.create_task(serve_wall(settings, client))
    try:
        async with ClientSession(timeout=PATIENCE) as session:
            url = f"http://127.0.0.1:{unused_port}/api/snapshot.json"
            snapshot = await first_answer(session, url)
        assert snapshot["stale"] == {}
        assert snapshot["figures"]["queue"] == []
    finally:
        wall.cancel()
        await asyncio.gather(wall, return_exceptions=True)
        client.close()


async def first_answer(session: ClientSession, url: str) -> Any:
    """The answer of a server that may still be starting; the session has the deadline."""
    deadline = asyncio.get_running_loop().time() + 30
    while True:
        try:
            async with session.get(url) as got:
                return await got.json()
        except ClientConnectorError:
            assert asyncio.get_running_loop().time() < deadline
            await asyncio.sleep(0.05)
