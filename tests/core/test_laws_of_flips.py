"""The laws of verdicts that flip: one visit whose evidence comes in bit by bit and contradicts
what was said before, again and again, while workers die (style 24)."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from schemas.decode import Event
from schemas.outcomes import Row
from tests.core.alert_life import alerts, opened_once_and_closed_once, taken_back_once
from tests.core.hall import Hall, unversioned
from tests.core.journeys import law
from tests.core.story import clock_text, ms, visit
from tests.core.workers import AFTERWARDS, settle_all

TEN, MINUTE = ms("10:00"), 60_000


class Bit(Struct, frozen=True):
    """A bit of evidence: of which minute around ten, and how long after the last it came."""

    what: str
    minute: int
    after: int  #: minutes
    catching_up: bool
    killed: bool  #: the worker, once it has settled

    def event(self, number: int) -> Event:
        """The `number`-th bit; a later one tells of an earlier ticket, so that it counts."""
        ticket, at = visit("A1"), clock_text(TEN + self.minute * MINUTE)
        match self.what:
            case "appointment":
                drawn = clock_text(ms("08:30") - number * MINUTE)
                (event,) = ticket.issued(drawn, "appointment", at)
            case "called":
                (event,) = ticket.called(at)
            case "left":
                (event,) = ticket.left(at)
            case "session":
                (event,) = ticket.session_started(at)
            case _:
                (event,) = ticket.cancelled(at)
        return event


bits = st.lists(
    st.builds(
        Bit,
        st.sampled_from(
            ("appointment", "appointment", "appointment", "called", "left", "session", "cancelled")
        ),
        st.sampled_from((-40, -20, -9, 0, 5, 8, 11, 30)),
        st.sampled_from((0, 1, 3, 8, 11)),
        st.sampled_from((False, False, False, True)),
        st.booleans(),
    ),
    max_size=8,
)


#: When the worker first looks; at eight past ten it warns.
looks = st.sampled_from((TEN, TEN + 8 * MINUTE))


def live(evidence: list[Bit], looked: int, kills: bool) -> tuple[Hall, list[list[Row]]]:
    """What comes of it, and the alerts as they stood before each bit and at last."""
    hall, now = Hall(), looked
    seen: list[list[Row]] = []
    hall.hear(visit("A1").issued("08:40", "appointment", "10:00").checked_in("09:00"))
    settle_all(hall, now)
    for number, bit in enumerate(evidence):
        now += bit.after * MINUTE
        settle_all(hall, now, bit.catching_up)
        seen.append(list(map(unversioned, alerts(hall))))
        hall.hear([bit.event(number)], ingest=now)
        settle_all(hall, now, bit.catching_up)
        if kills and bit.killed:
            hall.restart()
    settle_all(hall, AFTERWARDS)
    seen.append(list(map(unversioned, alerts(hall))))
    return hall, seen


@given(bits, looks)
@law
def test_each_of_its_alerts_opens_once_and_closes_once(evidence: list[Bit], looked: int) -> None:
    hall, _ = live(evidence, looked, kills=True)
    opened_once_and_closed_once(hall)
    taken_back_once(hall)


@given(bits, looks)
@law
def test_whoever_takes_over_says_what_would_have_been_said(
    evidence: list[Bit], looked: int
) -> None:
    unbroken, as_it_stood = live(evidence, looked, kills=False)
    broken, as_it_stands = live(evidence, looked, kills=True)
    assert broken.messages() == unbroken.messages()
    assert as_it_stands == as_it_stood
