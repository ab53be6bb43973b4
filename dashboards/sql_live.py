"""Panels of this moment: who waits, how long, what is breached.

Owns their SQL. People still waiting come from `verdicts` (the core has decided when their
clock began), with their age so far. Called by `panels`. Invariant: a person still waiting
is part of every figure here, so that a stuck queue never looks healthy.
"""

from dashboards.panel import Column, Panel, Unit
from dashboards.words import FIRST_RESPONSE, STANDING, WAITS, Words
from schemas.deadletters import INTAKE_STOPPED
from schemas.outcomes import AlertState, End, Kind, Status
from schemas.queue import WAIT_FORECAST
from schemas.source import SOURCE_SILENT


def quoted(*names: str) -> str:
    """Names of ours as a SQL list."""
    return ", ".join(f"'{name}'" for name in names)


SECTION = Column("section", Words("科室", "Section"), Unit.NAME)
COUNTER = Column("counter", Words("窗口", "Counter"), Unit.NAME)
PROMISE = Column("promise", Words("承诺", "Promise"), Unit.NAME)
CLAUSE = Column("clause", Words("条款", "Clause"), Unit.NAME)
JOURNEY = Column("journey", Words("编号", "Number"), Unit.NAME)
ALERT = Column("alert", Words("告警", "Alert"), Unit.NAME)
WAITING = Column("waiting", Words("正在等候", "Waiting"), Unit.PEOPLE)

STILL_WAITING = quoted(Status.WAITING, Status.WAITING_LATE)

#: How long the clock of a verdict has run. A clock may be set to begin later (an
#: appointment not yet due): its person is here, and has waited 0.
AGE_MS = "greatest(0, dateDiff('millisecond', started_at, $now))"


def waiting_for(*promises: str) -> str:
    """Those whose clock for one of these still runs. An appointment's may begin later."""
    return f"""FROM $verdicts
WHERE promise IN ({quoted(*promises)}) AND status IN ({STILL_WAITING})
  AND started_at >= $open_since AND started_at <= $now + INTERVAL 1 DAY"""


#: Citizens in the hall whom nobody has called.
QUEUE = waiting_for(*WAITS)

queue = Panel(
    id="queue",
    title=Words("正在等候", "Waiting now"),
    columns=(
        SECTION,
        WAITING,
        Column("late", Words("已超时", "Past the limit"), Unit.PEOPLE),
        Column("longest_s", Words("最长等候", "Longest wait"), Unit.SECONDS),
    ),
    sql=f"""SELECT section, count() AS waiting,
  countIf(status = '{Status.WAITING_LATE}' OR ifNull($now > deadline_at, false)) AS late,
  max({AGE_MS}) / 1000 AS longest_s
{QUEUE}
GROUP BY section ORDER BY section""",
)

#: Twentieths of the limit, be it of a queue or of a chat. Nobody promised a walk-in
#: anything: he is drawn on the scale of ten minutes and never coloured as late.
STEPS, LAST_STEP, WALK_IN_SCALE_MS = 20, 30, 600_000

people = Panel(
    id="people",
    title=Words("等候人群与时限", "People waiting against the limit"),
    columns=(
        SECTION,
        Column("promised", Words("有承诺", "Promised"), Unit.NAME),
        Column("step", Words("时限的二十分之几", "Twentieths of the limit"), Unit.STEP),
        Column("people", Words("人数", "People"), Unit.PEOPLE),
    ),
    sql=f"""SELECT section, limit_ms IS NOT NULL AS promised,
  least({LAST_STEP}, intDiv({AGE_MS} * {STEPS}, ifNull(limit_ms, {WALK_IN_SCALE_MS}))) AS step,
  count() AS people
{waiting_for(*WAITS, FIRST_RESPONSE)} AND NOT off_hours
GROUP BY section, promised, step ORDER BY section, promised, step""",
)

#: Bucket b holds ceil(log(v ms) / log(g)) = b; its middle, in seconds, is within 2 %.
BUCKET_S = "if(bucket = 0, 0, 2 * pow(1.02 / 0.98, bucket) / (1.02 / 0.98 + 1) / 1000)"

wait_p90 = Panel(
    id="wait_p90",
    title=Words("等候 P90", "Wait, 90th percentile"),
    columns=(
        SECTION,
        Column("hall", Words("全大厅", "Whole hall"), Unit.NAME),
        Column("p90_s", Words("P90", "p90"), Unit.SECONDS),
        Column("answered", Words("已叫号", "Called"), Unit.PEOPLE),
        Column("estimated", Words("其中估算", "Estimated of them"), Unit.PEOPLE),
        WAITING,
    ),
    sql=f"""SELECT section, toUInt8(grouping(section) = 1) AS hall,
  if(count() = 0, NULL, quantileExactWeighted(0.9)(wait_s, n)) AS p90_s,
  sumIf(n, NOT still) AS answered, sum(guessed) AS estimated, sumIf(n, still) AS waiting
FROM (
  SELECT section, {BUCKET_S} AS wait_s, toUInt64(counted) AS n, false AS still,
    if(nth = 1, estimated, 0) AS guessed
  FROM $windows
  ARRAY JOIN mapKeys(answered_histogram) AS bucket, mapValues(answered_histogram) AS counted,
    arrayEnumerate(mapKeys(answered_histogram)) AS nth
  WHERE promise IN ({quoted(*WAITS)}) AND minute_at >= $window_start AND minute_at <= $now
  UNION ALL
  SELECT section, {AGE_MS} / 1000 AS wait_s, toUInt64(1) AS n, true AS still, 0 AS guessed
  {QUEUE}
)
GROUP BY GROUPING SETS ((section), ()) ORDER BY hall, section""",
)

