"""Filing at the counter (semantics §1, §3 Filing): identity check → materials submitted."""

import pytest

from schemas.outcomes import Status
from tests.core.hall import told
from tests.core.story import VisitStory, visit

PROMISE = "counter-filing"
MINUTE = 60_000

AT_COUNTER = visit().issued("09:00").called("09:05").session_started("09:06")
CHECKED = AT_COUNTER.identity_check("09:10")

JUDGED = {
    "exactly twenty minutes are kept": (CHECKED.submitted("09:30"), Status.KEPT, 20 * MINUTE),
    "one millisecond more is late": (
        CHECKED.submitted("09:30:00.001"),
        Status.LATE,
        20 * MINUTE + 1,
    ),
    "the first identity check counts": (
        CHECKED.identity_check("09:15").submitted("09:31"),
        Status.LATE,
        21 * MINUTE,
    ),
    "the first submission counts": (
        CHECKED.submitted("09:29").submitted("09:45"),
        Status.KEPT,
        19 * MINUTE,
    ),
    "passing the check, signing and other steps change nothing": (
        CHECKED.identity_passed("09:11")
        .tell("terminal.signed", "09:20", terminal="T1", counter="W1", document="d1")
        .submitted("09:30"),
        Status.KEPT,
        20 * MINUTE,
    ),
    "filing runs on the wall clock, lunch included": (
        visit().issued("11:00").identity_check("11:20").submitted("13:31"),
        Status.LATE,
        131 * MINUTE,
    ),
    "a session that ends without a submission was given up": (
        CHECKED.session_ended("09:20"),
        Status.LEFT_IN_TIME,
        10 * MINUTE,
    ),
    "given up after the limit is a breach": (
        CHECKED.session_ended("09:31"),
        Status.LEFT_LATE,
        21 * MINUTE,
    ),
    "served without a submission was given up, too": (
        CHECKED.served("09:20"),
        Status.LEFT_IN_TIME,
        10 * MINUTE,
    ),
    "leaving the counter within two minutes is no mistaken ticket": (
        CHECKED.left("09:11"),
        Status.LEFT_IN_TIME,
        1 * MINUTE,
    ),
}


@pytest.mark.parametrize(("story", "status", "duration"), JUDGED.values(), ids=JUDGED)
def test_a_filing(story: VisitStory, status: Status, duration: int) -> None:
    hall = told(story)
    verdict = hall.verdict(PROMISE, "A1")
    assert (verdict.status, verdict.duration_ms, verdict.estimated) == (status, duration, False)
    row = hall.journey("A1")
    answered = status in (Status.KEPT, Status.LATE)
    assert row.filing_ms == (duration if answered else None)
    assert not row.filing_estimated


ESTIMATED = {
    "exactly twenty minutes are kept": ("09:25", Status.KEPT, 20 * MINUTE),
    "one millisecond more is late": ("09:25:00.001", Status.LATE, 20 * MINUTE + 1),
}


@pytest.mark.parametrize(("served", "status", "duration"), ESTIMATED.values(), ids=ESTIMATED)
def test_without_terminal_events_call_to_served_is_an_estimate(
    served: str, status: Status, duration: int
) -> None:
    hall = told(visit().issued("09:00").called("09:05").served(served))
    verdict = hall.verdict(PROMISE, "A1")
    assert (verdict.status, verdict.duration_ms, verdict.estimated) == (status, duration, True)
    assert verdict.evidence == ["A1 called 09:05", f"A1 served {served}"]
    assert hall.journey("A1").filing_ms == duration
    assert hall.journey("A1").filing_estimated
    (window,) = hall.windows(PROMISE)
    assert (window.started, window.estimated) == (1, 1)


def test_an_estimate_pages_nobody() -> None:
    hall = told(visit().issued("09:00").called("09:05").served("10:30"))
    assert hall.verdict(PROMISE, "A1").status == Status.LATE
    assert hall.messages() == []


UNMEASURED = {
    "a visit whose citizen is still at the counter": visit().issued("09:00").called("09:05"),
    "a session without an identity check": AT_COUNTER.session_ended("09:20").served("09:20"),
    "a submission without an identity check": AT_COUNTER.submitted("09:20").served("09:20"),
    "a visit served without a call": visit().issued("09:00").served("09:20"),
}


@pytest.mark.parametrize("story", UNMEASURED.values(), ids=UNMEASURED)
def test_no_filing_is_measured_of(story: VisitStory) -> None:
    hall = told(story)
    assert [row for row in hall.verdicts() if row.promise == PROMISE] == []
    assert hall.journey("A1").filing_ms is None


def test_the_verdict_names_counter_and_clerk_of_the_session() -> None:
    verdict = told(CHECKED.submitted("09:30")).verdict(PROMISE, "A1")
    assert (verdict.counter, verdict.clerk) == ("W1", "clerk-1")


def test_terminal_events_replace_an_estimate_and_say_so() -> None:
    hall = told(visit().issued("09:00").called("09:05").served("09:40"))
    assert hall.verdict(PROMISE, "A1").status == Status.LATE
    hall.hear(visit().identity_check("09:15").submitted("09:33"))
    hall.settle("23:30")
    verdict = hall.verdict(PROMISE, "A1")
    assert (verdict.status, verdict.estimated) == (Status.KEPT, False)
    (window,) = hall.windows(PROMISE)
    assert (window.started, window.kept, window.late, window.estimated) == (1, 1, 0, 0)
