"""The log as a worker has to read it: by when it must, may or cannot have found something.

Owns that reckoning. Called by the oracle. Invariant: it rests on one thing known of the
worker, which is its setting: it looks at the time at least once in `slice` records.
"""

from bisect import bisect_left
from collections.abc import Iterable
from enum import Enum


class Found(Enum):
    NO = "no"
    PERHAPS = "perhaps"
    SURELY = "surely"


class Reading:
    """Of one partition; `log`: offset and time of each accepted record."""

    def __init__(self, log: Iterable[tuple[int, int]], slice_: int) -> None:
        self._slice = slice_
        self._reached: list[int] = []  #: the log time, growing
        self._offsets: list[int] = []
        for offset, at in sorted(log):
            if not self._reached or at > self._reached[-1]:
                self._reached.append(at)
                self._offsets.append(offset)

    def passes(self, moment: int) -> int | None:
        """The offset at which the log time goes past `moment`; None: only at the end."""
        index = bisect_left(self._reached, moment + 1)
        return self._offsets[index] if index < len(self._offsets) else None

    def found(self, moment: int, until: int) -> Found:
        """Whether the worker looked while the log time was past `moment`, before it read
        offset `until`."""
        passed = self.passes(moment)
        if passed is None or passed >= until:
            return Found.NO
        return Found.SURELY if until - passed > 2 * self._slice else Found.PERHAPS
