"""Journeys leave memory once they can no longer be corrected; what they added stays."""

from schemas.decode import Reason
from schemas.outcomes import Status
from streams.core.partition import Limits
from tests.core.hall import Hall
from tests.core.story import VisitStory, ms, visit

WALK_IN = "walk-in-wait"

#: One hour after the last event of an ended journey came in.
BRIEF = Limits(horizon_ms=3_600_000)


def first_two() -> Hall:
    """Two visits of one minute; the first is over and long past correction."""
    hall = Hall(BRIEF)
    hall.hear(visit("A1").issued("09:00").called("09:05").served("09:10"))
    hall.settle("09:10")
    hall.hear(visit("A2").issued("09:00"), ingest="09:10")
    hall.settle("09:11")
    hall.hear(visit("B1").issued("10:10"))
    hall.settle("10:10")
    return hall


def test_an_ended_journey_is_forgotten_an_hour_after_its_last_event() -> None:
    hall = Hall(BRIEF)
    hall.hear(visit("A1").issued("09:00").called("09:05").served("09:10"))
    hall.settle("09:10")
    hall.hear(visit("B1").issued("10:09:59.999"))
    hall.settle("10:10")
    assert hall.partition.journey("A1") is not None
    hall.hear(visit("B2").issued("10:10"))
    hall.settle("10:10")
    assert hall.partition.journey("A1") is None


def test_an_open_journey_is_kept_however_old() -> None:
    hall = first_two()
    assert hall.partition.journey("A1") is None
    assert hall.partition.journey("A2") is not None


def test_a_late_event_keeps_an_ended_journey_a_while_longer() -> None:
    hall = Hall(BRIEF)
    hall.hear(visit("A1").issued("09:00").called("09:05").served("09:10"))
    hall.settle("09:10")
    hall.hear(visit("A1").session_started("09:06"), ingest="09:40")
    hall.settle("09:40")
    hall.hear(visit("B1").issued("10:39"))
    hall.settle("10:39")
    assert hall.partition.journey("A1") is not None
    hall.hear(visit("B2").issued("10:40"))
    hall.settle("10:40")
    assert hall.partition.journey("A1") is None


def test_the_totals_keep_what_a_forgotten_journey_added() -> None:
    hall = first_two()
    hall.hear(visit("A2").called("10:20"))
    hall.settle("10:20")
    (window,) = [row for row in hall.windows(WALK_IN) if row.started == 2]
    assert (window.measured, window.answered_max_ms) == (2, 80 * 60_000)
    assert window.answered_sum_ms == 85 * 60_000


def test_the_totals_keep_it_across_a_restart() -> None:
    hall = first_two()
    hall.restart()
    assert hall.partition.journey("A1") is None
    hall.hear(visit("A2").called("10:20"))
    hall.settle("10:20")
    (window,) = [row for row in hall.windows(WALK_IN) if row.started == 2]
    assert (window.measured, window.answered_sum_ms) == (2, 85 * 60_000)


def test_a_window_is_forgotten_with_its_last_journey_and_so_is_its_saved_state() -> None:
    hall = first_two()
    hall.hear(visit("A2").called("10:20").served("10:30"), visit("B1").left("10:31"))
    hall.settle("10:31")
    hall.hear(visit("Z1").issued("14:00"))
    hall.settle("14:00")
    assert (hall.partition.journeys, hall.partition.windows) == (1, 1)
    hall.restart()
    assert (hall.partition.journeys, hall.partition.windows) == (1, 1)


def test_a_window_that_corrections_emptied_is_forgotten() -> None:
    hall = Hall(BRIEF)
    hall.hear(visit("A1").issued("09:10").called("09:15"))
    hall.settle("09:15")
    hall.hear(visit("A1").issued("09:05"), ingest="09:15")
    hall.settle("09:15")
    assert hall.partition.windows == 1
    hall.hear(visit("A2").issued("09:10").called("09:20"), ingest="09:20")
    hall.settle("09:20")
    assert [row.started for row in hall.windows(WALK_IN)] == [1, 1]


