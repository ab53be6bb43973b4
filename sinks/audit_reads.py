"""The questions `hallwatch audit` asks of ClickHouse, and their answers as facts.

Owns the SQL about cases, visits, items and earlier statements; orders and breaches are
`sinks.order_reads`. Decides nothing. Called by the wiring, from a thread. Invariant: every
answer is derived from the reader's views, so what came late or twice is already settled.

`ingest_at` bounds what is read (events are kept by its month): an event is taken by the
broker after it happened, or with a clock ahead by less than a day.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from schemas.audit import CaseFacts, ItemDay, Statement, VisitFacts
from schemas.case import CaseChannel
from sinks.query import QueryRefusedError

_SINCE = "ingest_at >= fromUnixTimestamp64Milli({since:Int64}) - 86400"

#: The cases accepted within a span, whatever they were accepted as.
_ACCEPTED = f"""SELECT subject FROM events_now
    WHERE type = 'case.accepted' AND {_SINCE}
    GROUP BY subject
    HAVING min(time) >= fromUnixTimestamp64Milli({{since:Int64}})
        AND min(time) < fromUnixTimestamp64Milli({{until:Int64}})"""

#: What their events name: tickets, terminal sessions.
_NAMED = f"""
    SELECT arrayJoin([JSONExtractString(data, 'ticket'), JSONExtractString(data, 'session')])
    FROM events_now WHERE startsWith(type, 'case.') AND {_SINCE} AND subject IN ({_ACCEPTED})"""

_CASES = f"""
SELECT subject AS case, first,
    toUnixTimestamp64Milli(at) AS accepted_at,
    arrayFilter(name -> name != '', arraySort(arrayDistinct(arrayConcat(tickets, sessions))))
        AS named,
    hasAny(chats, (SELECT groupArray(journey) FROM journeys_now WHERE kind = 'chat' AND journey IN (
        SELECT JSONExtractString(data, 'chat') FROM events_now
        WHERE startsWith(type, 'case.') AND {_SINCE} AND subject IN ({_ACCEPTED})))) AS chat
FROM (
    SELECT subject,
        argMinIf(data, (time, source, id), type = 'case.accepted') AS first,
        minIf(time, type = 'case.accepted') AS at,
        groupUniqArray(JSONExtractString(data, 'ticket')) AS tickets,
        groupUniqArray(JSONExtractString(data, 'session')) AS sessions,
        groupUniqArray(JSONExtractString(data, 'chat')) AS chats
    FROM events_now WHERE startsWith(type, 'case.') AND {_SINCE} AND subject IN ({_ACCEPTED})
    GROUP BY subject
)
ORDER BY case
FORMAT JSONEachRow"""

_VISITS = f"""
SELECT journey AS visit, section, counter, clerk, applicants.applicant AS applicant,
    toUnixTimestamp64Milli(opened_at) AS opened,
    arrayMap(at -> toUnixTimestamp64Milli(assumeNotNull(at)), arrayFilter(at -> isNotNull(at),
        [first_called_at, last_called_at, session_started_at, identity_check_started_at,
         materials_submitted_at, served_at])) AS at_counter
FROM journeys_now
LEFT JOIN (
    SELECT subject, min(JSONExtractString(data, 'applicant')) AS applicant
    FROM events_now
    WHERE type = 'ticket.issued' AND JSONExtractString(data, 'applicant') != ''
        AND ingest_at >= fromUnixTimestamp64Milli({{first:Int64}}) - 86400
    GROUP BY subject
) AS applicants ON applicants.subject = journeys_now.journey
WHERE kind = 'visit' AND (journey IN ({_NAMED}) OR (
    opened_at >= fromUnixTimestamp64Milli({{first:Int64}})
    AND opened_at < fromUnixTimestamp64Milli({{last:Int64}})))
ORDER BY visit
FORMAT JSONEachRow"""

_ITEMS = f"""
SELECT JSONExtractString(first, 'item') AS item,
    toDate(toTimeZone(at, {{zone:String}})) AS day,
    toUInt32(countIf(JSONExtractString(first, 'channel') IN ('counter', ''))) AS counter,
    toUInt32(countIf(JSONExtractString(first, 'channel') = 'department')) AS department
