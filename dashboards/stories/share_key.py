"""Alerts about a share of a day, told from those about one journey.

Owns how the day is read out of the alert's journey (`section/2022-10-17`, or with the promise
before it). Pure; called by `reading` and `explain`. Invariant: a journey whose last part is no
date is never taken for a day's.
"""

from datetime import date

from msgspec import Struct

from schemas.deadletters import INTAKE_STOPPED
from schemas.outcomes import AlertRow
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
    """None: the alert is about one journey, a source or a partition."""
    if alert.promise in (SOURCE_SILENT, INTAKE_STOPPED):
        return None
    before, slash, last = alert.journey.rpartition("/")
    if not slash:
        return None
    try:
        day = date.fromisoformat(last)
    except ValueError:
        return None
    section = before.removeprefix(f"{alert.promise}/")
    return ShareKey(alert.promise, section or alert.section, day)
