"""The pages and the API of acts beside a wall, over a register whose parts are at hand.

Called by the tests of this folder. Invariant: what a test sees of HTTP is what a phone would.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import ClientSession, ClientTimeout, web
from yarl import URL

from dashboards.acts.api import add_act_api
from dashboards.acts.pages import ActPages, add_act_pages
from dashboards.settings import WallSettings
from dashboards.stories.store_rows import StoreAwayError
from dashboards.wall import wall_app
from schemas.acting import (
    ActKind,
    Asked,
    Entered,
    Filled,
    Opened,
    OpenedList,
    Refused,
    SilenceAsked,
)
from schemas.outcomes import AlertRow
from sinks.names import Language
from streams.acts.links import Token, sign
from streams.acts.register import AlertsAwayError
from streams.worker_names import site_names
from tests.acts.parts import KEY, NOW, STAFFED, WAIT, Desk

API_KEY = "a" * 40


def link(kind: ActKind, by: str = "chief-1", alert: str = WAIT, seconds: int = 60) -> str:
    return sign(KEY, Token(kind, alert, by, int(NOW) + seconds, "sec-03", 3))


class OpenDesk:
    """The desk the wiring would give, over `Desk`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def opened(self, text: str) -> Opened | Refused:
        return await self._desk.register.opened(text)

    async def opened_list(self, text: str) -> OpenedList | Refused:
        try:
            return await self._desk.register.opened_list(text)
        except AlertsAwayError as error:
            raise StoreAwayError(str(error)) from error

    async def enter_by_link(self, text: str, filled: Filled) -> Entered | Refused:
        return await self._desk.register.enter_by_link(text, filled)

    async def enter(self, asked: Asked) -> Entered | Refused:
        try:
            return await self._desk.register.enter(asked)
        except AlertsAwayError as error:
            raise StoreAwayError(str(error)) from error

    async def silence(self, asked: SilenceAsked) -> Entered | Refused:
        return await self._desk.register.silence(asked)

    async def listed(self, only_open: bool, section: str) -> Sequence[AlertRow]:
        rows = list((self._desk.alerts.rows or {}).values())
        return [row for row in rows if section in ("", row.section)]


def acts_app(desk: Desk) -> web.Application:
    def ask(_: str) -> list[dict[str, Any]]:
        return []

    app = wall_app(WallSettings(), ask)
    names = {language: site_names(STAFFED, language) for language in Language}
    add_act_pages(app, ActPages(desk=OpenDesk(desk), names=names, language="zh"))
    add_act_api(app, OpenDesk(desk), API_KEY.encode())
    return app


class Phone:
    """Opens pages and presses buttons."""

    def __init__(self, desk: Desk) -> None:
        self._runner = web.AppRunner(acts_app(desk))
        self.session: ClientSession
        self.url = ""

    async def __aenter__(self) -> "Phone":
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/"
        self.session = ClientSession(timeout=ClientTimeout(total=30))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()
        await self._runner.cleanup()

    async def look(self, path: str, method: str = "GET") -> tuple[int, str]:
        async with self.session.request(method, URL(self.url + path, encoded=True)) as answer:
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "form-action 'self'" in policy
            return answer.status, await answer.text()

    async def press(self, path: str, **form: str) -> tuple[int, str]:
        async with self.session.post(URL(self.url + path, encoded=True), data=form) as answer:
            return answer.status, await answer.text()

    async def call(
        self, method: str, path: str, body: object = None, key: str = API_KEY
    ) -> tuple[int, Any]:
        headers: Mapping[str, str] = {"Authorization": f"Bearer {key}"} if key else {}
        address = URL(self.url + path, encoded=True)
        async with self.session.request(method, address, json=body, headers=headers) as answer:
            return answer.status, await answer.json()
