"""The laws of catching up (semantics §3, Lag), over days nobody thought of: a worker that comes
back to a backlog decides what it would have decided, and pages nobody whose clock stopped in it
(style 24)."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from schemas.decode import Event
from schemas.frame import milliseconds
from schemas.outcomes import AlertState
from tests.core.alert_life import alerts
from tests.core.hall import Hall, told
from tests.core.journeys import days, law
from tests.core.story import VisitStory, clock_text, visit
from tests.core.workers import AFTERWARDS, facts, settle_all

OPENING = ("hall.alert.warned", "hall.alert.breached")
MINUTE = 60_000


class Outage(Struct, frozen=True):
    """The log of a day, and the part of it that nobody read while it was written."""

    live: list[Event]
    looked_after: int  #: ms after the last of these, the worker looked at what was due
    backlog: list[Event]
    afterwards: list[Event]
    slices: int  #: records read at once
    crash: bool  #: the worker that catches up dies half-way
    back_after: int  #: ms after the last event of the backlog, the log is read to its end


@st.composite
def guests(draw: st.DrawFn, since: int) -> VisitStory:
    """Somebody who is there from the beginning, and is called in time, late or never."""
    at = clock_text(since)
    guest = visit("W1").issued(at, "appointment", at).checked_in(at)
    minutes = draw(st.sampled_from((0, 6, 8, 9, 11, 12, 25)))
    return guest.called(clock_text(since + minutes * MINUTE)) if minutes else guest


@st.composite
def outages(draw: st.DrawFn) -> Outage:
    drawn = draw(days())
    events = [*drawn, *draw(guests(min(milliseconds(event.time) for event in drawn)))]
    log = sorted(draw(st.permutations(events)), key=lambda event: event.time)
    begin = draw(st.integers(0, len(log)))
    end = draw(st.integers(begin, len(log)))
    return Outage(
        log[:begin],
        draw(st.sampled_from((0, 41_000, 8 * MINUTE, 25 * MINUTE))),
        log[begin:end],
        log[end:],
        draw(st.sampled_from((1, 3, 100))),
        draw(st.booleans()),
        draw(st.sampled_from((1, 41_000, 11 * MINUTE, 3 * 60 * MINUTE))),
    )


def goes_down(outage: Outage) -> Hall:
    """Reads the log as it is written, and is lost."""
    hall = Hall()
    for event in outage.live:
        hall.hear([event])
        settle_all(hall, milliseconds(event.time))
    settle_all(hall, hall.partition.log_time + outage.looked_after)
    hall.restart()
    return hall


def catches_up(outage: Outage, hall: Hall) -> None:
    for start in range(0, len(outage.backlog), outage.slices):
        hall.hear(outage.backlog[start : start + outage.slices])
        settle_all(hall, hall.partition.log_time, catching_up=True)
        if outage.crash and start >= len(outage.backlog) // 2:
            hall.restart()


def has_caught_up(outage: Outage, hall: Hall) -> None:
    settle_all(hall, hall.partition.log_time + outage.back_after)


def goes_on(outage: Outage, hall: Hall) -> None:
    for event in outage.afterwards:
        hall.hear([event], ingest=max(milliseconds(event.time), hall.partition.position.now))
        settle_all(hall, hall.partition.position.ingest)
    settle_all(hall, AFTERWARDS)


@given(outages())
@law
def test_a_backlog_comes_to_what_it_would_have_come_to(outage: Outage) -> None:
    hall = goes_down(outage)
    catches_up(outage, hall)
    has_caught_up(outage, hall)
    goes_on(outage, hall)
    events = [*outage.live, *outage.backlog, *outage.afterwards]
    assert facts(hall) == facts(told(events, at=AFTERWARDS))


@given(outages())
@law
def test_nobody_is_paged_out_of_a_backlog(outage: Outage) -> None:
    hall = goes_down(outage)
    known = {message.subject for message in hall.said}
    before = len(hall.said)
    catches_up(outage, hall)
    found = hall.said[before:]
    assert [message.id for message in found if message.type in OPENING] == []
    assert {message.subject for message in found} <= known


@given(outages())
@law
def test_whoever_still_waits_at_the_end_of_it_is_paged_then_and_nobody_else(
    outage: Outage,
) -> None:
    hall = goes_down(outage)
    catches_up(outage, hall)
    before = len(hall.said)
    has_caught_up(outage, hall)
    assert {message.type for message in hall.said[before:]} <= {*OPENING, "hall.alert.closed"}
    opened = {message.subject for message in hall.said if message.type in OPENING}
    for row in alerts(hall):
        if row.state is AlertState.CLOSED:
            continue
        assert not row.historical
        assert row.alert in opened
        assert f"{row.alert}/{row.state.value}" in hall.messages()
    for message in hall.said[before:]:
        if message.type in OPENING:
            assert hall.alert(message.subject).state is not AlertState.CLOSED or expired(
                hall, message.subject
            )


@given(outages())
@law
def test_what_was_opened_is_closed_once(outage: Outage) -> None:
    hall = goes_down(outage)
    catches_up(outage, hall)
    has_caught_up(outage, hall)
    goes_on(outage, hall)
    ids = hall.messages()
    assert len(ids) == len(set(ids))
    for row in alerts(hall):
        assert row.state is AlertState.CLOSED
        phases = [one.removeprefix(f"{row.alert}/") for one in ids if one.startswith(row.alert)]
        opened = bool({"warned", "breached"} & set(phases))
        assert opened == bool({"closed", "retracted"} & set(phases))
        assert opened or row.historical
        assert not row.historical or "breached" not in phases


def expired(hall: Hall, alert: str) -> bool:
    """Between the last record and the end of the log closing time passed over it."""
    row = hall.alert(alert)
    return hall.journey(row.journey).end == "expired"
