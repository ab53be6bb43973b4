"""Panels of a period: each promise's service level, its trend, its sections, its worst hours.

Owns their SQL. Counts come from `windows`, whose rows hold the components; a ratio is taken
last, here. Called by `panels_of_periods`. Invariants: raw and excused figures stand side by
side; a share of fewer than the minimum is left empty, its counts are shown.
"""

from dashboards.panel import Column, Look, Panel, Scope, Shade, Unit
from dashboards.period import literal
from dashboards.sql_live import PROMISE, SECTION
from dashboards.sql_today import KEPT, LATE, LEFT_LATE, WAITING_LATE
from dashboards.words import PROMISES, Words

PROVISIONAL = Column("provisional", Words("暂计兑现", "Kept so far"), Unit.JOURNEYS)
MISSED = Column("missed", Words("未兑现", "Missed"), Unit.JOURNEYS)
JUDGED = Column("judged", Words("已判定", "Judged"), Unit.JOURNEYS)
LEVEL = Column("level", Words("兑现率", "Service level"), Unit.SHARE, Shade.HIGH_IS_GOOD)
EXCUSED = Column("excused", Words("其中免责", "Of these excused"), Unit.JOURNEYS)
LEVEL_EXCUSED = Column(
    "level_excused",
    Words("免责后", "Without the excused"),
    Unit.SHARE,
    Shade.HIGH_IS_GOOD,
)
ESTIMATED = Column("estimated", Words("其中估算", "Of these estimated"), Unit.JOURNEYS)
SLOT = Column("slot_at", Words("时间", "Time"), Unit.MOMENT)

#: The components of a service level, as `windows` stores them (semantics §3).
_PARTS = (
    "kept",
    "provisional",
    "late",
    "left_late",
    "waiting_late",
    "missed",
    "excused",
    "estimated",
)
SUMS = ",\n  ".join(f"sum(w.{part}) AS {part}" for part in _PARTS)

#: Not kept, whichever way.
BROKEN_SQL = "late + left_late + waiting_late + missed"

#: `provisional` is kept so far. Below the minimum a share would be chance.
RATIOS = f"""kept + provisional + {BROKEN_SQL} AS judged,
  if(judged >= $minimum, (kept + provisional) / judged, NULL) AS level,
  if(judged - excused >= $minimum, (kept + provisional) / (judged - excused), NULL)
    AS level_excused"""


def windows_of(condition: str) -> str:
    """The windows of the period and the chosen sections. Asked outside service hours is a
    class of its own (semantics §3)."""
    return f"""(SELECT * FROM $windows
  WHERE minute_at >= $since AND minute_at <= $until AND $section_chosen AND {condition}) AS w"""


#: The beginning of the step a row falls into.
SLOT_SQL = "toUnixTimestamp(toDateTime(dateTrunc($grain, minute_at, $zone), $zone))"

_IDS = ", ".join(literal(promise.id) for promise in PROMISES)
_CLAUSES = ", ".join(literal(promise.clause) for promise in PROMISES)
ALL_CLAUSES = tuple(dict.fromkeys(p.clause for p in PROMISES if p.clause))

FEW = Words(
    "少于最小件数时只显示件数，不显示比率。",
    "Of fewer than the minimum only the counts are shown.",
)

ESTIMATES = Words(
    "没有叫号或终端记录的，按别的记录估算用时，也计在内。",
    "Without a call or a terminal's events the time is estimated from others, and counted.",
)

