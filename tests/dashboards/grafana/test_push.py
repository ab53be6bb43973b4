"""`hallwatch dashboards push` against a Grafana in small over real HTTP: what it sends, in which
order, with which headers and bodies."""

import pytest

from dashboards.grafana.generate import dashboards_of
from dashboards.grafana.settings import GrafanaSettings
from tests.dashboards.grafana.conftest import Push
from tests.dashboards.grafana.stub import TOKEN, Grafana

CREATED = [
    ("POST", "/api/folders"),
    ("POST", "/api/datasources"),
    ("POST", "/api/datasources"),
    *[("POST", "/api/dashboards/db")] * 5,
    ("POST", "/api/v1/provisioning/contact-points"),
    ("POST", "/api/playlists"),
]


def test_an_empty_grafana_gets_everything(push: Push, grafana: Grafana) -> None:
    code, out, err = push()
    assert (code, err) == (0, "")
    assert grafana.sent("POST", "PUT", "DELETE") == CREATED
    assert [line.partition(":")[0] for line in out.splitlines()] == ["created"] * 10 + ["the wall"]
    assert out.splitlines()[-1] == f"the wall: {grafana.url}/d/hallwatch-hall-wall?kiosk"


def test_each_request_carries_the_token_and_json(push: Push, grafana: Grafana) -> None:
    push()
    assert {one.headers["Authorization"] for one in grafana.requests} == {f"Bearer {TOKEN}"}
    sent = [one for one in grafana.requests if one.method == "POST"]
    assert {one.headers["Content-Type"] for one in sent} == {"application/json"}


def test_what_is_sent(push: Push, grafana: Grafana) -> None:
    push()
    bodies = [one.body for one in grafana.requests if one.method == "POST"]
    folder, clickhouse, prometheus, *boards, contact, playlist = bodies
    assert folder == {"uid": "hallwatch", "title": "政务服务大厅"}
    assert clickhouse == {
        "uid": "hallwatch-clickhouse",
        "name": "hallwatch ClickHouse",
        "type": "grafana-clickhouse-datasource",
        "access": "proxy",
        "jsonData": {
            "host": "ch.example.org",
            "port": 8443,
            "protocol": "http",
            "secure": True,
            "username": "reader",
            "defaultDatabase": "hall",
        },
        "secureJsonData": {"password": "s3cret-p@ss"},
    }
    assert (prometheus["uid"], prometheus["url"]) == (
        "hallwatch-prometheus",
        "http://prometheus:9090",
    )
    declared = dashboards_of(GrafanaSettings())
    assert [board["dashboard"] for board in boards] == list(declared.values())
    assert {(board["folderUid"], board["overwrite"]) for board in boards} == {("hallwatch", True)}
    assert contact["settings"]["addresses"] == "ops@example.org"
    assert [item["value"] for item in playlist["items"]] == [
        "hallwatch-hall-wall",
        "hallwatch-section",
    ]
    points = [one for one in grafana.requests if "contact-points" in one.path]
    assert points[-1].headers["X-Disable-Provenance"] == "true"


def test_pushed_again_nothing_changes(push: Push, grafana: Grafana) -> None:
    push()
    before = grafana.dashboards["hallwatch-quality"]["messages"]
    grafana.requests.clear()
    code, out, _ = push()
    assert code == 0
    # A password cannot be read, so it cannot be compared.
    assert grafana.sent("POST", "PUT") == [("PUT", "/api/datasources/uid/hallwatch-clickhouse")]
    assert [line.partition(":")[0] for line in out.splitlines()] == ["unchanged"] * 10 + [
        "the wall"
    ]
    assert "its password was sent again" in out
    assert grafana.dashboards["hallwatch-quality"]["messages"] == before


def test_what_differs_is_updated(push: Push, grafana: Grafana) -> None:
    push()
    grafana.folders["hallwatch"]["title"] = "Old"
    grafana.sources["hallwatch-clickhouse"]["jsonData"]["port"] = 8123
    grafana.sources["hallwatch-prometheus"]["url"] = "http://old:9090"
    grafana.dashboards["hallwatch-quality"]["messages"].insert(0, "edited by hand")
    grafana.dashboards["hallwatch-section"]["meta"]["folderUid"] = "elsewhere"
    grafana.contacts["hallwatch-operator"]["settings"]["addresses"] = "old@example.org"
    grafana.playlists["made1"]["interval"] = "9m"
    grafana.requests.clear()
    code, out, _ = push()
    assert code == 0
    assert grafana.sent("POST", "PUT") == [
        ("PUT", "/api/folders/hallwatch"),
        ("PUT", "/api/datasources/uid/hallwatch-clickhouse"),
        ("PUT", "/api/datasources/uid/hallwatch-prometheus"),
        ("POST", "/api/dashboards/db"),
        ("POST", "/api/dashboards/db"),
        ("PUT", "/api/v1/provisioning/contact-points/hallwatch-operator"),
        ("PUT", "/api/playlists/made1"),
    ]
    updated = [line for line in out.splitlines() if line.startswith("updated: ")]
    assert len(updated) == 7
    assert {"updated: dashboard quality", "updated: dashboard section"} <= set(updated)
    assert grafana.sources["hallwatch-clickhouse"]["jsonData"]["port"] == 8443
    assert grafana.playlists["made1"]["interval"] == "1m"
    assert grafana.dashboards["hallwatch-section"]["meta"]["folderUid"] == "hallwatch"


def test_a_declared_change_is_sent(
    push: Push, grafana: Grafana, monkeypatch: pytest.MonkeyPatch
) -> None:
    push()
    monkeypatch.setenv("HALLWATCH_LANGUAGE", "en")
    code, out, _ = push()
    assert code == 0
    assert out.count("updated: dashboard") == 5
    assert grafana.dashboards["hallwatch-quality"]["dashboard"]["title"] == "Quality"


def test_what_a_file_provisions_is_left_alone(push: Push, grafana: Grafana) -> None:
    push()
    for board in grafana.dashboards.values():
        board["meta"]["provisioned"] = True
        board["messages"] = [""]
    for source in grafana.sources.values():
        source["readOnly"] = True
    grafana.contacts["hallwatch-operator"]["provenance"] = "file"
    grafana.requests.clear()
    code, out, _ = push()
    assert (code, grafana.sent("POST", "PUT")) == (0, [])
    assert out.count("(a file provisions it)") == 8


def test_without_prometheus_and_contact_the_rest_is_pushed(
    push: Push, grafana: Grafana, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HALLWATCH_GRAFANA_PROMETHEUS")
    monkeypatch.delenv("HALLWATCH_GRAFANA_CONTACT")
    code, out, _ = push()
    assert code == 0
    left = "left alone: dashboard pipeline (HALLWATCH_GRAFANA_PROMETHEUS is not set)"
    assert left in out.splitlines()
    assert (len(grafana.sources), len(grafana.dashboards), grafana.contacts) == (1, 4, {})


def test_a_grafana_without_playlists_gets_the_rest(push: Push, grafana: Grafana) -> None:
    grafana.gone.add("/api/playlists")
    code, out, _ = push()
    assert code == 0
    assert "left alone: playlist 大厅轮播 (this Grafana has no such API any more" in out


def test_the_token_may_stand_in_the_environment(
    push: Push, grafana: Grafana, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HALLWATCH_GRAFANA_TOKEN_FILE")
    monkeypatch.setenv("HALLWATCH_GRAFANA_TOKEN", TOKEN)
    assert push()[0] == 0
