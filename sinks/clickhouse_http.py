"""The embedded engine behind ClickHouse's HTTP interface.

Owns the transport: addresses, bodies, passwords, statuses, headers. What a request means
is `sinks.http_request`; running it is `sinks.engine`. `hallwatch demo` serves its engine
with it, so that `hallwatch query`, a Grafana or another worker reach it while the demo
holds the folder; tests use it as a server. Invariant: a read-only server writes nothing.

What it does not show of a real server: users and grants (there is one optional
password), sessions, progress headers, results sent while they are computed, the native
block compression of `compress=1`.
"""

import asyncio
import hmac
import json
import logging
import uuid
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from aiohttp import web
from msgspec import Struct

from sinks.compression import BadBodyError, BodyTooLargeError, choose, pack, unpack
from sinks.engine import Answer, Engine, EngineError
from sinks.http_request import Query, RefusedQuery, understand

log = logging.getLogger(__name__)

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
#: Status by error code, as ClickHouse maps them; 500 for the rest.
_STATUS = {
    **dict.fromkeys((6, 25, 26, 27, 36, 38, 41, 44, 53, 62, 69, 72, 117, 321, 427), 400),
    **dict.fromkeys((46, 47, 50, 56, 60, 63, 73, 81, 115), 404),
    **dict.fromkeys((192, 193, 497, 516), 403),
    48: 501,
    159: 408,
    194: 401,
    307: 413,
}


class ServeSettings(Struct, frozen=True, kw_only=True):
    host: str = "127.0.0.1"
    port: int = 0  #: 0: any free one, see `ClickHouseHttp.port`
    read_only: bool = True
    password: str = ""  #: of any user; "" asks for none
    threads: int = 8  #: queries at the same time
    max_body_bytes: int = 256 * 1024 * 1024


