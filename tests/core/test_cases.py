"""Cases: rated, done in one visit, no exempt material asked for, and handled at the counter."""

import pytest

from schemas.decode import Rejected
from schemas.outcomes import Table
from tests.core.hall import ANY_ORDER, Hall, told
from tests.core.office_story import CaseStory, case, lookup
from tests.core.story import ms, visit

MONTH_LATER = "2022-11-20 09:00"

FINISHED = case().accepted("09:00", ticket="A1").received("09:05").finished("10:00")


def test_a_case_s_row_says_who_did_what_and_when() -> None:
    hall = told(
        case()
        .accepted("09:00", ticket="A1", department="trade")
        .received("09:05")
        .asked("09:30", "lease")
        .supplemented("2022-10-18 09:00", ticket="A2")
        .office("decided", "2022-10-18 10:00", clerk="clerk-9", approved=True)
        .finished("2022-10-18 11:00")
        .rating("rated", "2022-10-18 11:05", stars=4)
    )
    row = hall.journey("K1")
    assert (row.kind, row.end, row.service, row.channel) == (
        "case",
        "finished",
        "licence",
        "counter",
    )
    assert (row.receiver, row.approver, row.applicant) == ("clerk-1", "clerk-9", "p-77")
    assert (row.department, row.result, row.stars) == ("trade", "granted", 4)
    assert (row.tickets, row.supplements, row.deferred) == (["A1", "A2"], 1, False)


# -- rating-invited ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("story", "at", "status"),
    [
        (FINISHED.rating("invited", "10:00"), "10:01", "kept"),
        (FINISHED.rating("invited", "09:59"), "10:01", "kept"),
        (FINISHED, "2022-10-18 10:00", "waiting"),
        (FINISHED, "2022-10-18 10:01", "missed"),
        (FINISHED.rating("declined", "10:01"), "2022-10-18 10:01", "missed"),
        (FINISHED.rating("invited", "2022-10-18 10:01"), "2022-10-19 10:00", "late"),
    ],
    ids=["at once", "before it was finished", "a day", "more", "declined only", "too late"],
)
def test_whoever_has_a_case_finished_is_invited_to_rate(
    story: CaseStory, at: str, status: str
) -> None:
    assert told(story, at=at).verdict("rating-invited", "K1").status == status


def test_that_the_device_failed_is_told_as_the_cause() -> None:
    hall = told(FINISHED.rating("device-failed", "10:01", device="R1"), at="2022-10-18 12:00")
    verdict = hall.verdict("rating-invited", "K1")
    assert (verdict.status, verdict.cause) == ("missed", "device-failed")


def test_a_citizen_who_declines_to_rate_pages_nobody() -> None:
    hall = told(
        FINISHED.rating("invited", "10:00").rating("declined", "10:01"), at="2022-10-20 10:00"
    )
    assert hall.verdict("rating-invited", "K1").status == "kept"
    assert hall.said == []


# -- one-visit -----------------------------------------------------------------------------


def test_one_visit_is_provisional_until_the_look_back_closes() -> None:
    hall = Hall(ANY_ORDER)
    hall.hear(FINISHED)
    hall.settle("11:00")
    assert hall.verdict("one-visit", "K1").status == "provisional"
    (window,) = hall.windows("one-visit")
    assert (window.started, window.provisional, window.kept) == (1, 1, 0)
    hall.settle(MONTH_LATER)
    assert hall.verdict("one-visit", "K1").status == "kept"
    (window,) = hall.windows("one-visit")
    assert (window.started, window.provisional, window.kept) == (1, 0, 1)


def test_a_second_visit_found_later_breaks_it_until_then_and_nobody_is_paged() -> None:
    hall = Hall(ANY_ORDER)
    hall.hear(FINISHED)
    hall.settle("11:00")
    hall.hear(case().linked("2022-10-25 09:00", ticket="A9"))
    hall.settle("2022-10-25 09:01")
    assert hall.verdict("one-visit", "K1").status == "missed"
    assert hall.said == []


@pytest.mark.parametrize(
    ("story", "cause"),
    [
        (case().accepted("09:00", ticket="A1").asked("09:10", "lease", ticket="A2"), "receiver"),
        (
            case().accepted("09:00", ticket="A1").asked("09:10", "lease", "approver", ticket="A2"),
            "approver",
        ),
    ],
    ids=["the receiver had not asked", "the approver wanted more"],
)
def test_why_he_came_again_is_told(story: CaseStory, cause: str) -> None:
    hall = told(story.finished("12:00"))
    verdict = hall.verdict("one-visit", "K1")
    assert (verdict.status, verdict.cause) == ("missed", cause)


def test_a_case_can_still_be_broken_all_through_its_look_back() -> None:
    """It is kept in memory for so long, whatever the horizon."""
    hall = Hall()
    hall.hear(FINISHED)
    hall.settle("11:00")
    hall.hear(visit("A5").issued("2022-11-10 09:00"))  # time passes
    hall.settle("2022-11-10 09:00")
    hall.hear(case().linked("2022-11-10 09:01", ticket="A5"))
    hall.settle("2022-11-10 09:02")
    assert hall.verdict("one-visit", "K1").status == "missed"


# -- exempt-materials ----------------------------------------------------------------------

ASKED = case().accepted("09:00").asked("09:30", "business-licence")


