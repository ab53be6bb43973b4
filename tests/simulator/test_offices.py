"""The offices behind the simulated hall: ratings, duty, hotline, look-ups, in one day.

Their events are about what happened on the floor and at the desk, and change nothing there.
"""

from collections import Counter, defaultdict
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from schemas.decode import Event
from schemas.duty import DutyBack, DutyEvent, DutyPaused, DutySeen, DutySignedOff, DutySignedOn
from schemas.hotline import HotlineClosed, HotlineContacted, HotlineReceived
from schemas.lookup import LookupChanged
from schemas.rating import About, RatingEvent, RatingInvited, RatingRated
from schemas.survey import SurveyAnswered
from schemas.ticket import TicketCalled, TicketServed
from streams.simulator import Fault, Timed, read_hall, simulate
from tests.simulator.conftest import SEED, START, kind


def test_visits_and_chats_are_the_same_whatever_the_offices_do() -> None:
    """They have random numbers of their own, and so have their events on the wire."""
    hall = read_hall()
    busier = replace(
        hall,
        cases=replace(hall.cases, online_per_minute=3.0, supplement=0.5),
        ratings=replace(hall.ratings, surveyed=0.9),
        duty=replace(hall.duty, pauses_per_day=60.0),
        hotline=replace(hall.hotline, orders_per_minute=1.0),
        lookup=[],
    )
    end = START + timedelta(hours=2)
    usual, other = (
        [timed for timed in simulate(one, SEED, START, end, faults=0.05) if _of_the_floor(timed)]
        for one in (hall, busier)
    )
    assert usual == other
    assert len(usual) > 10_000


def _of_the_floor(timed: Timed) -> bool:
    if timed.fault is Fault.BROKEN:
        return False
    return str(msgspec.json.decode(timed.value)["type"]).startswith(
        ("ticket", "terminal", "assist")
    )


def test_faults_come_to_the_offices_events_too(day: list[Timed]) -> None:
    seen: dict[str, set[Fault]] = defaultdict(set)
    for timed in day:
        if timed.fault and timed.fault is not Fault.BROKEN:
            seen[str(msgspec.json.decode(timed.value)["type"]).partition(".")[0]].add(timed.fault)
    for family in ("case", "rating", "duty"):
        assert seen[family] == set(Fault) - {Fault.BROKEN}, family


def test_what_is_said_of_look_ups_goes_everywhere_and_nothing_else(day: list[Timed]) -> None:
    for timed in day:
        if timed.fault is not Fault.BROKEN:
            of = msgspec.json.decode(timed.value)["type"]
            assert timed.everywhere == (of == "lookup.changed"), of


def test_who_is_asked_is_asked_once_and_answers_afterwards(events: list[Event]) -> None:
    told: dict[tuple[str, About], list[RatingEvent]] = defaultdict(list)
    for event in events:
        if isinstance(event, RatingEvent):
            told[event.subject, event.data.about].append(event)
    assert {about for _, about in told} == set(About)
    stars = Counter[int]()
    for (subject, _), asked in told.items():
        assert len(asked) <= 2, subject
        assert isinstance(asked[0], RatingInvited) or kind(asked[0]) == "rating.device-failed"
        assert len(asked) == 1 or not isinstance(asked[1], RatingInvited), subject
        stars.update(event.data.stars for event in asked if isinstance(event, RatingRated))
    assert set(stars) == {1, 2, 3, 4, 5}
    assert 0.85 < (stars[4] + stars[5]) / stars.total() < 0.99


def test_most_are_asked_after_the_end_and_only_then(
    events: list[Event], journeys: dict[str, list[Event]]
) -> None:
    ended = {event.subject: event.time for event in events if isinstance(event, TicketServed)}
    asked = {
        event.subject: event.time
        for event in events
        if isinstance(event, RatingInvited) and event.data.about is About.VISIT
    }
    assert all(asked[subject] > ended[subject] for subject in asked)
    assert 0.95 < len(asked) / len(ended) < 1
    answered = [event for event in events if isinstance(event, SurveyAnswered)]
    assert answered
    for event in answered:
        assert any(isinstance(one, TicketServed) for one in journeys[event.subject])
        called = next(one.time for one in journeys[event.subject] if isinstance(one, TicketCalled))
        waited = (called - journeys[event.subject][0].time).total_seconds() / 60
        assert abs(event.data.answers["waited-minutes"] - waited) <= 0.6 * waited + 1


