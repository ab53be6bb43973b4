"""A hotline order (12345), as a join of milestones.

Owns the state and how an event joins it; derives nothing (see `order_reading`). Invariant:
each field is the smallest or the largest of what was seen.
"""

from msgspec import Struct

from schemas import hotline
from streams.core.acts import ACT_JOINS, Acted
from streams.core.marks import Act, Joins, Mark, first_act


class Received(Struct, frozen=True, array_like=True, order=True, gc=False):
    """What only `hotline.received` tells; the earliest one counts."""

    at: int
    event: str
    section: str
    topic: str
    complexity: str


class Order(Struct, array_like=True, tag="o", gc=False):
    """One order of the hotline."""

    key: str
    seen: Mark  #: the earliest event of any kind, and its *section*
    received: Received | None = None
    contacted: Act | None = None
    closed: tuple[int, str, str, bool] | None = None  #: the last one: by whom, resolved
    acts: tuple[Acted, ...] = ()
    expired_at: int | None = None  #: never: an order takes its days


def _received(order: Order, event: hotline.HotlineReceived, at: int) -> None:
    data = event.data
    received = Received(at, event.id, data.section, data.topic, data.complexity)
    if order.received is None or received < order.received:
        order.received = received


def _contacted(order: Order, event: hotline.HotlineContacted, at: int) -> None:
    act = (at, event.id, "", event.data.clerk or "")
    order.contacted = first_act(order.contacted, act)


def _closed(order: Order, event: hotline.HotlineClosed, at: int) -> None:
    closed = (at, event.id, event.data.clerk or "", event.data.resolved)
    if order.closed is None or closed > order.closed:
        order.closed = closed


JOINS: Joins = {
    hotline.HotlineReceived: _received,
    hotline.HotlineContacted: _contacted,
    hotline.HotlineClosed: _closed,
    **ACT_JOINS,
}
