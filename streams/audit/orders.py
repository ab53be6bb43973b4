"""整改单: what an order stands at, derived from its `rectification.*` events.

Owns the derivation; who may do what is `acts`, what is opened by itself `causes`. Pure;
called by the wiring and by both of them. Invariant: like a journey, an order is a join of
its latest acts: events in any order, any number of times, give the same order. The view
`orders_now` says the same in SQL (a test compares).

An order runs in rounds: opened or reopened, done, checked again. A `done` counts for the
round it came after, a check for the `done` it came after; what is earlier than its
beginning (a clock that ran behind) counts for nothing.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from msgspec import Struct

from schemas.rectification import (
    RecheckedData,
    RectificationAssigned,
    RectificationDone,
    RectificationEvent,
    RectificationOpened,
    RectificationRechecked,
    RectificationReopened,
)


class OrderState(StrEnum):
    OPEN = "open"
    ASSIGNED = "assigned"
    DONE = "done"  #: not checked yet
    MOVED = "moved"  #: checked: the figures fell
    UNMOVED = "unmoved"  #: checked: they did not
    REOPENED = "reopened"


class Order(Struct, frozen=True, kw_only=True):
    """One order, whole. Empty text and None: that has not happened (in this round)."""

    number: str
    section: str
    promise: str
    clause: str
    cause: str
    counter: str
    alerts: tuple[str, ...]
    opened_at: datetime
    opened_by: str
    opened_id: str  #: id of the event that opened it
    due: datetime
    state: OrderState
    assigned_to: str = ""
    assigned_at: datetime | None = None
    done_at: datetime | None = None
    done_by: str = ""
    measure: str = ""
    rechecked_at: datetime | None = None
    recheck: RecheckedData | None = None
    reopened: int = 0  #: how often
    reopened_at: datetime | None = None
    reopened_reason: str = ""
    events: int  #: different ones

    @property
    def pending(self) -> bool:
        """Somebody still has to do something: the cause gets no second order."""
        return self.state in _PENDING

    @property
    def began_at(self) -> datetime:
        """Of the round it is in."""
        return self.reopened_at or self.opened_at


_PENDING = frozenset({OrderState.OPEN, OrderState.ASSIGNED, OrderState.REOPENED})

_Event = TypeVar("_Event", bound=RectificationEvent)


def orders_of(events: Iterable[RectificationEvent]) -> dict[str, Order]:
    """Every order that was opened, by its number, in the order of the numbers."""
    of_number: dict[str, list[RectificationEvent]] = defaultdict(list)
    for event in events:
        of_number[event.subject].append(event)
    found = {number: fold(acts) for number, acts in sorted(of_number.items())}
    return {number: order for number, order in found.items() if order is not None}


def fold(events: Iterable[RectificationEvent]) -> Order | None:
    """One order from its events; None when it was never opened."""
    different: dict[tuple[str, str], RectificationEvent] = {}
    for one in sorted(events, key=_when):
        different.setdefault((one.source, one.id), one)
    acts = list(different.values())
    opened = next((one for one in acts if isinstance(one, RectificationOpened)), None)
    if opened is None:
        return None
    reopenings = [one for one in acts if isinstance(one, RectificationReopened)]
    reopened = _last(acts, RectificationReopened, opened)
    began = reopened or opened
    assigned = _last(acts, RectificationAssigned, opened)
    done = _last(acts, RectificationDone, began)
    checked = _last(acts, RectificationRechecked, done) if done else None
    return Order(
        number=opened.subject,
        section=opened.data.section,
        promise=opened.data.promise,
        clause=opened.data.clause,
        cause=opened.data.cause,
        counter=opened.data.counter or "",
        alerts=tuple(opened.data.alerts),
        opened_at=opened.time,
        opened_by=opened.data.by,
        opened_id=opened.id,
        due=began.data.due,
        state=_state(reopened, assigned, done, checked),
        assigned_to=assigned.data.to if assigned else "",
        assigned_at=assigned.time if assigned else None,
        done_at=done.time if done else None,
        done_by=done.data.by if done else "",
        measure=done.data.measure if done else "",
        rechecked_at=checked.time if checked else None,
        recheck=checked.data if checked else None,
        reopened=sum(_when(one) > _when(opened) for one in reopenings),
        reopened_at=reopened.time if reopened else None,
        reopened_reason=reopened.data.reason if reopened else "",
        events=len(acts),
    )


def _when(event: RectificationEvent) -> tuple[datetime, str, str]:
    """Total: of two acts at one moment every reader takes the same for the later."""
    return event.time, event.source, event.id


def _last(
    acts: list[RectificationEvent], kind: type[_Event], after: RectificationEvent
) -> _Event | None:
    """The last of `kind`, if it came after `after`."""
    last: _Event | None = None
    for act in acts:
        if isinstance(act, kind) and _when(act) > _when(after):
            last = act
    return last


def _state(
    reopened: RectificationReopened | None,
    assigned: RectificationAssigned | None,
    done: RectificationDone | None,
    checked: RectificationRechecked | None,
) -> OrderState:
    if checked is not None:
        return OrderState.MOVED if checked.data.moved else OrderState.UNMOVED
    if done is not None:
        return OrderState.DONE
    if reopened is not None:
        return OrderState.REOPENED
    return OrderState.OPEN if assigned is None else OrderState.ASSIGNED


def next_number(day: str, taken: Iterable[str]) -> str:
    """The lowest free `ZG-YYYYMMDD-NNN`; `day` as YYYYMMDD."""
    used = set(taken)
    number = 1
    while (name := f"ZG-{day}-{number:03}") in used:
        number += 1
    return name
