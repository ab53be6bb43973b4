"""Alert life: from one verdict to the next, what has to be said to people.

Pure: (standing, verdict) → (standing, what was said). Invariants: one opening and one
closing per alert identity, and after the closing at most one retraction; what was said is
a function of the verdicts, so that a replay says the same again with the same ids.
"""

from enum import StrEnum

from msgspec import Struct

from schemas.outcomes import AlertState, ClosedAs, End, Status
from streams.core.judge import Verdict


class Standing(Struct, frozen=True, array_like=True, gc=False):
    """What one promise to one journey came to when last looked at; kept with the journey."""

    promise: str
    overdue: bool = False  #: the status was said to be waiting-late
    state: AlertState | None = None  #: None: no alert so far
    closed_as: ClosedAs = ClosedAs.NOT_YET
    cycle: int = 1
    historical: bool = False
    correction: bool = False
    warned_only: bool = False  #: closed, and it never was a breach
    suspected: bool = False  #: found while its source is silent, and nobody was paged
    owed: bool = False  #: of a breach that paged nobody: a warning was said, and is to be closed

    @property
    def unpaged(self) -> bool:
        """What is open was found while catching up or suspected, and people were not told."""
        return self.historical or self.suspected


class Said(StrEnum):
    """What a message to people is about."""

    WARNED = "warned"
    BREACHED = "breached"
    CLOSED = "closed"
    RETRACTED = "retracted"  #: after the closing: it was no breach


def next_standing(
    standing: Standing, verdict: Verdict, now: int, catching_up: bool, silent: bool = False
) -> tuple[Standing, list[Said]]:
    """How the alert moves on.

    `catching_up`: the log is behind; what is found now is history and pages nobody.
    `silent`: the journey's source is; what is found now is suspected and pages nobody.
    """
    level, closed_as = _wanted(verdict, now)
    overdue = verdict.status is Status.WAITING_LATE
    if standing.overdue is not overdue:
        standing = _with(standing, overdue=overdue)
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
        standing = Standing(
            standing.promise, overdue, None, ClosedAs.NOT_YET, standing.cycle + 1, correction=True
        )
    if standing.owed and level is not AlertState.BREACHED:
        # No breach after all, and none was said: what people know of is the warning.
        standing = _with(
            standing, state=AlertState.WARNED, historical=False, suspected=False, owed=False
        )
    if standing.state is AlertState.BREACHED and level is not AlertState.BREACHED:
        # Evidence that came in late: there was no breach.
        level, closed_as = AlertState.BREACHED, ClosedAs.RETRACTED
        standing = _with(standing, correction=True)
    elif standing.state is AlertState.WARNED and level is None:
        level, closed_as = AlertState.WARNED, ClosedAs.RETRACTED
        standing = _with(standing, correction=True)
    if level is None:
        return standing, said
    if standing.state is None:
        standing = _with(standing, historical=catching_up, suspected=silent)
    still_open = closed_as is ClosedAs.NOT_YET
    held = catching_up or silent
    if standing.unpaged and still_open and not held:
        # Found behind people's backs, and the citizen is waiting to this moment: now it matters.
        standing = _with(standing, state=level, historical=False, suspected=False, owed=False)
        said.append(Said(level.value))
    elif standing.state is not level:
        if held and not standing.unpaged:
            # The warning was said; the breach behind it is not.
            standing = _with(standing, historical=catching_up, suspected=silent, owed=True)
        standing = _with(standing, state=level)
        if not standing.unpaged:
            said.append(Said(level.value))
    if not still_open:
        if standing.owed or not standing.unpaged:
            said.append(Said.CLOSED)
        standing = _with(
            standing,
            state=AlertState.CLOSED,
            closed_as=closed_as,
            historical=standing.unpaged,
            suspected=False,
            owed=False,
            warned_only=level is AlertState.WARNED,
        )
    return standing, said


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
    return _with(standing, closed_as=closed_as, correction=True), said


def _wanted(verdict: Verdict, now: int) -> tuple[AlertState | None, ClosedAs]:
    """How far the alert should be, and how it closed, from the verdict alone."""
    if verdict.deadline is None:
        return None, ClosedAs.NOT_YET
    stop = verdict.clock.stop
    reached = now if stop is None else stop.at
    if reached > verdict.deadline:
        if stop is None:
            return AlertState.BREACHED, ClosedAs.NOT_YET
        met = stop.how is None
        return AlertState.BREACHED, ClosedAs.MET_LATE if met else ClosedAs.NEVER_MET
    if verdict.warn_at is not None and reached > verdict.warn_at:
        if stop is None:
            return AlertState.WARNED, ClosedAs.NOT_YET
        kept = stop.how is None or stop.how is End.LEFT
        return AlertState.WARNED, ClosedAs.MET if kept else ClosedAs.NEVER_MET
    return None, ClosedAs.NOT_YET


def _with(
    standing: Standing,
    *,
    overdue: bool | None = None,
    state: AlertState | None = None,
    closed_as: ClosedAs | None = None,
    historical: bool | None = None,
    correction: bool | None = None,
    warned_only: bool | None = None,
    suspected: bool | None = None,
    owed: bool | None = None,
) -> Standing:
    return Standing(
        standing.promise,
        standing.overdue if overdue is None else overdue,
        standing.state if state is None else state,
        standing.closed_as if closed_as is None else closed_as,
        standing.cycle,
        standing.historical if historical is None else historical,
        standing.correction if correction is None else correction,
        standing.warned_only if warned_only is None else warned_only,
        standing.suspected if suspected is None else suspected,
        standing.owed if owed is None else owed,
    )
