"""A declared panel → a panel of Grafana's: which visualisation, which fields, which units.

Owns the mapping, read off the panel's declaration. Called by the dashboards beside it. Invariant:
what is drawn depends on the declaration alone; a dashboard says only where it stands.
"""

import re
from collections.abc import Callable

from grafana_foundation_sdk.builders import (
    bargauge,
    common,
    heatmap,
    stat,
    statetimeline,
    table,
    timeseries,
)
from grafana_foundation_sdk.models import common as c
from grafana_foundation_sdk.models.dashboard import (
    DynamicConfigValue,
    ValueMap,
    ValueMappingResult,
)
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode
from msgspec.structs import replace

from dashboards.grafana.names import NAMES_OF
from dashboards.grafana.query import CLICKHOUSE, Answer, Asked
from dashboards.grafana.settings import GrafanaSettings
from dashboards.grafana.sql import OVER_TIME, grafana_sql
from dashboards.grafana.units import (
    GREEN,
    RED,
    YELLOW,
    decimals_of,
    properties_of,
    thresholds,
    thresholds_of,
    unit_of,
)
from dashboards.panel import Column, Look, Panel, Shade, Unit
from dashboards.words import PROMISES, Words

View = (
    bargauge.Panel
    | heatmap.Panel
    | stat.Panel
    | statetimeline.Panel
    | table.Panel
    | timeseries.Panel
)

_STATE_COLOURS = {"good": GREEN, "fair": YELLOW, "poor": RED}


def look_of(panel: Panel) -> Look:
    """As declared; else as its columns suggest."""
    if panel.look is not None:
        return panel.look
    return Look.LINES if panel.columns[0].unit is Unit.MOMENT else Look.TABLE


def about_of(panel: Panel, settings: GrafanaSettings) -> str:
    """The panel's description: what it counts, and of which clause's promises."""
    columns = "、".join(column.title.zh for column in panel.columns)
    listed = ", ".join(column.title.en for column in panel.columns)
    about = settings.say(panel.about or Words(f"列：{columns}。", f"Columns: {listed}."))
    clauses = "、".join(clauses_of(panel))
    if not clauses:
        return about
    return f"{about} " + settings.say(
        Words(f"依据：宝行政中心〔2022〕13号 {clauses}。", f"Clauses of the plan: {clauses}.")
    )


def clauses_of(panel: Panel) -> tuple[str, ...]:
    """As declared; else those of the promises its SQL asks for by name."""
    if panel.clauses:
        return panel.clauses
    asked = re.sub(r"NOT IN \([^)]*\)", "", panel.sql)
    found = (promise.clause for promise in PROMISES if f"'{promise.id}'" in asked)
    return tuple(dict.fromkeys(clause for clause in found if clause))


def view_of(
    panel: Panel, settings: GrafanaSettings, look: Look | None = None, one_section: bool = False
) -> View:
    """The panel, without a place on the grid."""
    look = look or look_of(panel)
    sql = grafana_sql(panel, look, settings, one_section)
    drawn = _DRAWN[look](panel, settings)
    return (
        drawn.title(settings.say(panel.title))
        .description(about_of(panel, settings))
        .datasource(CLICKHOUSE)
        .with_target(Asked(sql, Answer.SERIES if look in OVER_TIME else Answer.ROWS))
    )


def _table(panel: Panel, settings: GrafanaSettings) -> View:
    drawn = table.Panel().cell_height(c.TableCellHeight.SM).filterable(True)
    for column in panel.columns:
        said = properties_of(column, settings)
        if column.shade is not Shade.PLAIN:
            coloured = c.TableColorTextCellOptions()
            said.append(DynamicConfigValue("custom.cellOptions", coloured))
        drawn = drawn.override_by_name(settings.say(column.title), said)
    return drawn


