"""The laws of rest: a partition that keeps no journey at hand, beside one that keeps them all
(style 24). Whatever comes, both say the same, save the same, and are asked for at the same time."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from schemas.decode import Event, Rejected
from streams.core.partition import Limits, Outcomes
from streams.core.rules import Promise, Rule, Rulebook
from streams.core.tracked import Resting, Tracked
from tests.core.hall import Hall, key_of
from tests.core.journeys import ALL, Part, days, deliveries, law
from tests.core.office_story import lookup, silenced
from tests.core.queue_hall import FORECASTING
from tests.core.silent import RULE
from tests.core.story import clock_text, event, heartbeat, visit
from tests.core.workers import AFTERWARDS, arrival, settle_all

HOUR = 3_600_000

#: Replayed; forgotten while the log is read; and by the clock, with queues and silent sources.
LIMITS = (
    Limits(event_clock=True),
    Limits(event_clock=True, horizon_ms=HOUR),
    Limits(horizon_ms=100 * HOUR),
)

WATCHED = replace(FORECASTING, sources=(RULE,))
STRICT = Rule(version="stricter", since_ms=0, limit_ms=300_000, warn_ms=180_000)


class Beside(Hall):
    """The one that lays all to rest it can; `other` keeps them, and has to come to the same."""

    def __init__(self, limits: Limits, book: Rulebook = WATCHED, number: int = 3) -> None:
        super().__init__(replace(limits, at_hand=0), book, number)
        self.other = Hall(limits, book, number)

    def hear(self, *told: Iterable[Event], ingest: str | int | None = None) -> list[Rejected]:
        events = [one for each in told for one in each]
        refused = super().hear(events, ingest=ingest)
        assert refused == self.other.hear(events, ingest=ingest)
        return refused

    def settle(self, at: str | int, catching_up: bool = False, most: int = 2_000) -> Outcomes:
        outcomes = super().settle(at, catching_up, most)
        assert said(outcomes) == said(self.other.settle(at, catching_up, most))
        mine, other = self.partition, self.other.partition
        assert mine.position == other.position
        assert mine.next_due() == other.next_due()
        assert (mine.journeys, mine.windows) == (other.journeys, other.windows)
        return outcomes

    def restart(self, book: Rulebook | None = None) -> None:
        super().restart(book)
        self.other.restart(book)


def said(outcomes: Outcomes) -> dict[str, object]:
    """In which order what changed at once is told nobody promises."""
    saved = outcomes.saved
    return {
        "rows": {table: sorted(rows, key=key_of) for table, rows in outcomes.rows.items()},
        "messages": sorted(outcomes.messages, key=lambda message: message.id),
        "journeys": saved.journeys,
        "windows": {key: sorted(map(repr, items)) for key, items in saved.windows.items()},
        "totals": saved.totals,
        "lines": saved.lines,
        "shares": sorted(outcomes.totals),
        "queues": outcomes.queues,
        "more": outcomes.more,
    }


class Beyond(Struct, frozen=True):
    """What else comes before a part is taken in."""

    told: str
    restart: str


beyond = st.builds(
    Beyond,
    st.sampled_from(("nothing", "down", "up", "silenced", "beat", "asked", "asked", "excused")),
    st.sampled_from(("", "", "same rules", "stricter rules")),
)


def what_comes(told: str, now: int) -> list[Event]:
    at = clock_text(now)
    match told:
        case "down" | "up":
            return [lookup(at, "e-licence", told == "up")]
        case "silenced":
            return [silenced(at, clock_text(now + HOUR // 4), "counters")]
        case "beat":
            return [heartbeat(at)]
        case "asked":
            return asked(now)
        case "excused":
            alert = {"alert": "appointment-wait-general/A0/1", "by": "chief", "reason": "演练"}
            return [event("alert.excused", at, "A0", f"excused {at}", section="counters", **alert)]
        case _:
            return []


def asked(now: int) -> list[Event]:
    """A visitor of now, and what the first ones were asked for a while ago."""
    at = clock_text(now)
    told = visit(f"A{now}").issued(at)
    for ticket in (f"A{now}", "A0", "A1"):
        story = visit(ticket).tell(
            "terminal.material-requested",
            clock_text(now - 600_000),
            terminal="T1",
            counter="W1",
            item="item-1",
            material="business-licence",
        )
        told = type(told)(told.subject, told.section, (*told.events, *story.events))
    return list(told)


def stricter() -> Rulebook:
    known = WATCHED.promises[Promise.APPOINTMENT_WAIT_GENERAL]
    longer = replace(known, rules=(STRICT,))
    return replace(WATCHED, promises={**WATCHED.promises, known.promise: longer})


@given(st.data(), st.sampled_from(LIMITS))
@law
def test_nobody_can_tell_what_was_at_rest(data: st.DataObject, limits: Limits) -> None:
    parts: list[Part] = data.draw(deliveries(data.draw(days(ALL))))
    hall = Beside(limits)
    for number, part in enumerate(parts):
        also = data.draw(beyond)
        hall.hear(what_comes(also.told, part.now), part.events, ingest=arrival(number))
        settle_all(hall, part.now, part.catching_up, part.most)
        if also.restart:
            hall.restart(stricter() if also.restart == "stricter rules" else None)
    settle_all(hall, AFTERWARDS)
    hall.hear(visit("Z1").issued(clock_text(AFTERWARDS)), ingest=AFTERWARDS + 101 * HOUR)
    settle_all(hall, AFTERWARDS + 101 * HOUR)


def test_what_nothing_happens_to_is_the_bytes_of_its_record() -> None:
    """And whoever takes over leaves it so; what happens to it brings it back."""
    hall = Beside(Limits())
    hall.hear(visit("A1").issued("10:00").checked_in("10:01"))
    hall.settle("10:02")
    assert kept(hall) == {"A1": Resting}
    saved = dict(hall.state_topic)[b"j:A1"]
    resting = hall.partition._journeys.get("A1")
    assert isinstance(resting, Resting)
    assert resting.record == saved
    hall.restart()
    resting = hall.partition._journeys.get("A1")
    assert isinstance(resting, Resting)
    assert resting.record == saved
    hall.hear(visit("A1").called("10:05"))
    assert kept(hall) == {"A1": Tracked}
    hall.settle("10:06")
    assert kept(hall) == {"A1": Resting}
    assert hall.verdict("walk-in-wait", "A1").duration_ms == 240_000


def test_those_something_happened_to_last_are_at_hand() -> None:
    hall = Hall(Limits(at_hand=2))
    for number in range(4):
        hall.hear(visit(f"A{number}").issued(f"10:0{number}"))
        hall.settle(f"10:0{number}")
    assert kept(hall) == {"A0": Resting, "A1": Resting, "A2": Tracked, "A3": Tracked}
    hall.hear(visit("A0").checked_in("10:05"), visit("A2").checked_in("10:05"))
    hall.settle("10:05")
    assert kept(hall) == {"A0": Tracked, "A1": Resting, "A2": Tracked, "A3": Resting}


def kept(hall: Hall) -> dict[str, type]:
    journeys = hall.partition._journeys
    return {f"A{n}": type(held) for n in range(4) if (held := journeys.get(f"A{n}"))}
