"""The operator's dashboard: what a worker tells Prometheus, drawn.

Owns its panels; the metrics are `streams.worker_metrics`'. Called by `generate`. Invariant: it
asks only for metrics that a worker has (a test reads them off a worker's own page).
"""

from collections.abc import Callable

from grafana_foundation_sdk.builders import common, prometheus, stat, timeseries
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.models import common as c
from grafana_foundation_sdk.models import units
from msgspec import Struct

from dashboards.grafana.board import Frame, Size, frame, with_panels
from dashboards.grafana.settings import PROMETHEUS_UID, GrafanaSettings
from dashboards.grafana.units import GREEN, PLAIN, RED, YELLOW, steps, thresholds
from dashboards.panel import Look
from dashboards.words import Words

PIPELINE_UID = "hallwatch-pipeline"

PROMETHEUS = c.DataSourceRef(type_val="prometheus", uid=PROMETHEUS_UID)


class Measure(Struct, frozen=True, kw_only=True):
    """One panel of the operator's: `asks` are PromQL and what its lines are called."""

    title: Words
    about: Words
    asks: tuple[tuple[str, str], ...]
    unit: str
    size: Size
    look: Look = Look.LINES
    colours: tuple[tuple[str, float | None], ...] = ((PLAIN, None),)


_FIGURE, _HALF = Size(4, 4), Size(12, 8)
_BAD_FROM_ONE = ((GREEN, None), (RED, 1.0))

