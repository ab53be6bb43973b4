"""`hallwatch dashboards push` when something is not as it should be: one sentence, and no secret
in any output (the fixture looks)."""

from pathlib import Path

import pytest
from aiohttp import web

from streams import cli_dashboards
from tests.dashboards.grafana.conftest import Push
from tests.dashboards.grafana.stub import TOKEN, Grafana, serving


def one_sentence(err: str) -> str:
    lines = err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("hallwatch dashboards: ")
    return lines[0]


def test_a_wrong_token(push: Push, grafana: Grafana, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("glsa_wrong")
    code, _, err = push()
    assert code == 1
    assert "does not know the token (401)" in one_sentence(err)
    assert grafana.sent("POST", "PUT") == []


def test_a_missing_plugin(push: Push, grafana: Grafana) -> None:
    grafana.plugins.clear()
    code, _, err = push()
    assert code == 1
    assert "has no plugin grafana-clickhouse-datasource; install it" in one_sentence(err)
    assert grafana.sent("POST", "PUT") == []


@pytest.mark.parametrize("version", ["11.6.3", "9.5.0"])
def test_an_old_version(push: Push, grafana: Grafana, version: str) -> None:
    grafana.version = version
    code, _, err = push()
    assert code == 1
    assert f"is {version}; these dashboards need 12.0 or later" in one_sentence(err)
    assert grafana.sent("POST", "PUT") == []


@pytest.mark.parametrize("version", ["12.0.0", "13.2.0-pre", ""])
def test_a_version_new_enough_or_hidden(push: Push, grafana: Grafana, version: str) -> None:
    grafana.version = version
    assert push()[0] == 0


@pytest.mark.parametrize(
    ("method", "path", "doing"),
    [
        ("POST", "/api/folders", "make the folder"),
        ("GET", "/api/datasources/uid/hallwatch-clickhouse", "read the data source"),
        ("POST", "/api/dashboards/db", "take the dashboard hall-wall"),
        ("GET", "/api/v1/provisioning/contact-points", "read the contact points"),
    ],
)
def test_missing_rights(push: Push, grafana: Grafana, method: str, path: str, doing: str) -> None:
    grafana.forbidden.add(f"{method} {path}")
    code, _, err = push()
    assert code == 1
    told = one_sentence(err)
    assert f"the token may not {doing} (403: You'll need additional permissions)" in told
    assert told.endswith("give its service account the role Admin")


@pytest.mark.parametrize("status", [400, 412, 422])
def test_a_refused_dashboard(push: Push, grafana: Grafana, status: int) -> None:
    said = {"message": "The dashboard has been changed by someone else", "status": "x"}
    grafana.answers["POST /api/dashboards/db"] = (status, said)
    code, out, err = push()
    assert code == 1
    assert f"refuses to take the dashboard hall-wall ({status}: {said['message']})" in err
    assert "created: folder" in out
    one_sentence(err)


def test_a_grafana_in_trouble(push: Push, grafana: Grafana) -> None:
    grafana.answers["POST /api/datasources"] = (503, {"message": "database is locked"})
    code, _, err = push()
    assert code == 1
    assert "now (503: database is locked); its log says why" in one_sentence(err)


def test_an_unreachable_grafana(
    push: Push, monkeypatch: pytest.MonkeyPatch, unused_port: int
) -> None:
    monkeypatch.setenv("HALLWATCH_GRAFANA", f"http://127.0.0.1:{unused_port}/grafana")
    code, _, err = push()
    assert code == 1
    address = f"http://127.0.0.1:{unused_port}/grafana"
    assert f"cannot reach Grafana at {address}: " in one_sentence(err)


def test_another_program_at_that_address(push: Push, grafana: Grafana) -> None:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<html>", content_type="text/html")

    grafana._health = page  # type: ignore[method-assign]
    # The routes are made when it starts: another one.
    with serving(grafana), pytest.MonkeyPatch.context() as patch:
        patch.setenv("HALLWATCH_GRAFANA", grafana.url)
        code, _, err = push()
    assert code == 1
    assert "does not answer like Grafana" in one_sentence(err)


def test_another_program_that_speaks_json(push: Push, grafana: Grafana) -> None:
    grafana.answers["GET /api/health"] = (200, [])
    code, _, err = push()
    assert code == 1
    assert one_sentence(err).endswith("does not answer like Grafana")


def test_without_the_extra_it_says_how_to_get_it(
    push: Push, grafana: Grafana, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli_dashboards, "_NEEDED", ("msgspec", "no_such_module"))
    code, _, err = push()
    assert code == 1
    assert "no_such_module missing: pip install 'hallwatch[grafana]'" in one_sentence(err)


def test_a_redirect_is_not_followed(push: Push, grafana: Grafana) -> None:
    async def moved(_: web.Request) -> web.Response:
        raise web.HTTPFound("https://grafana.example.org/api/health")

    grafana._health = moved  # type: ignore[method-assign]
    with serving(grafana), pytest.MonkeyPatch.context() as patch:
        patch.setenv("HALLWATCH_GRAFANA", grafana.url)
        code, _, err = push()
    assert code == 1
    assert "cannot reach Grafana" in one_sentence(err)


REFUSED: dict[str, tuple[dict[str, str | None], str]] = {
    "no address": ({"GRAFANA": None}, "HALLWATCH_GRAFANA is not set"),
    "an address that is none": ({"GRAFANA": "grafana:3000"}, "HALLWATCH_GRAFANA='grafana:3000'"),
    "no token": ({"GRAFANA_TOKEN_FILE": None}, "name it in HALLWATCH_GRAFANA_TOKEN_FILE"),
    "two tokens": ({"GRAFANA_TOKEN": TOKEN}, "are both set"),
    "a token's file that is not there": ({"GRAFANA_TOKEN_FILE": "/nowhere"}, "cannot be read"),
    "ClickHouse embedded": (
        {"GRAFANA_CLICKHOUSE": "chdb:///data"},
        "HALLWATCH_GRAFANA_CLICKHOUSE is the embedded engine",
    ),
    "a ClickHouse that is none": (
        {"GRAFANA_CLICKHOUSE": "mysql://ch"},
        "HALLWATCH_GRAFANA_CLICKHOUSE: unknown scheme 'mysql'",
    ),
}


@pytest.mark.parametrize(("said", "told"), REFUSED.values(), ids=REFUSED)
def test_settings_that_cannot_be_used(
    push: Push,
    grafana: Grafana,
    monkeypatch: pytest.MonkeyPatch,
    said: dict[str, str | None],
    told: str,
) -> None:
    for name, value in said.items():
        if value is None:
            monkeypatch.delenv(f"HALLWATCH_{name}")
        else:
            monkeypatch.setenv(f"HALLWATCH_{name}", value)
    code, _, err = push()
    assert code == 2
    assert told in one_sentence(err)
    assert grafana.requests == []


@pytest.mark.parametrize("token", ["glsa\u4e2d", "two words", ""])
def test_a_token_that_cannot_be_one(
    push: Push, grafana: Grafana, tmp_path: Path, token: str
) -> None:
    (tmp_path / "token").write_text(token, encoding="utf-8")
    code, _, err = push()
    assert code in (1, 2)
    assert "token" in one_sentence(err).lower()
    assert grafana.requests == []
    assert not token or token not in err
