"""A section's day under a ratio promise: every partition's share of it, as a journey.

Owns the state, how a share joins it, and the clock it comes to. Unlike other journeys' its
alert looks at what was known when: a day that fell below stays told until it is over, even
if it recovers. Invariant: of each partition's shares the one with the highest version counts.
"""

from datetime import date

from msgspec import Struct

from schemas.outcomes import End
from schemas.total import TotalCounted
from streams.core.acts import ACT_JOINS, Acted
from streams.core.lookups import Lookups
from streams.core.marks import Joins, Mark
from streams.core.measure import Clock, Reading, Stop, place_of
from streams.core.ratio import Ratio
from streams.core.rules import Promise, Rulebook


class Total(Struct, array_like=True, tag="t", gc=False):
    """`shares`: by partition; version, kept, missed."""

    key: str
    seen: Mark
    promise: str
    day: str
    shares: dict[int, tuple[int, int, int]] = {}
    acts: tuple[Acted, ...] = ()
    expired_at: int | None = None


def open_total(event: TotalCounted, at: int) -> Total:
    return Total(event.subject, (at, event.data.section), event.data.promise, event.data.day, {})


def _counted(total: Total, event: TotalCounted, at: int) -> None:
    data = event.data
    share = (data.version, data.kept, data.missed)
    if share > total.shares.get(data.partition, (-1, 0, 0)):
        total.shares[data.partition] = share


def read_total(total: Total, book: Rulebook) -> Reading:
    end, ended = end_of_total(total)
    return Reading(place_of(total.seen[1], "", "", ""), end, ended)


def end_of_total(total: Total) -> tuple[End, Mark | None]:
    if total.expired_at is not None:
        return End.CLOSED, (total.expired_at, "")
    return End.OPEN, None


def over_at(total: Total, book: Rulebook) -> tuple[int, int]:
    """When the day closes, and from when on all of it has been judged (ms)."""
    calendar = book.section(total.seen[1]).calendar
    closing = calendar.closing(calendar.midnight(date.fromisoformat(total.day)))
    rules = book.promises.get(Promise(total.promise))
    rule = rules.in_force(closing) if rules else None
    later = (rule.limit_ms or 0) if rule else 0
    return closing, closing + book.leaving.expiry_grace_ms + later


def clocks_of_total(
    total: Total, reading: Reading, book: Rulebook, lookups: Lookups
) -> list[Clock]:
    promise = Promise(total.promise)
    rules = book.promises.get(promise)
    calendar = book.section(total.seen[1]).calendar
    start = calendar.midnight(date.fromisoformat(total.day))
    rule = rules.in_force(start) if rules else None
    if rule is None or rule.target is None:
        return []
    kept = sum(share[1] for share in total.shares.values())
    missed = sum(share[2] for share in total.shares.values())
    ratio = Ratio(kept, kept + missed, rule.target, rule.minimum)
    stop = Stop(reading.ended[0], "", None) if reading.ended else None
    return [Clock(promise, (start, ""), stop, ratio=ratio)]


JOINS: Joins = {TotalCounted: _counted, **ACT_JOINS}