def test_a_shift_is_signed_on_seen_and_signed_off(journeys: dict[str, list[Event]]) -> None:
    shifts = {
        subject: found
        for subject, told in journeys.items()
        if (found := [event for event in told if isinstance(event, DutyEvent)])
    }
    assert len(shifts) == 120
    for subject, told in shifts.items():
        assert isinstance(told[0], DutySignedOn), subject
        assert isinstance(told[-1], DutySignedOff), subject
        assert len({event.data.counter for event in told}) == 1, subject
        seen = [event.time for event in told if isinstance(event, DutySeen)]
        # Minute by minute, but for pauses and whoever went without a word.
        assert len(seen) > 100, (subject, len(seen))
        away = False
        for event in told[1:-1]:
            if isinstance(event, DutyPaused | DutyBack):
                assert away == isinstance(event, DutyBack), subject
                away = not away
            else:
                assert not away, subject
    paused = [event for told in shifts.values() for event in told if isinstance(event, DutyPaused)]
    assert {bool(event.data.reason) for event in paused} == {True, False}


def test_whoever_calls_is_on_duty_and_not_paused(events: list[Event]) -> None:
    on: dict[str, bool] = {}
    calls = defaultdict[str, list[datetime]](list)
    for event in events:
        match event:
            case DutySignedOn() | DutyBack():
                on[event.data.counter] = True
                calls.pop(event.data.counter, None)
            case DutySignedOff() | DutyPaused():
                assert event.data.counter not in calls, event
                on[event.data.counter] = False
            case TicketCalled() if not on.get(event.data.counter):
                calls[event.data.counter].append(event.time)
                continue
        for counter, times in calls.items():  # he signs on or comes back that very moment
            assert event.time <= times[0], (counter, times)


def test_hotline_orders_are_contacted_and_then_closed_some_after_this_day(
    journeys: dict[str, list[Event]], events: list[Event]
) -> None:
    counts = Counter(kind(event) for event in events if kind(event).startswith("hotline."))
    assert counts["hotline.received"] > counts["hotline.contacted"] > counts["hotline.closed"] > 0
    for told in journeys.values():
        if isinstance(told[0], HotlineReceived):
            assert [type(event) for event in told] == [
                HotlineReceived,
                HotlineContacted,
                HotlineClosed,
            ][: len(told)]


def test_look_ups_are_up_at_first_and_go_down_and_up_in_turn(events: list[Event]) -> None:
    told: dict[str, list[bool]] = defaultdict(list)
    for event in events:
        if isinstance(event, LookupChanged):
            told[event.subject].append(event.data.available)
    assert told.keys() == {service.code for service in read_hall().lookup}
    for states in told.values():
        assert states == [number % 2 == 0 for number in range(len(states))]
    assert any(len(states) > 1 for states in told.values())


def test_the_offices_follow_the_day(events: list[Event]) -> None:
    for family in ("case", "rating", "duty"):
        by_hour = Counter(
            event.time.hour for event in events if kind(event).partition(".")[0] == family
        )
        assert by_hour[12] < by_hour[10], family
        assert by_hour[17] < by_hour[10] / 4, family


def test_cases_and_orders_of_a_day_end_on_later_days_in_office_hours() -> None:
    hall = read_hall()
    small = replace(hall, section=hall.section[:1])
    messages = simulate(small, SEED, START, START + timedelta(days=4))
    at_night = Counter[str]()
    over = Counter[str]()
    for timed in messages:
        event = msgspec.json.decode(timed.value)
        moment = datetime.fromisoformat(event["time"])
        if event["type"] in ("case.finished", "hotline.closed", "case.decided"):
            over[event["type"]] += moment.date() > START.date()
            at_night[event["type"]] += not 8 <= moment.hour < 18
    assert all(over[of] > 0 for of in ("case.finished", "hotline.closed", "case.decided"))
    assert not at_night.total()
