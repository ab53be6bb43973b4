"""What is read off a journey: whose it is, how it ended, and which clocks ran.

Values only; each kind of journey has a module of its own that makes them (`visit_reading`
and the others, see `kinds`). Invariant: a clock is derived anew each time, so late events
correct it by themselves.
"""

from functools import lru_cache

from msgspec import Struct

from schemas.outcomes import End
from streams.core.marks import Act, Mark
from streams.core.ratio import Ratio
from streams.core.rules import Promise

#: Of what has no complexity of its own.
GENERAL = "general"


class Stop(Struct, frozen=True, gc=False):
    """What stopped a clock: `answered`, or the way the journey ended without it."""

    at: int
    event: str
    how: End | None  #: None: answered, the promise was met early or late
    counter: str = ""
    clerk: str = ""


class Clock(Struct, frozen=True, gc=False):
    """One promise's clock of one journey.

    Of a condition it has no limit: it is stopped where it starts, or never (semantics §1).
    """

    promise: Promise
    start: Mark
    stop: Stop | None
    estimated: bool = False
    nth: str = ""  #: which of several of this promise in one journey; "" where there is one
    cause: str = ""  #: what is known of why it was not kept
    counter: str = ""  #: whose it is as long as nothing stopped it
    clerk: str = ""
    slight: bool = False  #: kept, or running in time, it is not worth a row
    ratio: Ratio | None = None  #: of a section's day: what was counted of it


class Place(Struct, frozen=True, gc=False):
    """Whose journey it is: what its rows and windows are grouped by."""

    section: str
    service: str
    complexity: str
    channel: str


#: The one object for all journeys of a place: there are thousands of them, of a million journeys.
place_of = lru_cache(maxsize=16_384)(Place)


class Reading(Struct, frozen=True, gc=False):
    """A journey read once: what clocks and rows are made from."""

    place: Place
    end: End
    ended: Mark | None
    check_in: Mark | None = None  #: when the citizen was there
    call: Act | None = None  #: the first call, or the first sign of service
    call_estimated: bool = False  #: no call was seen
    reply: Act | None = None  #: of a chat: the first human reply to the request
