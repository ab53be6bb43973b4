"""On-site waits (semantics §1, §3 Waiting): which clock, from where to where, how judged."""

import msgspec
import pytest

from schemas.outcomes import Status
from streams.core.partition import Limits
from tests.core.hall import BOOK, NIGHT, Hall, told
from tests.core.story import VisitStory, ms, visit

GENERAL, COMPLEX, WALK_IN = (
    "appointment-wait-general",
    "appointment-wait-complex",
    "walk-in-wait",
)
MINUTE = 60_000

CAME_EARLY = visit().booked("09:10").checked_in("09:05")
CAME_LATE = visit().booked("09:10").checked_in("09:15")
COMPLICATED = visit().booked("09:10", complexity="complex").checked_in("09:05")

JUDGED = {
    "an early citizen's clock starts at the appointment": (
        CAME_EARLY.called("09:19:59"),
        GENERAL,
        Status.KEPT,
        10 * MINUTE - 1_000,
    ),
    "exactly ten minutes are kept": (
        CAME_EARLY.called("09:20"),
        GENERAL,
        Status.KEPT,
        10 * MINUTE,
    ),
    "one millisecond more is late": (
        CAME_EARLY.called("09:20:00.001"),
        GENERAL,
        Status.LATE,
        10 * MINUTE + 1,
    ),
    "called before the appointment is no wait": (
        CAME_EARLY.called("09:08"),
        GENERAL,
        Status.KEPT,
        0,
    ),
    "who comes after the appointment is counted from the check-in": (
        CAME_LATE.called("09:25"),
        GENERAL,
        Status.KEPT,
        10 * MINUTE,
    ),
    "from a late check-in, too, one millisecond more is late": (
        CAME_LATE.called("09:25:00.001"),
        GENERAL,
        Status.LATE,
        10 * MINUTE + 1,
    ),
    "a complex matter has thirty minutes": (
        COMPLICATED.called("09:40"),
        COMPLEX,
        Status.KEPT,
        30 * MINUTE,
    ),
    "a complex matter after thirty minutes is late": (
        COMPLICATED.called("09:40:00.001"),
        COMPLEX,
        Status.LATE,
        30 * MINUTE + 1,
    ),
    "the first call counts, not the last": (
        CAME_EARLY.called("09:15").recalled("09:21").called("09:30"),
        GENERAL,
        Status.KEPT,
        5 * MINUTE,
    ),
    "a recall alone is a call": (
        CAME_EARLY.recalled("09:15"),
        GENERAL,
        Status.KEPT,
        5 * MINUTE,
    ),
    "the wait runs on through the lunch break": (
        visit().booked("11:25").checked_in("11:20").called("13:31"),
        GENERAL,
        Status.LATE,
        126 * MINUTE,
    ),
    "a citizen is not held to have waited before the first of two check-ins": (
        CAME_LATE.checked_in("09:12").called("09:22"),
        GENERAL,
        Status.KEPT,
        10 * MINUTE,
    ),
    "exactly at the grace the appointment stands": (
        visit().booked("09:10").checked_in("09:25").called("09:35"),
        GENERAL,
        Status.KEPT,
        10 * MINUTE,
    ),
    "later than the grace an appointment is a walk-in, measured and not judged": (
        visit().booked("09:10").checked_in("09:25:00.001").called("10:25"),
        WALK_IN,
        Status.MEASURED,
        60 * MINUTE - 1,
    ),
    "a walk-in waits from the check-in": (
        visit().issued("09:00").checked_in("09:03").called("10:03"),
        WALK_IN,
        Status.MEASURED,
        60 * MINUTE,
    ),
    "a walk-in without a check-in waits from the ticket": (
        visit().issued("09:00").called("09:30"),
        WALK_IN,
        Status.MEASURED,
        30 * MINUTE,
    ),
    "no call seen: the first sign of service is taken for it": (
        CAME_EARLY.session_started("09:14").identity_check("09:15").served("09:20"),
        GENERAL,
        Status.KEPT,
        4 * MINUTE,
    ),
}


@pytest.mark.parametrize(("story", "promise", "status", "waited"), JUDGED.values(), ids=JUDGED)
def test_a_wait(story: VisitStory, promise: str, status: Status, waited: int) -> None:
    hall = told(story)
    verdict = hall.verdict(promise, "A1")
    assert (verdict.status, verdict.duration_ms) == (status, waited)
    assert verdict.over_ms == max(0, waited - (verdict.limit_ms or waited))
    assert hall.journey("A1").promised_wait_ms == waited


UNJUDGED = {
    "a citizen with an appointment who never came": visit().booked("09:10"),
    "a citizen with an appointment who was called without ever checking in": (
        visit().booked("09:10").called("09:12").served("09:20")
    ),
    "a citizen served directly": (
        visit().issued("09:00", channel="direct").called("09:40").served("09:50")
    ),
    "a call whose ticket was never seen": visit().checked_in("09:00").called("09:40"),
}


