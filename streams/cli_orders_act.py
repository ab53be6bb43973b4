"""`hallwatch orders open`, `assign`, `done`, `reopen` and `recheck`: people's acts.

Wiring: what is refused, and what an act says, is `streams.audit.acts`'s. Called by
`streams.cli_orders`. Invariant: an act that is told as done is recorded.
"""

import sys
from collections.abc import Callable
from datetime import UTC, datetime

from schemas.rectification import RectificationEvent, RectificationOpened
from streams.audit import acts, order_text, recheck
from streams.audit.acts import Opening, Refused
from streams.audit.orders import Order
from streams.cli_orders_desk import Desk, moment_of, refuse
from streams.cli_saying import count_around, say
from streams.own_events import EventRefusedError
from streams.settings import SettingsError

#: Of people who take one number at one moment, each but the first takes the next.
_MOST_TRIES = 5


def open_order(desk: Desk) -> int:
    given = desk.arguments
    asked = Opening(
        by=given.by,
        promise=given.promise,
        section=given.section,
        counter=given.counter,
        problem=given.problem,
        due=moment_of(given.due, "--due", desk.rules),
        alerts=tuple(given.alert),
    )
    for _ in range(_MOST_TRIES):
        event = acts.open_order(asked, desk.orders(), desk.known, datetime.now(UTC))
        if isinstance(event, Refused):
            return refuse(desk, event)
        code = _send(desk, event)
        if code or acts.took(event, desk.orders()):
            return code
    raise SettingsError("others took each number first; try again")


def assign_order(desk: Desk) -> int:
    given = desk.arguments
    return _act(
        desk,
        lambda order: acts.assign(order, given.to, given.by, desk.moment(), desk.known, desk.now),
    )


def finish_order(desk: Desk) -> int:
    given = desk.arguments
    return _act(
        desk,
        lambda order: acts.finish(
            order, given.measure, given.by, desk.moment(), desk.known, desk.now
        ),
    )


def reopen_order(desk: Desk) -> int:
    given = desk.arguments
    due = moment_of(given.due, "--due", desk.rules)
    return _act(
        desk,
        lambda order: acts.reopen(order, given.reason, due, given.by, desk.known, desk.now),
    )


def recheck_order(desk: Desk) -> int:
    def check(order: Order) -> acts.Act:
        refused = acts.not_to_check(order, desk.arguments.by, desk.known)
        span = recheck.span_of(order, desk.now, desk.rules.recheck)
        if refused is not None or span is None:
            return refused or acts.TOO_SOON
        before, after = count_around(desk.client, span)
        id = acts.act_id("rechecked", order.number, desk.arguments.by, desk.now)
        return recheck.rechecked(
            span,
            before,
            after,
            desk.now,
            desk.rules.recheck,
            by=desk.arguments.by,
            source=acts.PEOPLE,
            id=id,
        )

    return _act(desk, check)


def _act(desk: Desk, make: Callable[[Order], acts.Act]) -> int:
    order = acts.find_order(desk.arguments.number, desk.orders())
    act = order if isinstance(order, Refused) else make(order)
    return refuse(desk, act) if isinstance(act, Refused) else _send(desk, act)


def _send(desk: Desk, event: RectificationEvent) -> int:
    try:
        recorded = say(desk.settings, desk.client, [event], desk.arguments.wait)
    except EventRefusedError as error:
        return refuse(desk, acts.not_the_contract_s(error.refused))
    chinese = desk.settings.language == "zh"
    if not recorded:
        print(
            "已发送，尚未入库：请确认 worker 在运行"
            if chinese
            else "sent, but not recorded in time: is a worker running?",
            file=sys.stderr,
        )
        return 1
    if not isinstance(event, RectificationOpened) or acts.took(event, desk.orders()):
        print(order_text.done_sentence(event, desk.names, desk.settings.language))
    return 0