MEASURES: tuple[Measure, ...] = (
    Measure(
        title=Words("工作进程", "Workers"),
        about=Words("Prometheus 能抓到指标的进程数。", "Processes Prometheus can scrape."),
        asks=(('sum(up{job="hallwatch"})', ""),),
        unit=units.LocaleFormat,
        size=_FIGURE,
        look=Look.FIGURE,
        colours=((RED, None), (GREEN, 1.0)),
    ),
    Measure(
        title=Words("在处理的分区", "Partitions in hand"),
        about=Words(
            "有进程在处理的分区数，应等于主题的分区数。",
            "Partitions some worker has; should be all of the topic's.",
        ),
        asks=(("count(sum by (partition) (hallwatch_next_offset))", ""),),
        unit=units.LocaleFormat,
        size=_FIGURE,
        look=Look.FIGURE,
    ),
    Measure(
        title=Words("停止接收的分区", "Partitions stopped"),
        about=Words(
            "死信过多而停止接收，用 `hallwatch resume` 恢复。",
            "Stopped by a storm of dead letters; `hallwatch resume` lets them go on.",
        ),
        asks=(("sum(hallwatch_intake_stopped)", ""),),
        unit=units.LocaleFormat,
        size=_FIGURE,
        look=Look.FIGURE,
        colours=_BAD_FROM_ONE,
    ),
    Measure(
        title=Words("一小时内拒收", "Refused in an hour"),
        about=Words(
            "死信数；`hallwatch deadletters list` 看原因。",
            "Dead letters; `hallwatch deadletters list` says why.",
        ),
        asks=(("sum(increase(hallwatch_dead_letters_total[1h]))", ""),),
        unit=units.LocaleFormat,
        size=_FIGURE,
        look=Look.FIGURE,
        colours=((GREEN, None), (YELLOW, 1.0), (RED, 1000.0)),
    ),
    Measure(
        title=Words("待写入 ClickHouse", "Waiting for ClickHouse"),
        about=Words(
            "ClickHouse 还没有确认的行；一直增长说明写不进去。",
            "Rows ClickHouse has not acknowledged; growing on means it does not take them.",
        ),
        asks=(("sum(hallwatch_waiting_bytes)", ""),),
        unit=units.BytesIEC,
        size=_FIGURE,
        look=Look.FIGURE,
    ),
    Measure(
        title=Words("推测的节假日", "Holidays guessed"),
        about=Words(
            "用到了还没有公布节假日的年份，按周一至周五推测。",
            "Years asked for whose public holidays are not known yet; the week is kept.",
        ),
        asks=(("sum(hallwatch_calendar_guessed) or vector(0)", ""),),
        unit=units.LocaleFormat,
        size=_FIGURE,
        look=Look.FIGURE,
        colours=((GREEN, None), (YELLOW, 1.0)),
    ),
    Measure(
        title=Words("接收事件", "Events taken in"),
        about=Words("每秒，按分区。", "A second, by partition."),
        asks=(("sum by (partition) (rate(hallwatch_events_total[5m]))", "{{partition}}"),),
        unit=units.EventsPerSecond,
        size=_HALF,
    ),
    Measure(
        title=Words("拒收记录", "Records refused"),
        about=Words("每秒，按分区。", "A second, by partition."),
        asks=(("sum by (partition) (rate(hallwatch_dead_letters_total[5m]))", "{{partition}}"),),
        unit=units.EventsPerSecond,
        size=_HALF,
    ),
    Measure(
        title=Words("结果行：产生与写入", "Outcome rows: sent and taken"),
        about=Words(
            "每秒产生的行和 ClickHouse 收下的行，长时间应相等。",
            "Rows sent on their way and rows ClickHouse has taken; over time they are equal.",
        ),
        asks=(
            ("sum(rate(hallwatch_outcome_rows_total[5m]))", "→"),
            ("sum(rate(hallwatch_rows_total[5m]))", "ClickHouse"),
        ),
        unit=units.RowsPerSecond,
        size=_HALF,
    ),
    Measure(
        title=Words("写入 ClickHouse，按表", "Rows taken, by table"),
        about=Words("每秒。", "A second."),
        asks=(("sum by (table) (rate(hallwatch_rows_total[5m]))", "{{table}}"),),
        unit=units.RowsPerSecond,
        size=_HALF,
    ),
    Measure(
        title=Words("写入用时占比与重试", "Time in inserts, and retries"),
        about=Words(
            "一秒里有多少在写入（每表一个写入线程，1 为满）；每秒重试次数。",
            "How much of a second goes into inserts (1: a table's is full), and retries a second.",
        ),
        asks=(
            ("sum by (table) (rate(hallwatch_insert_seconds_total[5m]))", "{{table}}"),
            ("sum(rate(hallwatch_insert_retries_total[5m]))", "retries"),
        ),
        unit=units.LocaleFormat,
        size=_HALF,
    ),
    Measure(
        title=Words("告警消息", "Alert messages"),
        about=Words("每分钟，开始、升级、结束都算。", "A minute; beginnings, escalations, ends."),
        asks=(("sum(rate(hallwatch_alert_messages_total[5m])) * 60", "hall.alerts"),),
        unit=units.LocaleFormat,
        size=_HALF,
    ),
    Measure(
        title=Words("内存中的旅程与窗口", "Journeys and windows in memory"),
        about=Words(
            "未结的，和还可能被更正的。", "Those open, and those that can still be corrected."
        ),
        asks=(
            ("sum(hallwatch_journeys)", "journeys"),
            ("sum(hallwatch_windows)", "windows"),
        ),
        unit=units.LocaleFormat,
        size=_HALF,
    ),
    Measure(
        title=Words("空闲分区", "Partitions at rest"),
        about=Words(
            "手上没有积压、没有到期的分区所占比例；长时间为 0 说明在追赶。",
            "Share of partitions with nothing in hand and nothing due; long at 0: catching up.",
        ),
        asks=(("avg(hallwatch_idle)", "idle"),),
        unit=units.PercentUnit,
        size=_HALF,
    ),
)


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
    return (
        timeseries.Panel()
        .legend(
            common.VizLegendOptions()
            .display_mode(c.LegendDisplayMode.LIST)
            .placement(c.LegendPlacement.BOTTOM)
            .show_legend(True)
        )
        .tooltip(common.VizTooltipOptions().mode(c.TooltipDisplayMode.MULTI))
        .min(0)
    )


_DRAWN: dict[Look, Callable[[Measure], stat.Panel | timeseries.Panel]] = {
    Look.FIGURE: _figure,
    Look.LINES: _lines,
}
