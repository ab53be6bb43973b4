"""One simulated day: the same from the same seed, and such as a hall could have had."""

import hashlib
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

import msgspec
import pytest

from schemas.assist import AssistMessage, AssistRequested, Author
from schemas.decode import Event, Rejected, decode
from schemas.frame import milliseconds
from schemas.mapping.contract import SHAPES
from schemas.terminal import TerminalMaterialsSubmitted, TerminalSessionEnded
from schemas.ticket import (
    Channel,
    TicketCalled,
    TicketCheckedIn,
    TicketIssued,
    TicketNoShow,
    TicketServed,
)
from streams.simulator import Fault, HallError, Timed, read_hall, simulate
from tests.simulator.conftest import END, FAULTS, SEED, START, kind


def digest(messages: Iterator[Timed]) -> str:
    total = hashlib.sha256()
    for timed in itertools.islice(messages, 20_000):
        total.update(timed.key + timed.value + timed.emit_at.isoformat().encode())
    return total.hexdigest()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    hall = read_hall()
    runs = [digest(simulate(hall, seed, START, END, faults=FAULTS)) for seed in (3, 3, 4)]
    assert runs[0] == runs[1] != runs[2]


def test_a_longer_run_begins_like_a_shorter_one() -> None:
    hall = read_hall()
    short = list(simulate(hall, SEED, START, START + timedelta(hours=1)))
    longer = simulate(hall, SEED, START, START + timedelta(hours=2))
    assert list(itertools.islice(longer, len(short) - 50)) == short[:-50]


def test_messages_come_in_the_order_they_are_sent(day: list[Timed]) -> None:
    moments = [timed.emit_at for timed in day]
    assert moments == sorted(moments)


def test_all_that_is_not_broken_keeps_the_contract_and_the_broken_does_not(
    day: list[Timed],
) -> None:
    refused = Counter[str]()
    for timed in day:
        event = decode(timed.value, timed.headers, timed.key)
        assert isinstance(event, Rejected) == (timed.fault is Fault.BROKEN), event
        if isinstance(event, Rejected):
            refused[event.reason] += 1
        else:
            assert event.time <= timed.emit_at
    assert refused.keys() == {"malformed", "naive-time", "personal-data", "unknown-type"}


def test_faults_have_the_share_asked_for(day: list[Timed], events: list[Event]) -> None:
    counts = Counter(timed.fault for timed in day if timed.fault)
    assert counts.total() / len(events) == pytest.approx(FAULTS, rel=0.1)
    for fault in Fault:
        assert counts[fault] / len(events) == pytest.approx(FAULTS / 4, rel=0.2)


def test_faults_change_what_is_sent_and_not_what_happened(events: list[Event]) -> None:
    clean = simulate(read_hall(), SEED, START, END)
    assert {msgspec.json.encode(event) for event in events} == {timed.value for timed in clean}


def test_every_type_of_the_contract_occurs_in_a_day(events: list[Event]) -> None:
    # A heartbeat of a source is of now, and a file is of a day; what people do about alerts
    # is about what was decided, and so is what `hallwatch audit` finds.
    others = {"source.heartbeat", "case.reconciled"}
    others |= {name for name in SHAPES if name.startswith(("alert.", "rectification."))}
    assert {kind(event) for event in events} == SHAPES.keys() - others


def test_every_section_has_visits_and_the_desk_has_chats(events: list[Event]) -> None:
    hall = read_hall()
    assert len(hall.section) + 1 == 24
    assert hall.counters == 60
    visited = {event.data.section for event in events if isinstance(event, TicketIssued)}
    assert visited == {section.code for section in hall.section}
    asked = {event.data.section for event in events if isinstance(event, AssistRequested)}
    assert asked == {hall.desk.code}


def test_fewer_are_served_than_called_than_issued(events: list[Event]) -> None:
    subjects = {
        of: {event.subject for event in events if isinstance(event, of)}
        for of in (TicketIssued, TicketCalled, TicketServed, TicketNoShow)
    }
    assert subjects[TicketServed] < subjects[TicketCalled] < subjects[TicketIssued]
    assert not subjects[TicketServed] & subjects[TicketNoShow]


#: Each must come before the next where both are.
ORDER = [
    "ticket.issued",
    "ticket.checked-in",
    "ticket.called",
    "terminal.session-started",
    "terminal.identity-check-started",
    "terminal.identity-check-passed",
    "terminal.authorised",
    "terminal.form-confirmed",
    "terminal.signed",
    "terminal.materials-submitted",
    "ticket.served",
]


