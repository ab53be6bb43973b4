"""Alert life: from one verdict to the next, what has to be said to people.

Pure: (standing, verdict) → (standing, what was said). Invariants: one opening and one
closing per alert identity, and after the closing at most one retraction; what was said is
a function of the verdicts, so that a replay says the same again with the same ids.
"""

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from schemas.outcomes import AlertState, ClosedAs, End, Status
from streams.core.acts import UNTOUCHED, Handled
from streams.core.judge import Verdict
from streams.core.ratio import wanted_of_ratio
from streams.core.rules import KINDS, Escalation, PromiseKind


class Standing(Struct, frozen=True, array_like=True, gc=False):
    """What one promise to one journey came to when last looked at; kept with the journey."""

    promise: str
    overdue: bool = False  #: the status was said to be waiting-late or missed
    state: AlertState | None = None  #: None: no alert so far
    closed_as: ClosedAs = ClosedAs.NOT_YET
    cycle: int = 1
    historical: bool = False
    correction: bool = False
    warned_only: bool = False  #: closed, and it never was a breach
    suspected: bool = False  #: found while its source is silent, and nobody was paged
    owed: bool = False  #: of a breach that paged nobody: a warning was said, and is to be closed
    nth: str = ""  #: as of the clock: which of several of this promise
    silenced: bool = False  #: found while somebody had it silenced, and nobody was paged
    told_at: int = 0  #: when the breach was said, ms
    level: int = 0  #: how far up the chain it was said
    escalated_at: int = 0  #: when it was said there last, ms
    closed_at: int = 0  #: by an act or by time, not by an answer, ms
    provisional: bool = False  #: the status was said to be that
    section: str = ""  #: people were told in; what follows is told there, whatever is learnt

    @property
    def unpaged(self) -> bool:
        """What is open was found while catching up, suspected or silenced: nobody was told."""
        return self.historical or self.suspected or self.silenced

    @property
    def clock(self) -> str:
        """Which of the journey's clocks it is of."""
        return f"{self.promise}#{self.nth}" if self.nth else self.promise

    def alert(self, journey: str) -> str:
        """The alert's identity: promise, journey, cycle (semantics §3)."""
        return f"{self.promise}/{clock_of(journey, self.nth)}/{self.cycle}"


def clock_of(journey: str, nth: str) -> str:
    """What rows call the journey where a promise has several clocks in it."""
    return f"{journey}#{nth}" if nth else journey


#: Of promises that a journey has one clock of: what nothing was said of yet is alike for all.
_NEW: dict[str, Standing] = {promise: Standing(promise) for promise in KINDS}


def new_standing(promise: str, nth: str = "") -> Standing:
    """Of a clock that nobody has looked at."""
    return Standing(promise, nth=nth) if nth else _NEW[promise]


class Held(Struct, frozen=True, gc=False):
    """Why people are told nothing of what is found now."""

    catching_up: bool = False  #: the log is behind: it is history
    silent: bool = False  #: the journey's source is: it is suspected
    silenced: bool = False  #: somebody wanted it so

    @property
    def any(self) -> bool:
        return self.catching_up or self.silent or self.silenced


FREE = Held()


class Said(StrEnum):
    """What a message to people is about."""

    WARNED = "warned"
    BREACHED = "breached"
    ESCALATED = "escalated"  #: nobody acknowledged it: the next one up is told
    CLOSED = "closed"
    RETRACTED = "retracted"  #: after the closing: it was no breach


def next_standing(
    standing: Standing, verdict: Verdict, now: int, held: Held = FREE, done: Handled = UNTOUCHED
) -> tuple[Standing, list[Said]]:
    """How the alert moves on; `done` is what people did about it."""
    level, closed_as, closed_at = _wanted(verdict, now, done, standing)
    # What was said with time, and not by an event: whoever takes over has to know of it.
    overdue = verdict.status in (Status.WAITING_LATE, Status.MISSED)
    provisional = verdict.status is Status.PROVISIONAL
    if standing.overdue is not overdue or standing.provisional is not provisional:
        standing = replace(standing, overdue=overdue, provisional=provisional)
    said: list[Said] = []
    closed = standing.state is AlertState.CLOSED
    if verdict.clock.estimated and (
        standing.state is None or (closed and level is AlertState.BREACHED)
    ):
        return standing, said  # a guess opens no alert; one that is open it does close
    if closed:
        reopens = level is AlertState.BREACHED and (
            standing.warned_only or standing.closed_as in (ClosedAs.RETRACTED, ClosedAs.MET)
        )
        if not reopens:
            return _corrected(standing, verdict, level, closed_as)
        # A warning, or a retracted breach, turns out to be a breach after all.
        level, closed_as, closed_at = _wanted(verdict, now, UNTOUCHED, standing)
        standing = Standing(
            standing.promise,
            overdue,
            cycle=standing.cycle + 1,
            correction=True,
            nth=standing.nth,
        )
    if standing.owed and level is not AlertState.BREACHED:
        # No breach after all, and none was said: what people know of is the warning.
        standing = replace(
            standing,
            state=AlertState.WARNED,
            historical=False,
            suspected=False,
            silenced=False,
            owed=False,
        )
    if standing.state is AlertState.BREACHED and level is not AlertState.BREACHED:
        # Evidence that came in late: there was no breach.
        level, closed_as = AlertState.BREACHED, ClosedAs.RETRACTED
        standing = replace(standing, correction=True)
    elif standing.state is AlertState.WARNED and level is None:
        level, closed_as = AlertState.WARNED, ClosedAs.RETRACTED
        standing = replace(standing, correction=True)
    if level is None:
        return standing, said
    if standing.state is None:
        standing = _because(standing, held)
    still_open = closed_as is ClosedAs.NOT_YET
    if standing.unpaged and still_open and not held.any:
        # Found behind people's backs, and the citizen is waiting to this moment: now it matters.
        standing = replace(
            standing, state=level, historical=False, suspected=False, silenced=False, owed=False
        )
        said.append(Said(level.value))
    elif standing.state is not level:
        if held.any and not standing.unpaged:
            # The warning was said; the breach behind it is not.
            standing = replace(_because(standing, held), owed=True)
        standing = replace(standing, state=level)
        if not standing.unpaged:
            said.append(Said(level.value))
    if Said.BREACHED in said:
        standing = replace(standing, told_at=now)
    if not still_open:
        if standing.owed or not standing.unpaged:
            said.append(Said.CLOSED)
        standing = replace(
            standing,
            state=AlertState.CLOSED,
            closed_as=closed_as,
            historical=standing.unpaged and not standing.silenced,
            suspected=False,
            owed=False,
            warned_only=level is AlertState.WARNED,
            closed_at=closed_at,
        )
    return standing, said


