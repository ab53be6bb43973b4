"""The generated files: they are the committed ones, Grafana's own types read them back whole, and
the lint finds nothing; planted faults it finds."""

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from grafana_foundation_sdk.models.alerting import ContactPoint
from grafana_foundation_sdk.models.dashboard import Dashboard
from grafana_foundation_sdk.models.playlistv1 import Playlist, PlaylistItem
from msgspec import yaml

from dashboards.grafana.generate import BOARDS, FOLDER, as_json, dashboards_of, generated
from dashboards.grafana.lint import faults
from dashboards.grafana.query import ClickHouseQuery, register
from dashboards.grafana.settings import CLICKHOUSE_UID, PROMETHEUS_UID, GrafanaSettings
from dashboards.panel import Span
from dashboards.panels import PANELS
from dashboards.panels_of_periods import PERIOD_PANELS
from streams import cli

ZH, EN = GrafanaSettings(), GrafanaSettings(language="en")

Board = dict[str, Any]


@pytest.fixture(scope="module")
def boards() -> dict[str, Board]:
    return dashboards_of(ZH)


def test_the_committed_files_are_what_is_generated() -> None:
    wanted = dict(generated(ZH))
    there = {
        path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8")
        for path in FOLDER.rglob("*")
        if path.is_file()
    }
    assert there == wanted, "run `make generate`"


def test_the_command_writes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HALLWATCH_RULES", raising=False)
    monkeypatch.delenv("HALLWATCH_LANGUAGE", raising=False)
    assert cli.main(["dashboards", "write", "--into", str(tmp_path)]) == 0
    assert f"written into {tmp_path}" in capsys.readouterr().out
    for path, text in generated(ZH):
        assert (tmp_path / path).read_text(encoding="utf-8") == text


@pytest.mark.parametrize("settings", [ZH, EN], ids=["zh", "en"])
@pytest.mark.parametrize("name", BOARDS)
def test_grafana_s_types_read_a_dashboard_back_whole(name: str, settings: GrafanaSettings) -> None:
    """What they do not know they would drop."""
    register()
    board = dashboards_of(settings)[name]
    assert as_json(Dashboard.from_json(copy.deepcopy(board))) == board


def test_a_query_of_ours_reads_back_as_one(boards: dict[str, Board]) -> None:
    register()
    panel = Dashboard.from_json(copy.deepcopy(boards["quality"])).panels
    assert panel is not None
    target = getattr(panel[0], "targets")[0]  # noqa: B009 - rows have none
    assert isinstance(target, ClickHouseQuery)


def test_the_types_would_drop_what_they_do_not_know(boards: dict[str, Board]) -> None:
    board = copy.deepcopy(boards["quality"])
    board["panels"][0]["gridPosition"] = board["panels"][0]["gridPos"]
    assert as_json(Dashboard.from_json(copy.deepcopy(board))) != board


def test_every_declared_panel_is_on_a_dashboard(boards: dict[str, Board]) -> None:
    shown = {panel["title"] for board in boards.values() for panel in board["panels"]}
    assert {panel.title.zh for panel in (*PANELS, *PERIOD_PANELS)} <= shown


def test_each_placeholder_of_the_wall_has_a_macro() -> None:
    from dashboards.grafana.sql import _of_moment

    assert set(_of_moment(ZH)) == set(Span.__struct_fields__)


@pytest.mark.parametrize("settings", [ZH, EN], ids=["zh", "en"])
def test_the_lint_finds_nothing(settings: GrafanaSettings) -> None:
    assert faults(dashboards_of(settings)) == []


def test_english_has_no_chinese_but_names_of_the_plan() -> None:
    allowed = re.compile(r"四（[二三四]）\d(（12345 市民热线）)?|整改单|★|、")
    for name, board in dashboards_of(EN).items():
        said = [board["title"], board["description"]]
        said += [panel[key] for panel in board["panels"] for key in ("title", "description")]
        for text in said:
            assert not re.search(r"[\u4e00-\u9fff]", allowed.sub("", text)), (name, text)


# -- planted faults --------------------------------------------------------------------------


def _sql(change: Callable[[str], str]) -> Callable[[Board], None]:
    def plant(board: Board) -> None:
        target = board["panels"][1]["targets"][0]
        target["rawSql"] = change(target["rawSql"])

    return plant


def _first(**said: Any) -> Callable[[Board], None]:
    return lambda board: board["panels"][0].update(said)


def _no_units(board: Board) -> None:
    for override in board["panels"][0]["fieldConfig"]["overrides"]:
        override["properties"] = [p for p in override["properties"] if p["id"] != "unit"]


def _same_id(board: Board) -> None:
    board["panels"][1]["id"] = board["panels"][0]["id"]


def _other_source(board: Board) -> None:
    board["panels"][0]["targets"][0]["datasource"] = {"type": "mysql", "uid": "abc"}


def _twice_a(board: Board) -> None:
    board["panels"][0]["targets"] *= 2


def _unbound_variable(board: Board) -> None:
    board["templating"]["list"][0]["query"] = "SELECT DISTINCT section FROM windows"


_AT_THE_END = "\nFROM (\n"

