"""Stored raw events, to be run through the core again: which, and in which portions.

Owns that SQL; what comes of them is `streams.backfill`'s. Called by the wiring. Invariants: every
event of a journey that had anything happen near the span is read, however early or late it came;
portions follow each other in the order in which the broker took the events, and none is much
larger than asked for, unless a single minute is.

Copies of an event are one, by source and id (FINAL); one whose copy came in another month may be
read twice, which changes nothing in a journey that is still known.
"""

from collections.abc import Iterator

import msgspec
from clickhouse_connect.driver.client import Client
from msgspec import Struct

from schemas.act import AlertsSilenced
from schemas.frame import Frame
from schemas.lookup import LookupChanged
from schemas.recorded import Recorded
from schemas.source import SourceHeartbeat
from schemas.terminal import TerminalHeartbeat
from sinks.audit_reads import lines_of, rows_of


def _types(*events: type[Frame]) -> str:
    return ", ".join(f"'{event.__struct_config__.tag}'" for event in events)


#: What no journey is made of and no clock looks at.
_NOT_READ = f"({_types(SourceHeartbeat, TerminalHeartbeat, AlertsSilenced)})"

#: What every partition has to be told, whatever journeys it has.
_EVERYWHERE = f"({_types(LookupChanged)})"

_WANTED = f"""type NOT IN {_NOT_READ} AND NOT startsWith(type, 'rectification.')
    AND (type IN {_EVERYWHERE} OR subject IN (
        SELECT subject FROM events
        WHERE time >= fromUnixTimestamp64Milli({{from:Int64}})
            AND time < fromUnixTimestamp64Milli({{until:Int64}})
            AND type NOT IN {_NOT_READ}))"""

_MINUTES = f"""
SELECT toUnixTimestamp(toStartOfMinute(ingest_at)) AS minute, count() AS events
FROM events WHERE {_WANTED}
GROUP BY minute ORDER BY minute
FORMAT JSONEachRow"""

_PORTION = f"""
SELECT source, id, type, subject, data, partition,
    toUnixTimestamp64Milli(ingest_at) AS ingest,
    formatDateTime(toTimeZone(time, 'UTC'), '%Y-%m-%dT%H:%i:%S.%fZ') AS time
FROM events FINAL
WHERE ingest_at >= fromUnixTimestamp64Milli({{first:Int64}})
    AND ingest_at < fromUnixTimestamp64Milli({{behind:Int64}}) AND {_WANTED}
ORDER BY ingest_at, partition, offset
FORMAT JSONEachRow"""


class Near(Struct, frozen=True):
    """Journeys are wanted of which anything happened from `since` on and before `until`; ms."""

    since: int
    until: int


_recorded: msgspec.json.Decoder[Recorded] = msgspec.json.Decoder(Recorded)


def read_portions(client: Client, near: Near, most: int) -> Iterator[list[Recorded]]:
    """All their events, whenever they were taken, about `most` at a time."""
    wanted = {"from": near.since, "until": near.until}
    first: int | None = None
    last = events = 0
    bounds: list[tuple[int, int]] = []
    for row in rows_of(client, _MINUTES, wanted):
        begins = row["minute"] * 1000
        if first is not None and events + row["events"] > most:
            bounds.append((first, begins))
            first, events = None, 0
        if first is None:
            first = begins
        events += row["events"]
        last = begins + 60_000
    if first is not None:
        bounds.append((first, last))
    for begins, behind in bounds:
        portion = {**wanted, "first": begins, "behind": behind}
        lines = lines_of(client, _PORTION, portion)
        yield [_recorded.decode(line) for line in lines]
