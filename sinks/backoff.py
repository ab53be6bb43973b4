"""How long to wait before trying again: doubling, capped, with jitter.

Owns the arithmetic only; chance and sleeping are the caller's. Called by the writer, the
channels and the opening of a client. Invariant: no delay exceeds the cap.
"""

from datetime import timedelta

from msgspec import Struct


class BackOff(Struct, frozen=True, kw_only=True):
    first: timedelta = timedelta(milliseconds=200)
    cap: timedelta = timedelta(seconds=15)


def delay_seconds(rule: BackOff, attempt: int, chance: float) -> float:
    """The wait after failed `attempt` (from 1), for a `chance` in [0, 1).

    Between half and all of the doubled delay, so that workers that lost the same server at
    the same moment do not come back together.
    """
    doubled = rule.first.total_seconds() * 2.0 ** min(attempt - 1, 40)
    return min(doubled, rule.cap.total_seconds()) * (0.5 + chance / 2)
