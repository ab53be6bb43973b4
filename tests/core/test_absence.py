"""What falls due without any event, and what "now" is (semantics §3, Absence and Lag)."""

import pytest

from schemas.outcomes import Status, Table
from tests.core.hall import ANY_ORDER, Hall
from tests.core.story import Story, chat, clock_advanced, ms, visit

GENERAL = "appointment-wait-general"
MINUTE = 60_000

#: Of each promise: a story that leaves its clock running from ten o'clock, warning, limit.
RUNNING = {
    "online-first-response": (chat().requested("10:00"), 40_000, 60_000),
    "appointment-wait-general": (
        visit().booked("10:00").checked_in("09:55"),
        7 * MINUTE,
        10 * MINUTE,
    ),
    "appointment-wait-complex": (
        visit().booked("10:00", complexity="complex").checked_in("09:55"),
        24 * MINUTE,
        30 * MINUTE,
    ),
    "counter-filing": (
        visit().issued("09:50").called("09:55").identity_check("10:00"),
        15 * MINUTE,
        20 * MINUTE,
    ),
}


@pytest.mark.parametrize(("promise", "running"), RUNNING.items(), ids=RUNNING)
def test_warned_and_breached_by_the_clock_alone(
    promise: str, running: tuple[Story, int, int]
) -> None:
    story, warning, limit = running
    alert = f"{promise}/{story.subject}/1"
    start = ms("10:00")
    hall = Hall()
    hall.hear(story)

    hall.settle(start + warning)
    assert hall.messages() == []
    assert hall.verdict(promise, story.subject).status == Status.WAITING
    assert hall.partition.next_due() == start + warning + 1

    hall.settle(start + warning + 1)
    assert hall.messages(alert) == ["warned"]
    assert hall.alert(alert).state == "warned"
    assert hall.alert(alert).warned_at == (start + warning) / 1000
    assert hall.partition.next_due() == start + limit + 1

    hall.settle(start + limit)
    assert hall.messages(alert) == ["warned"]
    assert hall.verdict(promise, story.subject).status == Status.WAITING

    hall.settle(start + limit + 1)
    assert hall.messages(alert) == ["warned", "breached"]
    assert hall.verdict(promise, story.subject).status == Status.WAITING_LATE
    assert hall.verdict(promise, story.subject).duration_ms is None
    assert hall.alert(alert).state == "breached"
    assert hall.alert(alert).breached_at == (start + limit) / 1000
    assert hall.alert(alert).clause == "四（二）1"
    assert not hall.alert(alert).historical


def test_a_walk_in_waits_without_limit_and_without_warning() -> None:
    hall = Hall()
    hall.hear(visit().issued("09:00"))
    hall.settle("16:59")
    assert hall.verdict("walk-in-wait", "A1").status == Status.WAITING
    assert hall.verdict("walk-in-wait", "A1").deadline_at is None
    assert hall.messages() == []
    assert hall.partition.next_due() == ms("18:00")  # closing time is all that can come


def test_nothing_is_said_twice_when_nothing_happens() -> None:
    hall = Hall()
    hall.hear(visit().booked("10:00").checked_in("09:55"))
    hall.settle("10:11")
    outcomes = hall.settle("10:12")
    assert (outcomes.rows, outcomes.messages) == ({}, [])


def test_an_empty_partition_waits_for_nothing() -> None:
    hall = Hall()
    assert hall.partition.next_due() is None
    assert hall.settle("10:00").rows == {}


def test_an_event_is_due_at_once() -> None:
    hall = Hall()
    hall.settle("09:56")
    hall.hear(visit().booked("10:00").checked_in("09:55"))
    due = hall.partition.next_due()
    assert due is not None
    assert due <= ms("09:56")


def test_now_never_goes_back() -> None:
    hall = Hall()
    hall.hear(visit("A1").booked("10:00").checked_in("09:55"))
    hall.settle("10:10:00.001")
    assert hall.verdict(GENERAL, "A1").status == Status.WAITING_LATE
    hall.hear(visit("A2").booked("10:00").checked_in("09:55"))
    hall.settle("10:05")  # an earlier now: the later one stands
    assert hall.verdict(GENERAL, "A2").status == Status.WAITING_LATE
    assert hall.verdict(GENERAL, "A1").status == Status.WAITING_LATE


def test_behind_the_log_nobody_is_late_until_the_log_says_so() -> None:
    """A worker back after an hour settles at the time the log has reached."""
    hall = Hall()
    hall.hear(visit().booked("10:00").checked_in("09:55"))
    hall.settle(hall.partition.log_time, catching_up=True)
    assert hall.verdict(GENERAL, "A1").status == Status.WAITING
    hall.hear(visit().called("10:05"))
    assert hall.partition.log_time == ms("10:05")
    hall.settle(hall.partition.log_time, catching_up=True)
    hall.settle("11:00")
    assert hall.verdict(GENERAL, "A1").status == Status.KEPT
    assert hall.messages() == []


def test_the_event_time_reached_is_known_and_is_never_ahead_of_the_broker() -> None:
    """What the lane tells a source's own backlog from the present by."""
    hall = Hall()
    position = hall.partition.position
    hall.hear(visit("A1").issued("10:00"), ingest="10:31")
    assert (position.reached, position.ingest) == (ms("10:00"), ms("10:31"))
    hall.hear(visit("A2").issued("10:35"), ingest="10:31")  # a clock that runs ahead
    hall.hear(visit("A3").issued("09:00"), ingest="10:32")
    assert (position.reached, position.ingest) == (ms("10:00"), ms("10:32"))


def test_many_due_at_once_come_in_portions_and_all_come() -> None:
    hall = Hall()
    for number in range(250):
        hall.hear(visit(f"A{number}").booked("10:00").checked_in("09:55"))
    hall.settle("09:56")
    portions = []
    for _ in range(10):
        outcomes = hall.settle("10:10:00.001", most=100)
        portions.append(len(outcomes.rows[Table.VERDICTS]))
        if not outcomes.more:
            break
    assert portions == [100, 100, 50]
    assert {row.status for row in hall.verdicts()} == {Status.WAITING_LATE}
    assert len(hall.messages()) == 250  # each breached, and not warned first


def test_heartbeats_and_faults_are_no_journeys() -> None:
    hall = Hall()
    device = Story("T1", "counters")
    device = device.tell("terminal.heartbeat", "10:00")
    device = device.tell("terminal.fault", "10:01", fault="printer-jam")
    assert hall.hear(device) == []
    assert hall.partition.journeys == 0
    assert hall.settle("10:02").rows == {}
    assert hall.partition.log_time == ms("10:01")
    assert hall.partition.position.next_offset == 2


def test_a_clock_event_of_a_replay_moves_the_log_time_and_nothing_else() -> None:
    hall = Hall(ANY_ORDER)
    hall.hear(visit().booked("10:00").checked_in("09:55"))
    assert hall.partition.log_time == ms("09:55")
    hall.hear([clock_advanced("10:10:00.001")])
    assert hall.partition.log_time == ms("10:10:00.001")
    assert hall.partition.journeys == 1
    hall.settle(hall.partition.log_time)
    assert hall.verdict(GENERAL, "A1").status == Status.WAITING_LATE
