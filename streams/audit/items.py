"""What the cases of one item show together: 明进暗不进 and 体外循环 (四（三）1).

Owns the two signs of items; single cases are `traces`. Pure; called by `day`. Invariant: a
finding carries the counts it was made from.

no-counter-volume  a listed item (进驻事项) of which the counter took about nothing over
                   `days`, while the department took at least `least-cases` on several days.
                   Certain where the counter took none at all, else likely.
department-share   the department's share of what was taken on site, in the last `days`, lies
                   significantly and by at least `rise` above that of the `days-before`.
                   Certain from `z-certain` on, else likely.

Items that the catalogue leaves to their department show neither. The share is looked at of
items that are not listed, too: that it moves is the sign, not where it stands.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from msgspec import Struct

from schemas.audit import Confidence, ItemDay, Sign
from streams.audit.proportions import z_of_rise
from streams.audit.rules import AuditRules


class ItemFinding(Struct, frozen=True, kw_only=True):
    """One sign of one item, as of a day."""

    item: str
    sign: Sign
    confidence: Confidence
    counter: int
    department: int
    counter_before: int = 0
    department_before: int = 0
    z: float = 0.0


class _Taken(Struct):
    """Of one item, within a span."""

    counter: int = 0
    department: int = 0
    days: int = 0  #: on which the department took any

    @property
    def all(self) -> int:
        return self.counter + self.department


def days_needed(rules: AuditRules) -> int:
    """How many days up to the audited one the two signs look back."""
    return max(rules.volume.days, rules.share.days + rules.share.days_before)


def look_at_items(days: Sequence[ItemDay], day: date, rules: AuditRules) -> list[ItemFinding]:
    """Both signs as of the end of `day`, by item."""
    found = [*_without_volume(days, day, rules), *_risen(days, day, rules)]
    return sorted(found, key=lambda one: (one.item, one.sign))


def _without_volume(days: Sequence[ItemDay], day: date, rules: AuditRules) -> Iterable[ItemFinding]:
    volume = rules.volume
    for code, taken in _taken(days, day, volume.days).items():
        item = rules.items.get(code)
        if item is None or not item.at_counter:
            continue
        if taken.department < volume.least_cases or taken.days < volume.least_days:
            continue
        if taken.counter <= volume.counter_share * taken.all:
            yield ItemFinding(
                item=code,
                sign="no-counter-volume",
                confidence="likely" if taken.counter else "certain",
                counter=taken.counter,
                department=taken.department,
            )


def _risen(days: Sequence[ItemDay], day: date, rules: AuditRules) -> Iterable[ItemFinding]:
    share = rules.share
    before_it = _taken(days, day - timedelta(days=share.days), share.days_before)
    for code, taken in _taken(days, day, share.days).items():
        before = before_it.get(code, _Taken())
        if rules.outside(code) or min(taken.all, before.all) < share.least_cases:
            continue
        z = z_of_rise(before.department, before.all, taken.department, taken.all)
        rise = taken.department / taken.all - before.department / before.all
        if z >= share.z and rise >= share.rise:
            yield ItemFinding(
                item=code,
                sign="department-share",
                confidence="certain" if z >= share.z_certain else "likely",
                counter=taken.counter,
                department=taken.department,
                counter_before=before.counter,
                department_before=before.department,
                z=z,
            )


def _taken(days: Sequence[ItemDay], last: date, length: int) -> dict[str, _Taken]:
    """Of the `length` days up to `last`."""
    found: dict[str, _Taken] = defaultdict(_Taken)
    for one in days:
        if last - timedelta(days=length) < one.day <= last:
            taken = found[one.item]
            taken.counter += one.counter
            taken.department += one.department
            taken.days += one.department > 0
    return found
