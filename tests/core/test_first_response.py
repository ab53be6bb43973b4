"""First response online (semantics §1, §3 First response): what stops the clock, and when
it runs."""

import pytest

from schemas.outcomes import Status
from tests.core.hall import Hall, told
from tests.core.story import ChatStory, chat, ms

PROMISE = "online-first-response"
HOUR = 3_600_000

ASKED = chat().requested("10:00")

JUDGED = {
    "exactly sixty seconds are kept": (ASKED.replied("10:01"), Status.KEPT, 60_000),
    "one millisecond more is late": (ASKED.replied("10:01:00.001"), Status.LATE, 60_001),
    "an answer in the same moment is kept": (ASKED.replied("10:00"), Status.KEPT, 0),
    "the first human reply counts, not a later one": (
        ASKED.replied("10:00:30").replied("10:05"),
        Status.KEPT,
        30_000,
    ),
    "a greeting sent in a clerk's name is no answer": (
        ASKED.greeted("10:00:01").replied("10:01:01"),
        Status.LATE,
        61_000,
    ),
    "the robot's messages are no answer": (
        ASKED.said("10:00:01", "bot").replied("10:01:01"),
        Status.LATE,
        61_000,
    ),
    "a note the citizen cannot see is no answer": (
        ASKED.noted("10:00:01").replied("10:01:01"),
        Status.LATE,
        61_000,
    ),
    "the citizen's own messages are no answer": (
        ASKED.said("10:00:01", "citizen").replied("10:01:01"),
        Status.LATE,
        61_000,
    ),
    "being assigned to a clerk is no answer": (
        ASKED.assigned("10:00:01").replied("10:01:01"),
        Status.LATE,
        61_000,
    ),
    "a reassignment does not set the clock back": (
        ASKED.assigned("10:00:01").assigned("10:00:50", "clerk-2").replied("10:01:01", "clerk-2"),
        Status.LATE,
        61_000,
    ),
    "a second request does not set the clock back": (
        ASKED.requested("10:00:50").replied("10:01:01"),
        Status.LATE,
        61_000,
    ),
    "a human message from before the request is no answer to it": (
        chat().replied("09:59").requested("10:00").replied("10:01:01"),
        Status.LATE,
        61_000,
    ),
    "a chat that closes unanswered within the limit was left": (
        ASKED.closed("10:01"),
        Status.LEFT_IN_TIME,
        60_000,
    ),
    "a chat that closes unanswered after the limit is a breach": (
        ASKED.closed("10:01:00.001"),
        Status.LEFT_LATE,
        60_001,
    ),
    "a chat closed at once is never taken for a mistaken ticket": (
        ASKED.closed("10:00:05"),
        Status.LEFT_IN_TIME,
        5_000,
    ),
    "an answer after the closing is an answer": (
        ASKED.closed("10:00:30").replied("10:00:50"),
        Status.KEPT,
        50_000,
    ),
}


@pytest.mark.parametrize(("story", "status", "duration"), JUDGED.values(), ids=JUDGED)
def test_a_response(story: ChatStory, status: Status, duration: int) -> None:
    verdict = told(story).verdict(PROMISE, "C1")
    assert (verdict.status, verdict.duration_ms) == (status, duration)
    assert not verdict.off_hours


