"""Late, repeated and out-of-order events (semantics §3): corrected rows with a higher
version, nothing counted twice, a late answer never erases a breach."""

from itertools import permutations

import pytest

from schemas.outcomes import Status, Table
from tests.core.hall import ANY_ORDER, Hall, told, unversioned
from tests.core.story import Story, chat, ms, visit

GENERAL, WALK_IN = "appointment-wait-general", "walk-in-wait"
ALERT = "appointment-wait-general/A1/1"

THERE = visit().booked("10:00").checked_in("09:55")


def test_a_late_answer_never_erases_a_breach() -> None:
    hall = Hall()
    hall.hear(THERE)
    hall.settle("10:10:00.001")
    assert hall.verdict(GENERAL, "A1").status == Status.WAITING_LATE
    hall.hear(visit().called("10:12"))
    hall.settle("10:12")
    verdict = hall.verdict(GENERAL, "A1")
    assert (verdict.status, verdict.over_ms) == (Status.LATE, 120_000)
    (window,) = hall.windows(GENERAL)
    assert (window.started, window.late, window.waiting_late, window.kept) == (1, 1, 0, 0)


def test_a_call_that_comes_in_late_but_was_in_time_corrects_the_breach() -> None:
    hall = Hall()
    hall.hear(THERE)
    hall.settle("10:10:00.001")
    breached = hall.verdict(GENERAL, "A1")
    hall.hear(visit().called("10:09"), ingest="10:11")
    hall.settle("10:11")
    verdict = hall.verdict(GENERAL, "A1")
    assert (breached.status, verdict.status) == (Status.WAITING_LATE, Status.KEPT)
    assert verdict.version > breached.version
    assert hall.alert(ALERT).closed_as == "retracted"
    assert hall.alert(ALERT).correction
    assert hall.messages(ALERT) == ["breached", "retracted"]
    (window,) = hall.windows(GENERAL)
    assert (window.started, window.kept, window.waiting_late) == (1, 1, 0)


def test_an_answer_read_after_the_end_makes_it_a_late_answer_and_says_nothing_more() -> None:
    """The chat was closed without an answer, as far as was known; then the answer comes in."""
    first, alert = "online-first-response", "online-first-response/C1/1"
    hall = Hall()
    hall.hear(chat("C1").requested("10:00:00"))
    hall.settle("10:01:00.001")
    hall.hear(chat("C1").closed("10:02"))
    hall.settle("10:02")
    assert hall.alert(alert).closed_as == "never-met"
    hall.hear(chat("C1").replied("10:01:30"), ingest="10:03")
    hall.settle("10:03")
    assert hall.verdict(first, "C1").status == Status.LATE
    assert hall.alert(alert).closed_as == "met-late"
    assert hall.alert(alert).correction
    assert hall.messages(alert) == ["breached", "closed"]


def test_a_breach_that_was_closed_is_taken_back_by_a_message_of_its_own() -> None:
    """Its closing was said already: there is one closing to each breach."""
    alert = "online-first-response/C1/1"
    hall = Hall()
    hall.hear(chat("C1").requested("10:00:00"))
    hall.settle("10:01:00.001")
    hall.hear(chat("C1").closed("10:02"))
    hall.settle("10:02")
    hall.hear(chat("C1").replied("10:00:30"), ingest="10:03")
    hall.settle("10:03")
    assert hall.alert(alert).closed_as == "retracted"
    assert [message.type for message in hall.said] == [
        "hall.alert.breached",
        "hall.alert.closed",
        "hall.alert.retracted",
    ]


@pytest.mark.parametrize(
    "answered", ["10:00:50", "10:00:30"], ids=["after the warning", "before it was due"]
)
def test_a_warning_that_was_closed_unanswered_is_corrected_in_silence(answered: str) -> None:
    alert = "online-first-response/C1/1"
    hall = Hall()
    hall.hear(chat("C1").requested("10:00:00"))
    hall.settle("10:00:45")
    hall.hear(chat("C1").closed("10:00:55"))
    hall.settle("10:00:55")
    assert hall.alert(alert).closed_as == "never-met"
    hall.hear(chat("C1").replied(answered), ingest="10:03")
    hall.settle("10:03")
    assert hall.alert(alert).closed_as == "met"
    assert hall.alert(alert).correction
    assert hall.messages(alert) == ["warned", "closed"]


