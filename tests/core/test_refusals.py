"""Events the core refuses: what they change (the position) and what not (anything else)."""

import pytest

from schemas.decode import Reason
from streams.core.partition import Limits
from tests.core.hall import ANY_ORDER, Hall
from tests.core.story import Story, chat, clock_advanced, ms, visit

#: Ten minutes ahead, 48 hours back.
TIMES = {
    "exactly ten minutes ahead of the broker's clock is taken": ("10:10", None),
    "a millisecond more is from the future": ("10:10:00.001", Reason.FROM_THE_FUTURE),
    "exactly 48 hours old is taken": ("2022-10-15 10:00", None),
    "a millisecond more is too late": ("2022-10-15 09:59:59.999", Reason.TOO_LATE),
}


@pytest.mark.parametrize(("at", "reason"), TIMES.values(), ids=TIMES)
def test_under_the_wall_clock(at: str, reason: Reason | None) -> None:
    hall = Hall()
    refused = hall.hear(visit().issued(at), ingest="10:00")
    assert [(one.reason, one.field) for one in refused] == ([(reason, "time")] if reason else [])
    assert hall.partition.journeys == (0 if reason else 1)
    assert hall.partition.position.next_offset == 1


@pytest.mark.parametrize(("at", "reason"), TIMES.values(), ids=TIMES)
def test_under_the_event_clock_no_time_is_wrong(at: str, reason: Reason | None) -> None:
    hall = Hall(ANY_ORDER)
    assert hall.hear(visit().issued(at), ingest="10:00") == []
    assert hall.partition.journeys == 1
    assert hall.partition.log_time == ms(at)


def test_the_limits_are_settings() -> None:
    hall = Hall(Limits(horizon_ms=3_600_000, future_ms=1_000))
    late, early = visit("A1").issued("08:59:59"), visit("A2").issued("10:00:02")
    assert [one.reason for one in hall.hear(late, early, ingest="10:00")] == [
        Reason.TOO_LATE,
        Reason.FROM_THE_FUTURE,
    ]


def test_a_known_journey_takes_events_however_late() -> None:
    hall = Hall()
    hall.hear(visit().called("2022-10-17 09:10"))
    assert hall.hear(visit().booked("09:05").checked_in("09:00"), ingest="2022-10-20 09:00") == []


def test_from_the_future_is_refused_of_a_known_journey_too() -> None:
    hall = Hall()
    hall.hear(visit().booked("09:10"))
    (refused,) = hall.hear(visit().checked_in("09:05"), ingest="08:40")
    assert refused.reason == Reason.FROM_THE_FUTURE
    hall.settle("08:41")
    assert hall.journey("A1").checked_in_at is None


KINDS = {
    "a chat's event for a ticket": (visit("X1").issued("09:00"), chat("X1").requested("09:00:30")),
    "a ticket's event for a chat": (chat("X1").requested("09:00"), visit("X1").issued("09:00:30")),
    "a terminal's event for a chat": (
        chat("X1").requested("09:00"),
        visit("X1").session_started("09:00:30"),
    ),
}


@pytest.mark.parametrize(("first", "second"), KINDS.values(), ids=KINDS)
def test_one_subject_is_one_kind_of_journey(first: Story, second: Story) -> None:
    hall = Hall()
    hall.hear(first)
    hall.settle("09:00")
    before = hall.journey("X1")
    (refused,) = hall.hear(second)
    assert (refused.reason, refused.field) == (Reason.OUT_OF_RANGE, "subject")
    hall.settle("09:00:30")
    assert hall.journey("X1") == before


def test_a_replay_s_clock_is_refused_under_the_wall_clock() -> None:
    hall = Hall()
    hall.hear(visit().issued("09:00"))
    (refused,) = hall.hear([clock_advanced("23:00")], ingest="09:00:01")
    assert (refused.reason, refused.field) == (Reason.UNKNOWN_TYPE, "type")
    assert hall.partition.log_time < ms("09:00:02")


def test_the_wall_clock_s_log_time_is_the_broker_s_time() -> None:
    hall = Hall()
    hall.hear(visit("A1").issued("09:00"), ingest="09:30")
    assert hall.partition.log_time == ms("09:30")
    hall.hear(visit("A2").issued("09:10"), ingest="09:20")  # brokers' clocks differ
    assert hall.partition.log_time == ms("09:30")


def test_a_skipped_record_moves_the_position_and_the_log_time() -> None:
    hall = Hall()
    hall.partition.skip(41, ms("09:00"))
    assert hall.partition.position.next_offset == 42
    assert hall.partition.log_time == ms("09:00")
    replayed = Hall(ANY_ORDER)
    replayed.partition.skip(41, ms("09:00"))
    assert replayed.partition.position.next_offset == 42
    assert replayed.partition.log_time == 0  # in event time, what is no event has no time
