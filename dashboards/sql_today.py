"""Panels of the hall's day: promises kept, chats resolved, the day's curve, what came in.

Owns their SQL. Called by `panels`. Invariant: components are added up and the ratio is
taken last, in the question; no ratio is ever stored or averaged.
"""

from datetime import timedelta

from dashboards.panel import Column, Panel, Unit
from dashboards.sql_live import PROMISE, SECTION, WAITING
from dashboards.words import Words
from schemas.outcomes import Kind

KEPT = Column("kept", Words("兑现", "Kept"), Unit.JOURNEYS)
LATE = Column("late", Words("超时办理", "Answered late"), Unit.JOURNEYS)
LEFT_LATE = Column("left_late", Words("超时离开", "Left after the limit"), Unit.JOURNEYS)
WAITING_LATE = Column(
    "waiting_late", Words("超时仍在等", "Still waiting past the limit"), Unit.JOURNEYS
)

#: Not kept, whichever way (semantics §3, Service level). What is kept so far counts as kept.
_MISSED = "late + left_late + waiting_late + missed"

#: Raw, and with what somebody excused left out: an excuse overwrites nothing, so both are shown.
LEVEL = f"if(kept + {_MISSED} = 0, NULL, kept / (kept + {_MISSED}))"
LEVEL_EXCUSED = f"if(kept + {_MISSED} <= excused, NULL, kept / (kept + {_MISSED} - excused))"

kept_today = Panel(
    id="kept_today",
    title=Words("今日承诺兑现", "Promises kept today"),
    columns=(
        SECTION,
        PROMISE,
        KEPT,
        LATE,
        LEFT_LATE,
        WAITING_LATE,
        Column("missed", Words("未做到", "Missed"), Unit.JOURNEYS),
        Column("excused", Words("其中免责", "Excused of them"), Unit.JOURNEYS),
        Column("estimated", Words("其中估算", "Estimated of them"), Unit.JOURNEYS),
        Column("level", Words("兑现率", "Service level"), Unit.SHARE),
        Column("level_excused", Words("兑现率（除免责）", "Without excused"), Unit.SHARE),
    ),
    sql=f"""SELECT section, promise, sum(w.kept + w.provisional) AS kept, sum(w.late) AS late,
  sum(w.left_late) AS left_late, sum(w.waiting_late) AS waiting_late,
  sum(w.missed) AS missed, sum(w.excused) AS excused,
  sum(w.estimated) AS estimated,
  {LEVEL} AS level, {LEVEL_EXCUSED} AS level_excused
FROM (SELECT * FROM $windows
  WHERE minute_at >= $day_start AND minute_at <= $now AND NOT off_hours) AS w
GROUP BY section, promise
HAVING kept + {_MISSED} > 0
ORDER BY section, promise""",
    refresh=timedelta(seconds=1),
)

#: A walk-in's ticket is his arrival; an appointment's is only the booking.
ARRIVED_AT = "coalesce(checked_in_at, if(channel = 'appointment', NULL, issued_at))"
#: The first of what can take a person out of the queue.
OUT_OF_QUEUE_AT = """arrayMin(arrayFilter(moment -> moment IS NOT NULL,
      [first_called_at, left_at, no_show_at, cancelled_at, expired_at, served_at]))"""

day_curve = Panel(
    id="day_curve",
    title=Words("今日客流", "The day"),
    columns=(
        Column("slot_at", Words("时间", "Time"), Unit.MOMENT),
        Column("arrived", Words("到场", "Arrived"), Unit.PEOPLE),
        Column("served", Words("办结", "Served"), Unit.PEOPLE),
        WAITING,
    ),
    sql=f"""SELECT toUnixTimestamp(toStartOfInterval(
    assumeNotNull(step.1), INTERVAL 15 MINUTE)) AS slot_at,
  sum(step.2) AS arrived, sum(step.3) AS served,
  sum(sum(step.2) - sum(step.4)) OVER (ORDER BY slot_at) AS waiting
FROM (
  SELECT arrayJoin([
    (arrived_at, 1, 0, 0),
    (served_at, 0, 1, 0),
    (out_at, 0, 0, 1)]) AS step
  FROM (
    SELECT {ARRIVED_AT} AS arrived_at, served_at, {OUT_OF_QUEUE_AT} AS out_at
    FROM $journeys
    WHERE kind = '{Kind.VISIT}' AND opened_at >= $day_start AND opened_at <= $now
      AND arrived_at IS NOT NULL
  )
)
WHERE step.1 IS NOT NULL AND step.1 >= $day_start AND step.1 <= $now
GROUP BY slot_at ORDER BY slot_at""",
    refresh=timedelta(seconds=5),
)

arrivals = Panel(
    id="arrivals",
    title=Words("数据到达", "Data coming in"),
    columns=(
        Column("last_event_at", Words("最新事件", "Newest event"), Unit.MOMENT),
        Column("events", Words("今日事件", "Events today"), Unit.EVENTS),
        Column("refused", Words("今日拒收", "Refused today"), Unit.EVENTS),
    ),
    # Without FINAL: the newest is the newest, however often it came.
    sql="""SELECT
  (SELECT toUnixTimestamp64Milli(max(ingest_at)) / 1000 FROM events
    WHERE ingest_at >= $open_since) AS last_event_at,
  (SELECT count() FROM events WHERE ingest_at >= $day_start) AS events,
  (SELECT count() FROM $dead_letters WHERE ingest_at >= $day_start) AS refused""",
    refresh=timedelta(seconds=1),
)