def test_a_retraction_is_said_once() -> None:
    hall = Hall()
    hall.hear(THERE)
    hall.settle("10:10:00.001")
    late = visit().called("10:09").session_started("10:10").served("10:15")
    for event in late:
        hall.hear([event], ingest="10:16")
        hall.settle("10:16")
    hall.hear(late, ingest="10:17")
    hall.settle("10:17")
    assert hall.messages(ALERT) == ["breached", "retracted"]


def test_an_earlier_check_in_that_comes_in_late_is_a_late_breach_marked_as_such() -> None:
    hall = Hall()
    hall.hear(visit().booked("10:00").checked_in("10:10").called("10:18"))
    hall.settle("10:18")
    assert hall.verdict(GENERAL, "A1").status == Status.KEPT
    hall.hear(visit().checked_in("10:05"), ingest="11:00")
    hall.settle("11:00")
    verdict = hall.verdict(GENERAL, "A1")
    assert (verdict.status, verdict.duration_ms) == (Status.LATE, 13 * 60_000)
    breach = hall.alert("appointment-wait-general/A1/2")  # the first one was a warning
    assert breach.correction
    assert breach.closed_as == "met-late"
    (window,) = hall.windows(GENERAL)
    assert (window.started, window.late, window.kept) == (1, 1, 0)


def test_the_ticket_that_comes_in_last_puts_the_journey_under_its_promise() -> None:
    hall = Hall()
    hall.hear(visit().checked_in("10:00").called("10:11"))
    hall.settle("10:11")
    assert hall.verdicts() == []
    hall.hear(visit().booked("09:55"), ingest="10:20")
    hall.settle("10:20")
    assert hall.verdict(GENERAL, "A1").status == Status.LATE


def test_a_journey_that_was_under_another_promise_all_along_moves() -> None:
    """The first ticket seen said walk-in; an earlier one, seen later, was an appointment."""
    hall = Hall()
    hall.hear(visit().issued("09:50").called("10:03"))
    hall.settle("10:05")
    assert hall.verdict(WALK_IN, "A1").status == Status.MEASURED
    earlier = visit().issued("09:00", "appointment", "09:50")
    hall.hear(earlier, visit().checked_in("09:50"), ingest="10:06")
    hall.settle("10:06")
    assert hall.verdict(WALK_IN, "A1").status == Status.WITHDRAWN
    assert hall.verdict(GENERAL, "A1").status == Status.LATE
    assert hall.windows(WALK_IN) == []
    (window,) = hall.windows(GENERAL)
    assert (window.started, window.late) == (1, 1)
    assert hall.journey("A1").promised_wait_ms == 13 * 60_000


def test_a_breach_of_a_promise_that_never_applied_is_retracted() -> None:
    hall = Hall()
    hall.hear(THERE)
    hall.settle("10:11")
    direct = visit().issued("08:00", "direct")
    hall.hear(direct, ingest="10:12")
    hall.settle("10:12")
    assert hall.verdict(GENERAL, "A1").status == Status.WITHDRAWN
    assert hall.alert(ALERT).closed_as == "retracted"
    assert hall.messages(ALERT) == ["breached", "retracted"]
    assert hall.windows(GENERAL) == []


DUPLICATES = {
    "a visit kept": THERE.called("10:05").session_started("10:06").served("10:20"),
    "a visit late": THERE.called("10:15").identity_check("10:20").submitted("10:50"),
    "a visit left": THERE.left("10:11"),
    "a chat": chat().requested("10:00").assigned("10:00:10").replied("10:02").closed("10:09"),
    "a human message before the request": chat().replied("09:59").requested("10:00"),
}


@pytest.mark.parametrize("story", DUPLICATES.values(), ids=DUPLICATES)
def test_a_second_delivery_changes_nothing(story: Story) -> None:
    once = told(story)
    twice = Hall(ANY_ORDER)
    for event in story:
        twice.hear([event, event])
        twice.settle(twice.partition.log_time)
    twice.hear(story)
    twice.settle("23:00")
    assert twice.partition.journey(story.subject) == once.partition.journey(story.subject)
    for table in (Table.JOURNEYS, Table.VERDICTS, Table.WINDOWS):
        for key, row in once.rows[table].items():
            assert unversioned(twice.rows[table][key]) == unversioned(row)
    assert len(twice.messages()) == len(set(twice.messages()))


