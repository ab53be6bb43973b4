"""What was against what would have been: a shadow beside the live verdicts of its span.

Owns that SQL. Called by the command, from its thread. Invariant: both sides are of the same span,
and a verdict that only one of them has is a difference, too.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from clickhouse_connect.driver.client import Client
from msgspec import Struct

from sinks.audit_reads import rows_of
from sinks.shadows import Shadow


class Compared(Struct, frozen=True):
    """One promise in one section, live and in the shadow."""

    promise: str
    section: str
    live_kept: int
    live_broken: int
    shadow_kept: int
    shadow_broken: int


class Changed(Struct, frozen=True):
    """A journey whose verdict would have been another; "" where there is none. Times are ms."""

    promise: str
    journey: str
    section: str
    counter: str
    started_at: int
    duration_ms: int | None
    live: str
    shadow: str
    live_limit_ms: int | None
    shadow_limit_ms: int | None


_COLUMNS = "promise, journey, section, counter, status, limit_ms, started_at, duration_ms"

_PAIRS = f"""
SELECT promise, journey,
    maxIf(section, mine) AS shadow_section, maxIf(section, NOT mine) AS live_section,
    maxIf(counter, NOT mine) AS live_counter, maxIf(counter, mine) AS shadow_counter,
    maxIf(status, NOT mine) AS live, maxIf(status, mine) AS shadow,
    maxIf(limit_ms, NOT mine) AS live_limit_ms, maxIf(limit_ms, mine) AS shadow_limit_ms,
    max(started_at) AS started, max(duration_ms) AS duration_ms
FROM (
    SELECT {_COLUMNS}, false AS mine FROM verdicts_now
    WHERE started_at >= fromUnixTimestamp64Milli({{since:Int64}})
        AND started_at < fromUnixTimestamp64Milli({{until:Int64}})
    UNION ALL
    SELECT {_COLUMNS}, true AS mine FROM shadow_verdicts_now WHERE shadow = {{shadow:String}}
)
GROUP BY promise, journey"""

_KEPT = "('kept', 'provisional')"
_BROKEN = "('late', 'left-late', 'waiting-late', 'missed')"

_COMPARED = f"""
SELECT promise, if(live_section = '', shadow_section, live_section) AS section,
    countIf(live IN {_KEPT}) AS live_kept, countIf(live IN {_BROKEN}) AS live_broken,
    countIf(shadow IN {_KEPT}) AS shadow_kept, countIf(shadow IN {_BROKEN}) AS shadow_broken
FROM ({_PAIRS})
GROUP BY promise, section
HAVING live_kept + live_broken + shadow_kept + shadow_broken > 0
ORDER BY promise, section
FORMAT JSONEachRow"""

_CHANGED = f"""
SELECT promise, journey, if(live = '', shadow_section, live_section) AS section,
    if(live_counter = '', shadow_counter, live_counter) AS counter,
    toUnixTimestamp64Milli(started) AS started_at, duration_ms, live, shadow, live_limit_ms,
    shadow_limit_ms
FROM ({_PAIRS})
WHERE live != shadow
ORDER BY promise, section, started, journey
LIMIT {{most:UInt64}}
FORMAT JSONEachRow"""

_COUNTED = f"SELECT countIf(live != shadow) AS changed FROM ({_PAIRS}) FORMAT JSONEachRow"


def compare(client: Client, shadow: Shadow) -> list[Compared]:
    rows = rows_of(client, _COMPARED, _asked(shadow))
    return msgspec.convert(list(rows), list[Compared])


def count_changed(client: Client, shadow: Shadow) -> int:
    (row,) = rows_of(client, _COUNTED, _asked(shadow))
    return int(row["changed"])


def read_changed(client: Client, shadow: Shadow, most: int) -> Iterator[Changed]:
    """By promise and section; at most `most`."""
    for row in rows_of(client, _CHANGED, {**_asked(shadow), "most": most}):
        yield msgspec.convert(row, Changed)


def _asked(shadow: Shadow) -> dict[str, Any]:
    return {"since": shadow.since, "until": shadow.until, "shadow": shadow.shadow}