chats = Panel(
    id="chats",
    title=Words("线上人工帮办", "Online assistance"),
    columns=(
        SECTION,
        Column("open", Words("进行中", "Open chats"), Unit.JOURNEYS),
        Column("unanswered", Words("未回复", "Unanswered"), Unit.JOURNEYS),
        Column("late", Words("已超时", "Past the limit"), Unit.JOURNEYS),
        Column("longest_s", Words("最长未回复", "Longest unanswered"), Unit.SECONDS),
    ),
    # Asked outside service hours is a class of its own (semantics §3): counted, but the
    # night is not shown as a citizen's longest wait.
    sql=f"""SELECT section, sum(is_open) AS open, sum(is_unanswered) AS unanswered,
  sum(is_late) AS late, max(age_ms) / 1000 AS longest_s
FROM (
  SELECT section, 1 AS is_open, 0 AS is_unanswered, 0 AS is_late, 0 AS age_ms
  FROM $journeys
  WHERE kind = '{Kind.CHAT}' AND end = '{End.OPEN}' AND opened_at >= $open_since
  UNION ALL
  SELECT section, 0, 1,
    status = '{Status.WAITING_LATE}' OR ifNull($now > deadline_at, false),
    if(off_hours, 0, {AGE_MS})
  FROM $verdicts
  WHERE promise = '{FIRST_RESPONSE}' AND status IN ({STILL_WAITING})
    AND started_at >= $open_since AND started_at <= $now
)
GROUP BY section ORDER BY section""",
)

#: Not what is only suspected: its source is silent, and that is an alert of its own. Nor a
#: forecast, which has a panel of its own: nobody is late yet.
OPEN_ALERTS = f"""FROM $alerts WHERE started_at >= $open_since
  AND NOT suspected AND NOT silenced AND promise NOT IN ({quoted(*STANDING, WAIT_FORECAST)})"""

alerts = Panel(
    id="alerts",
    title=Words("未结告警", "Open alerts"),
    columns=(
        SECTION,
        Column("breached", Words("已超时", "Breached"), Unit.JOURNEYS),
        Column("warned", Words("即将超时", "About to break"), Unit.JOURNEYS),
    ),
    sql=f"""SELECT section, countIf(state = '{AlertState.BREACHED}') AS breached,
  countIf(state = '{AlertState.WARNED}') AS warned
{OPEN_ALERTS} AND state IN ({quoted(AlertState.BREACHED, AlertState.WARNED)})
GROUP BY section ORDER BY section""",
)

#: What has just happened is on top for this long, newest first; under it, the worst first.
#: Above all a source that is silent, or events not taken in: what stands below may be for
#: want of that data.
JUST_NOW_S = 20

breaches = Panel(
    id="breaches",
    title=Words("未结超时", "Open breaches"),
    columns=(
        ALERT,
        PROMISE,
        CLAUSE,
        JOURNEY,
        SECTION,
        COUNTER,
        Column("limit_s", Words("时限", "Limit"), Unit.SECONDS),
        Column("over_s", Words("超时", "Over by"), Unit.SECONDS),
    ),
    sql=f"""SELECT alert, promise, clause, journey, section, counter,
  limit_ms / 1000 AS limit_s,
  greatest(0, dateDiff('millisecond', assumeNotNull(breached_at), $now)) / 1000 AS over_s
{OPEN_ALERTS} AND state = '{AlertState.BREACHED}' AND breached_at IS NOT NULL
ORDER BY promise IN ({quoted(SOURCE_SILENT, INTAKE_STOPPED)}) DESC, over_s < {JUST_NOW_S} DESC,
  if(over_s < {JUST_NOW_S}, over_s, -over_s), alert LIMIT 60""",
)

warnings = Panel(
    id="warnings",
    title=Words("即将超时", "About to break"),
    columns=(
        ALERT,
        PROMISE,
        CLAUSE,
        JOURNEY,
        SECTION,
        COUNTER,
        Column("left_s", Words("剩余", "Time left"), Unit.SECONDS),
    ),
    sql=f"""SELECT alert, promise, clause, journey, section, counter,
  greatest(0, limit_ms - dateDiff('millisecond', started_at, $now)) / 1000 AS left_s
{OPEN_ALERTS} AND state = '{AlertState.WARNED}'
ORDER BY left_s, alert LIMIT 20""",
)
