"""Panels beside the moment: which systems speak, and what was broken without anybody waiting.

Owns their SQL. Called by `panels`. Invariant: what stands here is not among the breaches of
`sql_live`, so that it never pushes out somebody who waits.
"""

from datetime import timedelta

from dashboards.panel import Column, Panel, Unit
from dashboards.sql_live import PROMISE, SECTION, quoted
from dashboards.words import IN_DAYS, NOBODY_WAITS, OWN_WORDS, Words
from schemas.outcomes import AlertState
from schemas.source import SOURCE_SILENT

#: No clock of working days is longer than this before its breach, holidays and all, and none
#: stays open longer after it without being on somebody's desk.
_DAYS_BACK = 90

#: Open breaches nobody waits for. Those of working days began long before `$open_since`; their
#: ids begin with the promise, which the table is sorted by.
STANDING_ALERTS = f"""(
  SELECT * FROM $alerts
  WHERE promise IN ({quoted(*NOBODY_WAITS)}) AND started_at >= $open_since
  UNION ALL
  SELECT * FROM alerts FINAL
  WHERE ({" OR ".join(f"startsWith(alert, '{promise}/')" for promise in IN_DAYS)})
    AND started_at >= $open_since - INTERVAL {_DAYS_BACK} DAY AND started_at <= $now
)"""

standing = Panel(
    id="standing",
    title=Words("在册问题", "On record"),
    columns=(
        SECTION,
        PROMISE,
        Column("open", Words("未结", "Open"), Unit.JOURNEYS),
        Column("acknowledged", Words("已有人处理", "Looked after"), Unit.JOURNEYS),
        Column("newest_at", Words("最近一次", "Most recent"), Unit.MOMENT),
    ),
    sql=f"""SELECT section, promise, count() AS open,
  countIf(acknowledged_at IS NOT NULL) AS acknowledged,
  toUnixTimestamp64Milli(max(assumeNotNull(breached_at))) / 1000 AS newest_at
FROM {STANDING_ALERTS}
WHERE state = '{AlertState.BREACHED}' AND breached_at IS NOT NULL AND breached_at <= $now
  AND NOT suspected AND NOT silenced
GROUP BY section, promise ORDER BY promise, open DESC, section""",
    refresh=timedelta(seconds=2),
)

sources = Panel(
    id="sources",
    title=Words("数据来源", "Sources"),
    columns=(
        Column("system", Words("系统", "System"), Unit.NAME),
        Column("sources", Words("来源数", "Sources"), Unit.EVENTS),
        Column("last_event_at", Words("最新事件", "Newest event"), Unit.MOMENT),
        Column("silent", Words("失联", "Silent"), Unit.EVENTS),
        Column("silent_since", Words("失联起", "Silent since"), Unit.MOMENT),
    ),
    # Terminals are sixty sources and one system. A heartbeat is a sign of its source, whose
    # other events say which system it is; one that only ever beats goes by its own name.
    sql=f"""SELECT if(word = '', source, word) AS system, count() AS sources,
  max(heard_at) AS last_event_at, countIf(silent_at IS NOT NULL) AS silent,
  min(silent_at) AS silent_since
FROM (
  SELECT source, argMaxIf(first, n, first != 'source') AS word, max(heard) AS heard_at,
    min(silent) AS silent_at
  FROM (
    SELECT source, splitByChar('.', toString(type))[1] AS first, count() AS n,
      toNullable(toUnixTimestamp64Milli(max(ingest_at)) / 1000) AS heard,
      CAST(NULL AS Nullable(Float64)) AS silent
    FROM events WHERE ingest_at >= $open_since
    GROUP BY source, first HAVING first NOT IN ({quoted(*OWN_WORDS)})
    UNION ALL
    SELECT journey, 'source', 0, NULL, toUnixTimestamp64Milli(started_at) / 1000
    FROM $alerts
    WHERE promise = '{SOURCE_SILENT}' AND state = '{AlertState.BREACHED}'
      AND started_at >= $open_since
  )
  GROUP BY source
)
GROUP BY system ORDER BY system""",
    refresh=timedelta(seconds=2),
)
