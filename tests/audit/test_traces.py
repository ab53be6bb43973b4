"""Cases and visits in, findings out: what is a trace, and how sure it is that there is none."""

from itertools import permutations

import pytest

from schemas.audit import CaseFacts, VisitFacts
from schemas.case import CaseChannel
from streams.audit.rules import Circumstance, Found, Missing
from streams.audit.traces import find_traces
from tests.audit.facts import case, rules, visit

#: Each: the case, the visits (and other cases), what is found of it, and in which visit.
ONE_CASE: dict[str, tuple[CaseFacts, list[VisitFacts | CaseFacts], Circumstance, str]] = {
    "the ticket it names was at a counter": (
        case(named=("T1",)), [visit("T1")], Found.AT_COUNTER, "T1",
    ),
    "the session it names was, its ticket was not": (
        case(named=("T1", "X1")), [visit("T1", called=False), visit("X1")],
        Found.AT_COUNTER, "X1",
    ),
    "the ticket it names is of another section: a comprehensive counter": (
        case(named=("T1",)), [visit("T1", section="S09")], Found.AT_COUNTER, "T1",
    ),
    "its applicant had a ticket that it does not name": (
        case(applicant="p-1001"), [visit("T1", 200, applicant="p-1001")],
        Found.SAME_APPLICANT, "T1",
    ),
    "what it names is not there, but its applicant's ticket is": (
        case(named=("T9",), applicant="p-1001"), [visit("T1", applicant="p-1001")],
        Found.SAME_APPLICANT, "T1",
    ),
    "the ticket it names was never called": (
        case(named=("T1",)), [visit("T1", called=False)], Found.NEVER_CALLED, "T1",
    ),
    "the applicant was there, with another ticket than the one never called": (
        case(named=("T1",), applicant="p-1001"),
        [visit("T1", called=False), visit("T2", applicant="p-1001")],
        Found.SAME_APPLICANT, "T2",
    ),
    "the ticket it names does not exist, whoever else was there": (
        case(named=("T9",)), [visit("T1")], Missing.NOTHING_FITS, "",
    ),
    "it names nothing, and nobody was there": (
        case(), [visit("T1", 300)], Missing.NOTHING_FITS, "",
    ),
    "it names nothing, and whoever was there is somebody else": (
        case(applicant="p-1001"), [visit("T1", applicant="p-2002")], Missing.NOTHING_FITS, "",
    ),
    "it names nothing, and whoever was there is another case's applicant": (
        case(applicant="p-1001"),
        [visit("T1"), case("K2", named=("T1",), applicant="p-2002")],
        Missing.NOTHING_FITS, "",
    ),
    "a visit of the section at that time could be its": (
        case(), [visit("T1")], Missing.VISIT_NEAR, "T1",
    ),
    "just near enough before the visit": (
        case(minute=-30), [visit("T1")], Missing.VISIT_NEAR, "T1",
    ),
    "just near enough after the visit": (
        case(minute=40), [visit("T1")], Missing.VISIT_NEAR, "T1",
    ),
    "a minute too early": (case(minute=-31), [visit("T1")], Missing.NOTHING_FITS, ""),
    "a minute too late": (case(minute=41), [visit("T1")], Missing.NOTHING_FITS, ""),
    "near, but never at a counter": (
        case(), [visit("T1", called=False)], Missing.NOTHING_FITS, "",
    ),
    "near, but of another section": (
        case(), [visit("T1", section="S09")], Missing.NOTHING_FITS, "",
    ),
    "at its own counter": (
        case(counter="C101"), [visit("T1")], Missing.SAME_COUNTER, "T1",
    ),
    "with its own clerk": (
        case(clerk="clerk-07"), [visit("T1", clerk="clerk-07")], Missing.SAME_COUNTER, "T1",
    ),
    "at another counter": (case(counter="C102"), [visit("T1")], Missing.VISIT_NEAR, "T1"),
    "at its own counter, but another case names it": (
        case(counter="C101"), [visit("T1"), case("K2", named=("T1",))],
        Missing.VISIT_NEAR, "T1",
    ),
    "its applicant was in another section": (
        case(applicant="p-1001"), [visit("T1", section="S09", applicant="p-1001")],
        Missing.ELSEWHERE, "T1",
    ),
    "its applicant was there the day before": (
        case(applicant="p-1001"), [visit("T1", applicant="p-1001", days=-1)],
        Missing.NOTHING_FITS, "",
    ),
    "it came out of a chat": (case(chat=True), [visit("T1")], Missing.FROM_CHAT, ""),
    "the department took it by itself, and it has a ticket": (
        case(channel=CaseChannel.DEPARTMENT, named=("T1",)), [visit("T1")],
        Found.AT_COUNTER, "T1",
    ),
    "the department took it by itself, with nothing": (
        case(channel=CaseChannel.DEPARTMENT), [visit("T1", 300)], Missing.NOTHING_FITS, "",
    ),
    "an item left to its department, taken at a counter": (
        case(item="grant"), [visit("T1", 300)], Missing.NOTHING_FITS, "",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("about", "others", "found", "which"), ONE_CASE.values(), ids=ONE_CASE)
def test_one_case(
    about: CaseFacts, others: list[VisitFacts | CaseFacts], found: Circumstance, which: str
) -> None:
    cases = [about, *(one for one in others if isinstance(one, CaseFacts))]
    visits = [one for one in others if isinstance(one, VisitFacts)]
    findings = {one.case.case: one for one in find_traces(cases, visits, rules())}
    told = findings["K1"]
    assert (told.circumstance, told.visit) == (found, which)
    assert told.trace == isinstance(found, Found)
    assert told.confidence == rules().trace.confidence[found]


@pytest.mark.parametrize(
    "about",
    [
        case(channel=CaseChannel.ONLINE),
        case(channel=CaseChannel.SELF_SERVICE),
        case(channel=CaseChannel.MAIL),
        case(channel=CaseChannel.DEPARTMENT, item="grant"),
    ],
    ids=["online", "self-service", "mail", "an item left to its department"],
)
def test_who_needs_no_counter_is_not_looked_for(about: CaseFacts) -> None:
    assert find_traces([about], [visit("T1")], rules()) == []


def test_the_confidences_shipped() -> None:
    assert dict(rules().trace.confidence) == {
        Found.AT_COUNTER: "certain",
        Found.SAME_APPLICANT: "likely",
        Found.NEVER_CALLED: "possible",
        Missing.NOTHING_FITS: "certain",
        Missing.VISIT_NEAR: "likely",
        Missing.SAME_COUNTER: "possible",
        Missing.ELSEWHERE: "possible",
        Missing.FROM_CHAT: "possible",
    }


def test_the_order_of_the_facts_changes_nothing() -> None:
    cases = [
        case("K1", counter="C101"),
        case("K2", applicant="p-1001"),
        case("K3", named=("T2",), applicant="p-2002"),
    ]
    visits = [visit("T1"), visit("T2"), visit("T3", applicant="p-1001")]
    found = {
        tuple((one.case.case, one.circumstance, one.visit) for one in find_traces(c, v, rules()))
        for c in permutations(cases)
        for v in permutations(visits)
    }
    assert len(found) == 1
