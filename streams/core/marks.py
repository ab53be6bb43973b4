"""Moments and acts, the stuff milestones are made of, and which of two counts.

Pure. Called by the journeys of every kind. Invariant: each choice is a smallest or a largest,
so that the order of coming and repetition change nothing.
"""

from collections.abc import Callable
from typing import Any

#: How each event type joins its journey: (journey, event, time in ms).
Joins = dict[type, Callable[[Any, Any, int], None]]

#: When (milliseconds since the epoch) and by which event id.
Mark = tuple[int, str]

#: A mark with where and by whom: counter and clerk, "" when not said.
Act = tuple[int, str, str, str]


def earliest(known: Mark | None, seen: Mark) -> Mark:
    return seen if known is None or seen < known else known


def latest(known: Mark | None, seen: Mark) -> Mark:
    return seen if known is None or seen > known else known


def first_act(known: Act | None, seen: Act) -> Act:
    return seen if known is None or seen < known else known


def last_act(known: Act | None, seen: Act) -> Act:
    return seen if known is None or seen > known else known


def kept_raw(journey: object, event: object, at: int) -> None:
    """Held, transferred, signed …: kept as a raw event, no milestone."""
