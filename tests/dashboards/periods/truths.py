"""A hundred days of a hall, by seed: what really happened, before anybody wrote rows about it.

Owns the truth that both the stored rows (`told`) and the expected figures (`oracle`) are made
from, each by itself. Invariant: the same seed gives the same days.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct

from schemas.outcomes import Status
from tests.dashboards.hall import ZONE

#: A Tuesday; the week, the month and the year have begun before it.
NOW = datetime(2026, 11, 24, 16, 30, tzinfo=ZONE)
DAYS = 130
SECTIONS = ("huji", "shebao", "yibao")
ITEMS = ("birth", "pension", "permit")

WAIT, REPLY, SOLVED = "appointment-wait-general", "online-first-response", "online-resolution-rate"
WALK_IN, RECORDED = "walk-in-wait", "session-recorded"
ONE_VISIT, INVITED = "one-visit", "rating-invited"
EXEMPT, AT_COUNTER = "exempt-materials", "counter-not-department"

BROKEN = (Status.LATE, Status.LEFT_LATE, Status.WAITING_LATE, Status.MISSED)


class Clock(Struct, frozen=True, kw_only=True):
    """One promise to one journey, as it was finally judged."""

    promise: str
    journey: str
    section: str
    service: str
    started: datetime
    status: Status
    took_ms: int | None = None
    off_hours: bool = False
    estimated: bool = False
    cause: str = ""
    excused: bool = False

    @property
    def broken(self) -> bool:
        return self.status in BROKEN


class Case(Struct, frozen=True, kw_only=True):
    """A case, or a visit that was rated."""

    journey: str
    section: str
    item: str
    channel: str
    accepted: datetime | None
    visits: int = 0
    supplements: int = 0
    receiver: str = ""
    approver: str = ""
    asked: datetime | None = None  #: to rate
    stars: int | None = None
    declined: bool = False


class Raised(Struct, frozen=True, kw_only=True):
    """An alert that was breached."""

    alert: str
    section: str
    promise: str
    breached: datetime
    acknowledged: datetime | None
    escalated: int
    excused: bool
    still_open: bool
    retracted: bool
    held: str  #: why nobody was told: historical, suspected, silenced; "": they were


class Truth(Struct, frozen=True):
    clocks: list[Clock]
    cases: list[Case]
    alerts: list[Raised]


def happened(seed: int = 7) -> Truth:
    chance = random.Random(seed)
    truth = Truth([], [], [])
    for number in range(DAYS):
        day = (NOW - timedelta(days=DAYS - 1 - number)).replace(hour=0, minute=0)
        for section in SECTIONS:
            # One section is small: its shares of a day are below the minimum.
            busy = 2 if section == "huji" else 7
            for clock in _clocks(chance, day, section, busy):
                truth.clocks.append(clock)
                if clock.broken and chance.random() < 0.6:
                    truth.alerts.append(_alert(chance, clock))
            for case, clocks in _cases(chance, day, section, busy):
                truth.cases.append(case)
                truth.clocks.extend(clocks)
    return truth


def _at(chance: random.Random, day: datetime) -> datetime:
    """Now and then at the very edge of a day."""
    if chance.random() < 0.03:
        return day + chance.choice((timedelta(0), timedelta(hours=24) - timedelta(milliseconds=1)))
    return day + timedelta(milliseconds=chance.randrange(8 * 3_600_000, 18 * 3_600_000))


def _clocks(chance: random.Random, day: datetime, section: str, busy: int) -> Iterator[Clock]:
    limits = {WAIT: 600_000, REPLY: 60_000, RECORDED: 600_000, WALK_IN: None}
    for promise, limit in limits.items():
        for number in range(chance.randrange(busy)):
            took = round(chance.lognormvariate(0, 0.8) * (limit or 600_000) * 0.6)
            late = limit is not None and took > limit
            status = Status.LATE if late else Status.KEPT
            if limit is None:
                status = Status.MEASURED
            elif promise == RECORDED and late:
                status = Status.MISSED
            match chance.randrange(20):
                case 0:
                    status = Status.LEFT_LATE if late else Status.LEFT_IN_TIME
                case 1:
                    status = chance.choice((Status.CANCELLED, Status.EXPIRED, Status.LEFT_MISTAKEN))
                case 2:
                    status = Status.WAITING_LATE if late else Status.WAITING
            answered = status in (Status.KEPT, Status.LATE, Status.MEASURED)
            yield Clock(
                promise=promise,
                journey=f"{promise}-{section}-{day:%m%d}-{number}",
                section=section,
                service=chance.choice(ITEMS),
                started=_at(chance, day),
                status=status,
                took_ms=took if answered else None,
                estimated=answered and took % 5 == 0,
                off_hours=promise == REPLY and chance.random() < 0.1,
                excused=status in BROKEN and chance.random() < 0.2,
            )
    for number in range(chance.randrange(busy * 8)):
        kept = chance.random() < 0.9
        yield Clock(
            promise=SOLVED,
            journey=f"chat-{section}-{day:%m%d}-{number}",
            section=section,
            service="general",
            started=_at(chance, day),
            status=Status.KEPT if kept else Status.MISSED,
            excused=not kept and chance.random() < 0.3,
        )


def _cases(
    chance: random.Random, day: datetime, section: str, busy: int
) -> Iterator[tuple[Case, list[Clock]]]:
    for number in range(chance.randrange(busy)):
        finished = _at(chance, day)
        visits = chance.choice((0, 1, 1, 1, 1, 1, 2, 3))
        invited = chance.random() < 0.8
        stars = chance.choice((1, 2, 4, 5, 5, 5)) if invited and chance.random() < 0.7 else None
        case = Case(
            journey=f"case-{section}-{day:%m%d}-{number}",
            section=section,
            item=chance.choice(ITEMS),
            channel=chance.choice(("counter", "counter", "department", "online", "")),
            accepted=finished - timedelta(days=chance.choice((0, 1, 20, 45)), minutes=5),
            visits=visits,
            supplements=chance.randrange(3),
            receiver=f"r{chance.randrange(4)}",
            approver=f"a{chance.randrange(4)}",
            asked=finished + timedelta(minutes=chance.randrange(3000)) if invited else None,
            stars=stars,
            declined=invited and stars is None and chance.random() < 0.5,
        )
        yield case, list(_clocks_of(chance, case, finished))
    if chance.random() < 0.5:
        asked = _at(chance, day)
        yield (
            Case(
                journey=f"visit-{section}-{day:%m%d}",
                section=section,
                item="general",
                channel="walk-in",
                accepted=None,
                asked=asked,
                stars=chance.choice((2, 3, 5)),
            ),
            [],
        )


def _clocks_of(chance: random.Random, case: Case, finished: datetime) -> Iterator[Clock]:
    settled = finished + timedelta(days=30) <= NOW
    once = Status.KEPT if settled else Status.PROVISIONAL

    def clock(promise: str, status: Status, cause: str = "", journey: str = "") -> Clock:
        return Clock(
            promise=promise,
            journey=journey or case.journey,
            section=case.section,
            service=case.item,
            started=finished,
            status=status,
            cause=cause,
            excused=status in BROKEN and chance.random() < 0.2,
        )

    why = chance.choice(("approver", "receiver", "returned", ""))
    again = case.visits > 1
    yield clock(ONE_VISIT, Status.MISSED if again else once, why if again else "")
    in_time = case.asked is not None and case.asked <= finished + timedelta(hours=24)
    if in_time:
        yield clock(INVITED, Status.KEPT)
    elif case.asked is not None:
        yield clock(INVITED, Status.LATE, chance.choice(("", "device-failed")))
    else:
        still = finished + timedelta(hours=24) > NOW
        cause = chance.choice(("", "device-failed"))
        yield clock(INVITED, Status.WAITING if still else Status.MISSED, cause)
    for material in ("id-card", "licence"):
        if chance.random() < 0.1:
            whose = chance.choice(("clerk", "clerk", "system"))
            yield clock(EXEMPT, Status.MISSED, whose, f"{case.journey}#{material}")
    if case.channel != "online" and chance.random() < 0.5:
        missing = chance.random() < 0.2
        cause = f"no-trace: {chance.choice(('certain', 'likely'))}" if missing else ""
        yield clock(AT_COUNTER, Status.MISSED if missing else Status.KEPT, cause)


def _alert(chance: random.Random, clock: Clock) -> Raised:
    breached = clock.started + timedelta(milliseconds=chance.randrange(60_000, 900_000))
    answered = chance.random() < 0.6
    delay = timedelta(milliseconds=chance.randrange(3_600_000))
    return Raised(
        alert=f"{clock.promise}/{clock.journey}/1",
        section=clock.section,
        promise=clock.promise,
        breached=breached,
        acknowledged=breached + delay if answered else None,
        escalated=chance.choice((0, 0, 1, 2)),
        excused=clock.excused,
        still_open=chance.random() < 0.1,
        retracted=chance.random() < 0.05,
        held=chance.choice(("", "", "", "historical", "suspected", "silenced")),
    )
