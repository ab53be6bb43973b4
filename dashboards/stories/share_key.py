"""Alerts about a share of a day, told from those about one journey; and whose events they are.

Owns how the day is read out of the alert's journey (`section/2022-10-17`, with the promise
behind it or before it). Pure; called by `reading`, `outcome` and `explain`. Invariant: a journey
that holds no date in that place is never taken for a day's.
"""

from datetime import date

from msgspec import Struct

from schemas.deadletters import INTAKE_STOPPED
from schemas.outcomes import AlertRow
from schemas.queue import WAIT_FORECAST
from schemas.source import SOURCE_SILENT


class ShareKey(Struct, frozen=True):
    promise: str
    section: str
    day: date


def subjects_of(journey: str) -> list[str]:
    """Whose events they are: where a promise has several clocks in one journey its rows are
    called by the journey, `#` and which; and a journey's own name may hold a `#`."""
    head, mark, _ = journey.rpartition("#")
    return [journey, head] if mark and head else [journey]


def share_key(alert: AlertRow) -> ShareKey | None:
    """None: the alert is about one journey, a source, a partition or a queue."""
    if alert.promise in (SOURCE_SILENT, INTAKE_STOPPED, WAIT_FORECAST):
        return None
    # Its name holds slashes of its own, and so may a section's code.
    place = alert.journey.removeprefix(f"{alert.promise}/").removesuffix(f"/{alert.promise}")
    section, slash, last = place.rpartition("/")
    if not slash:
        return None
    try:
        return ShareKey(alert.promise, section, date.fromisoformat(last))
    except ValueError:
        return None
