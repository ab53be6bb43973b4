"""Visits, chats and shifts as they happened: their clocks, by the oracle.

Called by `truth`. Invariant: none of the pipeline's code is used here.
"""

from msgspec.structs import replace

from tests.dashboards.reports import hours
from tests.dashboards.reports.clocks import (
    Clock,
    Lookups,
    Stop,
    Tale,
    exempt,
    judged,
    on_the_wall,
    text,
)
from tests.dashboards.reports.office import Said, milliseconds

_GRACE_MS = 15 * 60_000
_LIMITS = {
    "appointment-wait-general": 600_000,
    "appointment-wait-complex": 1_800_000,
    "walk-in-wait": None,
}
_FILING_MS, _RECORDED_MS, _REPLY_MS, _ABSENT_MS = 1_200_000, 600_000, 60_000, 600_000

_ENDS = {
    "ticket.served": "served",
    "ticket.left": "left",
    "ticket.no-show": "no-show",
    "ticket.cancelled-by-clerk": "cancelled",
}


class Visit:
    """What is read off a ticket's events."""

    def __init__(self, tale: Tale) -> None:
        self.tale = tale
        issued = tale.first("ticket.issued")
        assert issued is not None
        self.section = text(issued.data, "section")
        self.service = text(issued.data, "service")
        came = tale.first("ticket.checked-in")
        booked = issued.data.get("appointment")
        self.booked = milliseconds(booked) if booked else 0
        self.channel = text(issued.data, "channel") or "walk-in"
        if self.channel != "appointment":
            came = came or issued
        elif came and self.booked and came.at - self.booked > _GRACE_MS:
            self.channel = "walk-in"
        self.came = came
        self.complexity = text(issued.data, "complexity") or "general"
        here = max(issued.at, self.booked, came.at if came else 0)
        self.end = self._end(hours.closing(here))

    def _end(self, expires: int) -> Stop:
        last = self.tale.last(*_ENDS)
        return Stop(last.at, _ENDS[last.type]) if last else Stop(expires, "expired")

    def call(self) -> tuple[Said | None, bool]:
        """The first call, and whether it is but a guess."""
        called = self.tale.first("ticket.called", "ticket.recalled")
        if called:
            return called, False
        session = self.tale.first("terminal.session-started")
        checked = self.tale.first("terminal.identity-check-started")
        signs = [sign for sign in (session, checked, self.tale.last("ticket.served")) if sign]
        return (min(signs) if signs else None), True


def visit_clocks(tale: Tale, now: int, lookups: Lookups) -> list[Clock]:
    visit = Visit(tale)
    who = {"section": visit.section, "service": visit.service}
    clocks = []
    if visit.came and visit.channel != "direct":
        clocks.append(_wait(visit, visit.came, now, who))
    filing = _filing(visit, now, who)
    if filing:
        clocks.append(filing)
    submitted = tale.first("terminal.materials-submitted")
    if submitted:
        clocks.append(_recorded(visit, submitted, now, who))
    asked = "terminal.material-requested"
    return clocks + exempt(tale, asked, visit.section, visit.service, lookups)


def _wait(visit: Visit, came: Said, now: int, who: dict[str, str]) -> Clock:
    start, promise = came.at, "walk-in-wait"
    if visit.channel == "appointment":
        start = max(start, visit.booked)
        promise = f"appointment-wait-{visit.complexity}"
    call, guessed = visit.call()
    stop, counter = visit.end, ""
    called = bool(call and not (guessed and visit.end.at < call.at))
    if call and called:
        stop, counter = Stop(call.at), text(call.data, "counter")
    limit = _LIMITS[promise]
    clock = on_the_wall(
        promise, visit.tale.subject, start, stop, limit, now, counter=counter, **who
    )
    return replace(clock, estimated=called and guessed)


