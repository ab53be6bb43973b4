"""What ClickHouse knows of rectification orders: their events, the breaches behind them,
the figures before and after, and whether what was sent is recorded yet.

Owns that SQL; cases are `sinks.audit_reads`, and what an order stands at is derived by who
asks. Called by the wiring, from a thread. Invariant: excused and retracted breaches are in
no count.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from clickhouse_connect.driver.client import Client

from schemas.audit import BreachFacts, Judged
from schemas.deadletters import INTAKE_STOPPED
from schemas.rectification import RectificationEvent
from schemas.source import SOURCE_SILENT
from sinks.audit_reads import milliseconds_of, moment_of, rows_of

_EVENTS = """
SELECT type, source, id, subject, data,
    formatDateTime(toTimeZone(time, 'UTC'), '%Y-%m-%dT%H:%i:%S.%fZ') AS time
FROM events_now WHERE startsWith(type, 'rectification.')
ORDER BY subject, time, source, id
FORMAT JSONEachRow"""

#: Alerts about hallwatch's own sources are no section's breaches.
_BREACHES = f"""
SELECT alert, promise, clause, section, counter,
    toUnixTimestamp64Milli(assumeNotNull(breached_at)) AS at
FROM alerts_now
WHERE breached_at >= fromUnixTimestamp64Milli({{since:Int64}})
    AND breached_at < fromUnixTimestamp64Milli({{until:Int64}})
    AND closed_as NOT IN ('excused', 'retracted') AND isNull(excused_at) AND NOT suspected
    AND promise NOT IN ('{SOURCE_SILENT}', '{INTAKE_STOPPED}')
ORDER BY breached_at, alert
FORMAT JSONEachRow"""

_JUDGED = """
SELECT toUInt32(countIf(status NOT IN ('kept', 'provisional'))) AS breached,
    toUInt32(count()) AS judged
FROM verdicts_now
WHERE promise = {promise:String} AND section = {section:String}
    AND ({counter:String} = '' OR counter = {counter:String})
    AND status IN ('kept', 'provisional', 'late', 'left-late', 'waiting-late', 'missed')
    AND started_at >= fromUnixTimestamp64Milli({since:Int64})
    AND started_at < fromUnixTimestamp64Milli({until:Int64})
    AND NOT excused
FORMAT JSONEachRow"""

_RECORDED = """
SELECT count() AS there FROM events_now WHERE source = {source:String} AND id = {id:String}
FORMAT JSONEachRow"""


def read_rectifications(client: Client) -> list[RectificationEvent]:
    """Every event of every order; an order lives from them, so they do not expire."""
    shaped: list[dict[str, Any]] = [
        {**row, "specversion": "1.0", "data": msgspec.json.decode(row["data"])}
        for row in rows_of(client, _EVENTS, {})
    ]
    return msgspec.convert(shaped, list[RectificationEvent])


def read_breaches(client: Client, since: datetime, until: datetime) -> list[BreachFacts]:
    span = {"since": milliseconds_of(since), "until": milliseconds_of(until)}
    return [
        BreachFacts(breached_at=moment_of(row.pop("at")), **row)
        for row in rows_of(client, _BREACHES, span)
    ]


def count_judged(
    client: Client, promise: str, section: str, counter: str, since: datetime, until: datetime
) -> Judged:
    """Of the journeys whose clock started within the span; `counter` "": of all of them."""
    (row,) = rows_of(
        client,
        _JUDGED,
        {
            "promise": promise,
            "section": section,
            "counter": counter,
            "since": milliseconds_of(since),
            "until": milliseconds_of(until),
        },
    )
    return Judged(breached=row["breached"], judged=row["judged"])


def count_around(
    client: Client, promise: str, section: str, counter: str, done_at: datetime, length: timedelta
) -> tuple[Judged, Judged]:
    """Before and after `done_at`, over spans of one length."""
    before = count_judged(client, promise, section, counter, done_at - length, done_at)
    return before, count_judged(client, promise, section, counter, done_at, done_at + length)


def are_recorded(client: Client, events: Iterable[tuple[str, str]]) -> bool:
    """Whether each of these events, by `source` and `id`, is in ClickHouse."""
    for source, id in events:
        (row,) = rows_of(client, _RECORDED, {"source": source, "id": id})
        if not row["there"]:
            return False
    return True