promise_levels = Panel(
    id="promise_levels",
    title=Words("各项承诺兑现情况", "Each promise"),
    about=Words(
        "兑现率＝兑现÷（兑现＋超时办理＋超时离开＋超时仍在等＋未兑现）；回看期内的兑现为暂计。"
        f"{FEW.zh}{ESTIMATES.zh}非服务时间提出的另列。",
        "Level = kept / (kept + answered late + left after the limit + still waiting past it + "
        f"missed); within the look-back kept is provisional. {FEW.en} {ESTIMATES.en} "
        "Asked outside service hours is counted apart.",
    ),
    clauses=ALL_CLAUSES,
    columns=(
        PROMISE,
        Column("clause", Words("条款", "Clause"), Unit.NAME),
        LEVEL,
        LEVEL_EXCUSED,
        JUDGED,
        KEPT,
        PROVISIONAL,
        LATE,
        LEFT_LATE,
        WAITING_LATE,
        MISSED,
        EXCUSED,
        ESTIMATED,
        Column("off_hours", Words("非服务时间提出", "Asked out of hours"), Unit.JOURNEYS),
    ),
    sql=f"""SELECT promise, transform(promise, [{_IDS}], [{_CLAUSES}], '') AS clause,
  level, level_excused, judged, kept, provisional, late, left_late, waiting_late, missed,
  excused, estimated, asked AS off_hours
FROM (
  SELECT promise, {", ".join(f"sumIf(w.{p}, NOT w.off_hours) AS {p}" for p in _PARTS)},
  sumIf(w.started, w.off_hours) AS asked,
  {RATIOS}
  FROM {windows_of("$promise_chosen")}
  GROUP BY promise
)
WHERE judged + off_hours > 0
ORDER BY promise""",
    scope=Scope.PERIOD,
    look=Look.TABLE,
)

promise_trend = Panel(
    id="promise_trend",
    title=Words("兑现率走势", "Service level over time"),
    about=Words(
        f"按所选粒度（时、日、周、月）汇总，不剔除免责的。{FEW.zh}{ESTIMATES.zh}",
        f"By hour, day, week or month, nothing taken out. {FEW.en} {ESTIMATES.en}",
    ),
    clauses=ALL_CLAUSES,
    columns=(SLOT, PROMISE, LEVEL),
    sql=f"""SELECT slot_at, promise, level
FROM (
  SELECT {SLOT_SQL} AS slot_at, promise,
  {SUMS},
  {RATIOS}
  FROM {windows_of("$promise_chosen AND NOT off_hours")}
  GROUP BY slot_at, promise
)
WHERE judged > 0
ORDER BY slot_at, promise""",
    scope=Scope.PERIOD,
    look=Look.LINES,
)

section_levels = Panel(
    id="section_levels",
    title=Words("各科室兑现情况", "Sections"),
    about=Words(
        f"每科室每项承诺一行，兑现率低的在前。{FEW.zh}{ESTIMATES.zh}",
        f"A row for each section and promise, the lowest level first. {FEW.en} {ESTIMATES.en}",
    ),
    clauses=ALL_CLAUSES,
    columns=(
        SECTION,
        PROMISE,
        LEVEL,
        LEVEL_EXCUSED,
        JUDGED,
        Column("broken", Words("未兑现合计", "Broken"), Unit.JOURNEYS),
        EXCUSED,
        PROVISIONAL,
        ESTIMATED,
    ),
    sql=f"""SELECT section, promise, level, level_excused, judged, {BROKEN_SQL} AS broken,
  excused, provisional, estimated
FROM (
  SELECT section, promise,
  {SUMS},
  {RATIOS}
  FROM {windows_of("$promise_chosen AND NOT off_hours")}
  GROUP BY section, promise
)
WHERE judged > 0
ORDER BY level IS NULL, level, section, promise""",
    scope=Scope.PERIOD,
    look=Look.TABLE,
)

#: As the wall shades a share kept (`words.PromiseWords`; a test compares).
_GOOD, _POOR = 0.95, 0.85

