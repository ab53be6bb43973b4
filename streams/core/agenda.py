"""Journeys in memory, and when each has to be looked at again or can be forgotten.

Owns the two heaps; judges nothing. Called by `partition`, which owns the journeys. Derived
from them, so nothing here is saved. Invariant: an entry that was overtaken by a later one
of the same journey is passed over when its time comes.
"""

from collections.abc import Iterator
from heapq import heappop, heappush

from schemas.outcomes import End
from streams.core.finding import Finding
from streams.core.journey import UNSEEN, Journey, Mark
from streams.core.kinds import end_of
from streams.core.measure import Place

#: Before any event: of no time and no source.
NEVER: Mark = (0, "")


class Tracked:
    """A journey in memory: beside its record, what is derived and never saved."""

    __slots__ = ("findings", "heard", "ingest", "journey", "place", "wake_at")

    def __init__(
        self, journey: Journey, findings: tuple[Finding, ...], ingest: int, heard: Mark = NEVER
    ) -> None:
        self.journey = journey
        self.findings = findings
        self.ingest = ingest
        self.heard = heard  #: the latest event: when, and of which source
        self.place: Place | None = None
        self.wake_at: int | None = None

    @property
    def is_open(self) -> bool:
        return end_of(self.journey)[0] is End.OPEN and self.journey.seen[0] != UNSEEN


class Agenda:
    """Of one partition. `horizon_ms`: how long an ended journey can still be corrected."""

    def __init__(self, journeys: dict[str, Tracked], horizon_ms: int) -> None:
        self._journeys = journeys
        self._horizon_ms = horizon_ms
        self._due: list[tuple[int, str]] = []
        self._retiring: list[tuple[int, str]] = []

    def arm(self, key: str, tracked: Tracked, wake_at: int | None, ended: bool) -> None:
        """A journey was settled: look again at `wake_at`, or forget it in good time."""
        if wake_at != tracked.wake_at:
            tracked.wake_at = wake_at
            if wake_at is not None:
                heappush(self._due, (wake_at, key))
        if ended:
            heappush(self._retiring, (tracked.ingest + self._horizon_ms, key))

    def next_due(self) -> int | None:
        return self._due[0][0] if self._due else None

    def collect_due(self, now: int, most: int, into: dict[str, None]) -> bool:
        """Puts at most `most` due journeys `into`; whether there are more."""
        due = self._due
        while due and due[0][0] <= now:
            if most <= 0:
                return True
            at, key = heappop(due)
            tracked = self._journeys.get(key)
            if tracked is not None and tracked.wake_at == at:
                tracked.wake_at = None
                into[key] = None
                most -= 1
        return False

    def retire(self, ingest: int) -> Iterator[tuple[str, Tracked]]:
        """Takes out ended journeys that can no longer be corrected."""
        retiring, journeys = self._retiring, self._journeys
        while retiring and retiring[0][0] <= ingest:
            _, key = heappop(retiring)
            tracked = journeys.get(key)
            if tracked is None or tracked.ingest + self._horizon_ms > ingest:
                continue
            if tracked.wake_at is not None or tracked.is_open:
                continue
            del journeys[key]
            yield key, tracked
