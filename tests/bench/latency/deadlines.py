"""Ten thousand deadlines in one second, with a hundred thousand journeys open.

Owns the case: tickets that wait and nobody promised anything, and chats that all asked for a
human within one second, so that all their warnings, and then all their breaches, fall due
within one second. Invariant: lateness is from the moment a deadline passed to the moment a
consumer outside the worker had the alert.
"""

import asyncio
import time
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from msgspec import Struct

from schemas.topics import ALERTS, topic_name
from tests.bench.latency.hearing import Alerts, hearing, until
from tests.bench.latency.live import Line, chats, event, waiting
from tests.bench.latency.parts import producing, working
from tests.bench.latency.sending import send_at
from tests.bench.latency.spread import Spread, spread_of
from tests.bench.pinned import Cores
from tests.bench.place import Place
from tests.bench.recorded import WrongResultError

#: Of `online-first-response` (promises.toml), seconds.
WARNED_AFTER_S, BREACHED_AFTER_S = 40.0, 60.0

_WARNED, _BREACHED = "hall.alert.warned", "hall.alert.breached"

_FILL_PER_S = 4_000
_PAUSE_S = 5.0  #: in which the worker has the rest of it
_SETTLED_WITHIN_S = 300.0


class Case(Struct, frozen=True):
    open_journeys: int
    due: int  #: of them, within one second
    passing: float  #: events a second that go on meanwhile; 0: a hall in which nothing happens


class Lateness(Struct, frozen=True):
    warned: Spread
    breached: Spread


async def lateness(where: Place, case: Case, cores: Cores, folder: Path, dsn: str) -> Lateness:
    """Raises WrongResultError when a warning or a breach is missing, too early or came twice."""
    alerts = Alerts()
    asked = chats(case.due)
    async with (
        working(where, cores, folder, dsn),
        producing(where) as producer,
        hearing(where.bootstrap, topic_name(where.prefix, ALERTS), alerts.take),
    ):
        fill = list(waiting(case.open_journeys - case.due))
        await send_at(producer, where.events, fill, _FILL_PER_S, time.time())
        begin = time.time() + _PAUSE_S
        passing = int(case.passing * (BREACHED_AFTER_S + _PAUSE_S))
        sent, *_ = await asyncio.gather(
            send_at(producer, where.events, asked, case.due, begin),
            send_at(producer, where.events, [*islice(_tickets(), passing)], case.passing, begin),
        )
        await until(lambda: alerts.times.total() >= 2 * case.due, _SETTLED_WITHIN_S)
    names = [line.key.decode() for line in asked]
    alerts.must_be((said, name) for said in (_WARNED, _BREACHED) for name in names)
    warned, breached = (
        [alerts.at[said, name] - at - after for name, at in zip(names, sent.due, strict=True)]
        for said, after in ((_WARNED, WARNED_AFTER_S), (_BREACHED, BREACHED_AFTER_S))
    )
    if min(*warned, *breached) < 0:
        raise WrongResultError("an alert came before its time")
    return Lateness(spread_of(warned), spread_of(breached))


def _tickets() -> Iterator[Line]:
    for number in count():
        yield event("ticket.issued", f"passing-{number:07d}", {"section": "S23", "service": "any"})
