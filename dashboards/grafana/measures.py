"""What the operator's dashboard shows of the workers, in PromQL.

Owns the list; the metrics are `streams.worker_metrics`'. Read by `pipeline`. Invariant: whatever a
worker tells is here (a test reads it off a worker's own page).
"""

from grafana_foundation_sdk.models import units
from msgspec import Struct

from dashboards.grafana.board import Size
from dashboards.grafana.units import GREEN, PLAIN, RED, YELLOW
from dashboards.panel import Look
from dashboards.words import Words


class Measure(Struct, frozen=True, kw_only=True):
    """One panel of the operator's: `asks` are PromQL and what its lines are called."""

    title: Words
    about: Words
    asks: tuple[tuple[str, str], ...]
    unit: str
    size: Size
    look: Look = Look.LINES
    colours: tuple[tuple[str, float | None], ...] = ((PLAIN, None),)


_FIGURE, _HALF = Size(3, 4), Size(12, 8)
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
        title=Words("未就绪的进程", "Workers not ready"),
        about=Words("/readyz 说明在等什么。", "/readyz says what they wait for."),
        asks=(("count(hallwatch_ready == 0) or vector(0)", ""),),
        unit=units.LocaleFormat,
        size=_FIGURE,
        look=Look.FIGURE,
        colours=_BAD_FROM_ONE,
    ),
    Measure(
        title=Words("不通的渠道", "Channels down"),
        about=Words("此刻送不出去的渠道数。", "Channels that take nothing just now."),
        asks=(("sum(hallwatch_channel_trouble)", ""),),
        unit=units.LocaleFormat,
        size=_FIGURE,
        look=Look.FIGURE,
        colours=_BAD_FROM_ONE,
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
        title=Words("落后时间", "Behind"),
        about=Words(
            "分区的“现在”落后于时钟多久：告警就晚这么久。",
            "How far a partition's now is behind the clock: alerts are late by as much.",
        ),
        asks=(("max by (partition) (hallwatch_behind_seconds)", "{{partition}}"),),
        unit=units.Seconds,
        size=_HALF,
    ),
    Measure(
        title=Words("未处理的记录", "Records not yet decided"),
        about=Words("按分区。", "By partition."),
        asks=(("max by (partition) (hallwatch_lag_records)", "{{partition}}"),),
        unit=units.LocaleFormat,
        size=_HALF,
    ),
    Measure(
        title=Words("时限发现得多晚、事件多久落定", "Deadlines late, events settled"),
        about=Words(
            "百分之九十九在此以内：超时后多久被发现；事件到达后多久结果已保存。",
            "99 in 100: how late a deadline is found; how long until an event's outcomes are safe.",
        ),
        asks=(
            (
                "histogram_quantile(0.99, sum by (le)"
                " (rate(hallwatch_deadline_late_seconds_bucket[5m])))",
                "deadlines",
            ),
            (
                "histogram_quantile(0.99, sum by (le)"
                " (rate(hallwatch_settled_seconds_bucket[5m])))",
                "events",
            ),
        ),
        unit=units.Seconds,
        size=_HALF,
    ),
    Measure(
        title=Words("通知", "Notifications"),
        about=Words(
            "每小时送达和放弃的，按渠道；等待中的。",
            "Told and given up in an hour, by channel; those waiting.",
        ),
        asks=(
            (
                "sum by (channel, result) (increase(hallwatch_notifications_total[1h]))",
                "{{channel}} {{result}}",
            ),
            ("sum by (channel) (hallwatch_notifications_waiting)", "{{channel}} waiting"),
        ),
        unit=units.LocaleFormat,
        size=_HALF,
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
        title=Words("写入用时", "How long inserts take"),
        about=Words("九成在此以内，按表。", "Nine in ten take no longer, by table."),
        asks=(
            (
                "histogram_quantile(0.9, sum by (le, table)"
                " (rate(hallwatch_insert_seconds_bucket[5m])))",
                "{{table}}",
            ),
        ),
        unit=units.Seconds,
        size=_HALF,
    ),
    Measure(
        title=Words("写入批次、重试与拒收", "Batches, retries and refusals"),
        about=Words(
            "每秒的批次和重试；拒收的行在死信里。",
            "Batches and retries a second; rows refused are among the dead letters.",
        ),
        asks=(
            ("sum(rate(hallwatch_batches_total[5m]))", "batches"),
            ("sum(rate(hallwatch_insert_retries_total[5m]))", "retries"),
            ("sum(rate(hallwatch_refused_rows_total[5m]))", "refused"),
        ),
        unit=units.LocaleFormat,
        size=_HALF,
    ),
    Measure(
        title=Words("写入字节", "Bytes written"),
        about=Words(
            "每秒写给 ClickHouse 和状态主题的字节。",
            "A second, to ClickHouse and to the state topic.",
        ),
        asks=(
            ("sum(rate(hallwatch_row_bytes_total[5m]))", "ClickHouse"),
            ("sum(rate(hallwatch_state_bytes_total[5m]))", "state"),
        ),
        unit=units.BytesPerSecondIEC,
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
