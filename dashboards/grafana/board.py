"""A dashboard being put together: its frame, its variables, its panels on the grid.

Owns what all dashboards share. Called by `boards` and `pipeline`. Invariant: panels stand in
the order given, row by row on 24 columns, and none overlaps another.
"""

from collections.abc import Iterable, Iterator, Sequence

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DashboardLinkType,
    GridPos,
    Panel,
    VariableOption,
    VariableRefresh,
    VariableSort,
)
from msgspec import Struct

from dashboards.grafana.names import NAMES_OF
from dashboards.grafana.query import CLICKHOUSE
from dashboards.grafana.ranges import RANGES
from dashboards.grafana.settings import GrafanaSettings
from dashboards.grafana.sql import renamed
from dashboards.period import Grain
from dashboards.words import PROMISES, Words

COLUMNS = 24
TAG = "hallwatch"


class Size(Struct, frozen=True):
    width: int
    height: int


class Frame(Struct, frozen=True, kw_only=True):
    """What a dashboard is, apart from its panels."""

    uid: str
    title: Words
    about: Words
    since: str
    refresh: str  #: "": only when asked


def frame(frame: Frame, settings: GrafanaSettings) -> build.Dashboard:
    """An empty dashboard, linked to its sisters."""
    sisters = (
        build.DashboardLink(settings.say(Words("政务服务大厅", "Service hall")))
        .type(DashboardLinkType.DASHBOARDS)
        .tags([TAG])
        .as_dropdown(True)
        .keep_time(False)
        .include_vars(True)
    )
    board = (
        build.Dashboard(settings.say(frame.title))
        .uid(frame.uid)
        .description(settings.say(frame.about))
        .tags([TAG])
        .timezone(settings.time_zone)
        .week_start("monday")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .time(frame.since, "now")
        .link(sisters)
        .editable()
    )
    return board.refresh(frame.refresh) if frame.refresh else board


def offer_ranges(board: build.Dashboard, settings: GrafanaSettings) -> build.Dashboard:
    """The picker with the ranges of `ranges`."""
    return board.timepicker(
        build.TimePicker().quick_ranges(
            [
                build.TimeOption()
                .display(settings.say(one.title))
                .from_val(one.since)
                .to(one.until)
                for one in RANGES
            ]
        )
    )


def placed(
    panels: Iterable[tuple[Builder[Panel], Size]],
) -> Iterator[Builder[Panel]]:
    """Each panel with its place: left to right, then below."""
    x = y = height = 0
    for number, (panel, size) in enumerate(panels, start=1):
        if x + size.width > COLUMNS:
            x, y, height = 0, y + height, 0
        built = panel.build()
        built.id_val = number
        built.grid_pos = GridPos(h=size.height, w=size.width, x=x, y=y)
        yield panel
        x, height = x + size.width, max(height, size.height)


def with_panels(
    board: build.Dashboard, panels: Sequence[tuple[Builder[Panel], Size]]
) -> build.Dashboard:
    for panel in placed(panels):
        board = board.with_panel(panel)
    return board


def section_variable(settings: GrafanaSettings) -> build.QueryVariable:
    """The sections that had anything to do in the range; shown by name, asked by code."""
    names = {place.code: settings.say(place.name) for place in settings.sections}
    sql = (
        f"SELECT DISTINCT section AS value, {renamed('section', names)} AS text FROM windows"
        " WHERE minute_at >= $__fromTime_ms - INTERVAL 7 DAY AND minute_at <= $__toTime_ms"
        " ORDER BY value"
    )
    return (
        build.QueryVariable("section")
        .label(settings.say(Words("科室", "Section")))
        .datasource(CLICKHOUSE)
        .query(sql)
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.DISABLED)
    )


def chosen_sections(settings: GrafanaSettings) -> build.QueryVariable:
    return (
        section_variable(settings)
        .multi(True)
        .include_all(True)
        .current(VariableOption(True, ["All"], ["$__all"]))
    )


def chosen_promises(settings: GrafanaSettings) -> build.CustomVariable:
    """Every promise there is, by name."""
    options = [(promise.id, settings.say(NAMES_OF["promise"][promise.id])) for promise in PROMISES]
    return (
        _custom("promise", Words("承诺", "Promise"), options, settings)
        .multi(True)
        .include_all(True)
        .current(VariableOption(True, ["All"], ["$__all"]))
    )


_GRAINS = {
    Grain.HOUR: Words("时", "Hour"),
    Grain.DAY: Words("日", "Day"),
    Grain.WEEK: Words("周", "Week"),
    Grain.MONTH: Words("月", "Month"),
}


def chosen_grain(settings: GrafanaSettings) -> build.CustomVariable:
    options = [(grain.value, settings.say(words)) for grain, words in _GRAINS.items()]
    day = settings.say(_GRAINS[Grain.DAY])
    return _custom("grain", Words("粒度", "By"), options, settings).current(
        VariableOption(True, day, Grain.DAY.value)
    )


def _custom(
    name: str, label: Words, options: Sequence[tuple[str, str]], settings: GrafanaSettings
) -> build.CustomVariable:
    # A comma parts options, and `text : value` names one.
    said = ", ".join(f"{text.replace(',', '，')} : {value}" for value, text in options)
    return (
        build.CustomVariable(name)
        .label(settings.say(label))
        .values(said)
        .options([VariableOption(False, text, value) for value, text in options])
        .allow_custom_value(False)
    )
