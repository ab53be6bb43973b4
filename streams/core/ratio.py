"""A ratio promise against a section's day: below its target, or about to be.

Pure. Called by `judge` and `alerts`. Few cases say nothing: below the rule's minimum nobody is
told. No burn rates: at 90 % they cannot fire; what counts is how many may still be missed.
Invariant: exactly at the target is kept.
"""

from msgspec import Struct

from schemas.outcomes import AlertState, ClosedAs
from streams.core.acts import Handled

#: Against what dividing by the target leaves behind the comma.
_TINY = 1e-9


class Ratio(Struct, frozen=True, gc=False):
    """What was counted, and what was promised of it."""

    kept: int
    judged: int
    target: float
    minimum: int

    @property
    def below(self) -> bool:
        return self.enough and self.kept + _TINY < self.target * self.judged

    @property
    def enough(self) -> bool:
        return self.judged >= self.minimum

    @property
    def misses_left(self) -> int:
        """How many more may be missed before it falls below; negative: it is below."""
        return int(self.kept / self.target + _TINY) - self.judged


def wanted_of_ratio(
    ratio: Ratio, over: bool, state: AlertState | None, warned_only: bool, done: Handled
) -> tuple[AlertState | None, ClosedAs, int]:
    """As `alerts` wants it. `over`: the day is; `state`: of its alert so far. What was told
    stays told until then: a ratio goes up and down, and nobody wants a message each time."""
    told = state is AlertState.BREACHED or (state is AlertState.CLOSED and not warned_only)
    # Of a promise to all the next miss always breaks it: nobody need be warned of that.
    close = ratio.enough and ratio.target < 1 and ratio.misses_left < 1
    if ratio.below or told:
        level = AlertState.BREACHED
    elif close or state is not None:
        level = AlertState.WARNED
    else:
        return None, ClosedAs.NOT_YET, 0
    if over:
        if level is AlertState.WARNED:
            return level, ClosedAs.MET, 0
        return level, ClosedAs.NEVER_MET if ratio.below else ClosedAs.MET_LATE, 0
    if done.excused and level is AlertState.BREACHED:
        return level, ClosedAs.EXCUSED, done.excused.at
    return level, ClosedAs.NOT_YET, 0
