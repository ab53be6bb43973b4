"""The operator's dashboard: what a worker tells Prometheus, drawn.

Owns its panels; the metrics are `streams.worker_metrics`'. Called by `generate`. Invariant: it
asks only for metrics that a worker has (a test reads them off a worker's own page).
"""

from collections.abc import Callable

from grafana_foundation_sdk.builders import common, prometheus, stat, timeseries
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.models import common as c

from dashboards.grafana.board import Frame, frame, with_panels
from dashboards.grafana.measures import MEASURES, Measure
from dashboards.grafana.settings import PROMETHEUS_UID, GrafanaSettings
from dashboards.grafana.units import steps, thresholds
from dashboards.grafana.views import curves
from dashboards.panel import Look
from dashboards.words import Words

PIPELINE_UID = "hallwatch-pipeline"

PROMETHEUS = c.DataSourceRef(type_val="prometheus", uid=PROMETHEUS_UID)


def pipeline(settings: GrafanaSettings) -> build.Dashboard:
    """For the operator, over Prometheus."""
    board = frame(
        Frame(
            uid=PIPELINE_UID,
            title=Words("数据管道", "Pipeline"),
            about=Words("工作进程的指标，给运维看。", "The workers' metrics, for the operator."),
            since="now-6h",
            refresh="30s",
        ),
        settings,
    )
    return with_panels(board, [(_view(one, settings), one.size) for one in MEASURES])


def _view(measure: Measure, settings: GrafanaSettings) -> stat.Panel | timeseries.Panel:
    drawn = _DRAWN[measure.look](measure)
    for number, (expression, legend) in enumerate(measure.asks):
        drawn = drawn.with_target(
            prometheus.Dataquery()
            .expr(expression)
            .legend_format(legend)
            .ref_id(chr(ord("A") + number))
            .datasource(PROMETHEUS)
        )
    return (
        drawn.title(settings.say(measure.title))
        .description(settings.say(measure.about))
        .datasource(PROMETHEUS)
        .unit(measure.unit)
        .thresholds(thresholds(steps(*measure.colours)))
    )


def _figure(_: Measure) -> stat.Panel | timeseries.Panel:
    return (
        stat.Panel()
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]).values(False))
        .color_mode(c.BigValueColorMode.VALUE)
        .graph_mode(c.BigValueGraphMode.AREA)
    )


def _lines(_: Measure) -> stat.Panel | timeseries.Panel:
    return curves().min(0)


_DRAWN: dict[Look, Callable[[Measure], stat.Panel | timeseries.Panel]] = {
    Look.FIGURE: _figure,
    Look.LINES: _lines,
}
