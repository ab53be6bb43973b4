"""Did the measure of a done order move anything? (整改复查)

Owns which orders are due for it, over which span, and what counts as moved. Pure; called by
the wiring, which asks for the counts in between, and for a person who wants to know now.
Invariant: before and after are spans of one length, next to the moment it was done.

Moved: of what was judged after it, significantly less was breached than before (one-sided
two-proportion test, `z`), with at least `least` judged on either side. As long as there are
fewer, the span grows day by day up to `most-days`; then the order is checked all the same,
and has not been shown to move anything.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from schemas.audit import Judged
from schemas.rectification import RecheckedData, RectificationRechecked
from streams.audit.orders import Order, OrderState
from streams.audit.proportions import z_of_rise
from streams.audit.rules import RecheckRules


class Span(Struct, frozen=True):
    """`days` before and after `done_at`, for the cause of `order`."""

    order: Order
    done_at: datetime
    days: int

    @property
    def begins(self) -> datetime:
        return self.done_at - timedelta(days=self.days)

    @property
    def ends(self) -> datetime:
        return self.done_at + timedelta(days=self.days)


def span_of(order: Order, now: datetime, rules: RecheckRules) -> Span | None:
    """All whole days since it was done, up to `most-days`; None: not done, or not a day ago."""
    if order.done_at is None:
        return None
    days = min((now - order.done_at) // timedelta(days=1), rules.most_days)
    return Span(order, order.done_at, days) if days >= 1 else None


def due_spans(orders: Mapping[str, Order], now: datetime, rules: RecheckRules) -> list[Span]:
    """Of the orders that are done, not checked yet, and done long enough ago."""
    spans = (
        span_of(order, now, rules) for order in orders.values() if order.state is OrderState.DONE
    )
    return [span for span in spans if span is not None and span.days >= rules.days]


def enough(span: Span, before: Judged, after: Judged, rules: RecheckRules) -> bool:
    """Whether the check is made now, or waits for more."""
    return min(before.judged, after.judged) >= rules.least or span.days >= rules.most_days


def rechecked(
    span: Span,
    before: Judged,
    after: Judged,
    now: datetime,
    rules: RecheckRules,
    by: str,
    source: str,
    id: str,
) -> RectificationRechecked:
    order = span.order
    moved = (
        min(before.judged, after.judged) >= rules.least
        and z_of_rise(after.breached, after.judged, before.breached, before.judged) >= rules.z
    )
    return RectificationRechecked(
        specversion="1.0",
        id=id,
        source=source,
        subject=order.number,
        time=now,
        data=RecheckedData(
            section=order.section,
            by=by,
            before=_share(before),
            after=_share(after),
            judged=after.judged,
            moved=moved,
        ),
    )


def _share(counted: Judged) -> float:
    return round(counted.breached / counted.judged, 4) if counted.judged else 0.0
