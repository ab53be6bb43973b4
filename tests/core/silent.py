"""A hall whose source can go silent: the rule, somebody who waits, and the silence.

Used by the tests of silent sources. Invariant: everything is of the one source that is
watched, unless a test says otherwise.
"""

from msgspec.structs import replace

from streams.core.rules import SourceRule
from tests.core.hall import BOOK, Hall
from tests.core.story import SOURCE, heartbeat, ms, visit

RULE = SourceRule(
    name="urn:te*", version="7", clause="四（二）1", section="counters", silent_ms=120_000
)
LISTED = replace(BOOK, sources=(RULE,))

SILENT = f"source-silent/{SOURCE}/1"
ALERT = "appointment-wait-general/A1/1"

#: Warned at 10:07, overdue after 10:10.
THERE = visit().booked("10:00").checked_in("09:55")


def hall(number: int = 0) -> Hall:
    return Hall(book=LISTED, number=number)


def silent_since(last: str, number: int = 0) -> Hall:
    """Somebody waits; the source was last heard at `last`, and it was seen that it is quiet."""
    told = hall(number)
    told.hear(THERE, [heartbeat(last)])
    told.settle(last)
    told.settle(ms(last) + RULE.silent_ms + 1)
    return told