class ClickHouseHttp:
    """Serves the engine in `folder` between `start` and `stop`."""

    def __init__(self, folder: Path, settings: ServeSettings | None = None) -> None:
        self._folder = folder
        self._settings = settings or ServeSettings()
        self._threads = ThreadPoolExecutor(self._settings.threads, thread_name_prefix="chdb")
        self._runner: web.AppRunner | None = None
        self._engine: Engine | None = None
        self.port = self._settings.port

    @property
    def dsn(self) -> str:
        """The setting that reaches this server (without the password)."""
        return f"http://{self._settings.host}:{self.port}/default"

    async def start(self) -> None:
        """Raises ClickHouseAwayError (the engine) or OSError (the port)."""
        loop = asyncio.get_running_loop()
        self._engine = await loop.run_in_executor(self._threads, Engine, self._folder)
        app = web.Application(client_max_size=self._settings.max_body_bytes)
        app.router.add_get("/ping", self._ping)
        app.router.add_route("*", "/", self._answer)
        # Bodies are unpacked here: aiohttp knows neither lz4 nor frames in a row.
        self._runner = web.AppRunner(app, auto_decompress=False, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._settings.host, self.port)
        try:
            await site.start()
        except OSError:
            await self.stop()
            raise
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        await asyncio.to_thread(self._threads.shutdown)
        if self._engine is not None:
            await asyncio.to_thread(self._engine.close)

    async def _ping(self, _: web.Request) -> web.Response:
        return web.Response(text="Ok.\n")

    async def _answer(self, request: web.Request) -> web.Response:
        if not self._is_welcome(request):
            return _error(497, "requests from web pages or for other hosts are not served here")
        url = dict(request.query)
        if not self._knows_password(request.headers, url):
            return _error(516, "Authentication failed: password is incorrect")
        try:
            body = await self._body(request, url)
        except BodyTooLargeError:
            return _error(307, f"the body is over {self._settings.max_body_bytes} bytes")
        except BadBodyError as error:
            return _error(117, f"the body cannot be unpacked: {error}")
        # As in ClickHouse: a GET changes nothing.
        read_only = self._settings.read_only or request.method != "POST"
        if not body.strip() and not url.get("query"):
            return web.Response(text="Ok.\n")
        query = understand(url, request.headers, body, read_only=read_only)
        if isinstance(query, RefusedQuery):
            code, name = query.error
            return _error(code, f"{query.message}. ({name})")
        return await self._run(query, request)

    async def _run(self, query: Query, request: web.Request) -> web.Response:
        engine = self._engine
        if engine is None:
            raise RuntimeError("asked before start")
        try:
            answer = await asyncio.get_running_loop().run_in_executor(
                self._threads, engine.run, query
            )
        except EngineError as error:
            return _error(error.code, str(error))
        headers = _headers(query, answer, request.query.get("query_id", ""), engine)
        body = answer.body
        encoding = choose(request.headers.get("Accept-Encoding", "")) if query.packs else ""
        if encoding:
            headers["Content-Encoding"] = encoding
            body = await asyncio.to_thread(pack, body, encoding)
        return web.Response(body=body, headers=headers)

    async def _body(self, request: web.Request, url: dict[str, str]) -> bytes:
        """The SQL or the rows; fields of a form join the parameters of the URL."""
        if request.content_type == "multipart/form-data":
            form = await request.post()
            url.update({name: value for name, value in form.items() if isinstance(value, str)})
            return b""
        try:
            raw = await request.read()
        except web.HTTPRequestEntityTooLarge:
            raise BodyTooLargeError from None
        encoding = request.headers.get("Content-Encoding", "").lower()
        return await asyncio.to_thread(unpack, raw, encoding, self._settings.max_body_bytes)

    def _is_welcome(self, request: web.Request) -> bool:
        """A page open in a browser on this machine must not reach the engine: neither by
        a request of its own (Origin) nor under a name that points here (Host)."""
        if "Origin" in request.headers or request.headers.get("Sec-Fetch-Site") == "cross-site":
            return False
        return self._settings.host not in _LOOPBACK or request.url.host in _LOOPBACK

    def _knows_password(self, headers: Mapping[str, str], url: dict[str, str]) -> bool:
        given = headers.get("X-ClickHouse-Key") or url.get("password") or ""
        scheme, _, value = headers.get("Authorization", "").partition(" ")
        if scheme == "Basic":
            try:
                given = b64decode(value).decode().partition(":")[2]
            except (NotBase64, UnicodeDecodeError):
                return False
        wanted = self._settings.password
        return not wanted or hmac.compare_digest(given.encode(), wanted.encode())


def _headers(query: Query, answer: Answer, query_id: str, engine: Engine) -> dict[str, str]:
    wrote = query.statement.kind == "INSERT"
    summary = {
        "read_rows": "0" if wrote else str(answer.rows),
        "read_bytes": "0" if wrote else str(answer.bytes),
        "written_rows": str(answer.rows) if wrote else "0",
        "written_bytes": str(answer.bytes) if wrote else "0",
        "elapsed_ns": str(int(answer.seconds * 1e9)),
    }
    headers = {
        "X-ClickHouse-Summary": json.dumps(summary),
        "X-ClickHouse-Timezone": engine.time_zone,
        "X-ClickHouse-Server-Display-Name": "hallwatch",
        "X-ClickHouse-Query-Id": _one_line(query_id) or str(uuid.uuid4()),
        "Content-Type": "text/plain; charset=UTF-8",
    }
    if query.statement.answers:
        # Clients tell by this header whether a statement has a result.
        headers["X-ClickHouse-Format"] = query.format
    return headers


def _error(code: int, message: str) -> web.Response:
    text = message if message.startswith("Code: ") else f"Code: {code}. DB::Exception: {message}"
    return web.Response(
        status=_STATUS.get(code, 500),
        text=text + "\n",
        headers={"X-ClickHouse-Exception-Code": str(code)},
    )


def _one_line(text: str) -> str:
    return "".join(character for character in text if character.isprintable())
