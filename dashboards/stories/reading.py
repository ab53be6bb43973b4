"""Questions to ClickHouse for one story, with bound parameters: the only SQL of this room.

Owns what is looked for; composing what is found is `trace`'s and `explain`'s matter. Called from
a thread, by `pages` and by the command line. Invariant: a key is only ever a parameter, and every
question has an upper bound.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from dashboards.stories.found import AlertFound, DayCount, Nothing, Similar, Told, TraceFound
from dashboards.stories.share_key import ShareKey, share_key, subjects_of
from dashboards.stories.store_rows import Read, heard, rows_of
from schemas.act import AlertsSilenced
from schemas.case import AcceptedData, CaseData, LinkedData
from schemas.outcomes import AlertRow, JourneyRow, VerdictRow
from schemas.rectification import RectificationOpened
from schemas.source import SOURCE_SILENT

#: Of one journey; what is longer is a device that says it is alive.
MOST_EVENTS = 2_000

MOST_LINKED = 20
MOST_MISSED = 20
MOST_NEAR = 8
SIMILAR_DAYS = 30

_EVENTS = "SELECT * FROM events_now WHERE {where} ORDER BY time, ingest_at, offset LIMIT {most}"

#: Cases that name the ticket or chat, and rectification orders that name one of its alerts.
_NAMED_BY = """
SELECT DISTINCT subject FROM events
WHERE (
    startsWith(type, 'case.') AND {key:String} IN (
        JSONExtractString(data, 'ticket'), JSONExtractString(data, 'chat')
    )
) OR (
    type = 'rectification.opened'
    AND hasAny(JSONExtract(data, 'alerts', 'Array(String)'), {alerts:Array(String)})
)
ORDER BY subject LIMIT {most:UInt32}
"""

#: Subjects and alerts there are. No version is asked for, so the tables do as well as the views.
_SUBJECTS = """
SELECT subject AS found FROM events
WHERE NOT endsWith(type, '.heartbeat') AND type NOT IN ('alert.silenced', 'lookup.changed')
UNION ALL SELECT journey AS found FROM journeys"""
_ALERTS = "SELECT alert AS found FROM alerts"
_CONTAINS = "positionCaseInsensitiveUTF8(found, {part:String}) > 0"
_BEGINS_OR_ENDS = (
    "(startsWith(lowerUTF8(found), lowerUTF8({head:String}))"
    " OR endsWith(lowerUTF8(found), lowerUTF8({tail:String})))"
)

_NAMED = "alert IN {keys:Array(String)}"

#: Also the rows of each of several clocks of one promise: `shift-1#1666000000000`.
_OF_JOURNEYS = """(
    journey IN {keys:Array(String)}
    OR arrayExists(key -> startsWith(journey, concat(key, '#')), {keys:Array(String)})
)"""

_SIMILAR = """
SELECT count() AS alerts, countIf(breached_at IS NOT NULL) AS breached FROM alerts_now
WHERE promise = {promise:String} AND section = {section:String} AND alert != {alert:String}
    AND closed_as != 'retracted'
    AND started_at <= fromUnixTimestamp64Milli({until:Int64})
    AND started_at > fromUnixTimestamp64Milli({until:Int64}) - toIntervalDay({days:UInt16})