HOURS = {
    "asked just before lunch, the clock goes on after it": (
        chat().requested("11:29:40").replied("13:30:40"),
        False,
        "13:30:40",
        (Status.KEPT, 60_000),
    ),
    "after lunch a second more is late by a second": (
        chat().requested("11:29:40").replied("13:30:41"),
        False,
        "13:30:40",
        (Status.LATE, 61_000),
    ),
    "asked in the lunch break, the clock starts after it": (
        chat().requested("12:00").replied("13:31"),
        True,
        "13:31",
        (Status.KEPT, 60_000),
    ),
    "answered in the lunch break, no time has passed": (
        chat().requested("12:00").replied("12:30"),
        True,
        "13:31",
        (Status.KEPT, 0),
    ),
    "asked before the opening, the clock starts at nine": (
        chat().requested("07:00").replied("09:01:00.001"),
        True,
        "09:01",
        (Status.LATE, 60_001),
    ),
    "asked after closing, the clock starts the next morning": (
        chat().requested("17:30").replied("2022-10-18 09:00:59"),
        True,
        "2022-10-18 09:01",
        (Status.KEPT, 59_000),
    ),
    "asked on a Sunday, the clock starts on Monday": (
        chat().requested("2022-10-16 10:00").replied("09:00:30"),
        True,
        "09:01",
        (Status.KEPT, 30_000),
    ),
    "asked in a holiday week, the clock starts on the make-up Saturday": (
        chat().requested("2022-10-05 10:00").replied("2022-10-08 09:02"),
        True,
        "2022-10-08 09:01",
        (Status.LATE, 120_000),
    ),
    "a section open round the clock has no off-hours": (
        chat(section="anywhere").requested("03:00").replied("03:01:01"),
        False,
        "03:01",
        (Status.LATE, 61_000),
    ),
}


@pytest.mark.parametrize(("story", "off_hours", "deadline", "found"), HOURS.values(), ids=HOURS)
def test_service_hours(
    story: ChatStory, off_hours: bool, deadline: str, found: tuple[Status, int]
) -> None:
    hall = told(story, at="2022-10-19 23:00")
    verdict = hall.verdict(PROMISE, "C1")
    assert verdict.deadline_at == ms(deadline) / 1000
    assert (verdict.status, verdict.duration_ms) == found
    assert verdict.off_hours == off_hours
    (window,) = hall.windows(PROMISE)
    assert window.off_hours == off_hours


def test_off_hours_requests_are_a_class_of_their_own() -> None:
    hall = told(
        chat("C1").requested("11:29:30").replied("11:29:50"),
        chat("C2").requested("11:30").replied("13:30:10"),
    )
    assert [
        (window.off_hours, window.started, window.kept) for window in hall.windows(PROMISE)
    ] == [(False, 1, 1), (True, 1, 1)]


def test_a_request_at_the_very_end_of_hours_is_not_late_through_the_night() -> None:
    """The calendar's clock stands at exactly 60.000 s all night: that is a hit."""
    hall = Hall()
    hall.hear(chat().requested("16:59"))
    hall.settle("17:30")
    assert hall.verdict(PROMISE, "C1").status == Status.WAITING
    assert hall.messages("online-first-response/C1/1") == ["warned"]
    hall.hear(chat().replied("17:40"))
    hall.settle("17:40")
    verdict = hall.verdict(PROMISE, "C1")
    assert (verdict.status, verdict.duration_ms, verdict.over_ms) == (Status.KEPT, 60_000, 0)


def test_the_clerk_is_measured_from_the_first_assignment_and_named() -> None:
    row = told(
        ASKED.assigned("10:00:20")
        .assigned("10:00:40", "clerk-2")
        .replied("10:00:50", "clerk-2")
        .resolved("10:09")
        .closed("10:10")
    ).journey("C1")
    assert (row.first_response_ms, row.assigned_response_ms) == (50_000, 30_000)
    assert (row.clerk, row.end, row.resolved) == ("clerk-2", "closed", True)


def test_a_chat_nobody_answered_is_laid_to_the_clerk_it_was_assigned_to() -> None:
    hall = told(ASKED.assigned("10:00:20").closed("10:09"))
    assert hall.verdict(PROMISE, "C1").clerk == "clerk-1"
    assert hall.journey("C1").first_response_ms is None


def test_the_last_word_on_whether_it_was_resolved_counts() -> None:
    story = ASKED.resolved("10:05", resolved=True).resolved("10:06", resolved=False)
    assert told(story).journey("C1").resolved is False


