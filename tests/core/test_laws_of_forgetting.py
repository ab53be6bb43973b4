"""The laws of crowds: people of the same few minutes, over hours in which journeys are forgotten,
corrected and moved, and workers die (style 24). Totals stand through all of it."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from schemas.decode import Event
from schemas.outcomes import Status, Table, WindowRow
from streams.core.partition import Limits
from tests.core.hall import Hall, Key
from tests.core.journeys import law
from tests.core.story import clock_text, ms, visit
from tests.core.workers import AFTERWARDS, facts, settle_all

MINUTE, HOUR = 60_000, 3_600_000

#: Of a window's row, by the status they count.
COLUMNS = {status: status.value.replace("-", "_") for status in Status}
COLUMNS.pop(Status.WITHDRAWN)
TEN = ms("10:00")

#: An ended journey is forgotten an hour after its last event; or, in time, never.
BRIEF, PATIENT = Limits(horizon_ms=HOUR), Limits(horizon_ms=100 * HOUR)


class Told(Struct, frozen=True):
    """What is heard of one of the crowd, and of which minute around ten o'clock."""

    who: int
    what: str
    minute: int

    @property
    def event(self) -> Event:
        ticket, at = visit(f"A{self.who}"), clock_text(TEN + self.minute * MINUTE)
        match self.what:
            case "issued":
                (event,) = ticket.issued(at)
            case "checked in":
                (event,) = ticket.checked_in(at)
            case "called":
                (event,) = ticket.called(at)
            case _:
                (event,) = ticket.left(at)
        return event


class Round(Struct, frozen=True):
    after: int  #: ms since the round before
    told: list[Told]
    killed: bool  #: after it; another worker takes over


#: What is known of each of the crowd after the first round.
#: Often it is over, and often the ticket itself is still to be seen.
OVER, SEEN = ("issued", "left"), ("checked in",)
BEGINNINGS = (OVER, OVER, OVER, SEEN, SEEN, SEEN, (), ("issued",), ("issued", "called"))


@st.composite
def crowds(draw: st.DrawFn) -> list[Round]:
    begun = [
        Told(who, what, minute)
        for who in range(4)
        for minute in [draw(st.sampled_from((0, 0, 0, 1)))]
        for what in draw(st.sampled_from(BEGINNINGS))
    ]
    heard = st.builds(
        Told,
        st.integers(0, 3),
        st.sampled_from(("issued", "issued", "checked in", "called", "left")),
        st.integers(-1, 1),
    )
    later = st.builds(
        Round,
        st.sampled_from((MINUTE, HOUR, 2 * HOUR)),
        st.lists(heard, max_size=3),
        st.booleans(),
    )
    return [Round(0, begun, draw(st.booleans())), *draw(st.lists(later, min_size=2, max_size=6))]


def goes_on(hall: Hall, each: Round, now: int) -> None:
    """And somebody passes by: the log goes on whatever is heard of the crowd."""
    at = clock_text(now)
    hall.hear(visit(f"Z{now}").issued(at).left(at))
    hall.hear([told.event for told in each.told], ingest=now)
    settle_all(hall, now)


def live(crowd: list[Round], limits: Limits, kills: bool) -> Hall:
    hall, now = Hall(limits), TEN + 3 * MINUTE
    for each in crowd:
        now += each.after
        goes_on(hall, each, now)
        if kills and each.killed:
            hall.restart()
    settle_all(hall, AFTERWARDS)
    return hall


@given(crowds())
@law
def test_what_is_forgotten_is_forgotten_alike_by_every_worker(crowd: list[Round]) -> None:
    unbroken, broken = live(crowd, BRIEF, kills=False), live(crowd, BRIEF, kills=True)
    assert facts(broken) == facts(unbroken)
    assert broken.messages() == unbroken.messages()


@given(crowds())
@law
def test_totals_keep_whoever_was_counted(crowd: list[Round]) -> None:
    """Each verdict is in its minute's total, but for those that came to it an hour late."""
    hall = live(crowd, BRIEF, kills=True)
    now, heard = TEN + 3 * MINUTE, {}
    for each in crowd:
        now += each.after
        heard.update({f"A{told.who}": now for told in each.told} | {f"Z{now}": now})
    every: Counter[Key] = Counter()
    in_time: Counter[Key] = Counter()
    for row in hall.verdicts():
        if row.status is not Status.WITHDRAWN:
            key: Key = (row.promise, row.started_at - row.started_at % 60, COLUMNS[row.status])
            every[key] += 1
            in_time[key] += heard[row.journey] < row.started_at * 1_000 + HOUR
    totals: Counter[Key] = Counter()
    for window in hall.rows[Table.WINDOWS].values():
        assert isinstance(window, WindowRow)
        for column in COLUMNS.values():
            totals[(window.promise, window.minute_at, column)] += getattr(window, column)
    for key in every | totals:
        assert in_time[key] <= totals[key] <= every[key]


@given(crowds(), st.integers(0, 2))
@law
def test_who_was_due_when_a_worker_was_killed_is_counted_once(
    crowd: list[Round], crash: int
) -> None:
    """Closing time has passed over all of them; one is settled, and the worker dies."""
    evening = ms("19:00")
    hall, now = Hall(PATIENT), TEN + 3 * MINUTE
    for number, each in enumerate(crowd):
        now += each.after
        goes_on(hall, each, now)
        if number == crash:
            hall.settle(max(now, evening), most=1)
            hall.restart()
    settle_all(hall, AFTERWARDS)
    assert facts(hall) == facts(live(crowd, PATIENT, kills=False))
