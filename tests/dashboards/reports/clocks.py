"""One promise to one journey, judged from the events' own words: the oracle's clocks.

Owns what semantics §3 says of stopping and being late. Called by the tales of each kind of
journey. Invariant: none of the pipeline's code is used here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct

from tests.dashboards.reports.office import Data, Said

BROKEN = frozenset({"late", "left-late", "waiting-late", "missed"})
JUDGED = BROKEN | {"kept", "provisional"}
ANSWERED = frozenset({"kept", "provisional", "late", "measured"})

_MISTAKEN_MS = 120_000


class Stop(Struct, frozen=True):
    """`how`: answered, or the way it ended without."""

    at: int
    how: str = "answered"


class Clock(Struct, frozen=True, kw_only=True):
    promise: str
    journey: str  #: with `#` and which of several behind it
    section: str
    service: str = ""
    counter: str = ""
    cause: str = ""
    start: int
    status: str
    duration: int | None = None
    over: int = 0
    off_hours: bool = False
    estimated: bool = False  #: its end is taken from something else
    limited: bool = True  #: by a span of time, not by working days

    @property
    def broken(self) -> bool:
        return self.status in BROKEN


class Tale:
    """All that was said of one journey, in order."""

    def __init__(self, subject: str, events: list[Said]) -> None:
        self.subject = subject
        self.events = events

    def all(self, *kinds: str) -> list[Said]:
        return [said for said in self.events if said.type in kinds]

    def first(self, *kinds: str) -> Said | None:
        return next(iter(self.all(*kinds)), None)

    def last(self, *kinds: str) -> Said | None:
        return next(iter(reversed(self.all(*kinds))), None)


def tales(told: Iterable[Said]) -> dict[str, Tale]:
    by_subject: dict[str, list[Said]] = defaultdict(list)
    for said in sorted(told):
        by_subject[said.subject].append(said)
    return {subject: Tale(subject, events) for subject, events in by_subject.items()}


def judged(
    start: int, stop: Stop | None, deadline: int | None, now: int, *, wait: bool = False
) -> str:
    """Exactly at the limit is kept. `wait`: in the queue, where one can have been mistaken."""
    if stop is None:
        return "waiting-late" if deadline is not None and now > deadline else "waiting"
    late = deadline is not None and stop.at > deadline
    match stop.how:
        case "answered":
            return "measured" if deadline is None else "late" if late else "kept"
        case "cancelled" | "expired":
            return stop.how
        case "left" if wait and not late and stop.at - start <= _MISTAKEN_MS:
            return "left-mistaken"
        case _:
            return "left-late" if late else "left-in-time"


def on_the_wall(
    promise: str,
    journey: str,
    start: int,
    stop: Stop | None,
    limit: int | None,
    now: int,
    **who: str,
) -> Clock:
    """A clock that runs whatever the hour."""
    deadline = None if limit is None else start + limit
    wait = promise.endswith("wait") or promise.startswith("appointment-wait")
    status = judged(start, stop, deadline, now, wait=wait)
    duration = None
    if stop is not None and status not in ("cancelled", "expired"):
        duration = max(0, stop.at - start)
    over = max(0, duration - limit) if duration is not None and limit is not None else 0
    return Clock(
        promise=promise,
        journey=journey,
        start=start,
        status=status,
        duration=duration,
        over=over,
        section=who["section"],
        service=who.get("service", ""),
        counter=who.get("counter", ""),
        cause=who.get("cause", ""),
    )


def text(data: Data, name: str) -> str:
    """ "" where nothing is said."""
    return str(data.get(name) or "")


#: Each material nobody need hand in, and the service it is looked up by.
CATALOGUE: Mapping[str, str] = {
    "id-card-copy": "e-licence",
    "business-licence": "e-licence",
    "household-register": "e-licence",
    "marriage-certificate": "e-licence",
    "property-certificate": "property-check",
    "social-insurance-record": "social-insurance-check",
}


class Lookups:
    """Which service was up when; the last change counts."""

    def __init__(self, told: Iterable[Said]) -> None:
        self._changes: dict[str, list[Said]] = defaultdict(list)
        for said in sorted(told):
            if said.type == "lookup.changed":
                self._changes[said.subject].append(said)

    def up(self, service: str, at: int) -> bool:
        known = True
        for said in self._changes[service]:
            if said.at <= at:
                known = bool(said.data["available"])
        return known


def exempt(tale: Tale, kind: str, section: str, service: str, lookups: Lookups) -> list[Clock]:
    """Of each material that need not be handed in the first request, whoever's fault it was."""
    found: dict[str, Clock] = {}
    for said in tale.all(kind):
        material = said.data["material"]
        if material in CATALOGUE and material not in found:
            up = lookups.up(CATALOGUE[material], said.at)
            found[material] = Clock(
                promise="exempt-materials",
                journey=f"{tale.subject}#{material}",
                section=section,
                service=service,
                counter=text(said.data, "counter"),
                cause="clerk" if up else "system",
                start=said.at,
                status="missed",
            )
    return list(found.values())