def test_a_forgotten_journey_s_share_stands_when_the_others_move_away() -> None:
    hall = first_two()  # A1 is forgotten, A2 keeps the window in memory
    hall.hear(visit("A2").issued("08:50"), ingest="10:11")
    hall.settle("10:11")
    assert nine(hall) == (1, 5 * 60_000)
    hall.hear(visit("A3").called("10:11"), visit("A3").issued("09:00"), ingest="10:11")
    hall.settle("10:11")
    assert nine(hall) == (1, 5 * 60_000)


def test_a_forgotten_journey_is_not_begun_anew_by_an_old_event() -> None:
    hall = first_two()
    (refused,) = hall.hear(visit("A1").session_started("09:06"), ingest="10:10")
    assert refused.reason == Reason.TOO_LATE
    hall.settle("10:11")
    assert hall.journey("A1").end == "served"


def test_an_expired_journey_is_forgotten_too() -> None:
    hall = Hall(BRIEF)
    hall.hear(visit("A1").issued("16:00"))
    hall.settle("18:00")
    assert hall.verdict(WALK_IN, "A1").status == Status.EXPIRED
    hall.hear(visit("B1").issued("19:00"))
    hall.settle("19:00")
    assert hall.partition.journeys == 1


def moved_into_a_closed_minute() -> Hall:
    """Seen at nine, its ticket is known an hour and twenty minutes later: by then nine
    o'clock's only visit is past correction and forgotten."""
    hall = Hall(BRIEF)
    hall.hear(visit("A1").issued("09:00").called("09:05").served("09:10"))
    hall.settle("09:10")
    hall.hear(visit("A2").checked_in("09:00:30"), ingest="09:10")
    hall.settle("09:11")
    hall.hear(visit("B1").issued("10:10"))
    hall.settle("10:10")
    hall.hear(visit("A2").issued("10:20"))
    hall.settle("10:20")
    return hall


def nine(hall: Hall) -> tuple[int, int]:
    (window,) = [row for row in hall.windows(WALK_IN) if row.minute_at == ms("09:00") / 1000]
    return window.started, window.answered_sum_ms


def test_a_closed_total_stands_whatever_moves_into_its_minute() -> None:
    hall = moved_into_a_closed_minute()
    assert hall.verdict(WALK_IN, "A2").started_at == ms("09:00:30") / 1000
    hall.hear(visit("A2").called("10:30"))
    hall.settle("10:30")
    assert nine(hall) == (1, 5 * 60_000)


def test_it_stands_across_a_restart() -> None:
    hall = moved_into_a_closed_minute()
    hall.restart()
    hall.hear(visit("A2").called("10:30").served("10:40"))
    hall.settle("10:40")
    hall.hear(visit("Z1").issued("14:00"))
    hall.settle("14:00")
    assert nine(hall) == (1, 5 * 60_000)


def test_whoever_was_counted_in_an_old_minute_is_corrected_however_late() -> None:
    hall = Hall(BRIEF)
    hall.hear(visit("A1").issued("09:00").called("09:05").served("09:10"))
    hall.hear(visit("A2").issued("08:50"), visit("A3").issued("09:00"), ingest="09:10")
    hall.settle("09:11")
    for clock in ("11:00", "12:00"):
        hall.hear(visit(f"Z{clock}").issued(clock).left(clock))
        hall.settle(clock)
        hall.restart()
    hall.hear(visit("A2").called("12:10"), visit("A3").called("12:20"))
    hall.settle("12:20")
    assert nine(hall) == (2, (5 + 200) * 60_000)
    assert sum(row.started for row in hall.windows(WALK_IN)) == 5


def test_of_a_closed_minute_back_into_an_open_one_it_is_counted() -> None:
    """Its check-in turns out to be another ticket's: the one it has is of an appointment."""
    hall = moved_into_a_closed_minute()
    hall.restart()
    hall.hear(visit("A2").issued("10:15", "appointment", "10:30"), ingest="10:31")
    hall.settle("10:31")
    (window,) = hall.windows("appointment-wait-general")
    assert (window.started, window.minute_at) == (1, ms("10:30") / 1000)
    assert nine(hall) == (1, 5 * 60_000)


