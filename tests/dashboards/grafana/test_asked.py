"""What the generated dashboards ask, asked of the real engine as Grafana's plugin would."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from dashboards.grafana.board import section_variable
from dashboards.grafana.generate import as_json, dashboards_of
from dashboards.grafana.settings import GrafanaSettings
from dashboards.grafana.sql import grafana_sql
from dashboards.grafana.views import look_of
from dashboards.panel import Look, Panel, Unit, fill, span_at
from dashboards.panels import PANELS
from dashboards.panels_of_periods import PERIOD_PANELS
from dashboards.period import Period, fill_period
from tests.dashboards.grafana.plugin import expanded
from tests.dashboards.hall import PLACES, ZONE, Hall
from tests.dashboards.hall_rows import rows_at
from tests.dashboards.periods.told import rows_of
from tests.dashboards.periods.truths import NOW, happened
from tests.dashboards.rows import at
from tests.dashboards.stores import Store

SETTINGS = GrafanaSettings(sections=PLACES)
SINCE, UNTIL = NOW.timestamp() - 30 * 86_400, NOW.timestamp()
ALL = {"section": ["$__all"], "promise": ["$__all"], "grain": ["day"]}

#: The truths of a hundred days are of the same day.
BUSY = at("10:40")
SPAN = span_at(BUSY, zone=ZONE, window=timedelta(minutes=30), horizon=timedelta(days=2))


@pytest.fixture(scope="module")
def filled(engine: Store) -> Iterator[Store]:
    engine.empty()
    engine.put(rows_at(Hall(BUSY), BUSY))
    engine.put(rows_of(happened()))
    yield engine
    engine.empty()


def answered(store: Store, sql: str, since: float, until: float, **chosen: list[str]) -> Any:
    return store.client.query(expanded(sql, since, until, ALL | chosen))


def titles(panel: Panel, look: Look) -> list[str]:
    over_time = look in (Look.LINES, Look.HEAT, Look.STATES)
    return [
        "time" if over_time and column.unit is Unit.MOMENT else column.title.zh
        for column in panel.columns
    ]


def numbers(panel: Panel, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    kept = [n for n, c in enumerate(panel.columns) if c.unit not in (Unit.NAME, Unit.MOMENT)]
    return [tuple(row[number] for number in kept) for row in rows]


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.id)
def test_a_panel_of_now_answers_in_grafana_as_on_the_wall(filled: Store, panel: Panel) -> None:
    look = look_of(panel)
    sql = grafana_sql(panel, look, SETTINGS, one_section=False)
    found = answered(filled, sql, BUSY - 36_000, BUSY)
    wall = filled.client.query(fill(panel, SPAN))
    assert wall.result_rows
    assert list(found.column_names) == titles(panel, look)
    assert numbers(panel, found.result_rows) == numbers(panel, wall.result_rows)


@pytest.mark.parametrize("panel", PERIOD_PANELS, ids=lambda panel: panel.id)
def test_a_panel_of_a_period_answers_in_grafana_as_declared(filled: Store, panel: Panel) -> None:
    look = look_of(panel)
    sql = grafana_sql(panel, look, SETTINGS, one_section=False)
    found = answered(filled, sql, SINCE, UNTIL)
    declared = filled.client.query(fill_period(panel, Period(since=SINCE, until=UNTIL)))
    assert declared.result_rows
    assert list(found.column_names) == titles(panel, look)
    assert numbers(panel, found.result_rows) == numbers(panel, declared.result_rows)
    if look in (Look.LINES, Look.HEAT, Look.STATES):
        moments = [row[0] for row in found.result_rows]
        assert moments == sorted(moments)


@pytest.mark.parametrize("panel", PERIOD_PANELS, ids=lambda panel: panel.id)
def test_a_reader_s_choice_reaches_the_engine(filled: Store, panel: Panel) -> None:
    chosen = {"section": ["huji", "yibao"], "promise": ["one-visit"], "grain": ["week"]}
    sql = grafana_sql(panel, look_of(panel), SETTINGS, one_section=False)
    found = answered(filled, sql, SINCE, UNTIL, **chosen)
    period = Period(
        since=SINCE,
        until=UNTIL,
        grain="week",  # type: ignore[arg-type]
        sections=("huji", "yibao"),
        promises=("one-visit",),
    )
    declared = filled.client.query(fill_period(panel, period))
    assert numbers(panel, found.result_rows) == numbers(panel, declared.result_rows)


@pytest.mark.parametrize(
    "panel", [p for p in PANELS if any(c.name == "section" for c in p.columns)], ids=lambda p: p.id
)
def test_a_section_s_dashboard_shows_that_section_alone(filled: Store, panel: Panel) -> None:
    sql = grafana_sql(panel, look_of(panel), SETTINGS, one_section=True)
    found = answered(filled, sql, BUSY - 36_000, BUSY, section=["bdcdj"])
    wall = filled.client.query(fill(panel, SPAN))
    mine = [row for row in wall.result_rows if row[wall.column_names.index("section")] == "bdcdj"]
    assert numbers(panel, found.result_rows) == numbers(panel, mine)


def test_codes_are_shown_by_name(filled: Store) -> None:
    (levels,) = (panel for panel in PERIOD_PANELS if panel.id == "section_levels")
    sql = grafana_sql(levels, Look.TABLE, SETTINGS, one_section=False)
    rows = answered(filled, sql, SINCE, UNTIL).result_rows
    assert {"社会保险", "医疗保障"} <= {row[0] for row in rows}
    assert {"预约等候（一般）", "一次办成"} <= {row[1] for row in rows}


def test_a_state_is_a_number_the_panel_has_a_word_for(filled: Store) -> None:
    board = dashboards_of(SETTINGS)["promises"]
    (panel,) = (one for one in board["panels"] if one["type"] == "state-timeline")
    rows = answered(filled, panel["targets"][0]["rawSql"], SINCE, UNTIL).result_rows
    (mapping,) = panel["fieldConfig"]["defaults"]["mappings"]
    assert {str(row[2]) for row in rows} == set(mapping["options"]) == {"0", "1", "2"}
    words = [mapping["options"][number]["text"] for number in "012"]
    assert words == ["达标", "需关注", "不达标"]


def test_a_night_before_the_range_s_end_is_not_now(filled: Store) -> None:
    """`today` ends at midnight: people do not wait until then."""
    (queue,) = (panel for panel in PANELS if panel.id == "queue")
    sql = grafana_sql(queue, Look.TABLE, SETTINGS, one_section=False)
    assert "least($__toTime_ms, now64(3))" in sql
    later = answered(filled, sql, BUSY, 4_000_000_000.0).result_rows
    real = filled.one("SELECT toUnixTimestamp(now()) AS now")["now"]
    assert all(row[3] < real for row in later)


def test_the_sections_to_choose_from_are_those_of_the_range(filled: Store) -> None:
    variable = as_json(section_variable(SETTINGS).build())
    rows = answered(filled, json.loads(json.dumps(variable["query"])), SINCE, UNTIL).result_rows
    assert ("shebao", "社会保险") in rows
    assert answered(filled, variable["query"], 0, 86_400).result_rows == []
