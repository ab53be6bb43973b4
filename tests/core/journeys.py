"""Journeys as hypothesis makes them up, and the ways their events may reach a worker.

Times stand on a coarse grid around the limits, the lunch break and closing time, so that
ties and exact hits are common. Used by the laws. Invariant: what is drawn is what a source
could send; whether it makes sense is not asked.
"""

import os
from collections.abc import Callable
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from msgspec import Struct

from schemas.decode import Event
from tests.core.office_journeys import CASE_EVENTS, ORDER_EVENTS, SHIFT_EVENTS
from tests.core.office_story import case, order, shift
from tests.core.story import ChatStory, Story, VisitStory, chat, clock_text, ms, visit

Told = TypeVar("Told", bound=Story)

#: How long a law is tried; HALLWATCH_LAW_EXAMPLES=10000 for a long search by hand.
law = settings(max_examples=int(os.environ.get("HALLWATCH_LAW_EXAMPLES", "250")), deadline=None)

#: Where the drawn times begin: a morning, just before lunch, before and after closing.
STARTS = tuple(ms(clock) for clock in ("10:00", "11:29", "16:55", "17:30"))

#: Where the moments of looking begin; the last one is after everything has expired.
SETTLED = (*STARTS, ms("2022-10-18 19:00"))

#: Seconds after that: on and just past every warning and limit, and often the same.
STEPS = (0,) * 4 + (40, 60, 61, 120, 121, 420, 421, 600, 601, 900, 1200, 1201, 1800, 1801, 9_000)

VISIT_EVENTS: dict[str, Callable[[VisitStory, str], VisitStory]] = {
    "walk-in": lambda told, at: told.issued(at),
    "direct": lambda told, at: told.issued(at, "direct"),
    "booked": lambda told, at: told.issued(at, "appointment", at),
    "booked for ten past": lambda told, at: told.issued(at, "appointment", "10:10"),
    "complex": lambda told, at: told.issued(at, "appointment", at, "complex", "licence"),
    "checked in": VisitStory.checked_in,
    "called": VisitStory.called,
    "called elsewhere": lambda told, at: told.tell(
        "ticket.called", at, section="elsewhere", counter="W9"
    ),
    "recalled": VisitStory.recalled,
    "held": lambda told, at: told.tell("ticket.held", at),
    "session": VisitStory.session_started,
    "session ended": VisitStory.session_ended,
    "identity check": VisitStory.identity_check,
    "identity passed": VisitStory.identity_passed,
    "submitted": VisitStory.submitted,
    "served": VisitStory.served,
    "left": VisitStory.left,
    "no-show": VisitStory.no_show,
    "cancelled": VisitStory.cancelled,
}

CHAT_EVENTS: dict[str, Callable[[ChatStory, str], ChatStory]] = {
    "requested": ChatStory.requested,
    "requested elsewhere": lambda told, at: told.tell(
        "assist.requested", at, section="elsewhere", service="tax-return"
    ),
    "assigned": ChatStory.assigned,
    "reassigned": lambda told, at: told.assigned(at, "clerk-2"),
    "robot": lambda told, at: told.said(at, "bot"),
    "citizen": lambda told, at: told.said(at, "citizen"),
    "greeted": ChatStory.greeted,
    "noted": ChatStory.noted,
    "replied": ChatStory.replied,
    "resolved": ChatStory.resolved,
    "closed": ChatStory.closed,
}


class Part(Struct, frozen=True):
    """Events a worker takes, and the moment it settles at afterwards."""

    events: list[Event]
    now: int
    catching_up: bool
    most: int  #: due journeys settled at once


@st.composite
def visits(draw: st.DrawFn, ticket: str, start: int) -> VisitStory:
    told = visit(ticket)
    ticket_first = draw(st.sampled_from(("walk-in", "booked", "complex", "booked for ten past")))
    drawn = draw(st.lists(st.sampled_from(sorted(VISIT_EVENTS)), max_size=6))
    for name in ["checked in", ticket_first, *drawn][draw(st.integers(0, 1)) :]:
        told = VISIT_EVENTS[name](told, clock_text(start + draw(st.sampled_from(STEPS)) * 1_000))
    return told


@st.composite
def chats(draw: st.DrawFn, name: str, start: int) -> ChatStory:
    told = chat(name)
    for event in ["requested", *draw(st.lists(st.sampled_from(sorted(CHAT_EVENTS)), max_size=6))]:
        told = CHAT_EVENTS[event](told, clock_text(start + draw(st.sampled_from(STEPS)) * 1_000))
    return told


@st.composite
def office(
    draw: st.DrawFn, told: Told, events: dict[str, Callable[[Told, str], Told]], start: int
) -> Told:
    names = st.lists(st.sampled_from(sorted(events)), min_size=1, max_size=7)
    for name in draw(names):
        told = events[name](told, clock_text(start + draw(st.sampled_from(STEPS)) * 1_000))
    return told


#: Each kind of journey: its number among the day's, and when the day starts.
KINDS: dict[str, Callable[[int, int], st.SearchStrategy[Story]]] = {
    "visit": lambda number, start: visits(f"A{number}", start),
    "chat": lambda number, start: chats(f"C{number}", start),
    "case": lambda number, start: office(case(f"K{number}"), CASE_EVENTS, start),
    "order": lambda number, start: office(order(f"H{number}"), ORDER_EVENTS, start),
    "shift": lambda number, start: office(shift(f"W{number}"), SHIFT_EVENTS, start),
}


#: Journeys that the day's end closes, and those of every kind.
HALL, ALL = ("visit", "visit", "chat"), ("visit", "visit", "chat", "case", "shift", "order")


@st.composite
def days(draw: st.DrawFn, kinds: tuple[str, ...] = HALL) -> list[Event]:
    """The events of up to four journeys of one hour, journey by journey."""
    start = draw(st.sampled_from(STARTS))
    found = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=4))
    return [
        event for number, kind in enumerate(found) for event in draw(KINDS[kind](number, start))
    ]


@st.composite
def deliveries(draw: st.DrawFn, events: list[Event]) -> list[Part]:
    """The events in any order, some of them twice, settled at times that never go back."""
    again = draw(st.lists(st.sampled_from(events), max_size=4))
    order = draw(st.permutations([*events, *again]))
    cuts = sorted(draw(st.lists(st.integers(0, len(order)), max_size=5)))
    slices = [order[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(order)], strict=True)]
    moments = st.builds(
        lambda start, step: start + step * 1_000 + 1, *map(st.sampled_from, (SETTLED, STEPS))
    )
    times = sorted(draw(st.lists(moments, min_size=len(slices), max_size=len(slices))))
    return [
        Part(part, now, draw(st.booleans()), draw(st.sampled_from((1, 2, 2_000))))
        for part, now in zip(slices, times, strict=True)
    ]


@st.composite
def deliveries_of_days(draw: st.DrawFn, kinds: tuple[str, ...] = HALL) -> list[Part]:
    return draw(deliveries(draw(days(kinds))))
