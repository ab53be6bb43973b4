"""The panel of the counters: whose each is, who is on duty, what it is at.

Owns its SQL. Called by `panels`. Invariant: a counter stands in one section, its own, whoever's
visits are sent there; a number that several sections use is each one's own.
"""

from datetime import timedelta

from dashboards.panel import Column, Panel, Unit
from dashboards.sql_live import AGE_MS, COUNTER, SECTION, STILL_WAITING
from dashboards.words import FILING, Words
from schemas.outcomes import End, Kind

#: The filing's clock is joined by journey: its verdict need not name a counter yet.
_VISITS = f"""SELECT j.section AS found, j.counter AS counter, count() AS visits,
      countIf(j.end = '{End.SERVED}') AS n_served,
      max(if(j.end = '{End.OPEN}',
        greatest(0, dateDiff('millisecond', j.last_called_at, $now)), NULL)) AS called_ms,
      max(f.share) AS share, CAST(NULL AS Nullable(UInt8)) AS shift_open
    FROM (
      SELECT journey, section, counter, end, last_called_at FROM $journeys
      WHERE kind = '{Kind.VISIT}' AND counter != '' AND opened_at >= $day_start
        AND opened_at <= $now
    ) AS j
    LEFT JOIN (
      SELECT journey, toNullable({AGE_MS} / assumeNotNull(limit_ms)) AS share
      FROM $verdicts
      WHERE promise = '{FILING}' AND status IN ({STILL_WAITING})
        AND limit_ms IS NOT NULL AND started_at >= $day_start AND started_at <= $now
    ) AS f ON j.journey = f.journey
    GROUP BY found, counter"""

#: Whoever signs on for duty says whose counter it is.
_SHIFTS = f"""SELECT section AS found, counter, 0 AS visits, 0 AS n_served,
      CAST(NULL AS Nullable(Int64)) AS called_ms, CAST(NULL AS Nullable(Float64)) AS share,
      toNullable(toUInt8(max(end = '{End.OPEN}'))) AS shift_open
    FROM $journeys
    WHERE kind = '{Kind.SHIFT}' AND counter != '' AND opened_at >= $day_start
      AND opened_at <= $now
    GROUP BY found, counter"""

counters = Panel(
    id="counters",
    title=Words("窗口", "Counters"),
    columns=(
        SECTION,
        COUNTER,
        Column("served", Words("今日办结", "Served today"), Unit.JOURNEYS),
        Column("serving_s", Words("正在办理", "Serving for"), Unit.SECONDS),
        Column("filing", Words("申报用时占时限", "Filing, share of the limit"), Unit.SHARE),
        Column("on_duty", Words("在岗", "On duty"), Unit.NAME),
    ),
    # A visit keeps the section that took it in, wherever it is sent. So a counter is at home in
    # the one section whose shifts it had, else where most of its visits are from. One without
    # such a section is a number that several sections use ("01"), and is each one's own.
    sql=f"""SELECT multiIf(length(posted) = 1, posted[1], length(posted) > 1, found,
    most * 2 > whole, home, found) AS section, counter, sum(n_served) AS served,
  max(called_ms) / 1000 AS serving_s, max(share) AS filing, max(shift_open) AS on_duty
FROM (
  SELECT *, argMax(found, visits) OVER (PARTITION BY counter) AS home,
    max(visits) OVER (PARTITION BY counter) AS most,
    sum(visits) OVER (PARTITION BY counter) AS whole,
    groupUniqArrayIf(found, shift_open IS NOT NULL) OVER (PARTITION BY counter) AS posted
  FROM (
    {_VISITS}
    UNION ALL
    {_SHIFTS}
  )
)
GROUP BY section, counter ORDER BY section, counter""",
    refresh=timedelta(seconds=1),
)
