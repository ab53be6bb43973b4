"""A case's milestones → how it ended, whose it is, its clocks.

Pure functions of the journey and the rulebook; knows no "now". Called by `kinds`.
Invariant: what is counted of a case is counted once it is finished.
"""

from schemas.outcomes import End
from streams.core.case import Case
from streams.core.exempt import exempt_clock
from streams.core.lookups import Lookups
from streams.core.marks import Mark
from streams.core.measure import GENERAL, Clock, Reading, Stop, place_of
from streams.core.rules import Promise, Rulebook

#: So unsure that it is for the list people look through, and for nobody's phone.
POSSIBLE = "possible"


def read_case(case: Case, book: Rulebook) -> Reading:
    end, ended = end_of_case(case)
    accepted = case.accepted
    item = case.item[1] if case.item else ""
    if accepted is None:
        return Reading(place_of(case.seen[1], item, GENERAL, ""), end, ended)
    return Reading(place_of(accepted.section, accepted.item, GENERAL, accepted.channel), end, ended)


def end_of_case(case: Case) -> tuple[End, Mark | None]:
    if case.finished:
        return End.FINISHED, case.finished[:2]
    return End.OPEN, None


def clocks_of_case(case: Case, reading: Reading, book: Rulebook, lookups: Lookups) -> list[Clock]:
    clocks = []
    seen: set[str] = set()
    for asked in case.asked:
        if asked.material not in seen:  # the first request for each is the one that counts
            seen.add(asked.material)
            mark = (asked.at, asked.event)
            clock = exempt_clock(mark, asked.material, asked.counter, asked.clerk, book, lookups)
            if clock:
                clocks.append(clock)
    if case.finished:
        clocks += [_invited(case, case.finished[:2]), _one_visit(case, case.finished[:2])]
    if case.reconciled and case.reconciled[2:4] != (False, POSSIBLE):
        clocks.append(_at_the_counter(case, *case.reconciled))
    return clocks


def _invited(case: Case, finished: Mark) -> Clock:
    """四（二）1 应评尽评: finished → invited to rate; before it counts as well."""
    clerk = case.decided[3] if case.decided else case.received[3] if case.received else ""
    ratings = case.ratings
    if ratings is None:
        return Clock(Promise.RATING_INVITED, finished, None, clerk=clerk)
    if ratings.invited is None:
        cause = "device-failed" if ratings.device_failed else ""
        return Clock(Promise.RATING_INVITED, finished, None, cause=cause, clerk=clerk)
    at, event = ratings.invited
    return Clock(Promise.RATING_INVITED, finished, Stop(max(at, finished[0]), event, None))


def _one_visit(case: Case, finished: Mark) -> Clock:
    """四（二）3 一次办成: no more than one visit is linked to it. Who never came has been kept
    from coming: that counts as well."""
    clerk = case.received[3] if case.received else ""
    counter = case.received[2] if case.received else ""
    if len(case.tickets) > 1:
        return Clock(
            Promise.ONE_VISIT,
            finished,
            None,
            cause=_whose(case),
            counter=counter,
            clerk=clerk,
        )
    return Clock(Promise.ONE_VISIT, finished, Stop(*finished, None, counter, clerk))


def _whose(case: Case) -> str:
    """Why he had to come again, as far as the case tells."""
    if any(asked.by == "approver" for asked in case.asked):
        return "approver"  # asked for what the receiver had not asked for
    if case.asked:
        return "receiver"
    return "returned" if case.returned else ""


def _at_the_counter(
    case: Case, at: int, event: str, trace: bool, confidence: str, sign: str
) -> Clock:
    """四（三）1: accepted on site, and no trace of a visit (以科室代窗口)."""
    accepted = case.accepted
    clerk = accepted.clerk if accepted else ""
    counter = accepted.counter if accepted else ""
    if trace:
        stop = Stop(at, event, None, counter, clerk)
        return Clock(Promise.COUNTER_NOT_DEPARTMENT, (at, event), stop)
    return Clock(
        Promise.COUNTER_NOT_DEPARTMENT,
        (at, event),
        None,
        cause=f"{sign}: {confidence}",
        counter=counter,
        clerk=clerk,
    )
