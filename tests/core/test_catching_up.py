"""Catching up (semantics §3, Lag): what is found in the backlog is recorded and pages nobody,
unless somebody is still waiting when the log is read to its end."""

from schemas.outcomes import Table
from tests.core.hall import Hall
from tests.core.story import chat, ms, visit

ALERT = "appointment-wait-general/A1/1"
CHAT_ALERT = "online-first-response/C1/1"

THERE = visit().booked("10:00").checked_in("09:55")


def test_what_is_found_while_catching_up_is_history_and_pages_nobody() -> None:
    hall = Hall()
    hall.hear(THERE.called("10:12").served("10:20"))
    hall.settle("10:20", catching_up=True)
    hall.settle("11:00")
    assert hall.messages() == []
    assert hall.alert(ALERT).historical
    assert hall.alert(ALERT).closed_as == "met-late"


def test_a_breach_still_open_when_caught_up_is_paged_then() -> None:
    hall = Hall()
    hall.hear(THERE)
    hall.settle("10:11", catching_up=True)
    assert hall.messages() == []
    assert hall.alert(ALERT).historical
    hall.settle("10:12")
    assert hall.messages(ALERT) == ["breached"]
    assert not hall.alert(ALERT).historical
    hall.hear(visit().called("10:13"))
    hall.settle("10:13")
    assert hall.messages(ALERT) == ["breached", "closed"]


def test_a_warning_from_catching_up_that_became_a_breach_is_paged_as_a_breach() -> None:
    hall = Hall()
    hall.hear(THERE)
    hall.settle("10:08", catching_up=True)
    hall.settle("10:11")
    assert hall.messages(ALERT) == ["breached"]


def test_somebody_has_to_look_again_once_caught_up() -> None:
    """Or a breach found in the backlog is not paged before the next event of the partition."""
    hall = Hall()
    hall.hear(THERE)
    hall.settle("10:11", catching_up=True)
    due = hall.partition.next_due()
    assert due is not None
    assert due <= ms("10:11")


def test_a_breach_found_again_by_a_restarted_worker_is_paged_once() -> None:
    hall = Hall()
    hall.hear(THERE)
    hall.settle("10:11", catching_up=True)
    hall.restart()
    hall.settle("10:12", catching_up=True)
    hall.settle("10:13")
    hall.restart()
    hall.settle("10:14")
    assert hall.messages(ALERT) == ["breached"]


def test_an_alert_of_a_journey_forgotten_while_catching_up_is_forgotten_too() -> None:
    """A backlog longer than the correction horizon: opened, closed and retired unpaged."""
    hall = Hall()
    hall.hear(THERE)
    hall.settle("10:11", catching_up=True)
    hall.hear(visit().called("10:12").served("10:20"))
    hall.settle("10:20", catching_up=True)
    hall.hear(visit("A2").issued("2022-10-20 09:00"))
    hall.settle("2022-10-20 09:00", catching_up=True)
    assert hall.partition.journey("A1") is None
    hall.settle("2022-10-20 09:01")
    assert hall.messages() == []


def warned_and_lost() -> Hall:
    """Warned live; then the worker dies, and another one has a backlog to read."""
    hall = Hall()
    hall.hear(THERE)
    hall.settle("10:08")
    hall.restart()
    return hall


def test_a_breach_of_the_backlog_is_not_said_although_its_warning_was() -> None:
    hall = warned_and_lost()
    hall.hear(visit().called("10:12"))
    hall.settle("10:12", catching_up=True)
    hall.settle("11:00")
    assert hall.messages(ALERT) == ["warned", "closed"]
    assert hall.alert(ALERT).historical
    assert hall.alert(ALERT).closed_as == "met-late"


def test_nor_is_it_when_the_answer_is_read_later_or_by_another_worker() -> None:
    hall = warned_and_lost()
    hall.settle("10:11", catching_up=True)
    hall.restart()
    hall.hear(visit().left("10:12"))
    hall.settle("10:12", catching_up=True)
    hall.settle("11:00")
    assert hall.messages(ALERT) == ["warned", "closed"]
    assert hall.alert(ALERT).closed_as == "never-met"


def test_it_is_said_when_somebody_still_waits_at_the_end_of_the_backlog() -> None:
    hall = warned_and_lost()
    hall.settle("10:11", catching_up=True)
    hall.settle("10:12")
    assert hall.messages(ALERT) == ["warned", "breached"]
    assert not hall.alert(ALERT).historical


def test_a_warning_whose_breach_the_backlog_takes_back_is_met() -> None:
    hall = warned_and_lost()
    hall.settle("10:11", catching_up=True)
    hall.hear(visit().called("10:09"), ingest="10:12")
    hall.settle("10:12", catching_up=True)
    hall.settle("11:00")
    assert hall.messages(ALERT) == ["warned", "closed"]
    assert hall.alert(ALERT).closed_as == "met"
    assert not hall.alert(ALERT).historical


def test_a_breach_that_was_history_is_taken_back_in_silence() -> None:
    hall = Hall()
    hall.hear(THERE.called("10:12").served("10:20"))
    hall.settle("10:20", catching_up=True)
    hall.hear(visit().called("10:09"), ingest="10:30")
    hall.settle("10:30")
    assert hall.alert(ALERT).closed_as == "retracted"
    assert hall.messages() == []


def test_history_is_kept_in_the_rows() -> None:
    hall = Hall()
    hall.hear(THERE, chat().requested("10:00"))
    hall.settle("10:11", catching_up=True)
    assert {row.historical for row in map(hall.alert, (ALERT, CHAT_ALERT))} == {True}
    assert len(hall.rows[Table.ALERTS]) == 2


def test_of_what_ended_well_no_warning_is_said_when_its_beginning_comes_in_late() -> None:
    hall = Hall()
    hall.hear(visit().called("10:09"))
    hall.settle("10:09")
    hall.hear(THERE, ingest="10:10")
    hall.settle("10:10")
    assert hall.messages() == []
    assert hall.alert(ALERT).historical
    assert hall.alert(ALERT).closed_as == "met"


def test_a_breach_whose_beginning_comes_in_late_is_told_with_its_end() -> None:
    hall = Hall()
    hall.hear(visit().called("10:12"))
    hall.settle("10:12")
    hall.hear(THERE, ingest="10:13")
    hall.settle("10:13")
    assert hall.messages(ALERT) == ["breached", "closed"]


def test_a_warning_answered_a_moment_ago_is_told_with_its_end() -> None:
    hall = Hall()
    hall.hear(THERE.called("10:09"))
    hall.settle("10:09:03")
    assert hall.messages(ALERT) == ["warned", "closed"]
