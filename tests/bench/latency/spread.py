"""Many durations in a few figures.

Pure. Called by every measurement here. Invariant: a quantile is a duration that was measured.
"""

from collections.abc import Sequence

from msgspec import Struct


class Spread(Struct, frozen=True):
    """Milliseconds."""

    count: int
    p50: float
    p99: float
    most: float

    def __str__(self) -> str:
        return f"p50 {self.p50:>7.1f}   p99 {self.p99:>7.1f}   max {self.most:>7.1f} ms"


def spread_of(seconds: Sequence[float]) -> Spread:
    """Raises ValueError when nothing was measured."""
    if not seconds:
        raise ValueError("nothing was measured")
    ordered = sorted(seconds)
    last = len(ordered) - 1
    p50, p99 = (ordered[-int(-last * share // 1)] for share in (0.5, 0.99))
    return Spread(len(ordered), 1000 * p50, 1000 * p99, 1000 * ordered[-1])
