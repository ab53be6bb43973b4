"""Silences people asked for: breaches of a section are recorded, and nobody is told.

Owns which are in force. Every partition is told of each (`schemas.act.AlertsSilenced`).
Invariant: whoever silences is named, and it ends by itself.
"""

from msgspec import Struct

from schemas.act import AlertsSilenced
from schemas.frame import milliseconds


class Silencing(Struct, frozen=True, array_like=True, gc=False):
    """From when to when (ms), of what, by whom and why."""

    since: int
    until: int
    section: str
    promise: str  #: "": of all
    by: str
    reason: str

    def covers(self, section: str, promise: str, now: int) -> bool:
        mine = self.section == section and self.promise in ("", promise)
        return mine and self.since <= now < self.until


def silencing(event: AlertsSilenced, at: int) -> Silencing:
    data = event.data
    until = milliseconds(data.until)
    return Silencing(at, until, data.section, data.promise or "", data.by, data.reason)


def silenced_until(known: dict[str, Silencing], section: str, promise: str, now: int) -> int:
    """When the last silence over it ends, ms; 0 when there is none."""
    ends = [one.until for one in known.values() if one.covers(section, promise, now)]
    return max(ends, default=0)


def drop_over(silences: dict[str, Silencing], log_time: int) -> None:
    """Forgets those that ended before `log_time`, ms."""
    for name in [name for name, one in silences.items() if one.until < log_time]:
        del silences[name]
