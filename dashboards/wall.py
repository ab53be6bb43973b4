"""The wall over HTTP: its two pages, their streams of snapshots, its files.

Owns the routes and their headers. Figures come from `feed`; where to listen is the
caller's matter. Mounted by the worker (`wall_app`) or run alone (`serve_wall`, for
`hallwatch wall`). Invariant: the page loads nothing from beyond this server, and no data
is ever put into HTML here.
"""

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
from aiohttp import web

from dashboards.assets import Asset, answer, load_assets
from dashboards.directory import directory
from dashboards.feed import Ask, Feed, FeedClosed, Now, Shown
from dashboards.panel import Panel
from dashboards.panels import HALL_WALL, PANELS, SECTION
from dashboards.settings import WallSettings

#: The page may only talk to, and load from, the server it came from.
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
        "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}

#: How soon a browser tries again, and how long the stream is ever silent.
_RETRY_MS, _HEARTBEAT_S = 1000, 5.0

FEED = web.AppKey("feed", Feed)  #: of the whole hall
SECTION_FEED = web.AppKey("section-feed", Feed)  #: of all sections; each watcher gets his own
_THREAD = web.AppKey("thread", ThreadPoolExecutor)
_ASSETS = web.AppKey("assets", dict[str, Asset])
_HALL = web.AppKey("hall", bytes)


def wall_app(
    settings: WallSettings,
    ask: Ask,
    now: Now = time.time,
    panels: Sequence[Panel] = HALL_WALL,
) -> web.Application:
    """The wall as a sub-application. `ask` and `now` are called from one thread of the
    wall's own, never twice at once; it starts and stops with the application.
    """
    app = web.Application()
    app[_THREAD] = ThreadPoolExecutor(1, thread_name_prefix="wall")
    app[FEED] = Feed(settings, ask, now, panels, app[_THREAD])
    app[SECTION_FEED] = Feed(settings, ask, now, SECTION, app[_THREAD])
    app[_ASSETS] = load_assets()
    app[_HALL] = msgspec.json.encode(directory(settings, PANELS))
    app.router.add_get("/", _page)
    app.router.add_get("/section/{code}", _section_page)
    app.router.add_get("/stream", _stream)
    app.router.add_get("/api/snapshot.json", _snapshot)
    app.router.add_get("/api/hall.json", _hall)
    app.router.add_get("/{path:(?:page|vendor)/[^/]+}", _asset)
    app.on_response_prepare.append(_secure)
    app.on_startup.append(_start)
    app.on_shutdown.append(_close)
    app.on_cleanup.append(_stop)
    return app


async def serve_wall(settings: WallSettings, client: Any, now: Now = time.time) -> None:
    """Runs the wall alone over a clickhouse-connect client until cancelled."""
    runner = web.AppRunner(wall_app(settings, asked_of(client), now))
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def asked_of(client: Any) -> Ask:
    """Questions put to a clickhouse-connect client, which must serve nobody else."""

    def ask(sql: str) -> list[dict[str, Any]]:
        return list(client.query(sql).named_results())

    return ask


def replayed_now(ask: Ask) -> Now:
    """The newest event's own time: "now" of a wall that shows history."""

    def now() -> float:
        # By `time`, the source's clock: history was ingested today.
        (row,) = ask("SELECT toUnixTimestamp64Micro(max(time)) / 1000000 AS newest FROM events")
        return float(row["newest"]) or time.time()

    return now


async def _page(request: web.Request) -> web.Response:
    return answer(request, request.app[_ASSETS]["page/index.html"])


async def _section_page(request: web.Request) -> web.Response:
    """The same file for every section; which one it is stands in the address."""
    return answer(request, request.app[_ASSETS]["page/section.html"])


async def _asset(request: web.Request) -> web.Response:
    asset = request.app[_ASSETS].get(request.match_info["path"])
    if asset is None:
        raise web.HTTPNotFound
    return answer(request, asset)


async def _hall(request: web.Request) -> web.Response:
    return web.Response(body=request.app[_HALL], content_type="application/json")


async def _snapshot(request: web.Request) -> web.Response:
    try:
        shown = await _feed_of(request).after(0)
    except FeedClosed as closed:
        raise web.HTTPServiceUnavailable from closed
    response = web.Response(body=_body_of(request, shown), content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _feed_of(request: web.Request) -> Feed:
    return request.app[SECTION_FEED if "section" in request.query else FEED]


def _body_of(request: web.Request, shown: Shown) -> bytes:
    code = request.query.get("section")
    return shown.body if code is None else shown.of_section(code)


async def _stream(request: web.Request) -> web.StreamResponse:
    feed = _feed_of(request)
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/event-stream; charset=utf-8",
            "Cache-Control": "no-store",
            "X-Accel-Buffering": "no",  # a proxy that collects would hold figures back
        }
    )
    await response.prepare(request)
    await response.write(f"retry: {_RETRY_MS}\n\n".encode())
    await response.write(b"event: hall\ndata: " + request.app[_HALL] + b"\n\n")
    seen = 0
    waiting: asyncio.Task[Shown] | None = None
    try:
        while True:
            waiting = waiting or asyncio.create_task(feed.after(seen))
            done, _ = await asyncio.wait({waiting}, timeout=_HEARTBEAT_S)
            if not done:
                await response.write(b": still here\n\n")
                continue
            shown = waiting.result()
            waiting, seen = None, shown.snapshot.round
            body = _body_of(request, shown)
            await response.write(f"id: {seen}\nevent: snapshot\ndata: ".encode() + body + b"\n\n")
    except (ConnectionError, FeedClosed):
        return response
    finally:
        if waiting is not None:
            waiting.cancel()


async def _secure(_: web.Request, response: web.StreamResponse) -> None:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)


async def _start(app: web.Application) -> None:
    app[FEED].start()
    app[SECTION_FEED].start()


async def _close(app: web.Application) -> None:
    await app[FEED].close()
    await app[SECTION_FEED].close()


async def _stop(app: web.Application) -> None:
    await app[FEED].stop()
    await app[SECTION_FEED].stop()
    # A question under way is waited for, so that its engine can close.
    await asyncio.to_thread(app[_THREAD].shutdown, wait=True, cancel_futures=True)