section_states = Panel(
    id="section_states",
    title=Words("各科室达标情况", "How the sections did"),
    about=Words(
        "每格为该时段全部承诺合计：95% 起达标，85% 起需关注，其余为不达标；不剔除免责的。"
        f"{ESTIMATES.zh}",
        "All promises of a section together, in each step: good from 95 %, fair from 85 %, "
        f"else poor; nothing taken out. {ESTIMATES.en}",
    ),
    clauses=ALL_CLAUSES,
    columns=(SLOT, SECTION, Column("grade", Words("达标", "Grade"), Unit.NAME)),
    sql=f"""SELECT slot_at, section, multiIf(good >= {_GOOD} * judged, 'good',
  good >= {_POOR} * judged, 'fair', 'poor') AS grade
FROM (
  SELECT {SLOT_SQL} AS slot_at, section, sum(w.kept + w.provisional) AS good,
    good + sum(w.late + w.left_late + w.waiting_late + w.missed) AS judged
  FROM {windows_of("$promise_chosen AND NOT off_hours")}
  GROUP BY slot_at, section
)
WHERE judged > 0
ORDER BY slot_at, section""",
    scope=Scope.PERIOD,
    look=Look.STATES,
)

broken_hours = Panel(
    id="broken_hours",
    title=Words("未兑现集中在哪些时段", "When promises are broken"),
    about=Words(
        f"按日期和钟点统计计时开始于该时段的未兑现件数，不剔除免责的。{ESTIMATES.zh}",
        "Broken promises by day and by the hour their clock began in, nothing taken out. "
        f"{ESTIMATES.en}",
    ),
    clauses=ALL_CLAUSES,
    columns=(
        SLOT,
        Column("hour", Words("钟点", "Hour"), Unit.NAME),
        Column("broken", Words("未兑现合计", "Broken"), Unit.JOURNEYS),
    ),
    sql=f"""SELECT
  toUnixTimestamp(toDateTime(dateTrunc('day', w.minute_at, $zone), $zone)) AS slot_at,
  formatDateTime(w.minute_at, '%H', $zone) AS hour,
  sum(w.late + w.left_late + w.waiting_late + w.missed) AS broken
FROM {windows_of("$promise_chosen AND NOT off_hours")}
GROUP BY slot_at, hour
HAVING broken > 0
ORDER BY slot_at, hour""",
    scope=Scope.PERIOD,
    look=Look.HEAT,
)

ratio_days = Panel(
    id="ratio_days",
    title=Words("比率类承诺：科室日达标", "Shares of the day: days that met the target"),
    about=Words(
        "每科室每天算一次；不足最小件数的日子不计。暂计兑现按兑现算。",
        "Once for each section and day; days with fewer than the minimum are not counted. "
        "Kept so far counts as kept.",
    ),
    clauses=("四（二）1", "四（二）3"),
    columns=(
        PROMISE,
        Column("days", Words("科室日", "Section days"), Unit.EVENTS),
        Column("below", Words("未达标", "Below target"), Unit.EVENTS),
        Column(
            "below_excused",
            Words("未达标（免责后）", "Below target without the excused"),
            Unit.EVENTS,
        ),
        Column("target", Words("目标", "Target"), Unit.SHARE),
    ),
    # A thousandth of a case is nobody's: what dividing leaves behind the comma breaks nothing.
    sql=f"""SELECT promise, countIf(judged >= least_judged) AS days,
  countIf(judged >= least_judged AND good + 0.001 < target * judged) AS below,
  countIf(judged - excused >= least_judged
    AND good + 0.001 < target * (judged - excused)) AS below_excused,
  target
FROM (
  SELECT promise, section, toDate(w.minute_at, $zone) AS day,
    sum(w.kept + w.provisional) AS good,
    good + sum(w.late + w.left_late + w.waiting_late + w.missed) AS judged,
    sum(w.excused) AS excused, $target AS target, $minimum AS least_judged
  FROM {windows_of("$promise_chosen AND NOT off_hours AND $target > 0")}
  GROUP BY promise, section, day
)
GROUP BY promise, target
HAVING days > 0
ORDER BY promise""",
    scope=Scope.PERIOD,
    look=Look.TABLE,
)
