"""Log buckets: durations counted so that they merge exactly and any quantile is right to 2 %.

The mapping of DDSketch (Masson, Rim, Lee: VLDB 2019) with relative accuracy 0.02.
Invariant: counts are integers, so adding, taking away and merging are exact in any order.
"""

from math import ceil, log

#: Ratio of two neighbouring bucket borders.
GAMMA = 1.02 / 0.98
_LOG_GAMMA = log(GAMMA)


def bucket(milliseconds: int) -> int:
    """The bucket of a duration; 0 holds everything below or at 1 ms."""
    return 0 if milliseconds <= 1 else ceil(log(milliseconds) / _LOG_GAMMA)


def value(bucket_number: int) -> float:
    """Milliseconds in the middle of a bucket: within 2 % of all it holds."""
    return 0.0 if bucket_number == 0 else 2 * GAMMA**bucket_number / (GAMMA + 1)


def quantile(histogram: dict[int, int], share: float) -> float | None:
    """The `share` quantile (0..1) in milliseconds; None for an empty histogram."""
    total = sum(histogram.values())
    if not total:
        return None
    rank = share * (total - 1)
    seen = 0
    for number in sorted(histogram):
        seen += histogram[number]
        if seen > rank:
            return value(number)
    return value(max(histogram))
