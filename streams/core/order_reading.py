"""A hotline order's milestones → how it ended, whose it is, its clocks.

Pure functions of the journey and the rulebook; knows no "now". Called by `kinds`.
Invariant: whoever was given an answer was contacted, too.
"""

from schemas.outcomes import End
from schemas.ticket import Complexity
from streams.core.lookups import Lookups
from streams.core.marks import Mark
from streams.core.measure import GENERAL, Clock, Reading, Stop, place_of
from streams.core.order import Order
from streams.core.rules import Promise, Rulebook

#: How the order came; every order of it comes so.
HOTLINE = "hotline"


def read_order(order: Order, book: Rulebook) -> Reading:
    end, ended = end_of_order(order)
    received = order.received
    if received is None:
        return Reading(place_of(order.seen[1], "", GENERAL, HOTLINE), end, ended)
    place = place_of(received.section, received.topic, received.complexity, HOTLINE)
    return Reading(place, end, ended)


def end_of_order(order: Order) -> tuple[End, Mark | None]:
    if order.closed:
        return End.CLOSED, order.closed[:2]
    return End.OPEN, None


def clocks_of_order(
    order: Order, reading: Reading, book: Rulebook, lookups: Lookups
) -> list[Clock]:
    received = order.received
    if received is None:
        return []
    start = (received.at, received.event)
    clerk = order.contacted[3] if order.contacted else ""
    closed = None
    if order.closed:
        at, event, by, _ = order.closed
        closed = Stop(at, event, None, "", by)
    contact = closed
    if order.contacted and (closed is None or order.contacted[0] <= closed.at):
        at, event, counter, by = order.contacted
        contact = Stop(at, event, None, counter, by)
    promise = (
        Promise.HOTLINE_CLOSE_COMPLEX
        if received.complexity == Complexity.COMPLEX
        else Promise.HOTLINE_CLOSE_GENERAL
    )
    return [
        Clock(Promise.HOTLINE_CONTACT, start, contact),
        Clock(promise, start, closed, clerk=clerk),
    ]
