"""A visit in the hall, and the counter it comes to: what is remembered of them.

State only; `floor` moves them, `attend` says what happens at the counter.
"""

from random import Random

from msgspec import Struct

from schemas.ticket import Channel, Complexity
from streams.simulator.hall import Service
from streams.simulator.voice import Voice


class Counter(Struct):
    """A counter with its clerk and terminal; serves one visit at a time."""

    code: str
    terminal: str
    clerk: str
    shift: int | None  #: lunch shift; None: somebody always stands in
    busy: bool = False
    free_since: int = 0
    out_until: int = 0  #: its terminal is broken


class Visit(Struct):
    """One ticket. `due` is when its wait begins to count: later of check-in, appointment."""

    voice: Voice
    random: Random
    section: str
    service: Service
    complexity: Complexity
    channel: Channel
    joined: int
    due: int
    waiting: bool = False
    came_back: bool = False  #: was held or transferred: does not queue again at the end
    filed_before: bool = False  #: identity was checked before it was held
    fetched: bool = False  #: has fetched something once already


#: An appointment is called before walk-ins who checked in less than this before its time.
_HEAD_START = 6 * 60_000


def urgency(visit: Visit) -> tuple[int, int]:
    """Smaller is called first: who came back, then by waiting, appointments preferred."""
    if visit.came_back:
        return 0, visit.joined
    if visit.channel is Channel.APPOINTMENT:
        return 1, visit.due
    return 1, visit.due + _HEAD_START