def escalated(
    standing: Standing, chain: tuple[Escalation, ...], done: Handled, now: int
) -> tuple[Standing, bool, int | None]:
    """Whether the next one up the chain is to be told, and when to look again.

    From the moment the breach was said, so that whoever comes back from an outage has his
    time. Acknowledged, it goes no further.
    """
    is_open = standing.state is AlertState.BREACHED and not standing.unpaged
    if not is_open or not standing.told_at or done.acknowledged:
        return standing, False, None
    level = standing.level
    while level < len(chain) and standing.told_at + chain[level].after_ms <= now:
        level += 1
    wake_at = standing.told_at + chain[level].after_ms if level < len(chain) else None
    if level == standing.level:
        return standing, False, wake_at
    return replace(standing, level=level, escalated_at=now), True, wake_at


def _because(standing: Standing, held: Held) -> Standing:
    return replace(
        standing,
        historical=held.catching_up,
        suspected=held.silent and not held.catching_up,
        silenced=held.silenced and not (held.catching_up or held.silent),
    )


def _corrected(
    standing: Standing, verdict: Verdict, level: AlertState | None, closed_as: ClosedAs
) -> tuple[Standing, list[Said]]:
    """A closed alert in the light of evidence that came in late, its ends out of order.

    The row tells how it ended after all. Closed is closed: nothing more is said but that
    what people took for a breach was none.
    """
    if standing.closed_as is ClosedAs.EXCUSED:
        return standing, []
    said: list[Said] = []
    if standing.warned_only:
        if level is None:
            if standing.closed_as is ClosedAs.RETRACTED:
                return standing, []  # by that very evidence, looked at again after a restart
            closed_as = ClosedAs.MET if verdict.status is Status.KEPT else ClosedAs.NOT_YET
    elif level is not AlertState.BREACHED:
        closed_as = ClosedAs.RETRACTED
        said = [] if standing.historical else [Said.RETRACTED]
    if closed_as in (standing.closed_as, ClosedAs.NOT_YET):
        return standing, []
    return replace(standing, closed_as=closed_as, correction=True), said


#: A condition that was not kept is answered by nothing: its alert stands for so long, or until
#: somebody acknowledges it.
CONDITION_STANDS_MS = 24 * 3_600_000

_Wanted = tuple[AlertState | None, ClosedAs, int]


def _wanted(verdict: Verdict, now: int, done: Handled, standing: Standing) -> _Wanted:
    """How far the alert should be, how it closed, and when if no answer closed it."""
    ratio = verdict.clock.ratio
    if ratio is not None:
        over = verdict.clock.stop is not None
        return wanted_of_ratio(ratio, over, standing.state, standing.warned_only, done)
    kind = KINDS[verdict.clock.promise]
    deadline = verdict.deadline
    if deadline is None or kind is PromiseKind.RATIO:
        return None, ClosedAs.NOT_YET, 0
    stop = verdict.clock.stop
    reached = now if stop is None else stop.at
    if reached > deadline:
        if stop is not None:
            met = stop.how is None
            return AlertState.BREACHED, ClosedAs.MET_LATE if met else ClosedAs.NEVER_MET, 0
        over_at = None
        if kind is PromiseKind.CONDITION:
            over_at = deadline + CONDITION_STANDS_MS
            if done.acknowledged:
                over_at = min(over_at, done.acknowledged.at)
        if done.excused and (over_at is None or done.excused.at <= over_at):
            return AlertState.BREACHED, ClosedAs.EXCUSED, done.excused.at
        if over_at is not None and now >= over_at:
            return AlertState.BREACHED, ClosedAs.NEVER_MET, over_at
        return AlertState.BREACHED, ClosedAs.NOT_YET, 0
    if verdict.warn_at is not None and reached > verdict.warn_at:
        if stop is None:
            return AlertState.WARNED, ClosedAs.NOT_YET, 0
        kept = stop.how is None or stop.how is End.LEFT
        return AlertState.WARNED, ClosedAs.MET if kept else ClosedAs.NEVER_MET, 0
    return None, ClosedAs.NOT_YET, 0
