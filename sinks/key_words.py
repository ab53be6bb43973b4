"""The number of a ticket, chat, case or order as people say it, and what an alert's journey holds.

Owns how keys are shortened. Pure; called by the bodies. Invariant: what is left out is the day
the alert is of, or the beginning of a number too long to be read aloud; the link has it whole.
"""

import re
from datetime import date

from msgspec import Struct

#: Longer numbers are no tickets' any more: nobody reads them, and their ends tell them apart.
_LONGEST = 20
_END = 8

_PARTS = re.compile(r"[-_]")


class RatioKey(Struct, frozen=True):
    """A section's day under a ratio promise."""

    section: str
    day: date


def short_key(journey: str, day: date) -> str:
    """221014-S03-0127 of that day is S03-0127."""
    key = journey.partition("#")[0]
    dated = (f"{day:%Y%m%d}", f"{day:%y%m%d}")
    parts = _PARTS.split(key)
    if len(parts) > 1:
        if parts[0] in dated:
            key = key[len(parts[0]) + 1 :]
        elif parts[-1] in dated:
            key = key[: -len(parts[-1]) - 1]
    return key if len(key) <= _LONGEST else f"…{key[-_END:]}"


def nth_of(journey: str) -> str:
    """Which of several clocks of one journey: the material, the absence."""
    return journey.partition("#")[2]


def ratio_key(journey: str) -> RatioKey | None:
    """section/day/promise; None where it is none."""
    parts = journey.rsplit("/", 2)
    if len(parts) != 3:
        return None
    try:
        return RatioKey(parts[0], date.fromisoformat(parts[1]))
    except ValueError:
        return None
