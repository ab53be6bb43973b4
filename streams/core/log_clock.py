"""How far a partition's log has come: what each event's own time and the broker's say of it.

Owns the clocks of a `Position` and the limits by which they are read. Called by `partition` for
every event. Pure. Invariant: they never go back.
"""

from msgspec import Struct

from schemas.clock import ClockAdvanced
from schemas.decode import Event, Reason, Rejected
from schemas.queue import QueueCounted
from streams.core.journey import OWN
from streams.core.state import Position


class Limits(Struct, frozen=True, kw_only=True):
    """How the core reads time, in milliseconds, and how much it keeps at hand."""

    event_clock: bool = False  #: True: "now" is the event time reached (replays)
    horizon_ms: int = 48 * 3_600_000  #: how long an ended journey can still be corrected
    future_ms: int = 600_000  #: how far ahead of the broker a source's clock may be
    #: Of what ended well, and so long ago, no warning is said: its beginning came in late.
    stale_ms: int = 5_000
    #: Journeys of a partition that are not laid to rest (`resting`). More than a district's hall
    #: has in two days, so that there all are at hand: to rest and to come back takes 5 + 11 µs.
    at_hand: int = 30_000


def come_to(
    position: Position, event: Event, at: int, ingest: int, limits: Limits
) -> Rejected | None:
    """The log holds an event that happened `at` and came in at `ingest` (ms)."""
    # Parts of queues come every few seconds, whether the hall's systems are heard of or not:
    # beside their last event, long ago, each would look like a backlog that pours in.
    if ingest > position.ingest and not isinstance(event, QueueCounted):
        position.ingest = ingest
    if limits.event_clock:
        if at > position.log_time:
            position.log_time = at
        return None
    if isinstance(event, ClockAdvanced):
        return Rejected(Reason.UNKNOWN_TYPE, "type", "clock.advanced is for replays in event time")
    if ingest > position.log_time:
        position.log_time = ingest
    if position.reached < at <= ingest and type(event) not in OWN:
        position.reached = at
    if at > ingest + limits.future_ms:
        return Rejected(Reason.FROM_THE_FUTURE, "time", "time is ahead of the broker's clock")
    return None