def test_whoever_moves_from_an_old_minute_into_a_closed_one_is_counted_in_neither() -> None:
    hall = moved_into_a_closed_minute()
    hall.hear(visit("A3").issued("09:30"), ingest="10:21")
    hall.settle("10:21")
    hall.hear(visit("Z1").issued("10:50").left("10:50"))
    hall.settle("10:50")
    hall.hear(visit("A3").checked_in("09:00"), ingest="10:51")
    hall.settle("10:51")
    assert hall.verdict(WALK_IN, "A3").started_at == ms("09:00") / 1000
    assert nine(hall) == (1, 5 * 60_000)
    assert ms("09:30") / 1000 not in {row.minute_at for row in hall.windows(WALK_IN)}


def at_eleven(ticket: str) -> VisitStory:
    """Booked shortly before the check-in."""
    drawn = {"A1": "08:49", "A2": "10:49"}[ticket]
    return visit(ticket).issued(drawn, "appointment", "11:00")


def test_a_minute_that_can_still_be_corrected_is_kept_without_its_journeys() -> None:
    """Checked in two hours before the appointment, and over at once; somebody else of the
    same minute comes later."""
    hall = Hall(BRIEF)
    hall.hear(at_eleven("A1").checked_in("08:50").cancelled("08:55"))
    hall.settle("08:55")
    hall.hear(visit("Z1").issued("10:00").left("10:00"))
    hall.settle("10:00")
    assert hall.partition.journey("A1") is None
    hall.restart()
    hall.hear(at_eleven("A2").checked_in("10:50"))
    hall.settle("10:50")
    (window,) = hall.windows("appointment-wait-general")
    assert (window.started, window.cancelled) == (2, 1)
    hall.hear(visit("A2").called("11:05").served("11:10"))
    hall.settle("11:10")
    hall.hear(visit("Z2").issued("12:30"))
    hall.settle("12:30")
    assert (hall.partition.journeys, hall.partition.windows) == (1, 1)


def test_nor_is_it_kept_longer_than_that() -> None:
    hall = Hall(BRIEF)
    hall.hear(at_eleven("A1").checked_in("08:50").cancelled("08:55"))
    hall.settle("08:55")
    hall.hear(visit("Z1").issued("10:00").left("10:00"))
    hall.settle("10:00")
    hall.restart()
    hall.hear(visit("Z2").issued("12:01"))
    hall.settle("12:01")
    assert hall.windows("appointment-wait-general")[0].cancelled == 1
    assert hall.partition.windows == 1
    hall.restart()
    assert hall.partition.windows == 1


def test_who_comes_exactly_at_the_horizon_is_counted_in_a_minute_others_were_forgotten_of() -> None:
    hall = Hall(BRIEF)
    hall.hear(visit("A1").issued("09:00").left("09:00"))
    hall.settle("09:00")
    hall.hear(visit("Z1").issued("10:00:10"))
    hall.settle("10:00:10")
    assert hall.partition.journey("A1") is None
    assert hall.hear(visit("A2").issued("09:00:20"), ingest="10:00:20") == []
    hall.settle("10:00:20")
    assert nine(hall) == (2, 0)


def test_an_expired_journey_that_turns_out_to_be_of_tomorrow_is_not_forgotten() -> None:
    """A replay: the broker has all of it in one moment."""
    hall = Hall(Limits(event_clock=True, horizon_ms=3_600_000))
    hall.hear(visit("A1").issued("16:00"), ingest="20:00")
    hall.settle("18:00")
    assert hall.journey("A1").end == "expired"
    of_tomorrow = visit("A1").issued("15:00", "appointment", "2022-10-18 10:00")
    hall.hear(of_tomorrow, ingest="20:00")
    hall.settle("18:01")
    hall.hear(visit("A2").issued("18:02"), ingest="21:30")
    hall.settle("18:02")
    assert hall.journey("A1").end == "open"
    assert hall.partition.journey("A1") is not None


def test_a_window_all_journeys_moved_out_of_is_forgotten_in_the_end() -> None:
    hall = first_two()  # A1 is forgotten, A2 keeps the window in memory
    assert hall.partition.windows == 2
    hall.hear(visit("A2").issued("08:50"), ingest="10:11")
    hall.settle("10:11")
    assert hall.partition.windows == 1
    hall.restart()
    assert hall.partition.windows == 1
