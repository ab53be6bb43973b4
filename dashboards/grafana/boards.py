"""The dashboards over ClickHouse: hall-wall, section, promises, quality.

Owns which panels each has and how large they are. Called by `generate`. Invariant: a panel of
the wall that has no place here is put at the end, so that a new one is never missing.
"""

from collections.abc import Iterable, Sequence

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel as GrafanaPanel
from msgspec import Struct

from dashboards.grafana.board import (
    Frame,
    Size,
    chosen_grain,
    chosen_promises,
    chosen_sections,
    frame,
    offer_ranges,
    section_variable,
    with_panels,
)
from dashboards.grafana.settings import GrafanaSettings
from dashboards.grafana.views import view_of
from dashboards.panel import Look, Panel
from dashboards.panels import HALL_WALL, SECTION
from dashboards.panels_of_periods import PROMISE_PANELS, QUALITY_PANELS
from dashboards.words import Words


class Spot(Struct, frozen=True):
    """Where a panel stands: its size, and its look where another than declared suits."""

    panel: str
    size: Size
    look: Look | None = None


_HALF = Size(12, 9)

#: The hall's day at a glance, then who waits, then what is broken.
HALL_SPOTS: tuple[Spot, ...] = (
    Spot("arrivals", Size(24, 4), Look.FIGURE),
    Spot("breaches", Size(16, 10)),
    Spot("alerts", Size(8, 10)),
    Spot("queue", Size(8, 10)),
    Spot("wait_p90", Size(8, 10)),
    Spot("kept_today", Size(8, 10)),
    Spot("warnings", Size(12, 9)),
    Spot("chats", Size(12, 9)),
    Spot("day_curve", Size(12, 9), Look.LINES),
    Spot("forecast", Size(12, 9)),
    Spot("counters", Size(12, 9)),
    Spot("people", Size(12, 9)),
    Spot("standing", Size(16, 9)),
    Spot("sources", Size(8, 9)),
)

#: What is his to do, then who waits, then his day.
SECTION_SPOTS: tuple[Spot, ...] = (
    Spot("arrivals", Size(24, 4), Look.FIGURE),
    Spot("section_alerts", Size(24, 9)),
    Spot("section_people", Size(16, 9)),
    Spot("forecast", Size(8, 9)),
    Spot("queue", Size(8, 9)),
    Spot("wait_p90", Size(8, 9)),
    Spot("chats", Size(8, 9)),
    Spot("kept_today", Size(24, 8)),
    Spot("counters", Size(16, 9)),
    Spot("sources", Size(8, 9)),
)

PROMISE_SPOTS: tuple[Spot, ...] = (
    Spot("promise_levels", Size(24, 10)),
    Spot("promise_trend", _HALF),
    Spot("section_states", _HALF),
    Spot("section_levels", _HALF),
    Spot("broken_hours", _HALF),
    Spot("ratio_days", Size(12, 6)),
    Spot("durations", Size(12, 6)),
    Spot("leavings", Size(12, 7)),
    Spot("alert_handling", Size(12, 7)),
)

QUALITY_SPOTS: tuple[Spot, ...] = (
    Spot("one_visit_trend", _HALF),
    Spot("one_visit_items", _HALF),
    Spot("repeat_causes", Size(8, 9)),
    Spot("repeat_cases", Size(16, 9)),
    Spot("ratings_invited", Size(12, 8)),
    Spot("ratings_given", Size(8, 8)),
    Spot("stars_given", Size(4, 8)),
    Spot("exempt_materials", Size(12, 8)),
    Spot("off_counter", Size(12, 8)),
    Spot("department_share", _HALF),
    Spot("item_channels", _HALF),
)

_ELSEWHERE = Size(12, 9)

HALL_WALL_UID = "hallwatch-hall-wall"
SECTION_UID = "hallwatch-section"
PROMISES_UID = "hallwatch-promises"
QUALITY_UID = "hallwatch-quality"


def hall_wall(settings: GrafanaSettings) -> build.Dashboard:
    """For the hall: opened with `?kiosk`, or by the playlist."""
    board = frame(
        Frame(
            uid=HALL_WALL_UID,
            title=Words("大厅大屏", "Hall wall"),
            about=Words(
                "全大厅此刻的情况，5 秒刷新。网址后加 ?kiosk 进入展示模式。",
                "The hall as it is now, every 5 seconds. Add ?kiosk to the address for display.",
            ),
            since="now/d",
            refresh="5s",
        ),
        settings,
    ).timepicker(build.TimePicker().hidden(True).refresh_intervals(["5s", "1m"]))
    return with_panels(board, _views(HALL_SPOTS, HALL_WALL, settings, one_section=False))


def section(settings: GrafanaSettings) -> build.Dashboard:
    """For a section's chief: the panels of the wall that tell sections apart, of one."""
    board = (
        frame(
            Frame(
                uid=SECTION_UID,
                title=Words("科室", "Section"),
                about=Words("一个科室此刻的情况。", "One section as it is now."),
                since="now/d",
                refresh="5s",
            ),
            settings,
        )
        .timepicker(build.TimePicker().refresh_intervals(["5s", "1m"]))
        .with_variable(section_variable(settings))
    )
    return with_panels(board, _views(SECTION_SPOTS, SECTION, settings, one_section=True))


def promises(settings: GrafanaSettings) -> build.Dashboard:
    """Service levels against each clause, of a range of days, weeks or months."""
    board = frame(
        Frame(
            uid=PROMISES_UID,
            title=Words("承诺兑现", "Promises"),
            about=Words(
                "各条款承诺的兑现率：所选时间内、按日周月、按科室。",
                "Service levels against each clause: in the range, over time, by section.",
            ),
            since="now-30d",
            refresh="",
        ),
        settings,
    )
    board = (
        offer_ranges(board, settings)
        .with_variable(chosen_sections(settings))
        .with_variable(chosen_promises(settings))
        .with_variable(chosen_grain(settings))
    )
    return with_panels(board, _views(PROMISE_SPOTS, PROMISE_PANELS, settings, one_section=False))


def quality(settings: GrafanaSettings) -> build.Dashboard:
    """What became of the cases: once or more often, rated, asked for too much, off the counter."""
    board = frame(
        Frame(
            uid=QUALITY_UID,
            title=Words("办件质量", "Quality"),
            about=Words(
                "一次办成率、跑多次、好差评、两个免于提交、以科室代窗口。",
                "Done in one visit, repeats, ratings, exempt materials, department for counter.",
            ),
            since="now-30d",
            refresh="",
        ),
        settings,
    )
    board = (
        offer_ranges(board, settings)
        .with_variable(chosen_sections(settings))
        .with_variable(chosen_grain(settings))
    )
    return with_panels(board, _views(QUALITY_SPOTS, QUALITY_PANELS, settings, one_section=False))


def _views(
    spots: Iterable[Spot], panels: Sequence[Panel], settings: GrafanaSettings, one_section: bool
) -> list[tuple[Builder[GrafanaPanel], Size]]:
    """The panels in the order of their spots, those without one at the end."""
    by_id = {panel.id: panel for panel in panels}
    known = [spot for spot in spots if spot.panel in by_id]
    rest = by_id.keys() - {spot.panel for spot in known}
    known += [Spot(panel.id, _ELSEWHERE) for panel in panels if panel.id in rest]
    return [
        (view_of(by_id[spot.panel], settings, spot.look, one_section), spot.size) for spot in known
    ]
