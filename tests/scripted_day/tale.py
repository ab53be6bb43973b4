"""A tale of the day: what happened, and what has to come of it, reckoned by hand.

Owns the shapes and how a time is written; the tales themselves are in the modules beside it.
Invariant: an expectation is written down, never computed by the product.
"""

from collections.abc import Iterable

from msgspec import Struct

from schemas.decode import Event
from schemas.frame import milliseconds
from tests.core.story import DAY, clock_text, ms


class Alert(Struct, frozen=True, kw_only=True, order=True):
    """An alert as ClickHouse has it when all is over. Times as `clock`; "": none."""

    alert: str
    section: str
    state: str = "closed"
    closed_as: str = ""
    breached: str = ""  #: of a ratio "told": when it was depends on when its shares met
    closed: str = ""
    over_ms: int = 0
    counter: str = ""
    clerk: str = ""
    cause: str = ""
    level: int = 0
    acknowledged_by: str = ""
    excused_by: str = ""
    excused_reason: str = ""
    silenced: bool = False
    suspected: bool = False
    historical: bool = False
    correction: bool = False
    kept: int = 0
    judged: int = 0

    @property
    def promise(self) -> str:
        return self.alert.partition("/")[0]


class Verdict(Struct, frozen=True, kw_only=True, order=True):
    promise: str
    journey: str
    status: str
    cause: str = ""
    excused: bool = False


class Arrival(Struct, frozen=True):
    """An event, and when the log has it (ms); as a rule when it happens."""

    at: int
    event: Event


class Tale(Struct, frozen=True, kw_only=True):
    """`said`: the messages of each alert, without warnings that a breach followed."""

    sentence: str
    promise: str
    arrivals: tuple[Arrival, ...]
    verdicts: tuple[Verdict, ...]
    alerts: tuple[Alert, ...]
    said: dict[str, tuple[str, ...]]


def tale(
    sentence: str,
    promise: str,
    *stories: Iterable[Event],
    verdicts: Iterable[Verdict],
    alerts: Iterable[tuple[Alert, str]] = (),
    late: Iterable[tuple[str, Iterable[Event]]] = (),
) -> Tale:
    """`alerts`: each with its messages, "breached closed"; `late`: what the log has only at
    that moment, whenever it happened."""
    told = [Arrival(milliseconds(event.time), event) for story in stories for event in story]
    told += [Arrival(ms(at), event) for at, story in late for event in story]
    found = list(alerts)
    return Tale(
        sentence=sentence,
        promise=promise,
        arrivals=tuple(told),
        verdicts=tuple(verdicts),
        alerts=tuple(alert for alert, _ in found),
        said={alert.alert: tuple(said.split()) for alert, said in found if said},
    )


def verdict(
    promise: str, journey: str, status: str, cause: str = "", excused: bool = False
) -> Verdict:
    return Verdict(promise=promise, journey=journey, status=status, cause=cause, excused=excused)


def clock(at: int | None) -> str:
    """`10:10:00.001` on the day, `2022-10-18 11:10:00` on another; "" of None. In ms."""
    if at is None:
        return ""
    day, _, time = clock_text(at).partition(" ")
    whole, _, parts = time.partition(".")
    shown = f"{whole}.{parts[:3]}" if int(parts) else whole
    return shown if day == DAY else f"{day} {shown}"
