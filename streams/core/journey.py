"""Journeys: everything known about one visit, chat, case, hotline order or shift.

Owns which kind of journey an event belongs to; each kind is a module of its own. Invariant:
applying events in any order, any number of times, gives the same journey, because each
field is the smallest, the largest, or the k smallest of what was seen.
"""

from collections.abc import Callable
from sys import intern
from typing import TypeGuard, get_args

from schemas.act import ActEvent, AlertsSilenced
from schemas.case import CaseReconciled
from schemas.decode import Event, Told
from schemas.queue import QueueCounted
from schemas.rating import About, RatingEvent
from schemas.rectification import RectificationEvent
from schemas.survey import SurveyAnswered
from schemas.total import TotalCounted
from streams.core import case, chat, order, ratings, shift, total, visit
from streams.core.acts import ACT_JOINS
from streams.core.case import Case
from streams.core.chat import Chat
from streams.core.marks import Act, Joins, Mark
from streams.core.order import Order
from streams.core.shift import Shift
from streams.core.total import Total, open_total
from streams.core.visit import Visit

__all__ = [
    "OWN",
    "UNSEEN",
    "Act",
    "Journey",
    "JourneyEvent",
    "Mark",
    "belongs",
    "join",
    "open_journey",
]

Journey = Visit | Chat | Case | Order | Shift | Total

#: The time of the earliest event of a journey of which only ratings are known. It has no row:
#: a rating that comes weeks later must not take the place of what was known of the journey.
UNSEEN = 1 << 62

#: Events that may belong to a journey; of a device's or source's fault or heartbeat see `belongs`.
JourneyEvent = Told | ActEvent | TotalCounted

#: Made by hallwatch and by people with it, not by the hall's systems: they tell nothing of how
#: far those have got.
OWN: frozenset[type] = frozenset(
    (
        *get_args(ActEvent),
        *get_args(RectificationEvent),
        AlertsSilenced,
        CaseReconciled,
        TotalCounted,
        QueueCounted,
    )
)

_JOINS: dict[type, Joins] = {
    Visit: visit.JOINS,
    Chat: chat.JOINS,
    Case: case.JOINS,
    Order: order.JOINS,
    Shift: shift.JOINS,
    Total: total.JOINS,
}

_ABOUT: dict[About, Callable[[str, Mark], Journey]] = {
    About.VISIT: Visit,
    About.CHAT: Chat,
    About.CASE: Case,
}

#: Of event types that open a journey of one kind only.
_KINDS: dict[type, Callable[[str, Mark], Journey]] = {
    event: kind
    for kind, joins in _JOINS.items()
    for event in joins
    if event not in ACT_JOINS and event not in ratings.RATING_JOINS
}

_BELONG = frozenset(event for joins in _JOINS.values() for event in joins)


def belongs(event: Event) -> TypeGuard[JourneyEvent]:
    """Whether the event is part of a journey; the others are recorded only."""
    return type(event) in _BELONG


def open_journey(event: JourneyEvent, at: int) -> Journey | None:
    """An empty journey of the event's kind, which `join` then takes the event into; None for
    an act: nobody can do anything about an alert that was never raised."""
    if isinstance(event, TotalCounted):
        return open_total(event, at)
    kind = _KINDS.get(type(event))
    if kind is not None:
        return kind(event.subject, (at, intern(event.data.section)))
    if isinstance(event, RatingEvent | SurveyAnswered):
        return _ABOUT[event.data.about](event.subject, (UNSEEN, event.data.section))
    return None


def join(journey: Journey, event: JourneyEvent, at: int) -> bool:
    """Takes an event into its journey; `at` is its time in milliseconds.

    False when the event is of another kind than the journey (one subject used for a
    ticket and a chat): nothing was changed.
    """
    kind = type(event)
    take_in = _JOINS[type(journey)].get(kind)
    if take_in is None:
        return False
    take_in(journey, event, at)
    if at <= journey.seen[0] and kind in _KINDS:
        journey.seen = min(journey.seen, (at, intern(event.data.section)))
    return True