def test_causes_come_before_effects_in_every_visit(journeys: dict[str, list[Event]]) -> None:
    for subject, events in journeys.items():
        first = {kind(event): event.time for event in reversed(events)}
        times = [first[name] for name in ORDER if name in first]
        assert times == sorted(times), subject
        if "ticket.issued" in first:
            assert min(first.values()) == first["ticket.issued"], subject


def test_a_counter_serves_one_visit_at_a_time(journeys: dict[str, list[Event]]) -> None:
    held: dict[str, list[tuple[datetime, datetime, str]]] = defaultdict(list)
    for subject, events in journeys.items():
        since: tuple[datetime, str] | None = None
        for event in events:
            match event:
                case TicketCalled():
                    since = event.time, event.data.counter
                case TicketNoShow() | TerminalSessionEnded() if since:
                    held[since[1]].append((since[0], event.time, subject))
                    since = None
    assert len(held) == 60
    for counter, spans in held.items():
        spans.sort()
        for (_, ends, _), (begins, _, subject) in itertools.pairwise(spans):
            assert ends <= begins, (counter, subject)


def test_promises_are_kept_mostly_but_not_always(journeys: dict[str, list[Event]]) -> None:
    waits: dict[Channel, list[float]] = defaultdict(list)
    filings: list[float] = []
    replies: list[float] = []
    for events in journeys.values():
        at = {kind(event): event.time for event in reversed(events)}
        issued = next((event for event in events if isinstance(event, TicketIssued)), None)
        if issued and "ticket.called" in at:
            due = max(at["ticket.checked-in"], issued.data.appointment or issued.time)
            wait = (at["ticket.called"] - due).total_seconds()
            waits[issued.data.channel].append(max(wait, 0.0))
        started = at.get("terminal.identity-check-started")
        submitted = at.get("terminal.materials-submitted")
        if started and submitted:
            filings.append((submitted - started).total_seconds())
        replies += _first_reply(events)
    assert all(wait == 0 for wait in waits[Channel.DIRECT])
    kept = {
        "appointments": _share_within(600, waits[Channel.APPOINTMENT]),
        "filings": _share_within(1200, filings),
        "replies": _share_within(60, replies),
    }
    for promise, share in kept.items():
        assert 0.80 < share < 0.99, (promise, share)


def _share_within(limit: float, values: list[float]) -> float:
    return sum(value <= limit for value in values) / len(values)


def _first_reply(events: list[Event]) -> list[float]:
    asked = next((event.time for event in events if isinstance(event, AssistRequested)), None)
    human = [
        event.time
        for event in events
        if isinstance(event, AssistMessage)
        and event.data.author is Author.HUMAN
        and event.data.visible
        and not event.data.automatic
    ]
    return [(human[0] - asked).total_seconds()] if asked and human else []


def test_the_day_has_two_peaks_and_a_dip(events: list[Event]) -> None:
    arrivals = Counter(event.time.hour for event in events if isinstance(event, TicketCheckedIn))
    assert arrivals[12] < arrivals[9] / 2 < arrivals[10]
    assert arrivals[12] < arrivals[14] / 2
    assert arrivals[17] == 0


def test_materials_are_submitted_at_the_counter_that_called(
    journeys: dict[str, list[Event]],
) -> None:
    for events in journeys.values():
        counter = ""
        for event in events:
            match event:
                case TicketCalled():
                    counter = event.data.counter
                case TerminalMaterialsSubmitted():
                    assert event.data.counter == counter


def test_at_any_hour_a_looping_day_is_a_busy_one() -> None:
    midnight = datetime.fromisoformat("2022-10-15T00:10:00+08:00")
    messages = simulate(
        read_hall(),
        SEED,
        midnight,
        midnight + timedelta(hours=20),
        start_is=time(8, 50),
        looping=True,
    )
    arrivals = Counter(
        milliseconds(event.time) // 3_600_000
        for timed in messages
        if isinstance(event := decode(timed.value), TicketIssued)
    )
    hours = sorted(arrivals)
    assert len(hours) >= 20
    assert min(arrivals[hour] for hour in hours[1:-1]) > 40


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("zone = ", "not TOML"),
        ("zone = 'Asia/Shanghai'", "missing required field"),
        (None, "two sections have the code 'S01'"),
    ],
)
def test_a_hall_that_cannot_be_is_refused(tmp_path: Path, text: str | None, message: str) -> None:
    shipped = Path(__file__).parents[2] / "streams" / "simulator" / "hall.toml"
    path = tmp_path / "hall.toml"
    path.write_text(text or shipped.read_text().replace('"S02"', '"S01"'))
    with pytest.raises(HallError, match=message):
        read_hall(path)