FROM (
    SELECT subject, argMin(data, (time, source, id)) AS first, min(time) AS at
    FROM events_now
    WHERE type = 'case.accepted' AND {_SINCE}
    GROUP BY subject
    HAVING at >= fromUnixTimestamp64Milli({{since:Int64}})
        AND at < fromUnixTimestamp64Milli({{until:Int64}})
)
GROUP BY item, day
ORDER BY item, day
FORMAT JSONEachRow"""

_STATEMENTS = f"""
SELECT subject AS case, JSONExtractString(data, 'sign') AS sign,
    argMax(JSONExtractBool(data, 'trace'), (time, id)) = 1 AS trace,
    argMax(JSONExtractString(data, 'confidence'), (time, id)) AS confidence,
    toUInt32(count()) AS said
FROM events_now
WHERE type = 'case.reconciled' AND source = {{source:String}} AND subject IN ({_ACCEPTED})
GROUP BY subject, sign
ORDER BY case, sign
FORMAT JSONEachRow"""


def read_cases(client: Client, since: datetime, until: datetime) -> list[CaseFacts]:
    """Accepted from `since` on and before `until`, by their first acceptance."""
    return [
        CaseFacts(
            case=row["case"],
            section=first.get("section", ""),
            item=first.get("item", ""),
            department=first.get("department") or "",
            channel=CaseChannel(first.get("channel") or CaseChannel.COUNTER),
            counter=first.get("counter") or "",
            clerk=first.get("clerk") or "",
            applicant=first.get("applicant") or "",
            accepted_at=moment_of(row["accepted_at"]),
            named=tuple(row["named"]),
            chat=bool(row["chat"]),
        )
        for row in rows_of(client, _CASES, _span(since, until))
        for first in (msgspec.json.decode(row["first"]),)
    ]


def read_visits(
    client: Client, since: datetime, until: datetime, first: datetime, last: datetime
) -> list[VisitFacts]:
    """Opened from `first` on and before `last`, and whatever the cases accepted between
    `since` and `until` name."""
    span = _span(since, until) | {"first": milliseconds_of(first), "last": milliseconds_of(last)}
    return [
        VisitFacts(
            visit=row["visit"],
            section=row["section"],
            counter=row["counter"],
            clerk=row["clerk"],
            applicant=row["applicant"],
            opened_at=moment_of(row["opened"]),
            at_counter_from=moment_of(min(row["at_counter"])) if row["at_counter"] else None,
            at_counter_to=moment_of(max(row["at_counter"])) if row["at_counter"] else None,
        )
        for row in rows_of(client, _VISITS, span)
    ]


def read_item_days(
    client: Client, since: datetime, until: datetime, zone: ZoneInfo
) -> list[ItemDay]:
    """Days as they are in `zone`."""
    return [
        ItemDay(row["item"], date.fromisoformat(row["day"]), row["counter"], row["department"])
        for row in rows_of(client, _ITEMS, _span(since, until) | {"zone": zone.key})
    ]


def read_statements(
    client: Client, since: datetime, until: datetime, source: str
) -> list[Statement]:
    """What `source` said of the cases accepted within the span."""
    rows = rows_of(client, _STATEMENTS, _span(since, until) | {"source": source})
    return msgspec.convert(list(rows), list[Statement], strict=False)


def _span(since: datetime, until: datetime) -> dict[str, Any]:
    return {"since": milliseconds_of(since), "until": milliseconds_of(until)}


def rows_of(client: Client, sql: str, parameters: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """The rows of an answer in the format JSONEachRow. Raises QueryRefusedError."""
    return (msgspec.json.decode(line) for line in lines_of(client, sql, parameters))


def lines_of(client: Client, sql: str, parameters: dict[str, Any]) -> Sequence[bytes]:
    """The same rows as they came."""
    try:
        raw: bytes = client.raw_query(sql, parameters=parameters, settings=_AS_JSON)
    except ClickHouseError as error:
        told = str(error).splitlines()[0]
        raise QueryRefusedError(
            f"ClickHouse does not answer ({told}); its tables are made by a worker of this"
            " version: has one run on this database?"
        ) from None
    return raw.splitlines()


#: 64-bit integers as numbers: JSON's readers in browsers need them quoted, we do not.
_AS_JSON = {"output_format_json_quote_64bit_integers": 0}


def milliseconds_of(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def moment_of(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
