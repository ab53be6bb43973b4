"""What the events come to, worked out from the book of what was sent and from nothing else.

Semantics §1 and §3 once more, for the few kinds of journey the bench has, in the plainest
way there is. Called by the comparison. Invariant: none of the pipeline's code is used here.

Left to the half in event time (`tests.chaos.day`): leaving, no-shows, calendars, expiry, the
other columns, and in which partition what is decided.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable

from msgspec import Struct

from tests.chaos.plan import LIMIT_S, WARN_S
from tests.chaos.source import Sent

LIMIT, WARN = int(LIMIT_S * 1000), int(WARN_S * 1000)

CHAT, WAIT, WALK_IN, FILING = (
    "online-first-response",
    "appointment-wait-general",
    "walk-in-wait",
    "counter-filing",
)


class Clock(Struct, frozen=True):
    """One promise to one journey. Times in ms."""

    promise: str
    journey: str
    section: str
    start: int
    stop: int | None
    known: int | None  #: when the broker had the event that stopped it
    begun: int = 0  #: when it had the one that started it

    @property
    def promised(self) -> bool:
        return self.promise != WALK_IN

    @property
    def duration(self) -> int | None:
        return None if self.stop is None else self.stop - self.start

    @property
    def status(self) -> str:
        """At the end of the run, when every limit has passed."""
        if not self.promised:
            return "waiting" if self.stop is None else "measured"
        if self.duration is None:
            return "waiting-late"
        return "kept" if self.duration <= LIMIT else "late"

    @property
    def late(self) -> bool:
        return self.status in ("late", "waiting-late")

    def had_by(self, after: int) -> bool:
        """Whether the answer was in the log before the clock reached `after`."""
        return self.known is not None and self.known < self.start + after

    @property
    def breach_is_false(self) -> bool:
        """Nobody may ever be told of a breach."""
        return not self.promised or (not self.late and self.had_by(LIMIT))

    @property
    def warning_is_false(self) -> bool:
        within = self.duration is not None and self.duration <= WARN
        return not self.promised or (within and self.had_by(WARN))


class Truth(Struct):
    """All there is to be found. Journeys by subject, verdicts by promise and journey."""

    events: set[tuple[str, str]]
    journeys: dict[str, dict[str, object]]
    clocks: dict[tuple[str, str], Clock]
    windows: dict[tuple[str, int, str], Counter[str]]


def truth_of(sent: Iterable[Sent]) -> Truth:
    by_subject: dict[str, list[Sent]] = defaultdict(list)
    for one in sent:
        by_subject[one.plan.subject].append(one)
    truth = Truth({(s.plan.source, f"{s.plan.subject}-{s.index}") for s in sent}, {}, {}, {})
    for subject, told in by_subject.items():
        describe = _chat if subject.startswith("chat-") else _visit
        row, clocks = describe(subject, told)
        truth.journeys[subject] = row
        for clock in clocks:
            truth.clocks[clock.promise, subject] = clock
            _into_window(truth, clock)
    return truth


def _into_window(truth: Truth, clock: Clock) -> None:
    minute = clock.start // 60_000 * 60
    window = truth.windows.setdefault((clock.promise, minute, clock.section), Counter())
    window["started"] += 1
    window[clock.status.replace("-", "_")] += 1
    if clock.duration is not None:
        window["answered_sum_ms"] += clock.duration
        window["answered_max_ms"] = max(window["answered_max_ms"], clock.duration)


def _first(told: list[Sent], kind: str, **data: object) -> Sent | None:
    """The earliest of a kind; `data`: what its data must say, None: must not say."""
    found = [
        one
        for one in told
        if (step := one.plan.steps[one.index]).kind == kind
        and all(step.data.get(name) == value for name, value in data.items())
    ]
    return min(found, key=lambda one: one.at_ms, default=None)


def _clock(promise: str, told: list[Sent], start: Sent | None, stop: Sent | None) -> list[Clock]:
    if start is None:
        return []
    plan = told[0].plan
    return [
        Clock(
            promise,
            plan.subject,
            plan.section,
            start.at_ms,
            stop.at_ms if stop else None,
            stop.had_ms if stop else None,
            start.had_ms,
        )
    ]


def _chat(subject: str, told: list[Sent]) -> tuple[dict[str, object], list[Clock]]:
    request = _first(told, "assist.requested")
    reply = _first(told, "assist.message", automatic=None)
    assigned, closed = _first(told, "assist.assigned"), _first(told, "assist.closed")
    row: dict[str, object] = {
        "kind": "chat",
        "section": told[0].plan.section,
        "end": "closed" if closed else "open",
        "requested": _at(request),
        "assigned": _at(assigned),
        "replied": _at(reply),
        "closed": _at(closed),
        "first_response_ms": _between(request, reply),
    }
    return row, _clock(CHAT, told, request, reply)


def _visit(subject: str, told: list[Sent]) -> tuple[dict[str, object], list[Clock]]:
    issued, came = _first(told, "ticket.issued"), _first(told, "ticket.checked-in")
    called, served = _first(told, "ticket.called"), _first(told, "ticket.served")
    checked = _first(told, "terminal.identity-check-started")
    submitted = _first(told, "terminal.materials-submitted")
    booked = _first(told, "ticket.issued", channel="appointment")
    row: dict[str, object] = {
        "kind": "visit",
        "section": told[0].plan.section,
        "end": "served" if served else "open",
        "issued": _at(issued),
        "checked_in": _at(came),
        "called": _at(called),
        "served": _at(served),
        "promised_wait_ms": _between(came, called) if called else None,
        "filing_ms": _between(checked, submitted),
    }
    # The appointment is for the moment the ticket was issued: the check-in is later.
    clocks = _clock(WAIT if booked else WALK_IN, told, came, called)
    return row, clocks + _clock(FILING, told, checked, submitted)


def _at(one: Sent | None) -> int | None:
    return one.at_ms if one else None


def _between(start: Sent | None, stop: Sent | None) -> int | None:
    return stop.at_ms - start.at_ms if start and stop else None
