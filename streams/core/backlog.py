"""Whether a source is pouring an old day into the log, although the log is read to its end.

Pure. A queue system that comes back after an outage sends what it had kept: requests
first, their answers behind. Whoever takes the wall clock for "now" in between pages for
people who were served. Told apart from a source whose clock is merely slow: that one's
events advance as fast as real time, a backlog's much faster. Called by lanes.
"""

from msgspec import Struct


class BacklogLimits(Struct, frozen=True, kw_only=True):
    """In milliseconds."""

    lag: int = 30_000  #: events this much older than their arrival are of a backlog ...
    pause: int = 3_000  #: ... until none came for this long ...
    watched: int = 5_000  #: ... or, after this long, they advance no faster than time does


class Backlog:
    """Of one partition. Invariant: a slow clock holds alerts back for `watched` at most."""

    def __init__(self, limits: BacklogLimits | None = None) -> None:
        self._limits = limits or BacklogLimits()
        self._since: tuple[int, int] | None = None

    def pours(self, now: int, ingest: int, reached: int) -> bool:
        """At `now`, with the newest record that came at `ingest`, and `reached` the newest
        event time seen (all ms)."""
        limits = self._limits
        if not reached or ingest - reached <= limits.lag or now - ingest >= limits.pause:
            self._since = None
            return False
        if self._since is None:
            self._since = (ingest, reached)
        watched = ingest - self._since[0]
        return watched < limits.watched or reached - self._since[1] > 2 * watched