def test_a_second_delivery_after_all_is_over_says_nothing() -> None:
    story = THERE.called("10:15").served("10:20")
    hall = told(story, at="10:21")
    said = hall.messages()
    hall.hear(story)
    outcomes = hall.settle("10:22")
    assert outcomes.messages == []
    assert hall.messages() == said
    assert Table.WINDOWS not in outcomes.rows


def test_any_order_of_a_visit_gives_the_same_verdict() -> None:
    story = THERE.called("10:10:01").session_started("10:12").served("10:30")
    for order in permutations(story):
        hall = Hall(ANY_ORDER)
        for event in order:
            hall.hear([event])
            hall.settle("10:31")
        verdict = hall.verdict(GENERAL, "A1")
        assert (verdict.status, verdict.duration_ms) == (Status.LATE, 601_000)
        assert hall.journey("A1").last_call_wait_ms == 15 * 60_000 + 1_000
        (window,) = hall.windows(GENERAL)
        assert (window.started, window.late) == (1, 1)


def test_a_sign_of_service_closes_a_breach_late_until_the_call_is_seen() -> None:
    """Nobody saw the call; the citizen had waited past the limit, and was told of."""
    hall = Hall()
    hall.hear(THERE)
    hall.settle("10:11")
    hall.hear(visit().session_started("10:15"))
    hall.settle("10:15")
    assert hall.verdict(GENERAL, "A1").status == Status.LATE
    assert hall.verdict(GENERAL, "A1").estimated
    assert hall.alert(ALERT).closed_as == "met-late"
    hall.hear(visit().called("10:09"), ingest="10:20")
    hall.settle("10:20")
    assert hall.verdict(GENERAL, "A1").status == Status.KEPT
    assert hall.messages(ALERT) == ["breached", "closed", "retracted"]


def test_an_estimate_makes_no_breach_of_a_warning_that_was_met() -> None:
    hall = Hall()
    hall.hear(THERE)
    hall.settle("10:08")
    hall.hear(visit().left("10:08"))
    hall.settle("10:08")
    hall.hear(visit().session_started("10:11"), visit().left("10:20"), ingest="10:20")
    hall.settle("10:20")
    assert hall.verdict(GENERAL, "A1").status == Status.LATE
    row = hall.alert(ALERT)
    assert (row.closed_as, row.breached_at) == ("met", None)
    assert hall.messages(ALERT) == ["warned", "closed"]


# -- what each late event may change -------------------------------------------------------


def test_of_two_ends_the_later_counts_whichever_is_read_first() -> None:
    left, served = visit().left("10:05"), visit().served("10:20")
    for first, second in permutations((left, served)):
        hall = told(visit().issued("10:00"), first, second)
        assert hall.journey("A1").end == "served"
    again = visit().left("10:30")
    for first, second in permutations((left, again)):
        assert told(visit().issued("10:00"), first, second).journey("A1").left_at == (
            ms("10:30") / 1000
        )


def test_of_two_tickets_the_earlier_counts_whichever_is_read_first() -> None:
    early = visit().issued("09:00", service="passport")
    late = visit(section="elsewhere").issued("09:30", service="licence")
    for first, second in permutations((early, late)):
        row = told(first, second).journey("A1")
        assert (row.service, row.section, row.issued_at) == (
            "passport",
            "counters",
            ms("09:00") / 1000,
        )


def test_a_journey_opens_with_its_earliest_event_whichever_is_read_first() -> None:
    early, late = visit().called("09:00"), visit(section="elsewhere").called("09:30")
    for first, second in permutations((early, late)):
        row = told(first, second).journey("A1")
        assert (row.opened_at, row.section) == (ms("09:00") / 1000, "counters")


def test_a_reply_read_before_its_request_is_the_reply() -> None:
    asked, replied = chat().requested("10:00"), chat().replied("10:00:30")
    for first, second in permutations((asked, replied)):
        row = told(first, second).journey("C1")
        assert row.first_response_ms == 30_000


def test_a_ticket_that_comes_in_late_moves_a_filing_to_its_service() -> None:
    hall = told(visit(section="elsewhere").identity_check("10:00").submitted("10:05"))
    assert hall.verdict("counter-filing", "A1").service == ""
    hall.hear(visit().issued("09:50", service="passport"))
    hall.settle("23:01")
    verdict = hall.verdict("counter-filing", "A1")
    assert (verdict.service, verdict.section) == ("passport", "counters")
    (window,) = hall.windows("counter-filing")
    assert (window.service, window.section, window.kept) == ("passport", "counters", 1)