def _filing(visit: Visit, now: int, who: dict[str, str]) -> Clock | None:
    tale, promise = visit.tale, "counter-filing"
    started = tale.first("terminal.identity-check-started")
    submitted = tale.first("terminal.materials-submitted")
    if started:
        stop = visit.end
        ended = tale.last("terminal.session-ended")
        if submitted:
            stop = Stop(submitted.at)
        elif ended and ended.at < stop.at:
            stop = Stop(ended.at, "served")
        counter = text(started.data, "counter")
        return on_the_wall(
            promise, tale.subject, started.at, stop, _FILING_MS, now, counter=counter, **who
        )
    at_terminal = ("terminal.session-started", "terminal.identity-check-passed")
    called = tale.first("ticket.called", "ticket.recalled")
    served = tale.last("ticket.served")
    if tale.first(*at_terminal) or submitted or not (called and served):
        return None
    counter = text(served.data, "counter")
    stop = Stop(served.at)
    clock = on_the_wall(
        promise, tale.subject, called.at, stop, _FILING_MS, now, counter=counter, **who
    )
    return replace(clock, estimated=True)


def _recorded(visit: Visit, submitted: Said, now: int, who: dict[str, str]) -> Clock:
    recorded = visit.tale.first("terminal.recording-started")
    session = visit.tale.first("terminal.session-started")
    stop = Stop(max(recorded.at, submitted.at)) if recorded else None
    clock = on_the_wall(
        "session-recorded",
        visit.tale.subject,
        submitted.at,
        stop,
        _RECORDED_MS,
        now,
        counter=text(session.data, "counter") if session else "",
        **who,
    )
    return once_missed(clock)


def once_missed(clock: Clock) -> Clock:
    """Of what nothing can put right any more, past its limit."""
    if clock.status != "waiting-late":
        return clock
    return replace(clock, status="missed")


def chat_clocks(tale: Tale, now: int) -> list[Clock]:
    request = tale.first("assist.requested")
    assert request is not None
    closed, resolved = tale.last("assist.closed"), tale.last("assist.resolved")
    reply = next(
        (
            said
            for said in tale.all("assist.message")
            if said.at >= request.at
            and said.data.get("author") == "human"
            and said.data.get("visible", True)
            and not said.data.get("automatic", False)
        ),
        None,
    )
    deadline = hours.after(request.at, _REPLY_MS)
    if reply:
        stop = Stop(reply.at)
    elif closed:
        stop = Stop(closed.at, "closed")
    else:
        stop = Stop(hours.closing(max(request.at, deadline)), "expired")
    status = judged(request.at, stop, deadline, now)
    if status == "expired":
        status = "left-late"  # he has waited past the limit, whoever closed the desk
    duration = hours.elapsed(request.at, max(request.at, stop.at))
    section, service = text(request.data, "section"), text(request.data, "service")
    response = Clock(
        promise="online-first-response",
        journey=tale.subject,
        start=request.at,
        status=status,
        duration=duration,
        over=max(0, duration - _REPLY_MS),
        off_hours=not hours.is_open(request.at),
        section=section,
        service=service,
    )
    if not closed:
        return [response]
    met = resolved is not None and resolved.data["resolved"]
    resolution = Clock(
        promise="online-resolution-rate",
        journey=tale.subject,
        start=closed.at,
        status="kept" if met else "missed",
        duration=0 if met else None,
        section=section,
        service=service,
    )
    return [response, resolution]


def shift_clocks(tale: Tale) -> list[Clock]:
    """Absences past the limit, in service hours; the others are none."""
    clocks = []
    begun: Said | None = None
    free = False  # in a pause with a reason, or signed off
    signs = [said for said in tale.events if said.type.startswith("duty.")]
    for sign in signs:
        excused = sign.type == "duty.paused" and bool(sign.data.get("reason"))
        if free and sign.type == "duty.seen":
            continue
        if begun is not None:
            absent = hours.elapsed(begun.at, sign.at)
            if absent > _ABSENT_MS:
                clocks.append(_absence(tale, begun, absent))
        free = excused or sign.type == "duty.signed-off"
        begun = None if free else sign
    # The simulated shifts all end signed off; a gap at the end would be another case.
    assert begun is None or sign.at > max(said.at for said in signs) - 1
    return clocks


def _absence(tale: Tale, begun: Said, absent: int) -> Clock:
    paused = begun.type == "duty.paused"
    return Clock(
        promise="counter-staffed",
        journey=f"{tale.subject}#{begun.at}",
        section=text(tale.events[0].data, "section"),
        counter=text(tale.events[0].data, "counter"),
        cause="paused-without-reason" if paused else "silent",
        start=begun.at,
        status="late",
        duration=absent,
        over=absent - _ABSENT_MS,
    )
