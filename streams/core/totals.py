"""A partition's share of each section's day, for the ratio promises.

Owns the counts and which of them changed. A day is the local one of the section's calendar
on which the clocks started. Called by `partition`. Invariant: a share is what the windows of
that day hold of the promise; it is saved whole, since windows are forgotten before it is.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from schemas.outcomes import Status
from streams.core.rules import KINDS, PromiseKind, Rulebook
from streams.core.windows import Contribution

#: Statuses that are judged, and whether they are kept. The others are no part of the ratio.
_COUNTS: dict[Status, bool] = {
    Status.KEPT: True,
    Status.PROVISIONAL: True,
    Status.LATE: False,
    Status.MISSED: False,
    Status.WAITING_LATE: False,
    Status.LEFT_LATE: False,
}

_RATIOS = frozenset(promise for promise, kind in KINDS.items() if kind is PromiseKind.RATIO)

#: How long a day's share is kept: past every look-back.
_KEPT = timedelta(days=120)


class Day(Struct, frozen=True, array_like=True, order=True, gc=False):
    """Which share it is."""

    promise: str
    section: str
    day: str  #: 2022-10-17


class Share(Struct, array_like=True, gc=False):
    kept: int = 0
    missed: int = 0


class Totals:
    """Of one partition."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self._shares: dict[Day, Share] = {}
        self._changed: dict[Day, None] = {}

    def move(self, before: Contribution | None, after: Contribution | None) -> None:
        """A clock is counted as `after` instead of as `before`."""
        if before is not None and before.key.promise in _RATIOS:
            self._add(before, -1)
        if after is not None and after.key.promise in _RATIOS:
            self._add(after, 1)

    def changed(self) -> Iterator[tuple[Day, Share]]:
        """Each share that changed since it was asked last."""
        for day in self._changed:
            yield day, self._shares[day]
        self._changed = {}

    def retire(self, now: int) -> Iterator[Day]:
        """Forgets the shares of days long over; `now` in ms."""
        oldest = (datetime.fromtimestamp(now / 1000, UTC).date() - _KEPT).isoformat()
        for day in [one for one in self._shares if one.day < oldest]:
            del self._shares[day]
            self._changed.pop(day, None)
            yield day

    def restore(self, shares: dict[Day, Share]) -> None:
        """What was saved. All of it is said anew: the last of it may never have been."""
        self._shares = shares
        self._changed = dict.fromkeys(shares)

    def _add(self, item: Contribution, sign: int) -> None:
        kept = _COUNTS.get(item.status)
        if kept is None or item.excused:
            return
        section = item.key.section
        local = self._book.section(section).calendar.day(item.key.minute)
        day = Day(item.key.promise, section, local.isoformat())
        share = self._shares.get(day)
        if share is None:
            share = self._shares[day] = Share()
        if kept:
            share.kept += sign
        else:
            share.missed += sign
        self._changed[day] = None
