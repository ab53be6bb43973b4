"""Panels of one section, for its chief: each person who waits, each open alert, one by one.

Owns their SQL. They answer for all sections at once, each row naming its own: whoever shows one
section keeps its rows. Called by `panels`. Invariant: of each section the worst are answered,
so that a section with hundreds leaves room for the others.
"""

from datetime import timedelta

from dashboards.panel import Column, Panel, Unit
from dashboards.sql_live import (
    AGE_MS,
    ALERT,
    CLAUSE,
    COUNTER,
    JOURNEY,
    PROMISE,
    SECTION,
    quoted,
    waiting_for,
)
from dashboards.sql_standing import STANDING_ALERTS
from dashboards.words import FIRST_RESPONSE, STANDING, WAITS, Words
from schemas.outcomes import AlertState
from schemas.queue import WAIT_FORECAST

_STANDING = quoted(*STANDING)

#: A forecast has a panel of its own: nobody is late yet.
_NO_CITIZEN = quoted(*STANDING, WAIT_FORECAST)

#: Of each section; more than a screen holds, and than a chief can do anything about.
_ROWS = 60

section_people = Panel(
    id="section_people",
    title=Words("逐人等候", "Waiting, one by one"),
    columns=(
        SECTION,
        JOURNEY,
        PROMISE,
        Column("service", Words("事项", "Service"), Unit.NAME),
        Column("waited_s", Words("已等", "Waited"), Unit.SECONDS),
        Column("limit_s", Words("时限", "Limit"), Unit.SECONDS),
    ),
    # Nobody promised a walk-in anything: behind those who were promised something.
    sql=f"""SELECT section, journey, promise, service, {AGE_MS} / 1000 AS waited_s,
  limit_ms / 1000 AS limit_s
{waiting_for(*WAITS, FIRST_RESPONSE)} AND NOT off_hours
ORDER BY section, limit_ms IS NULL, {AGE_MS} / ifNull(limit_ms, 1) DESC, journey
LIMIT {_ROWS} BY section""",
)

section_alerts = Panel(
    id="section_alerts",
    title=Words("未结超时与问题", "Open breaches and warnings"),
    columns=(
        ALERT,
        PROMISE,
        CLAUSE,
        JOURNEY,
        SECTION,
        COUNTER,
        Column("state", Words("状态", "State"), Unit.NAME),
        Column("standing", Words("无人在等", "Nobody waits"), Unit.NAME),
        Column("limit_s", Words("时限", "Limit"), Unit.SECONDS),
        Column("over_s", Words("超时", "Over by"), Unit.SECONDS),
        Column("cause", Words("原因", "Cause"), Unit.NAME),
        Column("kept", Words("兑现", "Kept"), Unit.JOURNEYS),
        Column("judged", Words("判定", "Judged"), Unit.JOURNEYS),
        Column("target", Words("承诺比例", "Promised share"), Unit.SHARE),
        Column("acknowledged_by", Words("处理人", "Looked after by"), Unit.NAME),
        Column("escalation_level", Words("上报级别", "Escalated"), Unit.NAME),
        Column("silenced", Words("已静默", "Silenced"), Unit.NAME),
        Column("suspected", Words("来源失联", "Source silent"), Unit.NAME),
    ),
    # Silenced and suspected ones too: his own section's chief has to know what nobody is told of.
    sql=f"""SELECT alert, promise, clause, journey, section, counter, state,
  promise IN ({_STANDING}) AS standing, limit_ms / 1000 AS limit_s,
  dateDiff('millisecond',
    ifNull(breached_at, started_at + toIntervalMillisecond(limit_ms)), $now) / 1000 AS over_s,
  cause, kept, judged, target_permille / 1000 AS target, acknowledged_by, escalation_level,
  silenced, suspected
FROM (
  SELECT * FROM $alerts WHERE promise NOT IN ({_NO_CITIZEN}) AND started_at >= $open_since
  UNION ALL
  SELECT * FROM {STANDING_ALERTS}
)
WHERE state = '{AlertState.BREACHED}' OR state = '{AlertState.WARNED}' AND NOT standing
ORDER BY section, standing, state = '{AlertState.BREACHED}' DESC, over_s DESC, alert
LIMIT {_ROWS} BY section""",
    refresh=timedelta(seconds=1),
)
