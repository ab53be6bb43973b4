"""`total.counted`: what one partition counted of a section's day, for a ratio promise.

The cases of one section are spread over all partitions; whoever judges their ratio needs all
of them. So each partition says its own share, under a subject that leads every share of one
day to the same partition. Sent by workers to themselves; kept as no event of the hall's.
Invariant: a share is whole, never an increment: the one with the highest version counts.
"""

from typing import Annotated

from msgspec import Meta

from schemas.frame import Code, Data, Frame, Reference

Count = Annotated[int, Meta(ge=0)]


class CountedData(Data, frozen=True, kw_only=True):
    promise: Code
    day: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]  #: local day the clocks started on
    partition: Count
    version: Count
    kept: Count  #: provisional ones among them
    missed: Count


class TotalCounted(Frame, frozen=True, kw_only=True, tag="total.counted"):
    """`subject`: section, day and promise."""

    subject: Reference
    data: CountedData
