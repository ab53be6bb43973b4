"""The load: visits to a large hall, as events in the order in which they happened.

Owns making them from a seed, and knowing without hallwatch's help what they come to: each
event that stops a clock carries the answer with it. Called by the runs. Invariant: the
same seed and size give the same bytes and the same truth, also of any first part.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from random import Random

import msgspec
from msgspec import Struct

#: A Monday morning of UTC+8.
OPENING = datetime(2026, 3, 16, 8, 30, tzinfo=timezone(timedelta(hours=8)))

#: Events of one visit.
EVENTS_PER_VISIT = 8

_MINUTE = 60_000

#: Limit and warning in ms, and the clause that says so (semantics §1).
_LIMITS = {
    "appointment-wait-general": (10 * _MINUTE, 7 * _MINUTE),  # 四（二）1
    "appointment-wait-complex": (30 * _MINUTE, 24 * _MINUTE),  # 四（二）1
    "counter-filing": (20 * _MINUTE, 15 * _MINUTE),  # 四（二）1
    "walk-in-wait": (None, None),  # measured, not promised
}


class Size(Struct, frozen=True, kw_only=True):
    """How much of everything."""

    events: int = 400_000
    open_journeys: int = 3_000  #: at any moment, after the hall has filled
    sections: int = 24
    counters: int = 8  #: of each section
    appointments: float = 0.2  #: share of the visits


class Answer(Struct, frozen=True):
    """What one event settles."""

    promise: str
    status: str  #: kept, late or measured
    duration_ms: int
    warned: bool  #: kept, but after the warning


class Told(Struct, frozen=True):
    """One event as it is sent."""

    key: bytes
    line: bytes
    answer: Answer | None = None


#: What a part of the load comes to: "events", "journeys", "verdict <promise> <status>", the
#: sum of measured times as "ms <promise>", closed alerts as "alert <promise> <how>".
Truth = dict[str, int]


class Service(Struct, frozen=True):
    section: str
    code: str
    complexity: str


def make_load(seed: int, size: Size, opening: datetime = OPENING) -> list[Told]:
    """Whole visits only, so `size.events` is rounded down to them. Loads of openings on different
    days have no visit in common."""
    random = Random(seed)
    services = _services(random, size)
    visits = size.events // EVENTS_PER_VISIT
    plans = [_Visit(random, random.choice(services), size) for _ in range(visits)]
    # Little's law: as many are inside as arrive during the mean stay.
    gap = sum(plan.stay_ms for plan in plans) / max(1, visits) / size.open_journeys
    at = opening.timestamp() * 1000
    events: list[tuple[int, int, Told]] = []
    tickets: Counter[str] = Counter()
    for number, plan in enumerate(plans):
        at += random.expovariate(1 / gap)
        section = plan.service.section
        tickets[section] += 1
        subject = f"{opening:%y%m%d}-{section}-{tickets[section]:04d}"
        events += [(when, number, told) for when, told in plan.tell(subject, int(at))]
    events.sort(key=lambda event: event[:2])
    return [told for _, _, told in events]


def truth_of(load: Iterable[Told]) -> Truth:
    """Adds up what was settled."""
    truth: Counter[str] = Counter()
    journeys: set[bytes] = set()
    for told in load:
        truth["events"] += 1
        journeys.add(told.key)
        answer = told.answer
        if answer is None:
            continue
        truth[f"verdict {answer.promise} {answer.status}"] += 1
        truth[f"ms {answer.promise}"] += answer.duration_ms
        if answer.status == "late":
            truth[f"alert {answer.promise} met-late"] += 1
        elif answer.warned:
            truth[f"alert {answer.promise} met"] += 1
    truth["journeys"] = len(journeys)
    return dict(truth)


def mean_bytes(load: Sequence[Told]) -> float:
    return sum(len(told.line) for told in load) / max(1, len(load))


def _services(random: Random, size: Size) -> list[Service]:
    """Two to four services a section, some of them asked for more often."""
    services = []
    for number in range(1, size.sections + 1):
        section = f"S{number:02d}"
        for kind in range(random.randint(2, 4)):
            complexity = "complex" if random.random() < 0.3 else "general"
            service = Service(section, f"{section.lower()}-item-{kind + 1}", complexity)
            services += [service] * random.randint(1, 4)
    return services


class _Visit:
    """One citizen's way through the hall; times in ms after the ticket."""

    def __init__(self, random: Random, service: Service, size: Size) -> None:
        self.service = service
        self.counter = f"C{service.section[1:]}{random.randint(1, size.counters):02d}"
        self.clerk = f"c{service.section[1:]}{random.randint(1, 3 * size.counters):03d}"
        self.booked = random.random() < size.appointments
        self.materials = random.randint(1, 9)
        complex_matter = service.complexity == "complex"
        checked_in = random.randint(2_000, 40_000)
        # Booked for a time from 10 minutes after to 5 minutes before the check-in.
        self.booked_for = checked_in + random.randint(-5, 10) * _MINUTE
        self.wait_from = max(checked_in, self.booked_for) if self.booked else checked_in
        mean_wait = (15 if complex_matter else 5) if self.booked else 8
        self.wait_ms = _around(random, mean_wait * _MINUTE, 0.6)
        called = self.wait_from + self.wait_ms
        session = called + random.randint(15_000, 70_000)
        identity = session + random.randint(5_000, 30_000)
        self.filing_ms = _around(random, (13 if complex_matter else 10) * _MINUTE, 0.42)
        submitted = identity + self.filing_ms
        passed = identity + min(self.filing_ms - 1, random.randint(3_000, 20_000))
        served = submitted + random.randint(5_000, 90_000)
        self.times = (0, checked_in, called, session, identity, passed, submitted, served)
        self.stay_ms = served

    def tell(self, subject: str, at: int) -> Iterator[tuple[int, Told]]:
        """The visit's events with their times, the ticket issued at `at`."""
        service = self.service
        section = service.section
        counter = {"section": section, "counter": self.counter}
        clerk = {**counter, "clerk": self.clerk}
        terminal = {"section": section, "terminal": f"T{self.counter[1:]}", "counter": self.counter}
        filing = {"item": service.code, "materials": self.materials}
        told = (
            ("ticket.issued", self._ticket(at), None),
            ("ticket.checked-in", {"section": section}, None),
            ("ticket.called", clerk, _answer(self._wait_promise(), self.wait_ms)),
            ("terminal.session-started", {**terminal, "clerk": self.clerk}, None),
            ("terminal.identity-check-started", terminal, None),
            ("terminal.identity-check-passed", terminal, None),
            (
                "terminal.materials-submitted",
                {**terminal, **filing},
                _answer("counter-filing", self.filing_ms),
            ),
            ("ticket.served", clerk, None),
        )
        for (kind, data, answer), after in zip(told, self.times, strict=True):
            event = {
                "specversion": "1.0",
                "id": f"{subject}/{kind}/1",
                "source": f"/hall/{kind.partition('.')[0]}",
                "type": kind,
                "subject": subject,
                "time": _moment(at + after),
                "datacontenttype": "application/json",
                "data": data,
            }
            yield at + after, Told(subject.encode(), msgspec.json.encode(event), answer)

    def _wait_promise(self) -> str:
        return f"appointment-wait-{self.service.complexity}" if self.booked else "walk-in-wait"

    def _ticket(self, at: int) -> dict[str, str]:
        ticket = {
            "section": self.service.section,
            "service": self.service.code,
            "complexity": self.service.complexity,
            "channel": "appointment" if self.booked else "walk-in",
        }
        if self.booked:
            ticket["appointment"] = _moment(at + self.booked_for)
        return ticket


def _answer(promise: str, duration_ms: int) -> Answer:
    limit, warning = _LIMITS[promise]
    if limit is None or warning is None:
        return Answer(promise, "measured", duration_ms, False)
    if duration_ms > limit:
        return Answer(promise, "late", duration_ms, False)
    return Answer(promise, "kept", duration_ms, duration_ms > warning)


def _around(random: Random, mean: float, spread: float) -> int:
    """Log-normal: most are quick, a few take long."""
    return max(1_000, int(mean * random.lognormvariate(-spread * spread / 2, spread)))


def _moment(at_ms: int) -> str:
    """RFC 3339 in local time, to the millisecond."""
    when = datetime.fromtimestamp(at_ms // 1000, OPENING.tzinfo)
    return f"{when:%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}+08:00"
