"""The wall's door: who comes in by password, by a proxy's word or by a link, and who does not."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from aiohttp import ClientSession, encode_basic_auth, web
from aiohttp.web_urldispatcher import PlainResource, PrefixedSubAppResource
from yarl import URL

from dashboards.stories.links import plain_details
from schemas.acting import ActKind
from streams.acts.links import DetailsToken, Token, sign
from streams.door.user_desk import UserRefusedError, add_user, remove_user
from streams.rules.load import load_rulebook
from streams.settings import Settings, SettingsError
from streams.worker_door import OPEN, add_door
from streams.worker_links import details_of
from streams.worker_wall import wall_of
from tests.pipeline.command import done, hallwatch, piped_into
from tests.security.front import ENGINE_PASSWORD
from tests.sinks.served import Served

NAME, PASSWORD = "王科长", "correct horse battery"
KEY, API_KEY = "k" * 40, "a" * 40
ALERT = "online-first-response/C1%2F中/1"


@pytest.fixture
def settings(tmp_path: Path, engine: Served) -> Settings:
    """Of a wall with everything on it."""
    users = tmp_path / "users.json"
    add_user(users, NAME, PASSWORD)
    (tmp_path / "link").write_text(KEY)
    (tmp_path / "api").write_text(API_KEY)
    return Settings(
        clickhouse=engine.dsn("door", f"default:{ENGINE_PASSWORD}@"),
        link_key_file=tmp_path / "link",
        api_key_file=tmp_path / "api",
        wall_users_file=users,
    )


class Visitor:
    def __init__(self, session: ClientSession, url: str) -> None:
        self._session = session
        self.url = url

    async def asks(self, path: str, auth: str = "", **headers: str) -> int:
        address = URL(self.url + path, encoded=True)
        given = {name.replace("_", "-"): text for name, text in headers.items()}
        if auth:
            given["Authorization"] = auth
        async with self._session.get(address, headers=given) as answer:
            if answer.status == 401:
                assert "Content-Security-Policy" in answer.headers
                assert "请先登录" in await answer.text()
            return answer.status


@asynccontextmanager
async def wall(settings: Settings) -> AsyncIterator[Visitor]:
    runner = web.AppRunner(wall_of(settings, load_rulebook()), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with ClientSession() as session:
            yield Visitor(session, f"http://127.0.0.1:{runner.addresses[0][1]}/")
    finally:
        await runner.cleanup()


def login(password: str = PASSWORD, name: str = NAME) -> str:
    return encode_basic_auth(name, password)


async def test_a_name_and_its_password_open_the_wall_and_nothing_else_does(
    settings: Settings,
) -> None:
    async with wall(settings) as visitor:
        for path in ("", "api/hall.json", "section/S01", "trace/A1", "no/such/page"):
            assert await visitor.asks(path) == 401, path
        for wrong in (login("wrong"), login(name="nobody"), login(""), login(PASSWORD + "x")):
            assert await visitor.asks("", wrong) == 401
        for header in (
            "Basic",
            "Basic ???",
            f"Bearer {API_KEY}",
            "Digest a=b",
        ):
            assert await visitor.asks("", Authorization=header) == 401
        assert await visitor.asks("", login()) == 200
        assert await visitor.asks("api/hall.json", login()) == 200
        assert await visitor.asks("", login("wrong")) == 401  # also after somebody was right


async def test_every_route_is_shut_but_those_that_carry_a_proof_of_their_own(
    settings: Settings,
) -> None:
    app = wall_of(settings, load_rulebook())
    shut, opened = set[str](), set[str]()
    for resource in app.router.resources():
        sample = resource.canonical.replace("{alert}", "a").replace("{token}", "t")
        sample = sample.replace("{path}", "page/wall.css").replace("{code}", "S01")
        sample = sample.replace("{key}", "a").replace("{tail}", "x")
        assert isinstance(resource, PlainResource | PrefixedSubAppResource) or "{" not in sample
        (opened if OPEN.fullmatch(sample) else shut).add(resource.canonical)
    assert shut == {
        "/", "/section/{code}", "/stream", "/api/snapshot.json", "/api/hall.json",
        "/explain/{key}", "/trace/{key}",
    }  # fmt: skip
    assert opened == {
        "/{path}", "/act/{token}", "/act/list/{token}", "/api/alerts",
        "/api/alerts/{alert}/acknowledge", "/api/alerts/{alert}/excuse", "/api/silences",
    }  # fmt: skip


async def test_signed_links_and_the_api_ask_for_no_login_but_for_their_proof(
    settings: Settings,
) -> None:
    soon = int(time.time()) + 60
    good = sign(KEY.encode(), Token(ActKind.ACKNOWLEDGE, ALERT, "chief-01", soon, "S01", 0))
    over = sign(KEY.encode(), Token(ActKind.ACKNOWLEDGE, ALERT, "chief-01", soon - 99, "S01", 0))
    async with wall(settings) as visitor:
        assert await visitor.asks(f"act/{good}") == 200
        assert await visitor.asks(f"act/{over}") == 410
        assert await visitor.asks(f"act/{good}x") == 403
        assert await visitor.asks("page/story.css") == 200
        assert await visitor.asks("api/alerts", Authorization=f"Bearer {API_KEY}") == 200
        async with ClientSession() as session, session.get(f"{visitor.url}api/alerts") as answer:
            assert answer.status == 401
            assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_details_in_a_message_open_without_a_login_until_they_expire(
    settings: Settings,
) -> None:
    details = details_of(settings)
    soon = int(time.time()) + 60
    good, over = details(ALERT, soon), details(ALERT, soon - 99)
    before = details_of(Settings(link_key_file=settings.link_key_file))(ALERT, soon)
    others = sign(KEY.encode(), DetailsToken("another", soon))
    act = sign(KEY.encode(), Token(ActKind.EXCUSE, ALERT, "chief-01", soon, "S01", 0))
    forged = sign(b"x" * 40, DetailsToken(ALERT, soon))
    plain = plain_details(ALERT, 0)
    async with wall(settings) as visitor:
        assert await visitor.asks(good) == 404  # let in; there is no such alert
        assert await visitor.asks(f"{good}&lang=en") == 404
        assert await visitor.asks(before) == 404, "sent while the wall asked nobody"
        for wrong in (plain, over, *(f"{plain}?proof={each}" for each in (others, act, forged))):
            assert await visitor.asks(wrong) == 401
        proof = good.partition("?")[2]
        assert await visitor.asks(f"trace/A1?{proof}") == 401
        assert await visitor.asks(f"?{proof}") == 401
        # Of an expired link, and of one from before there was a key: what to do is said.
        for path, helps in ((plain, True), (over, True), ("section/S01", False)):
            async with ClientSession() as session, session.get(visitor.url + path) as answer:
                said = await answer.text()
                assert ("启用登录之前" in said and "later message" in said) is helps, path


async def test_whoever_is_removed_is_out_at_once_and_a_changed_password_counts_at_once(
    settings: Settings,
) -> None:
    users = settings.wall_users_file
    assert users is not None
    async with wall(settings) as visitor:
        assert await visitor.asks("", login()) == 200
        add_user(users, NAME, "another long password")
        assert await visitor.asks("", login()) == 401
        assert await visitor.asks("", login("another long password")) == 200
        add_user(users, "second", "yet another password")
        remove_user(users, NAME)
        assert await visitor.asks("", login("another long password")) == 401
        users.write_text("{")  # nobody new, and nobody out
        assert await visitor.asks("", login("yet another password", "second")) == 200


async def test_a_proxy_is_believed_from_its_address_only(settings: Settings) -> None:
    by_proxy = {"wall_users_file": None, "wall_user_header": "X-Forwarded-User"}

    def behind(proxies: str) -> Settings:
        changed: dict[str, Any] = {**by_proxy, "wall_proxies": proxies}
        return Settings(**{**_fields(settings), **changed})

    async with wall(behind("10.9.0.0/16, 127.0.0.1")) as visitor:
        assert await visitor.asks("", X_Forwarded_User="chief-01") == 200
        assert await visitor.asks("", X_Forwarded_User=" ") == 403
        assert await visitor.asks("") == 403
        assert await visitor.asks("", login()) == 403
        assert await visitor.asks("", X_Remote_User="chief-01") == 403
    async with wall(behind("10.9.0.0/16")) as visitor:
        assert await visitor.asks("", X_Forwarded_User="chief-01") == 403
        said = {"X_Forwarded_User": "chief-01", "X_Forwarded_For": "10.9.0.1"}
        assert await visitor.asks("", "", **said, Forwarded="for=10.9.0.1") == 403


def _fields(settings: Settings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in Settings.__struct_fields__}


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a header that everybody could send": (
        {"wall_user_header": "X-Forwarded-User"}, "HALLWATCH_WALL_PROXIES: go together"),
    "proxies without a header": ({"wall_proxies": "10.0.0.1"}, "go together"),
    "a proxy by its name": (
        {"wall_user_header": "X-U", "wall_proxies": "proxy.example"},
        "HALLWATCH_WALL_PROXIES='proxy.example': must be addresses"),
    "a network that is none": (
        {"wall_user_header": "X-U", "wall_proxies": "10.0.0.1/8"}, "must be addresses"),
    "a header that is none": (
        {"wall_user_header": "X U", "wall_proxies": "10.0.0.1"}, "no name of a header"),
    "no such file": ({"wall_users_file": Path("gone.json")}, "`hallwatch wall-users add NAME`"),
    "a file of something else": ({"wall_users_file": Path(__file__)}, "HALLWATCH_WALL_USERS_FILE"),
}  # fmt: skip


@pytest.mark.parametrize(("changed", "sentence"), WRONG.values(), ids=WRONG)
def test_a_door_that_would_not_hold_is_refused(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SettingsError) as told:
        add_door(web.Application(), Settings(**changed))
    assert sentence in str(told.value)


def test_the_command_adds_shows_and_removes_users(tmp_path: Path) -> None:
    users = tmp_path / "users.json"

    def added(name: str, password: str) -> CompletedProcess[str]:
        return piped_into(f"{password}\n", "wall-users", "add", name, wall_users_file=users)

    assert "may come in now" in done(added("chief-01", PASSWORD))
    assert users.stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in users.read_text()
    assert "has another password now" in done(added("chief-01", PASSWORD))
    assert done(hallwatch("wall-users", "list", wall_users_file=users)) == "chief-01\n"
    short = added("chief-02", "short")
    assert (short.returncode, "fewer than 12" in short.stderr) == (1, True)
    done(hallwatch("wall-users", "remove", "chief-01", wall_users_file=users))
    gone = hallwatch("wall-users", "remove", "chief-01", wall_users_file=users)
    assert (gone.returncode, "no user 'chief-01'" in gone.stderr) == (1, True)
    unset = hallwatch("wall-users", "list")
    assert (unset.returncode, "HALLWATCH_WALL_USERS_FILE: is not set" in unset.stderr) == (2, True)


@pytest.mark.parametrize("name", ["", "a b", "a:b", "x" * 65, "a\x00b"])
def test_a_name_that_cannot_be_one_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserRefusedError, match="no name for a user"):
        add_user(tmp_path / "users.json", name, PASSWORD)
