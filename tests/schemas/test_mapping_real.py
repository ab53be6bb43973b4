"""Real data through the shipped mappings: the plain facts come back from the events alone."""

import random
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from schemas.assist import AssistMessage, AssistRequested, AssistResolved, Author
from schemas.decode import Event
from schemas.mapping import Result, events_from_csv, read_mapping
from schemas.ticket import Channel, TicketCalled, TicketCheckedIn, TicketIssued, TicketLeft
from tests.schemas.tables import EXAMPLES, decoded, dropped, facts, refused, shared

DAYS = [("1999-01", "bank_1999-01.csv.gz"), ("single_day_1999-08-03", "bank_1999-08-03.csv")]


def _import(mapping: str, path: Path) -> list[Result]:
    return list(events_from_csv(read_mapping(EXAMPLES / mapping), path))


@pytest.fixture(scope="module", params=DAYS, ids=[day for day, _ in DAYS])
def bank(request: pytest.FixtureRequest) -> tuple[Any, list[Result]]:
    day, name = request.param
    return facts("bank_facts.json")[day], _import("bank.toml", shared(name))


def percentile(values: list[float], share: float) -> float:
    """Linear interpolation, as the facts define it."""
    ranked = sorted(values)
    position = (len(ranked) - 1) * share
    below = int(position)
    above = min(below + 1, len(ranked) - 1)
    return ranked[below] + (ranked[above] - ranked[below]) * (position - below)


def test_bank_counts_by_type_are_the_facts(bank: tuple[Any, list[Result]]) -> None:
    told, results = bank
    case = told["by_case"]
    assert refused(results) == []
    assert Counter(reason for _, reason in dropped(results)) == {
        "phantom call": case["phantom"],
        "left at the terminal, before any queue": case["left_before_queue"],
    }
    counts = Counter(type(event).__name__ for event in decoded(results))
    assert counts["TicketIssued"] == counts["TicketCheckedIn"] == told["offered_tickets"]
    assert counts["TicketCalled"] == case["served_after_wait"] + case["served_directly"]
    assert counts["TicketLeft"] == case["abandoned_in_queue"]
    assert counts["TicketServed"] == told["service_s_over_served"]["n"]
    assert counts["TerminalSessionStarted"] == told["service_s_over_served"]["n"]
    assert len(results) == told["rows"]


def test_bank_waits_come_back_from_the_events_alone(bank: tuple[Any, list[Result]]) -> None:
    told, results = bank
    events = decoded(results)
    random.Random(1).shuffle(events)  # a join of milestones does not mind
    checked_in: dict[str, Event] = {}
    ended: dict[str, Event] = {}
    waited: set[str] = set()
    for event in events:
        match event:
            case TicketCheckedIn():
                checked_in[event.subject] = event
            case TicketCalled() | TicketLeft():
                assert event.subject not in ended
                ended[event.subject] = event
            case TicketIssued(data=data) if data.channel is Channel.WALK_IN:
                waited.add(event.subject)
    waits = {
        subject: (event.time - checked_in[subject].time).total_seconds()
        for subject, event in ended.items()
    }
    groups = {
        "wait_s_over_waited": [waits[subject] for subject in waited],
        "wait_s_over_offered_direct_counts_0": list(waits.values()),
        "wait_s_over_abandoned": [
            waits[subject] for subject, event in ended.items() if isinstance(event, TicketLeft)
        ],
    }
    for name, values in groups.items():
        fact = told[name]
        assert len(values) == fact["n"], name
        assert sum(values) == fact["sum"], name
        assert percentile(values, 0.5) == fact["median"], name
        assert percentile(values, 0.9) == pytest.approx(fact["p90"], abs=1e-9), name
        assert sum(value > 60 for value in values) == fact["n_gt_60s"], name
        assert sum(value > 600 for value in values) == fact["n_gt_600s"], name
    assert min(waits.values()) >= 0


def test_no_call_of_the_bank_spans_a_change_of_the_clock(bank: tuple[Any, list[Result]]) -> None:
    """The hours between two of its times are hours that passed, whatever the zone says."""
    _, results = bank
    offsets: dict[str, set[object]] = defaultdict(set)
    for event in decoded(results):
        offsets[event.subject].add(event.time.utcoffset())
    assert {len(found) for found in offsets.values()} == {1}


def test_chat_first_responses_come_back_from_the_events_alone() -> None:
    told = facts("chat_facts.json")["staffed_support"]
    results = _import("staffed-chat.toml", shared("chat_staffed_support.csv"))
    assert not refused(results)
    assert not dropped(results)
    assert len(results) == told["messages"]
    requested: dict[str, Event] = {}
    replies: dict[str, list[Event]] = defaultdict(list)
    resolved: dict[str, Event] = {}
    for event in decoded(results):
        match event:
            case AssistRequested():
                requested[event.subject] = event
            case AssistMessage(data=data) if data.author is Author.HUMAN:
                replies[event.subject].append(event)
            case AssistResolved():
                resolved[event.subject] = event
    assert len(requested) == told["conversations"]
    first = {
        subject: min((event.time - requested[subject].time).total_seconds() for event in events)
        for subject, events in replies.items()
    }
    values = list(first.values())
    fact = told["first_response_s"]
    assert len(values) == fact["n"] == told["answered"]
    assert len(requested) - len(values) == told["never_answered"]
    assert percentile(values, 0.5) == fact["median"]
    assert percentile(values, 0.9) == pytest.approx(fact["p90"], abs=1e-9)
    assert (min(values), max(values)) == (fact["min"], fact["max"])
    assert sum(value > 60 for value in values) == fact["n_gt_60s"]
    durations = [
        (event.time - requested[subject].time).total_seconds()
        for subject, event in resolved.items()
    ]
    assert len(durations) == told["duration_s_of_answered"]["n"]
    assert percentile(durations, 0.5) == told["duration_s_of_answered"]["median"]
