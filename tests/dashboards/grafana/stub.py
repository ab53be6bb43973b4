"""A Grafana in small, over real HTTP: keeps what it is sent, and every request it got.

Answers as Grafana's HTTP API documents it, as far as `push` asks. Owns nothing of hallwatch's:
what the requests have to look like is the tests' business.
"""

import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import web
from msgspec import Struct

TOKEN = "glsa_right"

Json = dict[str, Any]


class Request(Struct, frozen=True):
    method: str
    path: str  #: with its query
    headers: dict[str, str]
    body: Any


class Grafana:
    """What it has, and how it is minded; tests set both."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.version = "13.2.0"
        self.plugins = {"grafana-clickhouse-datasource"}
        self.forbidden: set[str] = set()  #: "POST /api/folders": answered with 403
        self.answers: dict[str, tuple[int, Json | list[Json]]] = {}  #: the same, with this
        self.gone: set[str] = set()  #: paths this version does not have
        self.folders: dict[str, Json] = {}
        self.sources: dict[str, Json] = {}
        self.dashboards: dict[str, Json] = {}  #: uid → {"meta", "dashboard", "messages"}
        self.contacts: dict[str, Json] = {}
        self.playlists: dict[str, Json] = {}
        self.url = ""

    def sent(self, *methods: str) -> list[tuple[str, str]]:
        return [(one.method, one.path) for one in self.requests if one.method in methods]

    # -- routes --------------------------------------------------------------------------

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._door])
        app.router.add_get("/api/health", self._health)
        app.router.add_get("/api/org", self._org)
        app.router.add_get("/api/plugins/{id}/settings", self._plugin)
        app.router.add_get("/api/folders/{uid}", self._get(self.folders))
        app.router.add_post("/api/folders", self._make(self.folders))
        app.router.add_put("/api/folders/{uid}", self._put(self.folders))
        app.router.add_get("/api/datasources/uid/{uid}", self._source)
        app.router.add_post("/api/datasources", self._make(self.sources))
        app.router.add_put("/api/datasources/uid/{uid}", self._put(self.sources))
        app.router.add_get("/api/dashboards/uid/{uid}", self._get(self.dashboards))
        app.router.add_get("/api/dashboards/uid/{uid}/versions", self._versions)
        app.router.add_post("/api/dashboards/db", self._save)
        app.router.add_get("/api/v1/provisioning/contact-points", self._list(self.contacts))
        app.router.add_post("/api/v1/provisioning/contact-points", self._make(self.contacts))
        app.router.add_put("/api/v1/provisioning/contact-points/{uid}", self._put(self.contacts))
        app.router.add_get("/api/playlists", self._list(self.playlists))
        app.router.add_get("/api/playlists/{uid}", self._get(self.playlists))
        app.router.add_post("/api/playlists", self._make(self.playlists))
        app.router.add_put("/api/playlists/{uid}", self._put(self.playlists))
        return app

    @web.middleware
    async def _door(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        raw = await request.read()
        body = json.loads(raw) if raw and raw != b"null" else None
        self.requests.append(Request(request.method, request.path_qs, dict(request.headers), body))
        named = f"{request.method} {request.path}"
        if named in self.answers:
            status, said = self.answers[named]
            return web.json_response(said, status=status)
        if request.path in self.gone:
            return web.json_response({"message": "Not found"}, status=404)
        if request.path != "/api/health":
            if request.headers.get("Authorization") != f"Bearer {TOKEN}":
                return web.json_response({"message": "Invalid API key"}, status=401)
            if named in self.forbidden:
                return web.json_response(
                    {"message": "You'll need additional permissions"}, status=403
                )
        return await handler(request)

    async def _health(self, _: web.Request) -> web.Response:
        return web.json_response({"database": "ok", "version": self.version})

    async def _org(self, _: web.Request) -> web.Response:
        return web.json_response({"id": 1, "name": "Main Org."})

    async def _plugin(self, request: web.Request) -> web.Response:
        if request.match_info["id"] not in self.plugins:
            return web.json_response({"message": "Plugin not found"}, status=404)
        return web.json_response({"id": request.match_info["id"], "enabled": True})

    async def _source(self, request: web.Request) -> web.Response:
        found = self.sources.get(request.match_info["uid"])
        if found is None:
            return web.json_response({"message": "Data source not found"}, status=404)
        shown = {key: value for key, value in found.items() if key != "secureJsonData"}
        fields = dict.fromkeys(found.get("secureJsonData", {}), True)
        return web.json_response(shown | {"id": 7, "orgId": 1, "secureJsonFields": fields})

    async def _versions(self, request: web.Request) -> web.Response:
        messages = self.dashboards[request.match_info["uid"]]["messages"]
        return web.json_response({"versions": [{"message": text} for text in messages[:1]]})

    async def _save(self, request: web.Request) -> web.Response:
        body = await request.json()
        board = body["dashboard"]
        before = self.dashboards.get(board["uid"], {"messages": []})
        self.dashboards[board["uid"]] = {
            "meta": {"folderUid": body["folderUid"], "provisioned": False},
            # Grafana rewrites what it is given.
            "dashboard": board | {"id": 3, "version": 4, "schemaVersion": 99},
            "messages": [body["message"], *before["messages"]],
        }
        return web.json_response({"status": "success", "uid": board["uid"]})

    # -- what all have in common ---------------------------------------------------------

    def _get(self, kept: dict[str, Json]) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def get(request: web.Request) -> web.Response:
            found = kept.get(request.match_info["uid"])
            if found is None:
                return web.json_response({"message": "not found"}, status=404)
            return web.json_response(found)

        return get

    def _list(self, kept: dict[str, Json]) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def listed(_: web.Request) -> web.Response:
            return web.json_response(list(kept.values()))

        return listed

    def _make(self, kept: dict[str, Json]) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def make(request: web.Request) -> web.Response:
            body = await request.json()
            # A playlist is given its uid here.
            uid = body.get("uid") or f"made{len(kept) + 1}"
            kept[uid] = body | {"uid": uid}
            return web.json_response(kept[uid])

        return make

    def _put(self, kept: dict[str, Json]) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def put(request: web.Request) -> web.Response:
            uid = request.match_info["uid"]
            kept[uid] = kept[uid] | await request.json() | {"uid": uid}
            return web.json_response({"message": "updated"}, status=202)

        return put


@contextmanager
def serving(grafana: Grafana) -> Iterator[Grafana]:
    """In a thread of its own: the client blocks."""
    import asyncio

    loop = asyncio.new_event_loop()
    runner = web.AppRunner(grafana.app())

    async def start() -> None:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        grafana.url = f"http://127.0.0.1:{runner.addresses[0][1]}"

    loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield grafana
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
