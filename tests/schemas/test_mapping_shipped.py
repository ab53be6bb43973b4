"""The shipped mappings of cases, ratings and hotline orders over their example exports."""

from collections import Counter
from pathlib import Path

import pytest

from schemas.case import (
    CaseAccepted,
    CaseChannel,
    CaseDecided,
    CaseDeferralGranted,
    CaseSupplementRequested,
    Role,
)
from schemas.decode import Event
from schemas.hotline import HotlineClosed, HotlineContacted, HotlineReceived
from schemas.mapping import MappingError, Result, events_from_csv, read_mapping
from schemas.rating import About, RatingRated
from schemas.ticket import Complexity
from tests.schemas.tables import EXAMPLES, decoded, dropped, made, refused

KEY = b"a secret of the hall's"

#: Who stands in the exports, and how to reach them.
PEOPLE = ("11010519491231002X", "13800138000", "王小明", "李小红", "赵小刚", "张三", "有限公司")

EXPECTED = {
    "generic-case": {
        "case.accepted": 10,
        "case.received": 9,
        "case.supplement-requested": 2,
        "case.supplemented": 2,
        "case.deferral-granted": 1,
        "case.returned": 1,
        "case.decided": 7,
        "case.finished": 8,
    },
    "generic-rating": {
        "rating.invited": 10,
        "rating.rated": 7,
        "rating.declined": 1,
        "rating.defaulted": 1,
        "rating.device-failed": 1,
    },
    "generic-hotline": {"hotline.received": 6, "hotline.contacted": 5, "hotline.closed": 4},
}


def imported(name: str, folder: Path = EXAMPLES) -> list[Result]:
    mapping = read_mapping(folder / f"{name}.toml")
    return list(events_from_csv(mapping, folder / f"{name}.csv", pseudonym_key=KEY))


def events(name: str) -> list[Event]:
    return decoded(imported(name))


@pytest.mark.parametrize("name", EXPECTED)
def test_no_row_of_the_example_is_refused_and_one_is_not_wanted(name: str) -> None:
    results = imported(name)
    assert refused(results) == []
    assert len(dropped(results)) == 1
    assert Counter(event.type for event in made(results)) == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_nobody_who_stands_in_the_export_stands_in_an_event(name: str) -> None:
    exported = (EXAMPLES / f"{name}.csv").read_text(encoding="utf-8")
    assert sum(person in exported for person in PEOPLE) >= 3
    for event in made(imported(name)):
        assert event.value.isascii()
        for person in PEOPLE:
            assert person.encode() not in event.value


@pytest.mark.parametrize("name", ["generic-case", "generic-hotline"])
def test_people_are_told_apart_by_the_secret_only(name: str) -> None:
    mapping = read_mapping(EXAMPLES / f"{name}.toml")
    with pytest.raises(MappingError, match="needs a secret key"):
        events_from_csv(mapping, EXAMPLES / f"{name}.csv")
    another = events_from_csv(mapping, EXAMPLES / f"{name}.csv", pseudonym_key=b"another")
    assert made(list(another)) != made(imported(name))


@pytest.mark.parametrize("name", EXPECTED)
def test_the_example_reads_the_same_in_gb18030(name: str, tmp_path: Path) -> None:
    text = (EXAMPLES / f"{name}.csv").read_text(encoding="utf-8")
    mapping = (EXAMPLES / f"{name}.toml").read_text(encoding="utf-8")
    assert mapping.count('encoding = "utf-8"') == 1
    (tmp_path / f"{name}.csv").write_bytes(text.encode("gb18030"))
    changed = mapping.replace('encoding = "utf-8"', 'encoding = "gb18030"')
    (tmp_path / f"{name}.toml").write_text(changed, encoding="utf-8")
    assert imported(name, tmp_path) == imported(name)


def test_a_case_has_its_channel_its_people_and_its_stages() -> None:
    found = events("generic-case")
    accepted = [event for event in found if isinstance(event, CaseAccepted)]
    assert {event.data.channel for event in accepted} == set(CaseChannel)
    assert all(event.data.applicant and event.data.clerk for event in accepted)
    asked = [event for event in found if isinstance(event, CaseSupplementRequested)]
    assert {(event.data.by, event.data.material) for event in asked} == {
        (Role.APPROVER, "shareholders-resolution"),
        (Role.RECEIVER, "residence-proof"),
    }
    decided = Counter(event.data.approved for event in found if isinstance(event, CaseDecided))
    assert decided == {True: 6, False: 1}
    (granted,) = (event for event in found if isinstance(event, CaseDeferralGranted))
    assert granted.data.due is not None
    assert granted.data.due.isoformat() == "2022-10-28T17:00:00+08:00"


def test_the_exports_speak_of_the_same_journeys() -> None:
    """A case's ticket is one of the ticket export's, and what was rated is known."""
    visits = {event.subject for event in events("generic-ticket")}
    accepted = [event for event in events("generic-case") if isinstance(event, CaseAccepted)]
    tickets = {event.data.ticket for event in accepted if event.data.channel is CaseChannel.COUNTER}
    assert len(tickets) == 6
    assert tickets < visits
    assert all(not event.data.ticket for event in accepted if event.data.counter is None)
    cases = {event.subject for event in accepted}
    rated = [event for event in events("generic-rating") if isinstance(event, RatingRated)]
    for event in rated:
        match event.data.about:
            case About.VISIT:
                assert event.subject in visits
            case About.CASE:
                assert event.subject in cases
    assert {event.data.about for event in rated} == set(About)


def test_stars_follow_from_the_five_answers() -> None:
    rated = [event for event in events("generic-rating") if isinstance(event, RatingRated)]
    assert Counter(event.data.stars for event in rated) == {5: 2, 4: 2, 3: 1, 2: 1, 1: 1}
    assert {event.data.reason for event in rated if event.data.stars < 3} == {
        "waited-too-long",
        "too-many-visits",
    }


def test_a_hotline_order_runs_from_its_dispatch() -> None:
    found = events("generic-hotline")
    (hard,) = (
        event
        for event in found
        if isinstance(event, HotlineReceived) and event.data.complexity is Complexity.COMPLEX
    )
    assert hard.time.isoformat() == "2022-10-17T10:45:00+08:00"
    closed = Counter(event.data.resolved for event in found if isinstance(event, HotlineClosed))
    assert closed == {True: 3, False: 1}
    clerks = {event.data.clerk for event in found if isinstance(event, HotlineContacted)}
    assert len(clerks) == 4
    assert None not in clerks
