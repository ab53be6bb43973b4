"""How fast a channel may be used: the last sendings are remembered, the next waits its turn.

Owns the arithmetic; time comes in, waiting is the caller's. Called by `sinks.courier`.
Invariant: no stretch of `seconds`, wherever it begins, holds more than `count` sendings.
(A token bucket of that size would let twice as many into the minute after a quiet one,
and DingTalk shuts a robot up for ten minutes over the twenty-first.)
"""

from collections import deque
from collections.abc import Sequence

from msgspec import Struct


class Limit(Struct, frozen=True):
    """At most `count` in any `seconds`."""

    count: int
    seconds: float


class Pace:
    """The sendings of one channel in this process; another's, or an earlier one's, it
    cannot know: then the receiver says that it was too much."""

    def __init__(self, limits: Sequence[Limit]) -> None:
        self._sent = [(limit, deque[float](maxlen=limit.count)) for limit in limits]

    def wait_seconds(self, now: float) -> float:
        """Until one more is allowed; 0 when it is."""
        return max(
            (
                limit.seconds - (now - sent[0])
                for limit, sent in self._sent
                if len(sent) == limit.count and now - sent[0] < limit.seconds
            ),
            default=0.0,
        )

    def note(self, now: float) -> None:
        """One was sent."""
        for _, sent in self._sent:
            sent.append(now)