def test_asking_for_what_this_city_issues_is_a_breach_at_once_and_the_clerk_s() -> None:
    hall = told(ASKED, at="09:30:01")
    verdict = hall.verdict("exempt-materials", "K1#business-licence")
    assert (verdict.status, verdict.cause, verdict.clerk) == ("missed", "clerk", "clerk-2")
    assert hall.messages() == ["exempt-materials/K1#business-licence/1/breached"]


def test_while_the_look_up_is_down_it_is_the_system_s_fault_whenever_that_is_told() -> None:
    hall = told(ASKED, at="09:31")
    hall.hear([lookup("09:00", "e-licence", False), lookup("09:45", "e-licence", True)])
    hall.settle("10:00")
    assert hall.verdict("exempt-materials", "K1#business-licence").cause == "system"
    assert hall.messages() == ["exempt-materials/K1#business-licence/1/breached"]


def test_what_was_up_again_by_then_is_no_excuse() -> None:
    hall = Hall(ANY_ORDER)
    hall.hear([lookup("08:00", "e-licence", False), lookup("09:15", "e-licence", True)], ASKED)
    hall.settle("10:00")
    assert hall.verdict("exempt-materials", "K1#business-licence").cause == "clerk"


def test_a_material_the_catalogue_does_not_name_may_be_asked_for() -> None:
    hall = told(case().accepted("09:00").asked("09:30", "lease"))
    assert not [row for row in hall.verdicts() if row.promise == "exempt-materials"]


def test_at_the_terminal_each_material_counts_once() -> None:
    story = visit("A1").issued("09:00").session_started("09:10")
    for at, material in (("09:12", "id-card-copy"), ("09:13", "id-card-copy"), ("09:14", "lease")):
        story = story.tell(
            "terminal.material-requested",
            at,
            terminal="T1",
            counter="W1",
            item="licence",
            material=material,
        )
    hall = told(story.served("09:30"), at="10:00")
    found = [row for row in hall.verdicts() if row.promise == "exempt-materials"]
    assert [(row.journey, row.counter, row.clerk) for row in found] == [
        ("A1#id-card-copy", "W1", "clerk-1")
    ]


def test_the_alert_of_a_condition_stands_for_a_day_and_closes_once() -> None:
    hall = told(ASKED, at="10:00")
    hall.settle("2022-10-18 09:29")
    assert len(hall.said) == 1
    hall.settle("2022-10-18 09:31")
    hall.settle("2022-10-19 10:00")
    alert = "exempt-materials/K1#business-licence/1"
    assert hall.messages(alert) == ["breached", "closed"]
    row = hall.alert(alert)
    assert row.closed_as == "never-met"
    assert row.breached_at == ms("09:30") / 1000


# -- counter-not-department ----------------------------------------------------------------


def test_a_case_without_a_trace_at_the_counter_is_told_with_how_sure_it_is() -> None:
    hall = told(
        case()
        .accepted("09:00", "department")
        .reconciled("20:00", False, confidence="likely", sign="no-trace"),
        at="20:01",
    )
    verdict = hall.verdict("counter-not-department", "K1")
    assert (verdict.status, verdict.cause, verdict.clause) == (
        "missed",
        "no-trace: likely",
        "四（三）1",
    )
    assert hall.messages() == ["counter-not-department/K1/1/breached"]


def test_what_is_only_possible_is_judged_nowhere() -> None:
    hall = told(case().accepted("09:00").reconciled("20:00", False, confidence="possible"))
    assert not [row for row in hall.verdicts() if row.promise == "counter-not-department"]


def test_a_trace_found_later_takes_it_back_once() -> None:
    hall = told(case().accepted("09:00").reconciled("20:00", False), at="20:01")
    hall.hear(case().reconciled("21:00", True))
    hall.settle("21:01")
    assert hall.verdict("counter-not-department", "K1").status == "kept"
    assert hall.messages("counter-not-department/K1/1") == ["breached", "retracted"]


# -- ratings of what is long over ----------------------------------------------------------


def test_a_rating_that_comes_after_all_was_forgotten_does_not_overwrite_the_row() -> None:
    hall = Hall()
    hall.hear(visit("A1").issued("09:00").called("09:05").served("09:20"))
    hall.settle("10:00")
    before = hall.journey("A1")
    hall.hear(visit("B1").issued("2022-10-21 09:00"))
    hall.settle("2022-10-21 09:00")
    assert hall.partition.journey("A1") is None
    rated = visit("A1").tell("rating.rated", "2022-10-21 09:05", about="visit", stars=1)
    assert hall.hear(rated) == []
    hall.settle("2022-10-21 09:06")
    assert hall.journey("A1") == before


def test_a_rating_that_comes_before_the_ticket_is_in_the_row() -> None:
    rated = visit("A1").tell("rating.rated", "09:30", about="visit", stars=2)
    hall = told(rated, visit("A1").issued("09:00").called("09:05").served("09:20"))
    assert hall.journey("A1").stars == 2
    assert len(hall.rows[Table.JOURNEYS]) == 1


def test_one_name_for_a_case_and_a_ticket_is_refused() -> None:
    hall = Hall(ANY_ORDER)
    (refused,) = hall.hear(case("X1").accepted("09:00"), visit("X1").issued("09:00"))
    assert isinstance(refused, Rejected)
    assert refused.field == "subject"