FAULTS: dict[str, tuple[Callable[[Board], None], str]] = {
    "a uid with a space": (lambda board: board.update(uid="hall wall"), "uid 'hall wall'"),
    "a uid too long": (lambda board: board.update(uid="x" * 41), "at most 40"),
    "no title of the dashboard": (lambda board: board.update(title=""), "no title"),
    "a panel without a title": (_first(title=""), "no title"),
    "a panel without a description": (_first(description=""), "no description"),
    "two panels in one place": (
        lambda board: board["panels"][1].update(gridPos=board["panels"][0]["gridPos"]),
        "overlap",
    ),
    "a panel beside the grid": (
        _first(gridPos={"x": 20, "y": 0, "w": 8, "h": 4}),
        "stands beside the grid",
    ),
    "an id twice": (_same_id, "two panels have the id 1"),
    "a source nobody provisions": (_other_source, "asks abc (mysql), which is not provisioned"),
    "nothing asked": (_first(targets=[]), "asks nothing"),
    "a target twice": (_twice_a, "two targets are A"),
    "numbers without a unit": (_no_units, "has no unit"),
    "no bound in time": (
        _sql(lambda sql: re.sub(r"\$__(from|to)Time_ms", "toDateTime(0)", sql)),
        "no time bound",
    ),
    "a look at the clock": (
        _sql(lambda sql: sql.replace("$__toTime_ms", "now()", 1)),
        "looks at the clock",
    ),
    "Chinese without backticks": (
        _sql(lambda sql: re.sub(r"AS `([^`]*兑现率[^`]*)`", r"AS \1", sql, count=1)),
        "stands without backticks",
    ),
    "two columns of one name": (
        _sql(lambda sql: re.sub(r"AS `[^`]*`", "AS `time`", sql)),
        "two of its columns are called time",
    ),
    "a placeholder left over": (
        _sql(lambda sql: sql.replace("$__fromTime_ms", "$since", 1)),
        "$since is neither",
    ),
    "a variable there is not": (
        _sql(lambda sql: sql.replace("${grain:singlequote}", "${step:singlequote}")),
        "$step is neither",
    ),
    "a clause not told": (
        lambda board: (
            _sql(lambda sql: sql.replace(_AT_THE_END, f"{_AT_THE_END}/* 'one-visit' */", 1))(board),
            board["panels"][1].update(description="It has one."),
        )[0],
        "the clause 四（二）3",
    ),
    "a variable without a bound in time": (_unbound_variable, "variable section: no time bound"),
}


@pytest.mark.parametrize(("plant", "told"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_found(
    boards: dict[str, Board], plant: Callable[[Board], None], told: str
) -> None:
    planted = copy.deepcopy(boards)
    plant(planted["promises"])
    assert planted != boards, "nothing was planted"
    found = faults(planted)
    assert any(told in fault for fault in found), found
    assert all(fault.startswith("promises") for fault in found), found


def test_a_uid_of_two_dashboards_is_found(boards: dict[str, Board]) -> None:
    planted = copy.deepcopy(boards)
    planted["quality"]["uid"] = planted["section"]["uid"]
    assert faults(planted) == ["hallwatch-section: two dashboards have this uid"]


def test_numbers_of_prometheus_need_a_unit_too(boards: dict[str, Board]) -> None:
    planted = copy.deepcopy(boards)
    del planted["pipeline"]["panels"][0]["fieldConfig"]["defaults"]["unit"]
    assert faults(planted) == ["pipeline, 工作进程: its numbers have no unit"]


# -- provisioning ----------------------------------------------------------------------------


def _read(path: str) -> Any:
    return yaml.decode((FOLDER / "provisioning" / path).read_bytes())


def test_the_provisioned_sources_are_those_the_dashboards_ask() -> None:
    sources = _read("datasources/hallwatch.yaml")["datasources"]
    assert [source["uid"] for source in sources] == [CLICKHOUSE_UID, PROMETHEUS_UID]
    file = "$__file{/run/hallwatch/clickhouse-password}"
    assert sources[0]["secureJsonData"] == {"password": file}
    assert sources[0]["jsonData"]["username"] == "hallwatch_reader"


def test_the_contact_point_is_one_of_grafana_s() -> None:
    (point,) = _read("alerting/hallwatch.yaml")["contactPoints"]
    (receiver,) = point["receivers"]
    assert as_json(ContactPoint.from_json(receiver)) == receiver


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_playlist_shows_dashboards_there_are(language: str) -> None:
    found = json.loads((FOLDER / "playlist" / f"{language}.json").read_text(encoding="utf-8"))
    uids = {board["uid"] for board in dashboards_of(ZH).values()}
    assert {item["value"] for item in found["items"]} <= uids
    items = [PlaylistItem.from_json(item) for item in found["items"]]
    spec = {"title": found["name"], "interval": found["interval"], "items": found["items"]}
    assert as_json(Playlist(spec["title"], spec["interval"], items)) == spec


def test_compose_mounts_what_is_there() -> None:
    compose = yaml.decode((FOLDER.parents[1] / "docker-compose.yml").read_bytes())
    services = compose["services"]
    volumes = [volume.removesuffix(":ro") for volume in services["grafana"]["volumes"]]
    mounts = dict(volume.rsplit(":", 1) for volume in volumes if volume.startswith("./"))
    (provider,) = _read("dashboards/hallwatch.yaml")["providers"]
    assert provider["options"]["path"] in mounts.values()
    for source in mounts:
        assert (FOLDER.parents[1] / source.replace("${HALLWATCH_LANGUAGE:-zh}", "zh")).is_dir()
    assert any(volume.endswith(":/run/hallwatch") for volume in volumes)
    asked = set(re.findall(r"\$([A-Z][A-Z_]+)", "".join(text for _, text in generated(ZH))))
    assert asked <= services["grafana"]["environment"].keys()
    assert "prometheus" in services
