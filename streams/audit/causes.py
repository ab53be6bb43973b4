"""Orders that nobody asked for: opened by repeated breaches, opened again when they recur.

Owns when a cause (a promise at one counter, or in one section) has broken often enough.
Pure; called by the wiring after every look. Invariant: a cause has at most one pending
order, and what is decided of the same facts has the same numbers and ids.

A counter with `per-counter` breaches within `days` is a cause of its own. What no counter's
order covers counts for the section, from `per-section` on. While the section's order is
pending it covers its counters too: a chief with one order for all of them has no use for a
second. Breaches before a measure was done are what it was for, and count no more.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from msgspec import Struct

from schemas.audit import BreachFacts
from schemas.rectification import (
    OpenedData,
    RectificationEvent,
    RectificationOpened,
    RectificationReopened,
    ReopenedData,
)
from streams.audit.orders import Order, next_number
from streams.audit.rules import AuditRules
from streams.audit.source import NOBODY, SOURCE

#: As many as an order can name (`schemas.rectification`); the latest ones.
MOST_ALERTS = 200


class Cause(Struct, frozen=True, order=True):
    promise: str
    section: str
    counter: str = ""  #: "": the section's


def cause_of(order: Order) -> Cause:
    return Cause(order.promise, order.section, order.counter)


def due_at(day: date, days: int, rules: AuditRules) -> datetime:
    """The end of the day `days` after `day`, to the second: it shows as that day."""
    return datetime.combine(day + timedelta(days=days), time(23, 59, 59), rules.zone)


def decide(
    orders: Mapping[str, Order],
    breaches: Sequence[BreachFacts],
    day: date,
    now: datetime,
    rules: AuditRules,
) -> list[RectificationEvent]:
    """What `breaches`, those of the last `days` up to the end of `day`, open or open again."""
    look = _Look(orders, rules)
    grouped: dict[tuple[str, str], list[BreachFacts]] = defaultdict(list)
    for one in sorted(breaches, key=lambda one: (one.breached_at, one.alert)):
        grouped[one.promise, one.section].append(one)
    reached: list[tuple[Cause, list[BreachFacts]]] = []
    for (promise, section), found in sorted(grouped.items()):
        reached += look.reached(Cause(promise, section), found)
    numbers = set(orders)
    events: list[RectificationEvent] = []
    for cause, found in reached:
        order = look.reopenable(cause, now)
        if order is None:
            number = next_number(f"{day:%Y%m%d}", numbers)
            numbers.add(number)
            events.append(_opened(number, cause, found, now, rules))
        else:
            events.append(_reopened(order, found, now, rules))
    return events


class _Look:
    """The orders there are, the last of each cause."""

    def __init__(self, orders: Mapping[str, Order], rules: AuditRules) -> None:
        self._rules = rules.repeat
        self._last: dict[Cause, Order] = {}
        for order in sorted(orders.values(), key=lambda one: (one.pending, one.opened_at)):
            self._last[cause_of(order)] = order

    def reached(
        self, of_section: Cause, found: list[BreachFacts]
    ) -> list[tuple[Cause, list[BreachFacts]]]:
        """The causes of one promise in one section that broke often enough."""
        if self._pending(of_section):
            return []
        found = self._since_done(of_section, found)
        of_counter: dict[str, list[BreachFacts]] = defaultdict(list)
        for one in found:
            of_counter[one.counter].append(one)
        rest = of_counter.pop("", [])
        reached = []
        for counter, theirs in sorted(of_counter.items()):
            cause = Cause(of_section.promise, of_section.section, counter)
            if self._pending(cause):
                continue
            theirs = self._since_done(cause, theirs)
            if len(theirs) >= self._rules.per_counter:
                reached.append((cause, theirs))
            else:
                rest += theirs
        if len(rest) >= self._rules.per_section:
            reached.append((of_section, sorted(rest, key=lambda one: one.breached_at)))
        return reached

    def reopenable(self, cause: Cause, now: datetime) -> Order | None:
        order = self._last.get(cause)
        if order is None or order.done_at is None:
            return None
        recent = now - order.done_at <= timedelta(days=self._rules.recurrence_days)
        return order if recent else None

    def _pending(self, cause: Cause) -> bool:
        order = self._last.get(cause)
        return order is not None and order.pending

    def _since_done(self, cause: Cause, found: list[BreachFacts]) -> list[BreachFacts]:
        order = self._last.get(cause)
        done_at = order.done_at if order else None
        return [one for one in found if done_at is None or one.breached_at > done_at]


def _opened(
    number: str, cause: Cause, found: list[BreachFacts], now: datetime, rules: AuditRules
) -> RectificationOpened:
    return RectificationOpened(
        specversion="1.0",
        id="/".join(["opened", number, cause.promise, cause.section, cause.counter]),
        source=SOURCE,
        subject=number,
        time=now,
        data=OpenedData(
            section=cause.section,
            by=NOBODY,
            promise=cause.promise,
            clause=found[-1].clause,
            cause=f"{rules.repeat.days}日内违诺{len(found)}次",
            due=due_at(now.astimezone(rules.zone).date(), rules.repeat.due_days, rules),
            counter=cause.counter or None,
            alerts=[one.alert for one in found[-MOST_ALERTS:]],
        ),
    )


def _reopened(
    order: Order, found: list[BreachFacts], now: datetime, rules: AuditRules
) -> RectificationReopened:
    return RectificationReopened(
        specversion="1.0",
        id=f"reopened/{order.number}/{order.reopened + 1}",
        source=SOURCE,
        subject=order.number,
        time=now,
        data=ReopenedData(
            section=order.section,
            by=NOBODY,
            reason=f"整改后{rules.repeat.days}日内再次违诺{len(found)}次",
            due=due_at(now.astimezone(rules.zone).date(), rules.repeat.due_days, rules),
        ),
    )
