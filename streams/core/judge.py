"""A clock against its rule: the verdict, and when to look again.

Pure. Called by `settle`. Invariants: exactly at the limit is kept; a clock that was
answered late stays late; a verdict names its rule.
"""

from msgspec import Struct

from schemas.outcomes import End, Status
from streams.core.calendar import Calendar
from streams.core.measure import Clock, Stop
from streams.core.rules import KINDS, Leaving, Promise, PromiseKind, Rule

#: The online clock runs inside service hours only, and nobody has to be at a counter outside
#: them; waits in the hall run on the wall clock, lunch included: the citizen is still sitting
#: there (semantics §3, Calendars).
IN_HOURS = frozenset({Promise.ONLINE_FIRST_RESPONSE, Promise.COUNTER_STAFFED})

#: The waits in the hall: the citizen can leave within two minutes, by mistake.
WAITS = frozenset(
    {Promise.APPOINTMENT_WAIT_GENERAL, Promise.APPOINTMENT_WAIT_COMPLEX, Promise.WALK_IN_WAIT}
)


#: The statuses of a promise that was not kept.
BREACHED = frozenset({Status.LATE, Status.LEFT_LATE, Status.WAITING_LATE, Status.MISSED})


class Verdict(Struct, frozen=True, gc=False):
    """One clock judged. Times and durations in milliseconds."""

    clock: Clock
    rule: Rule
    status: Status
    off_hours: bool
    duration: int | None  #: until answered or left; None while waiting or not measured
    warn_at: int | None
    deadline: int | None  #: the last moment at which an answer is in time
    wake_at: int | None  #: when this verdict changes by itself

    @property
    def breached(self) -> bool:
        return self.status in BREACHED


def judge(clock: Clock, rule: Rule, calendar: Calendar, leaving: Leaving, now: int) -> Verdict:
    """The verdict at `now`; times before the clock's start measure as 0."""
    if clock.ratio is not None:
        status = Status.WAITING_LATE if clock.ratio.below else Status.WAITING
        if clock.stop is not None:
            status = Status.LATE if clock.ratio.below else Status.KEPT
        return Verdict(clock, rule, status, False, None, None, None, None)
    start = clock.start[0]
    in_hours = clock.promise in IN_HOURS
    off_hours = False
    deadline = warn_at = None
    limit, warn = rule.limit_ms, rule.warn_ms
    if rule.limit_days is not None:
        deadline = calendar.workdays_after(start, rule.limit_days)
        if rule.warn_days is not None:
            warn_at = calendar.workdays_after(start, rule.warn_days)
    elif in_hours:
        off_hours = not calendar.is_open(start)
        if limit is not None:
            deadline = calendar.add(start, limit)
            warn_at = None if warn is None else calendar.add(start, warn)
    elif limit is not None:
        deadline = start + limit
        warn_at = None if warn is None else start + warn
    stop = clock.stop
    if stop is None:
        status, wake_at = _waiting(warn_at, deadline, now)
        if status is Status.WAITING_LATE and KINDS[clock.promise] is not PromiseKind.DEADLINE:
            status = Status.MISSED
        return Verdict(clock, rule, status, off_hours, None, warn_at, deadline, wake_at)
    status = _stopped(clock, stop, deadline, leaving)
    wake_at = None
    if rule.look_back_ms and status is Status.KEPT and now < start + rule.look_back_ms:
        status, wake_at = Status.PROVISIONAL, start + rule.look_back_ms
    duration = None
    if status not in (Status.CANCELLED, Status.EXPIRED):
        end = max(start, stop.at)
        duration = calendar.elapsed(start, end) if in_hours else end - start
    return Verdict(clock, rule, status, off_hours, duration, warn_at, deadline, wake_at)


def _waiting(warn_at: int | None, deadline: int | None, now: int) -> tuple[Status, int | None]:
    if deadline is None:
        return Status.WAITING, None
    if now > deadline:
        return Status.WAITING_LATE, None
    if warn_at is not None and now <= warn_at:
        return Status.WAITING, warn_at + 1
    return Status.WAITING, deadline + 1


def _stopped(clock: Clock, stop: Stop, deadline: int | None, leaving: Leaving) -> Status:
    match stop.how:
        case None:
            if deadline is None:
                return Status.MEASURED
            return Status.KEPT if stop.at <= deadline else Status.LATE
        case End.CANCELLED:
            return Status.CANCELLED
        case End.EXPIRED:
            # Tickets are counted apart (semantics §3, End of day). Whoever asked online and
            # got no answer has waited past the limit, whoever closed the desk in the end.
            unanswered = clock.promise is Promise.ONLINE_FIRST_RESPONSE and deadline is not None
            # Nor has a counter been staffed that nobody came back to.
            deserted = clock.promise is Promise.COUNTER_STAFFED and stop.at > (deadline or stop.at)
            return Status.LEFT_LATE if unanswered or deserted else Status.EXPIRED
        case End.LEFT if (
            clock.promise in WAITS
            and stop.at - clock.start[0] <= leaving.mistaken_ms
            and (deadline is None or stop.at <= deadline)
        ):
            return Status.LEFT_MISTAKEN
        case _:
            late = deadline is not None and stop.at > deadline
            return Status.LEFT_LATE if late else Status.LEFT_IN_TIME
