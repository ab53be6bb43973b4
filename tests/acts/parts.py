"""A register over lists: what is known of alerts, and what the broker took.

Called by the tests of acts. Invariant: whatever is in `sent` would have been acknowledged.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from schemas.decode import Event, Rejected, decode
from schemas.outcomes import AlertRow, AlertState
from streams.acts.register import AlertsAwayError, Register
from streams.acts.sender import NotTakenError
from streams.core.rules import Person, Rulebook
from tests.core.hall import BOOK
from tests.sinks.samples import alert

KEY = b"k" * 32
NOW = 1_665_711_000.0  #: 2022-10-14 09:30

#: A robot in a group that both read.
GROUP = "group"
CHIEF = Person(
    code="chief-1", name_zh="户籍科科长", name_en="Chief, registration", channels=(GROUP,)
)
DEPUTY = Person(
    code="deputy-1", name_zh="副科长", name_en="Deputy chief", channels=(GROUP, "mail-deputy")
)
CLERK = Person(code="clerk-1", name_zh="导办台", name_en="Front desk")
STAFFED: Rulebook = msgspec.structs.replace(
    BOOK, people={one.code: one for one in (CHIEF, DEPUTY, CLERK)}
)

WAIT = "appointment-wait-complex/A0012-20221014/1"


def breach(**given: Any) -> AlertRow:
    return alert(alert=WAIT, partition=3, breached_at=NOW - 60, **given)


class ListedAlerts:
    """`rows` None: ClickHouse is away."""

    def __init__(self, *rows: AlertRow) -> None:
        self.rows: dict[str, AlertRow] | None = {row.alert: row for row in rows}

    async def find(self, alert: str) -> AlertRow | None:
        if self.rows is None:
            raise AlertsAwayError("away")
        return self.rows.get(alert)

    async def near(self, alert: str) -> Sequence[str]:
        return [known for known in self.rows or {} if alert in known]

    async def listed(self, only_open: bool, section: str) -> Sequence[AlertRow]:
        if self.rows is None:
            raise AlertsAwayError("away")
        rows = [row for row in self.rows.values() if row.section == section]
        return [row for row in rows if not only_open or row.state is not AlertState.CLOSED]


class ListSender:
    """Takes everything, until it is `away`."""

    def __init__(self) -> None:
        self.sent: list[tuple[int | None, Event]] = []  #: partition (None: all) and event
        self.away = False

    async def to_one(self, key: bytes, value: bytes, partition: int | None) -> None:
        self._take(key, value, partition)

    async def to_all(self, key: bytes, value: bytes) -> None:
        self._take(key, value, None)

    def _take(self, key: bytes, value: bytes, partition: int | None) -> None:
        if self.away:
            raise NotTakenError("no broker")
        event = decode(value, (), key)
        assert not isinstance(event, Rejected), event
        self.sent.append((partition, event))


class Desk:
    """A register with its parts at hand."""

    def __init__(self, *rows: AlertRow, book: Rulebook = STAFFED, key: bytes = KEY) -> None:
        self.alerts = ListedAlerts(*rows)
        self.sender = ListSender()
        self.now = NOW
        self.register = Register(book, self.alerts, self.sender, key, lambda: self.now)

    @property
    def events(self) -> list[Event]:
        return [event for _, event in self.sender.sent]
