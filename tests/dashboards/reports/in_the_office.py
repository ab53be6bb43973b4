"""Cases and hotline orders as they happened: their clocks, by the oracle.

Called by `truth`. Invariant: none of the pipeline's code is used here.
"""

from msgspec import Struct

from tests.dashboards.reports import hours
from tests.dashboards.reports.clocks import Clock, Lookups, Stop, Tale, exempt, judged, text
from tests.dashboards.reports.office import Said

_DAY_MS = 86_400_000
_LOOK_BACK_MS = 30 * _DAY_MS
_CLOSE_DAYS = {"general": 5, "complex": 15}


class Case(Struct, frozen=True, kw_only=True):
    """What is read off a case's events."""

    key: str
    section: str
    service: str
    receiver: str
    approver: str
    counter: str  #: where it was taken
    tickets: frozenset[str]
    finished: Said | None
    why: str  #: why it was not done in one visit; "" if it was
    supplements: int


def read_case(tale: Tale) -> Case:
    told = [said for said in tale.events if said.type.startswith("case.")]
    own = [said for said in told if "item" in said.data]
    accepted, received = tale.first("case.accepted"), tale.first("case.received")
    taken, decided = received or accepted, tale.last("case.decided")
    receiver = text(taken.data, "clerk") if taken else ""
    approver = text(decided.data, "clerk") if decided else ""
    tickets = frozenset(said.data["ticket"] for said in told if said.data.get("ticket"))
    return Case(
        key=tale.subject,
        section=text((accepted or told[0]).data, "section"),
        service=text(accepted.data if accepted else own[0].data, "item"),
        receiver=receiver,
        approver=approver,
        counter=text(received.data, "counter") if received else "",
        tickets=tickets,
        finished=tale.last("case.finished"),
        why=_why(tale, receiver, approver) if len(tickets) > 1 else "",
        supplements=len(tale.all("case.supplement-requested")),
    )


def _why(tale: Tale, receiver: str, approver: str) -> str:
    """One person again and again is one thing, people who differ another."""
    demands = tale.all("case.supplement-requested", "case.returned")
    people = set()
    for said in demands:
        name = text(said.data, "clerk")
        if not name and said.type == "case.supplement-requested":
            of_approver = said.data.get("by") == "approver"
            name = (
                (approver or "somebody above") if of_approver else (receiver or "whoever took it")
            )
        if name:
            people.add(name)
    if not people:
        return "unsaid"
    if len(people) > 1 or (receiver and people != {receiver}):
        return "between"
    return "same" if len(demands) > 1 else "single"


def case_clocks(tale: Tale, now: int, lookups: Lookups) -> list[Clock]:
    case = read_case(tale)
    asked = "case.supplement-requested"
    clocks = exempt(tale, asked, case.section, case.service, lookups)
    if case.finished:
        clocks += [_invited(tale, case, case.finished, now), _one_visit(tale, case, now)]
    found = tale.last("case.reconciled")
    if found and (found.data["trace"] or found.data.get("confidence") != "possible"):
        accepted = tale.first("case.accepted")
        trace = bool(found.data["trace"])
        clocks.append(
            Clock(
                promise="counter-not-department",
                journey=tale.subject,
                section=case.section,
                service=case.service,
                counter=text(accepted.data, "counter") if accepted else "",
                cause="" if trace else f"{found.data['sign']}: {found.data['confidence']}",
                start=found.at,
                status="kept" if trace else "missed",
                duration=0 if trace else None,
            )
        )
    return clocks


def _invited(tale: Tale, case: Case, finished: Said, now: int) -> Clock:
    invited = tale.first("rating.invited")
    due = finished.at + _DAY_MS
    status, duration, cause = "missed" if now > due else "waiting", None, ""
    if invited:
        at = max(invited.at, finished.at)
        status, duration = ("kept" if at <= due else "late"), at - finished.at
    elif tale.first("rating.device-failed"):
        cause = "device-failed"
    return Clock(
        promise="rating-invited",
        journey=tale.subject,
        section=case.section,
        service=case.service,
        cause=cause,
        start=finished.at,
        status=status,
        duration=duration,
        over=max(0, (duration or 0) - _DAY_MS),
    )


def _one_visit(tale: Tale, case: Case, now: int) -> Clock:
    assert case.finished is not None
    start = case.finished.at
    status, cause = "kept" if now >= start + _LOOK_BACK_MS else "provisional", ""
    if len(case.tickets) > 1:
        status = "missed"
        asked = tale.all("case.supplement-requested")
        if any(said.data.get("by") == "approver" for said in asked):
            cause = "approver"
        elif asked:
            cause = "receiver"
        elif tale.first("case.returned"):
            cause = "returned"
    return Clock(
        promise="one-visit",
        journey=tale.subject,
        section=case.section,
        service=case.service,
        counter=case.counter,
        cause=cause,
        start=start,
        status=status,
        duration=None if status == "missed" else 0,
    )


def order_clocks(tale: Tale, now: int) -> list[Clock]:
    received = tale.first("hotline.received")
    assert received is not None
    contacted, closed = tale.first("hotline.contacted"), tale.last("hotline.closed")
    ends = [said.at for said in (contacted, closed) if said]
    grade = text(received.data, "complexity") or "general"
    return [
        _order(tale, "hotline-contact", received, min(ends) if ends else None, 1, now),
        _order(
            *(tale, f"hotline-close-{grade}", received, closed.at if closed else None),
            *(_CLOSE_DAYS[grade], now),
        ),
    ]


def _order(tale: Tale, promise: str, received: Said, end: int | None, days: int, now: int) -> Clock:
    deadline = hours.workdays_after(received.at, days)
    stop = Stop(end) if end is not None else None
    return Clock(
        promise=promise,
        journey=tale.subject,
        section=text(received.data, "section"),
        service=text(received.data, "topic") or "general",
        start=received.at,
        status=judged(received.at, stop, deadline, now),
        duration=None if end is None else max(0, end - received.at),
        limited=False,
    )
