"""What people did about a journey's alerts: acknowledged, excused.

Owns the state and what it comes to for one alert. An act is an event like any other: it
joins the journey, so that whoever takes the partition over knows of it. Invariant: of each
alert the earliest acknowledgement and the earliest excuse count.
"""

from typing import Protocol

from msgspec import Struct

from schemas.act import ActEvent, AlertAcknowledged, AlertExcused
from streams.core.marks import Joins

#: How many acts are kept of one journey.
ACTS_KEPT = 100


class Acted(Struct, frozen=True, array_like=True, order=True, gc=False):
    """Who did what, and when (ms)."""

    at: int
    event: str
    alert: str
    by: str
    reason: str = ""  #: of an excuse; an acknowledgement has none


class Handled(Struct, frozen=True, gc=False):
    """What was done about one alert."""

    acknowledged: Acted | None = None
    excused: Acted | None = None


UNTOUCHED = Handled()


class Actable(Protocol):
    acts: tuple[Acted, ...]


def handled(acts: tuple[Acted, ...], alert: str) -> Handled:
    """`alert`: promise/journey/cycle. An excuse is an acknowledgement, too."""
    if not acts:
        return UNTOUCHED
    mine = [one for one in acts if one.alert == alert]
    if not mine:
        return UNTOUCHED
    return Handled(mine[0], next((one for one in mine if one.reason), None))


def _acted(journey: Actable, event: ActEvent, at: int) -> None:
    reason = event.data.reason if isinstance(event, AlertExcused) else ""
    act = Acted(at, event.id, event.data.alert, event.data.by, reason)
    if act not in journey.acts:
        journey.acts = tuple(sorted((*journey.acts, act)))[:ACTS_KEPT]


ACT_JOINS: Joins = {AlertAcknowledged: _acted, AlertExcused: _acted}