def test_a_chat_without_a_request_for_a_human_is_under_no_promise() -> None:
    hall = told(chat().said("10:00", "citizen").said("10:00:01", "bot"))
    assert hall.verdicts() == []
    assert (hall.journey("C1").kind, hall.journey("C1").channel) == ("chat", "online")


def test_who_turns_to_a_human_after_closing_is_answered_for_the_next_morning() -> None:
    """The talk with the robot began in the afternoon; that closing time is not the request's."""
    hall = Hall()
    hall.hear(chat().said("16:50", "citizen").requested("19:00"))
    hall.settle("19:01")
    assert hall.verdict(PROMISE, "C1").status == Status.WAITING
    hall.settle("2022-10-18 09:01:00.001")
    assert hall.verdict(PROMISE, "C1").status == Status.WAITING_LATE


def test_asked_just_before_closing_it_is_late_the_next_morning_and_not_over_before() -> None:
    hall = Hall()
    hall.hear(chat().requested("16:59:30"))
    hall.settle("2022-10-18 09:00:30")
    assert hall.verdict(PROMISE, "C1").status == Status.WAITING
    assert hall.journey("C1").end == "open"
    hall.settle("2022-10-18 09:00:30.001")
    assert hall.verdict(PROMISE, "C1").status == Status.WAITING_LATE
    assert hall.messages("online-first-response/C1/1") == ["warned", "breached"]


def test_whom_nobody_answered_all_day_stays_in_the_service_level() -> None:
    """Only tickets are counted apart at the day's end; the alert closes as never met."""
    hall = Hall()
    hall.hear(chat("C1").requested("10:00"), chat("C2").requested("16:59:30"))
    hall.settle("18:00")
    ends = {name: hall.journey(name).end for name in ("C1", "C2")}
    assert ends == {"C1": "expired", "C2": "open"}
    hall.settle("2022-10-18 18:00")
    for name, waited in (("C1", 5 * HOUR), ("C2", 6 * HOUR + 30_000)):
        verdict = hall.verdict(PROMISE, name)
        assert (verdict.status, verdict.duration_ms) == (Status.LEFT_LATE, waited)
        assert hall.alert(f"{PROMISE}/{name}/1").closed_as == "never-met"
    assert sum(row.left_late for row in hall.windows(PROMISE)) == 2


def test_answered_the_next_morning_it_is_over_at_that_day_s_end() -> None:
    hall = told(chat().requested("16:59:30").replied("2022-10-18 09:05"), at="2022-10-18 12:00")
    assert hall.journey("C1").end == "open"
    hall.settle("2022-10-18 18:00")
    assert hall.journey("C1").expired_at == ms("2022-10-18 17:00") / 1000
    assert hall.verdict(PROMISE, "C1").status == Status.LATE


def test_answered_two_days_later_it_is_over_at_the_end_of_that_day() -> None:
    hall = told(chat().requested("10:00").replied("2022-10-19 09:05"), at="2022-10-19 12:00")
    assert hall.journey("C1").end == "open"
    hall.settle("2022-10-19 18:00")
    assert hall.journey("C1").expired_at == ms("2022-10-19 17:00") / 1000


def test_an_answer_after_all_takes_the_end_of_the_day_back() -> None:
    hall = Hall()
    hall.hear(chat().requested("10:00"))
    hall.settle("18:00")
    hall.hear(chat().replied("10:00:50"), ingest="18:01")
    hall.settle("18:01")
    assert hall.verdict(PROMISE, "C1").status == Status.KEPT
    assert hall.alert(f"{PROMISE}/C1/1").closed_as == "retracted"
    (window,) = hall.windows(PROMISE)
    assert (window.kept, window.left_late) == (1, 0)


def test_eight_human_messages_before_the_request_do_not_hide_the_answer() -> None:
    story = chat()
    for minute in range(8):
        story = story.replied(f"09:5{minute}")
    verdict = told(story.requested("10:00").replied("10:00:30")).verdict(PROMISE, "C1")
    assert (verdict.status, verdict.duration_ms) == (Status.KEPT, 30_000)
