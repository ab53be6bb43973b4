"""Cases of the simulated day: each has a story that could have been, and its tickets exist."""

from collections import Counter
from datetime import timedelta

import pytest

from schemas.case import (
    CaseAccepted,
    CaseChannel,
    CaseDeferralGranted,
    CaseEvent,
    CaseFinished,
    CaseLinked,
    CaseReconciled,
    CaseSupplemented,
    CaseSupplementRequested,
)
from schemas.decode import Event
from schemas.terminal import TerminalMaterialsSubmitted
from schemas.ticket import TicketIssued
from tests.simulator.conftest import END, kind

#: Each must come before the next where a case has both.
ORDER = [
    "case.accepted",
    "case.received",
    "case.supplement-requested",
    "case.supplemented",
    "case.decided",
    "case.finished",
]


@pytest.fixture(scope="module")
def cases(journeys: dict[str, list[Event]]) -> dict[str, list[CaseEvent]]:
    return {
        subject: found
        for subject, events in journeys.items()
        if (found := [event for event in events if isinstance(event, CaseEvent)])
    }


def test_cases_go_their_way_in_order_and_end_once(cases: dict[str, list[CaseEvent]]) -> None:
    for number, events in cases.items():
        counts = Counter(kind(event) for event in events)
        assert max(counts.values()) == 1, number
        at = {kind(event): event.time for event in events}
        times = [at[name] for name in ORDER if name in at]
        assert times == sorted(times), number
        assert at["case.accepted"] == min(at.values()), number
        assert not {"case.returned", "case.finished"} <= counts.keys(), number
        for last in ("case.returned", "case.finished"):
            others = [at[name] for name in at if name != "case.linked"]
            assert last not in at or at[last] == max(others), number


def test_a_case_s_ticket_exists_and_handed_in_its_papers(
    cases: dict[str, list[CaseEvent]], journeys: dict[str, list[Event]]
) -> None:
    for number, events in cases.items():
        for event in events:
            ticket = event.data.ticket if hasattr(event.data, "ticket") else None
            if ticket is None:
                continue
            visit = journeys[ticket]
            assert isinstance(visit[0], TicketIssued), number
            (handed_in,) = (one for one in visit if isinstance(one, TerminalMaterialsSubmitted))
            assert handed_in.time <= event.time, number
            if not isinstance(event, CaseLinked | CaseReconciled):
                assert handed_in.data.item == event.data.item
                assert handed_in.data.counter == event.data.counter
                assert handed_in.data.section == event.data.section
            if isinstance(event, CaseAccepted):
                assert event.data.applicant == visit[0].data.applicant


def test_every_filing_at_a_counter_is_a_case_or_belongs_to_one(
    cases: dict[str, list[CaseEvent]], events: list[Event]
) -> None:
    named = {
        event.data.ticket
        for told in cases.values()
        for event in told
        if isinstance(event, CaseAccepted | CaseSupplemented | CaseLinked) and event.data.ticket
    }
    # What is linked later may be so after the day.
    latest = END - timedelta(minutes=45)
    filed = {
        event.subject
        for event in events
        if isinstance(event, TerminalMaterialsSubmitted) and event.time < latest
    }
    assert filed <= named
    assert len(filed) > 1_000


def test_cases_come_by_every_channel_and_some_past_the_counters(
    cases: dict[str, list[CaseEvent]], journeys: dict[str, list[Event]]
) -> None:
    accepted = [
        event for told in cases.values() for event in told if isinstance(event, CaseAccepted)
    ]
    by = Counter(event.data.channel for event in accepted)
    assert by.keys() == set(CaseChannel)
    assert by[CaseChannel.COUNTER] > by[CaseChannel.ONLINE] > by[CaseChannel.DEPARTMENT] > 0
    linked = {
        number for number, told in cases.items() for event in told if kind(event) == "case.linked"
    }
    untraced = [
        event.subject
        for event in accepted
        if event.data.channel is CaseChannel.COUNTER
        and event.data.ticket is None
        and event.subject not in linked
        and event.time < END - timedelta(minutes=45)
    ]
    assert 0 < len(untraced) < by[CaseChannel.DEPARTMENT]
    chats = [event.data.chat for event in accepted if event.data.chat]
    assert chats
    assert all(kind(journeys[chat][0]) == "assist.requested" for chat in chats)


def test_what_is_missing_is_brought_by_a_second_visit_or_sent_in(
    cases: dict[str, list[CaseEvent]],
) -> None:
    visits = Counter[int]()
    for told in cases.values():
        if any(isinstance(event, CaseSupplemented) for event in told):
            assert any(isinstance(event, CaseSupplementRequested) for event in told)
            tickets = {
                event.data.ticket
                for event in told
                if isinstance(event, CaseAccepted | CaseSupplemented) and event.data.ticket
            }
            visits[len(tickets)] += 1
    assert visits[2] > visits[1] > 0


def test_cases_take_minutes_to_days(cases: dict[str, list[CaseEvent]]) -> None:
    spans, open_still, deferred = [], 0, 0
    for told in cases.values():
        finished = [event.time for event in told if isinstance(event, CaseFinished)]
        spans += [at - told[0].time for at in finished]
        open_still += not finished
        for event in told:
            if isinstance(event, CaseDeferralGranted):
                deferred += 1
                assert event.data.due is not None
                assert event.data.due > event.time + timedelta(days=9)
    assert min(spans) < timedelta(minutes=10)
    assert max(spans) > timedelta(hours=5)
    assert open_still > 300
    assert deferred > 20
