"""What an audit says, and that it says it once; and again when it turns out otherwise."""

from datetime import timedelta

from schemas.audit import CaseFacts, ItemDay, Statement, VisitFacts
from schemas.case import CaseChannel, CaseReconciled
from streams.audit.case_list import listed
from streams.audit.day import DayFacts, DayFindings, events_of, look_at_day
from tests.audit.facts import DAY, case, rules, taken, visit
from tests.audit.facts import at as minute

NOW = minute(600)


def look(
    cases: list[CaseFacts], visits: list[VisitFacts], items: list[ItemDay] | None = None
) -> DayFindings:
    facts = DayFacts(day=DAY, cases=cases, visits=visits, items=items or [], statements=[])
    return look_at_day(facts, rules())


def said(events: list[CaseReconciled]) -> list[Statement]:
    """What ClickHouse would tell of them."""
    found: dict[tuple[str, str], Statement] = {}
    for event in events:
        key = (event.subject, event.data.sign)
        count = found[key].said + 1 if key in found else 1
        found[key] = Statement(
            case=event.subject,
            sign=event.data.sign,
            trace=event.data.trace,
            confidence=event.data.confidence,
            said=count,
        )
    return list(found.values())


def told(events: list[CaseReconciled]) -> list[tuple[str, str, bool, str]]:
    return [(e.subject, e.data.sign, e.data.trace, e.data.confidence) for e in events]


def test_every_case_taken_on_site_is_said_something_about() -> None:
    found = look([case("K1", named=("T1",)), case("K2", 200)], [visit("T1")])
    events = events_of(found, [], NOW)
    assert told(events) == [
        ("K1", "no-trace", True, "certain"),
        ("K2", "no-trace", False, "certain"),
    ]
    assert [(e.id, e.time, e.data.section) for e in events] == [
        ("reconciled/K1/no-trace/1", NOW, "S01"),
        ("reconciled/K2/no-trace/1", NOW, "S01"),
    ]


def test_what_was_said_is_not_said_again() -> None:
    found = look([case("K1", named=("T1",)), case("K2", 200)], [visit("T1")])
    assert events_of(found, said(events_of(found, [], NOW)), NOW + timedelta(days=1)) == []


def test_a_late_link_takes_it_back_and_another_look_says_nothing_more() -> None:
    before = events_of(look([case("K1", 200)], [visit("T1")]), [], NOW)
    found = look([case("K1", 200, named=("T1",))], [visit("T1")])
    after = events_of(found, said(before), NOW)
    assert told(after) == [("K1", "no-trace", True, "certain")]
    assert after[0].id == "reconciled/K1/no-trace/2"
    assert after[0].time > before[0].time
    assert events_of(found, said(before + after), NOW) == []


def test_a_finding_that_only_grows_surer_is_said_too() -> None:
    before = events_of(look([case("K1")], [visit("T1")]), [], NOW)
    found = look([case("K1", applicant="p-1001")], [visit("T1", applicant="p-2002")])
    assert told(events_of(found, said(before), NOW)) == [("K1", "no-trace", False, "certain")]


def test_the_department_s_cases_carry_the_sign_of_their_item() -> None:
    cases = [
        case("K1", 200, channel=CaseChannel.DEPARTMENT),
        case("K2", named=("T1",), channel=CaseChannel.DEPARTMENT),
        case("K3", named=("T1",)),
    ]
    found = look(cases, [visit("T1")], taken(0, 2, 34, 0))
    assert told(events_of(found, [], NOW)) == [
        ("K1", "no-counter-volume", False, "certain"),
        ("K1", "no-trace", False, "certain"),
        ("K2", "no-counter-volume", True, "certain"),
        ("K2", "no-trace", True, "certain"),
        ("K3", "no-trace", True, "certain"),
    ]


def test_a_sign_said_before_does_not_go_on_denying_a_trace_that_came_late() -> None:
    taken_by_department = case("K1", 200, channel=CaseChannel.DEPARTMENT)
    first = events_of(look([taken_by_department], [visit("T1")], taken(0, 2, 34, 0)), [], NOW)
    linked = case("K1", 200, channel=CaseChannel.DEPARTMENT, named=("T1",))
    after = events_of(look([linked], [visit("T1")], taken(9, 1, 34, 0)), said(first), NOW)
    assert told(after) == [
        ("K1", "no-counter-volume", True, "certain"),
        ("K1", "no-trace", True, "certain"),
    ]


def test_where_no_ticket_is_known_of_the_whole_hall_no_case_is_accused() -> None:
    found = look([case("K1")], [], taken(0, 2, 34, 0))
    assert found.silent
    assert events_of(found, [], NOW) == []
    assert [one.sign for one in found.items] == ["no-counter-volume"]


def test_the_list_has_the_surest_first_and_no_case_with_its_trace() -> None:
    cases = [
        case("K1", named=("T1",)),
        case("K2", 5, counter="C101"),
        case("K3", 5),
        case("K4", 200),
    ]
    found = look(cases, [visit("T1"), visit("T2")])
    rows = listed(found, rules(), {"S01": "许可一科"}, "zh")
    assert [(row["case"], row["confidence"]) for row in rows] == [
        ("K4", "确定"),
        ("K3", "很可能"),
        ("K2", "可能"),
    ]
    assert rows[0] == {
        "day": "2022-10-14",
        "case": "K4",
        "item": "经营许可",
        "section": "许可一科",
        "department": "",
        "channel": "窗口",
        "accepted": "12:20:00",
        "signs": "无现场痕迹",
        "trace": "无",
        "confidence": "确定",
        "because": "查无取号或终端记录",
        "visit": "",
    }
