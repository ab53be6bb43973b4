"""When each journey in memory has to be looked at again or can be forgotten.

Owns the two heaps; judges nothing. Called by `partition`. Derived from the journeys, so nothing
here is saved. Invariant: an entry that was overtaken by a later one of the same journey is passed
over when its time comes.
"""

from collections.abc import Iterator
from heapq import heappop, heappush

from streams.core.resting import Journeys
from streams.core.tracked import Resting, Tracked


class Agenda:
    """Of one partition. `horizon_ms`: how long an ended journey can still be corrected."""

    def __init__(self, journeys: Journeys, horizon_ms: int) -> None:
        self._journeys = journeys
        self._horizon_ms = horizon_ms
        self._due: list[tuple[int, str]] = []
        self._retiring: list[tuple[int, str]] = []

    def arm(self, tracked: Tracked, wake_at: int | None, ended: bool) -> None:
        """A journey was settled: look again at `wake_at`, or forget it in good time."""
        key = tracked.journey.key  # the one object for all that hold it
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
            held = self._journeys.get(key)
            if held is not None and held.wake_at == at:
                held.wake_at = None
                into[key] = None
                most -= 1
        return False

    def retire(self, ingest: int) -> Iterator[tuple[str, Tracked]]:
        """Takes out ended journeys that can no longer be corrected."""
        retiring, journeys = self._retiring, self._journeys
        while retiring and retiring[0][0] <= ingest:
            _, key = heappop(retiring)
            held = journeys.get(key)
            if held is None or held.wake_at is not None:
                continue
            tracked = journeys.take_up(key) if isinstance(held, Resting) else held
            if tracked.ingest + self._horizon_ms > ingest or tracked.is_open:
                continue
            journeys.forget(key)
            yield key, tracked
