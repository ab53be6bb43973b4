"""The laws of silent sources, over days nobody thought of: a restart anywhere leaves no trace,
a silence is said once, and when all is over nothing is suspected any more (style 24)."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from schemas.decode import Event
from schemas.outcomes import AlertRow, JourneyRow, Table
from streams.core.silence import SETTLED_MS
from tests.core.alert_life import phases_said
from tests.core.hall import Hall, unversioned
from tests.core.journeys import law
from tests.core.silent import LISTED
from tests.core.story import clock_text, heartbeat, ms, visit

TEN = ms("10:00")
OPENING = ("hall.alert.warned", "hall.alert.breached")


class Step(Struct, frozen=True):
    """What comes in a while after the step before, and whether it happened earlier."""

    after: int  #: seconds
    told: str
    kept: int  #: seconds the source had kept it
    catching_up: bool
    restart: bool


steps = st.lists(
    st.builds(
        Step,
        st.sampled_from((1, 9, 10, 30, 60, 119, 120, 121, 300, 480)),
        st.sampled_from(("beat", "beat", "nothing", "nothing", "called", "came", "left", "other")),
        st.sampled_from((0, 0, 60, 400)),
        st.sampled_from((False, False, False, True)),
        st.booleans(),
    ),
    min_size=1,
    max_size=14,
)


def what_came(step: Step, number: int, now: int) -> list[Event]:
    at = clock_text(now - step.kept * 1_000)
    ticket = visit(f"A{number % 3}")
    match step.told:
        case "beat":
            return [heartbeat(clock_text(now))]
        case "came":
            return [*ticket.issued(at, "appointment", at), *ticket.checked_in(at)]
        case "called":
            return [*ticket.called(at)]
        case "left":
            return [*ticket.left(at)]
        case "other":
            return [*ticket.tell("ticket.held", at, source="urn:other")]
        case _:
            return []


def live(day: list[Step], restarts: bool, number: int = 0) -> Hall:
    """The steps, and then a quiet evening on which the source is there."""
    hall = Hall(book=LISTED, number=number)
    now = TEN
    hall.hear([heartbeat("10:00")])
    for ticket in range(3):
        hall.hear(visit(f"A{ticket}").booked("10:00").checked_in("09:55"))
    hall.settle(now)
    for count, step in enumerate(day):
        now += step.after * 1_000
        hall.hear(what_came(step, count, now), ingest=now)
        hall.settle(now, step.catching_up)
        if restarts and step.restart:
            hall.restart()
    for _ in range(30):
        now += 60_000
        hall.hear([heartbeat(clock_text(now))], ingest=now)
        hall.settle(now)
        if restarts:
            hall.restart()
    return hall


@given(steps)
@law
def test_a_restart_anywhere_leaves_no_trace(day: list[Step]) -> None:
    unbroken, broken = live(day, restarts=False), live(day, restarts=True)
    # In which order journeys are told of that fall due together nobody promises.
    assert phases_said(broken) == phases_said(unbroken)
    for table in (Table.ALERTS, Table.JOURNEYS, Table.VERDICTS):
        assert {key: unversioned(row) for key, row in broken.rows[table].items()} == {
            key: unversioned(row) for key, row in unbroken.rows[table].items()
        }


@given(steps)
@law
def test_when_the_source_is_there_nothing_is_suspected_and_all_that_was_opened_is_closed(
    day: list[Step],
) -> None:
    hall = live(day, restarts=False)
    said: dict[str, list[str]] = {}
    for message in hall.said:
        said.setdefault(message.subject, []).append(message.id.rpartition("/")[2])
    for row in hall.rows[Table.ALERTS].values():
        assert isinstance(row, AlertRow)
        assert not row.suspected
        phases = said.get(row.alert, [])
        if row.promise == "source-silent":
            assert row.state == "closed"
            assert phases == ([] if row.historical else ["breached", "closed"])
        elif row.historical:
            assert phases in ([], ["warned", "closed"])
        else:
            assert phases
        assert len(phases) == len(set(phases))
    for journey in hall.rows[Table.JOURNEYS].values():
        assert isinstance(journey, JourneyRow)
        assert not journey.suspected


@given(steps)
@law
def test_what_a_silent_source_s_journeys_come_to_is_what_they_come_to_in_any_partition(
    day: list[Step],
) -> None:
    """Partition 0 speaks of the source; of journeys all speak alike."""
    speaker, other = live(day, restarts=False), live(day, restarts=False, number=5)
    of_journeys = [one for one in speaker.messages() if not one.startswith("source-silent/")]
    assert other.messages() == of_journeys


@given(steps)
@law
def test_nobody_is_paged_until_a_silent_source_has_sent_what_it_had_kept(day: list[Step]) -> None:
    hall = live([step for step in day if step.told != "other"], restarts=False)
    silences = [
        (row.breached_at or 0, row.closed_at or 0)
        for row in hall.rows[Table.ALERTS].values()
        if isinstance(row, AlertRow) and row.promise == "source-silent" and not row.historical
    ]
    for message in hall.said:
        if message.data.promise != "source-silent" and message.type in OPENING:
            at = datetime.fromisoformat(message.time).timestamp()
            for began, back_at in silences:
                assert not began < at < back_at + SETTLED_MS / 1_000