@pytest.mark.parametrize("story", UNJUDGED.values(), ids=UNJUDGED)
def test_no_wait_is_measured_of(story: VisitStory) -> None:
    hall = told(story)
    assert [row for row in hall.verdicts() if row.promise != "counter-filing"] == []
    assert hall.windows(GENERAL) + hall.windows(WALK_IN) == []


def test_a_verdict_names_clause_rule_people_and_evidence() -> None:
    verdict = told(CAME_EARLY.called("09:25", "W7", "clerk-9")).verdict(GENERAL, "A1")
    assert (verdict.clause, verdict.rule_version) == ("四（二）1", "2022-10-14")
    assert (verdict.counter, verdict.clerk) == ("W7", "clerk-9")
    assert (verdict.section, verdict.service) == ("counters", "passport")
    assert verdict.evidence == ["A1 issued 08:30", "A1 called 09:25"]
    assert verdict.limit_ms == 10 * MINUTE
    assert verdict.started_at == ms("09:10") / 1000
    assert verdict.deadline_at == ms("09:20") / 1000
    assert verdict.ended_at == ms("09:25") / 1000
    assert verdict.over_ms == 5 * MINUTE
    assert (verdict.estimated, verdict.off_hours) == (False, False)


def test_from_a_late_check_in_the_check_in_is_the_evidence() -> None:
    assert told(CAME_LATE.called("09:25")).verdict(GENERAL, "A1").evidence == [
        "A1 checked-in 09:15",
        "A1 called 09:25",
    ]


def test_a_wait_without_a_call_is_marked_as_estimated() -> None:
    assert told(CAME_EARLY.session_started("09:14")).verdict(GENERAL, "A1").estimated
    assert not told(CAME_EARLY.called("09:14")).verdict(GENERAL, "A1").estimated


def test_what_is_kept_of_a_visit_beside_the_promised_wait() -> None:
    row = told(
        CAME_EARLY.called("09:15", "W1")
        .recalled("09:16", "W2", "clerk-2")
        .session_started("09:18")
        .served("09:30", "W2", "clerk-2")
    ).journey("A1")
    assert row.promised_wait_ms == 5 * MINUTE
    assert row.first_call_wait_ms == 10 * MINUTE
    assert row.last_call_wait_ms == 11 * MINUTE
    assert row.start_wait_ms == 13 * MINUTE
    assert row.call_to_start_ms == 3 * MINUTE  # a call long before anybody serves is a fake one
    assert row.service_ms == 12 * MINUTE
    assert row.queue_ms == 10 * MINUTE
    assert (row.counter, row.clerk, row.end) == ("W2", "clerk-2", "served")
    assert row.first_called_at == ms("09:15") / 1000
    assert row.last_called_at == ms("09:16") / 1000
    assert row.opened_at == ms("08:30") / 1000


def test_who_gives_up_has_spent_time_in_the_queue_all_the_same() -> None:
    row = told(CAME_EARLY.left("09:17")).journey("A1")
    assert (row.queue_ms, row.promised_wait_ms) == (12 * MINUTE, None)


def test_who_still_waits_is_part_of_the_figures() -> None:
    hall = Hall()
    hall.hear(CAME_EARLY, visit("A2").booked("09:10").checked_in("09:10"))
    hall.settle("09:20")
    (window,) = hall.windows(GENERAL)
    assert (window.started, window.waiting, window.waiting_late) == (2, 2, 0)
    hall.hear(visit("A2").called("09:20"))
    hall.settle("09:20:00.001")
    (window,) = hall.windows(GENERAL)
    assert (window.started, window.waiting_late, window.kept) == (2, 1, 1)


def test_the_section_and_channel_are_those_of_the_ticket() -> None:
    moved = CAME_EARLY.tell("ticket.transferred", "09:11", to_section="elsewhere").tell(
        "ticket.called", "09:12", section="elsewhere", counter="W9"
    )
    row = told(moved).journey("A1")
    assert (row.section, row.channel, row.complexity) == ("counters", "appointment", "general")


def test_a_walk_in_by_lateness_is_one_everywhere() -> None:
    hall = told(visit().booked("09:10").checked_in("09:40").called("09:50"))
    assert hall.journey("A1").channel == "walk-in"
    assert hall.verdict(WALK_IN, "A1").channel == "walk-in"
    assert [window.channel for window in hall.windows()] == ["walk-in"]


def test_a_source_s_clock_a_little_behind_measures_as_nothing() -> None:
    hall = told(visit().issued("09:00").checked_in("09:05").called("09:04:58"), at=NIGHT)
    assert hall.verdict(WALK_IN, "A1").duration_ms == 0
    assert hall.journey("A1").first_call_wait_ms == 0


def test_without_a_grace_an_appointment_always_stands() -> None:
    strict = msgspec.structs.replace(
        BOOK, leaving=msgspec.structs.replace(BOOK.leaving, grace_ms=0)
    )
    hall = Hall(Limits(event_clock=True), strict)
    hall.hear(visit().booked("09:10").checked_in("11:00").called("11:05"))
    hall.settle(NIGHT)
    assert hall.verdict(GENERAL, "A1").duration_ms == 5 * MINUTE