"""

_OF_DAY = """promise = {promise:String} AND section = {section:String}
    AND toDate(started_at) = {day:Date}"""
_BROKEN = "status IN ('late', 'left-late', 'waiting-late')"


def read_trace(read: Read, key: str) -> TraceFound | Nothing:
    """A ticket, chat, case, order or shift with what belongs to it, or what is like it."""
    asked = _told(read, subjects_of(key))
    # One of several clocks is asked about: what is told is the whole journey.
    told = next((one for one in asked if one.events or one.journey), asked[0])
    if not told.known:
        return Nothing(key, _near(read, _SUBJECTS, key))
    named, alerts = _named(told)
    naming = read(
        _NAMED_BY,
        {"key": told.key, "alerts": [row.alert for row in told.alerts], "most": MOST_LINKED + 1},
    )
    others = list(dict.fromkeys([*named, *(str(row["subject"]) for row in naming)]))
    others = [other for other in others if other != told.key]
    linked = [found for found in _told(read, others[:MOST_LINKED]) if found.known]
    return TraceFound(
        told=told,
        linked=tuple(linked),
        alerts=_alerts(read, _NAMED, alerts) if alerts else (),
        cut=len(told.events) >= MOST_EVENTS or len(others) > MOST_LINKED,
    )


def read_alert(read: Read, alert: str) -> AlertFound | Nothing:
    """An alert with all that explains it, or the alerts whose ids are like it."""
    found = _alerts(read, _NAMED, [alert])
    if not found:
        return Nothing(alert, _near(read, _ALERTS, alert))
    row = found[0]
    known = [one for one in _told(read, subjects_of(row.journey), alerts=False) if one.known]
    # A row of its own is a verdict's; events and milestones are the journey's as a whole.
    told = next((one for one in known if one.events or one.journey), Told(key=row.journey))
    verdicts = [verdict for one in known for verdict in one.verdicts]
    ids = {event.id: event for event in told.events}
    missing = [name for name in row.evidence if name and name not in ids]
    if missing:
        ids |= _by_id(read, missing, row)
    share = share_key(row)
    return AlertFound(
        alert=row,
        verdict=next(
            (one for one in verdicts if (one.promise, one.journey) == (row.promise, row.journey)),
            None,
        ),
        subject=told.key if known else "",
        journey=told.journey,
        events=told.events,
        evidence=tuple(ids[name] for name in row.evidence if name in ids),
        silences=_silences(read, row),
        similar=_similar(read, row),
        day=None if share is None else _day(read, share),
    )


def _told(read: Read, keys: Sequence[str], alerts: bool = True) -> list[Told]:
    """Everything about each of them, in the order of `keys`."""
    if not keys:
        return []
    asked = {"keys": list(keys)}
    events = heard(
        read(_EVENTS.format(where="subject IN {keys:Array(String)}", most=MOST_EVENTS), asked)
    )
    journeys = {
        row.journey: row
        for row in rows_of(
            JourneyRow,
            read("SELECT * FROM journeys_now WHERE journey IN {keys:Array(String)}", asked),
        )
    }
    verdicts: list[VerdictRow] = rows_of(
        VerdictRow,
        read(
            f"SELECT * FROM verdicts_now WHERE {_OF_JOURNEYS} ORDER BY started_at, promise", asked
        ),
    )
    told_alerts = _alerts(read, _OF_JOURNEYS, keys) if alerts else ()
    return [
        Told(
            key=key,
            events=tuple(one for one in events if one.subject == key),
            journey=journeys.get(key),
            verdicts=tuple(one for one in verdicts if key in subjects_of(one.journey)),
            alerts=tuple(one for one in told_alerts if key in subjects_of(one.journey)),
        )
        for key in keys
    ]


def _alerts(read: Read, where: str, keys: Sequence[str]) -> tuple[AlertRow, ...]:
    sql = f"SELECT * FROM alerts_now WHERE {where} ORDER BY started_at, alert LIMIT 200"
    return tuple(rows_of(AlertRow, read(sql, {"keys": list(keys)})))


def _named(told: Told) -> tuple[list[str], list[str]]:
    """Tickets and chats, then alerts, that its own events name."""
    journeys: list[str] = []
    alerts: list[str] = []
    for one in told.events:
        data = getattr(one.event, "data", None)
        match data:
            case AcceptedData() | LinkedData():
                journeys += [name for name in (data.ticket, data.chat) if name]
            case CaseData(ticket=str(ticket)):
                journeys.append(ticket)
        if isinstance(one.event, RectificationOpened):
            alerts += one.event.data.alerts
    return journeys, alerts


def _by_id(read: Read, ids: Iterable[str], row: AlertRow) -> dict[str, Any]:
    """Events that are of another subject than the alert's journey (a source's, a day's)."""
    where = "id IN {ids:Array(String)}"
    if row.promise == SOURCE_SILENT:
        where += " AND source = {source:String}"
    rows = read(_EVENTS.format(where=where, most=100), {"ids": list(ids), "source": row.journey})
    return {one.id: one for one in heard(rows)}


def _silences(read: Read, row: AlertRow) -> tuple[AlertsSilenced, ...]:
    where = "type = 'alert.silenced' AND JSONExtractString(data, 'section') = {section:String}"
    rows = read(_EVENTS.format(where=where, most=1_000), {"section": row.section})
    at = row.breached_at or row.warned_at or row.started_at
    return tuple(
        one.event
        for one in heard(rows)
        if isinstance(one.event, AlertsSilenced)
        and one.event.data.promise in (None, row.promise)
        and one.at <= at < one.event.data.until.timestamp()
    )


def _similar(read: Read, row: AlertRow) -> Similar:
    (counted,) = read(
        _SIMILAR,
        {
            "promise": row.promise,
            "section": row.section,
            "alert": row.alert,
            "until": round(row.started_at * 1000),
            "days": SIMILAR_DAYS,
        },
    )
    return Similar(
        days=SIMILAR_DAYS, alerts=int(counted["alerts"]), breached=int(counted["breached"])
    )


def _day(read: Read, share: ShareKey) -> DayCount:
    asked = {"promise": share.promise, "section": share.section, "day": share.day}
    counted = read(
        f"SELECT status, count() AS journeys FROM verdicts_now WHERE {_OF_DAY} GROUP BY status",
        asked,
    )
    missed = read(
        f"SELECT * FROM verdicts_now WHERE {_OF_DAY} AND {_BROKEN}"
        f" ORDER BY started_at LIMIT {MOST_MISSED}",
        asked,
    )
    return DayCount(
        by_status={str(row["status"]): int(row["journeys"]) for row in counted},
        missed=tuple(rows_of(VerdictRow, missed)),
    )


def _near(read: Read, known: str, key: str) -> tuple[str, ...]:
    """What contains the key; else what begins, or ends, as it does."""
    long = max(2, len(key) * 2 // 3)
    parts = {"part": key, "head": key[:long], "tail": key[-long:], "most": MOST_NEAR}
    for condition in (_CONTAINS, _BEGINS_OR_ENDS):
        found = read(
            f"SELECT DISTINCT found FROM ({known}) WHERE {condition}"
            " ORDER BY length(found), found LIMIT {most:UInt32}",
            parts,
        )
        if found:
            return tuple(str(row["found"]) for row in found)
    return ()
