"""`queue.counted`: what one partition knows of a section's queue; and the forecast made of it.

The tickets of one queue are spread over all partitions, and who will be late is told by all of
them together. So each partition says its own part, under a subject that leads all parts of one
queue to the same partition. Sent by workers to themselves; kept as no event of the hall's.
Moments are milliseconds before (or, with a minus, after) the event's `time`. Invariant: a part
is whole, never an increment: the one with the highest version counts.
"""

from enum import IntEnum
from typing import Annotated

from msgspec import Meta, Struct

from schemas.frame import Code, Data, Frame, Reference

#: Stands in an alert where others name a promise; section and service in place of a journey.
WAIT_FORECAST = "wait-forecast"

#: Of one partition's part of a queue; the earliest who wait, and the latest who went.
MOST_WAITING, MOST_GONE, MOST_COUNTERS = 400, 300, 100

Count = Annotated[int, Meta(ge=0)]

#: No ticket of a hall waits for ten days; what is further off is as far as that.
LONGEST_AGO = 864_000_000
Ago = Annotated[int, Meta(ge=-LONGEST_AGO, le=LONGEST_AGO)]


class How(IntEnum):
    """How somebody went out of the queue."""

    CALLED = 0
    LEFT = 1  #: by himself
    REMOVED = 2  #: cancelled, or closed by the day's end: tells nothing of pace or patience


class Waiting(Struct, frozen=True, array_like=True, order=True, gc=False):
    """Somebody nobody has called. Without a promise there is no deadline."""

    since: Ago
    deadline: Ago | None = None


class Gone(Struct, frozen=True, array_like=True, order=True, gc=False):
    """Somebody who was in the queue."""

    since: Ago
    until: Ago
    how: How


class Serving(Struct, frozen=True, array_like=True, gc=False):
    """A counter that called somebody of this queue: when last, and when that one was done."""

    counter: Code
    called: Ago
    freed: Ago | None = None


class QueueData(Data, frozen=True, kw_only=True):
    service: Code
    partition: Count
    version: Count
    whole: Ago  #: so far back nobody who went is missing below
    waiting: Annotated[list[Waiting], Meta(max_length=MOST_WAITING)]
    gone: Annotated[list[Gone], Meta(max_length=MOST_GONE)]
    counters: Annotated[list[Serving], Meta(max_length=MOST_COUNTERS)]
    more: Count = 0  #: who wait, and are too many to be listed
    suspected: bool = False  #: a source of somebody who waits is silent


class QueueCounted(Frame, frozen=True, kw_only=True, tag="queue.counted"):
    """`subject`: section and service."""

    subject: Reference
    data: QueueData


class ForecastRow(Struct, frozen=True, kw_only=True, gc=False):
    """What is to be expected of one queue (docs/forecast.md); identity `section` + `service`.

    Of now only: the row is replaced each time the forecast changes.
    """

    section: str
    service: str
    looked_at: float  #: seconds since the epoch
    known: str  #: known, or why there is no forecast: too-few-calls, source-silent, part-missing
    waiting: int
    promised: int | None  #: of them under a promise, and still in time; None: not known
    will_miss: int | None  #: of those, how many are expected to be late
    counters_open: int | None  #: that serve this queue
    counters_needed: int | None  #: so that no more are late than allowed; at least those open
    warned: bool  #: the duty desk has been warned, and it is not over
    rule_version: str
    partition: int
    version: int
