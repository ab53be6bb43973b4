"""Service hours of the bench's hall, counted in the plainest way.

Those of the shipped calendar `hall` on a weekday without a holiday; the bench stays on such
days. Owns nothing else. Called by the plans and the oracle. Times in ms since 1970.
"""

DAY_MS = 86_400_000

#: Shanghai is eight hours ahead and has no summer time.
_ZONE_MS = 8 * 3_600_000

_OPEN = ((540, 690), (810, 1020))  #: minutes of the day: 9:00-11:30, 13:30-17:00

CLOSING_MS = _OPEN[-1][1] * 60_000


def midnight(at: int) -> int:
    """Of the local day of `at`."""
    return (at + _ZONE_MS) // DAY_MS * DAY_MS - _ZONE_MS


def closing(at: int) -> int:
    return midnight(at) + CLOSING_MS


def _intervals(at: int) -> list[tuple[int, int]]:
    day = midnight(at)
    return [(day + opens * 60_000, day + closes * 60_000) for opens, closes in _OPEN]


def is_open(at: int) -> bool:
    return any(opens <= at < closes for opens, closes in _intervals(at))


def between(start: int, end: int) -> int:
    """Service time between two moments of one day."""
    return sum(max(0, min(end, closes) - max(start, opens)) for opens, closes in _intervals(start))


def after(start: int, service_ms: int) -> int:
    """The moment at which `service_ms` have passed; what does not fit into the day is wrong.

    Used up exactly at closing it lasts until the next opening.
    """
    for opens, closes in _intervals(start):
        begin = max(start, opens)
        if begin >= closes:
            continue
        if begin + service_ms < closes:
            return begin + service_ms
        service_ms -= closes - begin
    raise ValueError("beyond closing time: the bench plans nothing like that")
