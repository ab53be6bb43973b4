"""Panels of a period: how long it took, who did not wait, what became of the alerts.

Owns their SQL. Called by `panels_of_periods`. Invariant: quantiles come from histograms that add
up exactly, so they are right to 2 % over any period; counts are never taken from them.
"""

from dashboards.panel import Column, Look, Panel, Scope, Unit
from dashboards.sql_live import BUCKET_S, PROMISE, SECTION
from dashboards.sql_promises import ALL_CLAUSES, ESTIMATED, ESTIMATES, windows_of
from dashboards.sql_today import LEFT_LATE
from dashboards.words import Words

durations = Panel(
    id="durations",
    title=Words("用时", "How long it took"),
    about=Words(
        f"已办理的用时；分位数误差不超过 2%，平均与最长为精确值。离开的不计入。{ESTIMATES.zh}",
        "Of those answered; quantiles are right to 2 %, mean and longest exact. "
        f"Who left is not counted. {ESTIMATES.en}",
    ),
    clauses=ALL_CLAUSES,
    columns=(
        PROMISE,
        Column("answered", Words("已办理", "Answered"), Unit.JOURNEYS),
        ESTIMATED,
        Column("mean_s", Words("平均", "Mean"), Unit.SECONDS),
        Column("p50_s", Words("P50", "p50"), Unit.SECONDS),
        Column("p90_s", Words("P90", "p90"), Unit.SECONDS),
        Column("p99_s", Words("P99", "p99"), Unit.SECONDS),
        Column("longest_s", Words("最长", "Longest"), Unit.SECONDS),
    ),
    sql=f"""SELECT promise, toUInt64(sum(n)) AS answered, any(guessed) AS estimated,
  total_ms / answered / 1000 AS mean_s,
  quantileExactWeighted(0.5)(took_s, n) AS p50_s,
  quantileExactWeighted(0.9)(took_s, n) AS p90_s,
  quantileExactWeighted(0.99)(took_s, n) AS p99_s,
  any(max_ms) / 1000 AS longest_s
FROM (
  SELECT promise, guessed, total_ms, max_ms, {BUCKET_S} AS took_s, toUInt64(counted) AS n
  FROM (
    SELECT promise, sum(w.estimated) AS guessed, sum(w.answered_sum_ms) AS total_ms,
      max(w.answered_max_ms) AS max_ms,
      sumMap(w.answered_histogram) AS histogram
    FROM {windows_of("$promise_chosen AND NOT off_hours")}
    GROUP BY promise
  )
  ARRAY JOIN mapKeys(histogram) AS bucket, mapValues(histogram) AS counted
)
GROUP BY promise, total_ms
ORDER BY promise""",
    scope=Scope.PERIOD,
    look=Look.TABLE,
)

leavings = Panel(
    id="leavings",
    title=Words("没有等到的", "Those who did not wait"),
    about=Words(
        "取号两分钟内离开视为误取；撤号与下班未结另计，不算等候。",
        "Left within two minutes: taken by mistake. Cancelled and expired are counted apart "
        "and are no wait.",
    ),
    clauses=("四（二）1",),
    columns=(
        PROMISE,
        Column("started", Words("开始计时", "Clocks begun"), Unit.JOURNEYS),
        Column("left_mistaken", Words("误取号", "By mistake"), Unit.JOURNEYS),
        Column("left_in_time", Words("限时内离开", "Left in time"), Unit.JOURNEYS),
        LEFT_LATE,
        Column("cancelled", Words("工作人员撤销", "Cancelled by a clerk"), Unit.JOURNEYS),
        Column("expired", Words("下班未结", "Open at closing time"), Unit.JOURNEYS),
    ),
    sql=f"""SELECT promise, sum(w.started) AS started, sum(w.left_mistaken) AS left_mistaken,
  sum(w.left_in_time) AS left_in_time, sum(w.left_late) AS left_late,
  sum(w.cancelled) AS cancelled, sum(w.expired) AS expired
FROM {windows_of("$promise_chosen AND NOT off_hours")}
GROUP BY promise
HAVING left_mistaken + left_in_time + left_late + cancelled + expired > 0
ORDER BY promise""",
    scope=Scope.PERIOD,
    look=Look.TABLE,
)

alert_handling = Panel(
    id="alert_handling",
    title=Words("告警处置", "What became of the alerts"),
    about=Words(
        "期间内超时的告警。事后查明没有超时的已撤回，不计；补数据时发现的、来源失联的和已静默的不通知任何人。",
        "Alerts breached in the period. Those taken back are not counted; found while catching "
        "up, suspected or silenced ones were told to nobody.",
    ),
    columns=(
        SECTION,
        Column("breached", Words("超时告警", "Breached"), Unit.JOURNEYS),
        Column("told", Words("已通知", "Told"), Unit.JOURNEYS),
        Column("acknowledged", Words("已确认", "Acknowledged"), Unit.JOURNEYS),
        Column("answer_s", Words("确认用时（中位）", "Until acknowledged, median"), Unit.SECONDS),
        Column("escalated", Words("已升级", "Escalated"), Unit.JOURNEYS),
        Column("excused", Words("已免责", "Excused"), Unit.JOURNEYS),
        Column("still_open", Words("未结", "Still open"), Unit.JOURNEYS),
    ),
    sql="""SELECT section, count() AS breached,
  countIf(NOT (historical OR suspected OR silenced)) AS told,
  countIf(acknowledged_at IS NOT NULL) AS acknowledged,
  quantileExactOrNullIf(0.5)(dateDiff('millisecond', breached_at, acknowledged_at),
    acknowledged_at IS NOT NULL) / 1000 AS answer_s,
  countIf(escalation_level > 0) AS escalated,
  countIf(excused_at IS NOT NULL) AS excused,
  countIf(state != 'closed') AS still_open
FROM $alerts
WHERE breached_at >= $since AND breached_at <= $until AND closed_as != 'retracted'
  AND $section_chosen AND $promise_chosen
GROUP BY section ORDER BY breached DESC, section""",
    scope=Scope.PERIOD,
    look=Look.TABLE,
)
