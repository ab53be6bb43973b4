"""What each promise's clock came to, from the day as it was told and from nothing else.

Semantics §1 and §3 in the plainest way there is; none of the pipeline's code. Called by the
oracle. Invariant: a clock here has stopped: the bench waits until the night, when whoever
was still there has been counted as expired.
"""

from functools import cached_property
from math import ceil, log

from msgspec import Struct

from tests.chaos.day import hours
from tests.chaos.day.visits import FILING, WAITS

CHAT, FILING_ID, WALK_IN = "online-first-response", "counter-filing", "walk-in-wait"
WAIT = "appointment-wait-"

#: Warned, limit; the walk-in wait is measured, not promised.
LIMITS_MS = {
    CHAT: (40_000, 60_000),
    FILING_ID: (FILING[0] * 1000, FILING[1] * 1000),
    **{WAIT + kind: (warn * 1000, limit * 1000) for kind, (warn, limit) in WAITS.items()},
}

_MISTAKEN_MS = 120_000
_MINUTE_MS = 60_000


class Whose(Struct, frozen=True):
    """What rows and windows are grouped by."""

    section: str
    service: str
    complexity: str
    channel: str


class Stop(Struct, frozen=True):
    """`how`: answered, left, cancelled, closed or expired. `offset`: when it was in the log;
    None: the night did it."""

    at: int
    how: str
    event: str = ""
    offset: int | None = None
    counter: str = ""
    clerk: str = ""


class Clock(Struct, frozen=True, dict=True):
    """One promise to one journey. Times and durations in ms."""

    promise: str
    journey: str
    partition: int
    whose: Whose
    start: int
    start_event: str
    stop: Stop
    estimated: bool = False

    @cached_property
    def limit(self) -> int | None:
        return LIMITS_MS[self.promise][1] if self.promise in LIMITS_MS else None

    @cached_property
    def deadline(self) -> int | None:
        return None if self.limit is None else self._after(self.limit)

    @cached_property
    def warn_at(self) -> int | None:
        return None if self.limit is None else self._after(LIMITS_MS[self.promise][0])

    def _after(self, ms: int) -> int:
        # The online clock runs in service hours; who sits in the hall sits there at lunch.
        return hours.after(self.start, ms) if self.promise == CHAT else self.start + ms

    @cached_property
    def off_hours(self) -> bool:
        return self.promise == CHAT and not hours.is_open(self.start)

    @cached_property
    def late(self) -> bool:
        return self.deadline is not None and self.stop.at > self.deadline

    @cached_property
    def status(self) -> str:
        how = self.stop.how
        if how == "answered":
            return "measured" if self.limit is None else "late" if self.late else "kept"
        if how == "cancelled":
            return "cancelled"
        if how == "expired":
            # Tickets are counted apart; whoever asked online has waited past the limit.
            return "left-late" if self.promise == CHAT else "expired"
        if self.promise != CHAT and not self.late and self.stop.at - self.start <= _MISTAKEN_MS:
            return "left-mistaken"
        return "left-late" if self.late else "left-in-time"

    @cached_property
    def duration(self) -> int | None:
        if self.status in ("cancelled", "expired"):
            return None
        if self.promise == CHAT:
            return hours.between(self.start, self.stop.at)
        return self.stop.at - self.start

    @cached_property
    def over(self) -> int:
        if self.limit is None or self.duration is None:
            return 0
        return max(0, self.duration - self.limit)

    @cached_property
    def minute(self) -> int:
        return self.start // _MINUTE_MS * _MINUTE_MS

    @cached_property
    def evidence(self) -> list[str]:
        return [event for event in (self.start_event, self.stop.event) if event]


def bucket(ms: int) -> int:
    """Of a histogram (schemas.outcomes.WindowRow)."""
    return 0 if ms <= 1 else ceil(log(ms) / log(1.02 / 0.98))
