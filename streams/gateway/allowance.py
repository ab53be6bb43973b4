"""How much a sender may send, and when he may again: a bucket that fills with time.

Pure: `now` is an argument, in seconds of any clock that only goes forward. Called by `serve`, one
for each sender. Invariant: over any time t no more than `most + per_second * t` are let through.
"""


class Allowance:
    """`per_second` events as a lasting rate, `most` at once."""

    def __init__(self, per_second: float, most: float, now: float) -> None:
        self._per_second = per_second
        self._most = most
        self._left = most
        self._at = now

    def take(self, count: float, now: float) -> bool:
        """Takes `count`, or nothing if there are fewer."""
        self._fill(now)
        if count > self._left:
            return False
        self._left -= count
        return True

    def until(self, count: float, now: float) -> float:
        """After how many seconds there will be `count`. More than `most` there never are: whoever
        asks checks that first."""
        self._fill(now)
        return max(0.0, (count - self._left) / self._per_second)

    def _fill(self, now: float) -> None:
        self._left = min(self._most, self._left + (now - self._at) * self._per_second)
        self._at = now
