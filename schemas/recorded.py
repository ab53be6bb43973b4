"""An event as it was recorded: what is needed to read it once more.

Owns the shape. Read from ClickHouse by `sinks.event_reads`, made an event again by
`streams.backfill`. Invariant: with `data` it says all that the event said.
"""

from msgspec import Struct


class Recorded(Struct, frozen=True, gc=False):
    """`time`: RFC 3339. `ingest`: when the broker took it, ms."""

    source: str
    id: str
    type: str
    subject: str
    time: str
    data: str
    partition: int
    ingest: int