def _figure(panel: Panel, settings: GrafanaSettings) -> View:
    """Every number of the first row, large."""
    drawn = (
        stat.Panel()
        # Every field: by default a moment would be left out.
        .reduce_options(
            common.ReduceDataOptions().calcs(["lastNotNull"]).values(False).fields("/.*/")
        )
        .color_mode(c.BigValueColorMode.VALUE)
        .graph_mode(c.BigValueGraphMode.NONE)
        .text_mode(c.BigValueTextMode.VALUE_AND_NAME)
    )
    for column in panel.columns:
        drawn = drawn.override_by_name(settings.say(column.title), properties_of(column, settings))
    return drawn


def _bars(panel: Panel, settings: GrafanaSettings) -> View:
    number = panel.columns[-1]
    return (
        bargauge.Panel()
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]).values(True))
        .orientation(c.VizOrientation.HORIZONTAL)
        .display_mode(c.BarGaugeDisplayMode.BASIC)
        .unit(unit_of(number.unit, settings))
        .decimals(decimals_of(number.unit))
        .min(0)
        .thresholds(thresholds(thresholds_of(number.shade)))
    )


def curves() -> timeseries.Panel:
    """Lines with their names below, and all their values at the moment pointed at."""
    return (
        timeseries.Panel()
        .legend(
            common.VizLegendOptions()
            .display_mode(c.LegendDisplayMode.LIST)
            .placement(c.LegendPlacement.BOTTOM)
            .show_legend(True)
        )
        .tooltip(common.VizTooltipOptions().mode(c.TooltipDisplayMode.MULTI))
    )


def _lines(panel: Panel, settings: GrafanaSettings) -> View:
    drawn = curves().line_width(2).show_points(c.VisibilityMode.ALWAYS).span_nulls(False)
    numbers = _numbers(panel)
    if len(numbers) < len(panel.columns) - 1:
        # One number, a line for each name.
        name = next(column for column in panel.columns if column.unit is Unit.NAME)
        number = numbers[0]
        drawn = (
            drawn.display_name(f"${{__field.labels.{settings.say(name.title)}}}")
            .unit(unit_of(number.unit, settings))
            .decimals(decimals_of(number.unit))
        )
        return drawn.min(0).max(1) if number.unit is Unit.SHARE else drawn.min(0)
    for column in numbers:
        # Lines are told apart by their colours.
        plain = replace(column, shade=Shade.PLAIN)
        drawn = drawn.override_by_name(settings.say(column.title), properties_of(plain, settings))
    return drawn.min(0)


def _heat(panel: Panel, settings: GrafanaSettings) -> View:
    row, number = panel.columns[1], panel.columns[2]
    return (
        heatmap.Panel()
        .calculate(False)
        .color(heatmap.HeatmapColorOptions().mode(HeatmapColorMode.SCHEME).scheme("YlOrRd"))
        .cell_values(heatmap.CellValues().unit(unit_of(number.unit, settings)).decimals(0))
        .y_axis(heatmap.YAxisConfig().axis_label(settings.say(row.title)))
        .display_name(f"${{__field.labels.{settings.say(row.title)}}}")
        .unit(unit_of(number.unit, settings))
    )


def _states(panel: Panel, settings: GrafanaSettings) -> View:
    name, state = panel.columns[1], panel.columns[2]
    said = {
        str(number): ValueMappingResult(settings.say(words), _STATE_COLOURS.get(code), index=number)
        for number, (code, words) in enumerate(NAMES_OF[state.name].items())
    }
    return (
        statetimeline.Panel()
        .merge_values(False)
        .show_value(c.VisibilityMode.NEVER)
        .mappings([ValueMap(options=said)])
        .display_name(f"${{__field.labels.{settings.say(name.title)}}}")
        .unit(unit_of(state.unit, settings))
    )


def _numbers(panel: Panel) -> list[Column]:
    return [column for column in panel.columns[1:] if column.unit is not Unit.NAME]


_DRAWN: dict[Look, Callable[[Panel, GrafanaSettings], View]] = {
    Look.TABLE: _table,
    Look.FIGURE: _figure,
    Look.BARS: _bars,
    Look.LINES: _lines,
    Look.HEAT: _heat,
    Look.STATES: _states,
}
