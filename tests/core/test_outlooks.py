"""The forecast's warning in the core: it opens once, closes once, and is quiet when it must be."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from schemas.decode import decode
from schemas.outcomes import AlertState, ClosedAs
from schemas.queue import QueueCounted, QueueData
from streams.core.backlog import Backlog
from streams.core.queues import PACE_MS
from streams.core.rules import Rulebook, SourceRule
from streams.shares import queue_event
from tests.core.office_story import silenced
from tests.core.queue_hall import ALERT, FORECASTING, SECTION, SERVICE, STEP_MS, QueueHall, morning
from tests.core.story import SOURCE, heartbeat, moment, ms, visit

PART = QueueData(
    section=SECTION,
    service=SERVICE,
    partition=0,
    version=1,
    whole=3_600_000,
    waiting=[],
    gone=[],
    counters=[],
)

OPENED, CLOSED = f"{ALERT}/warned", f"{ALERT}/closed"

STEPS = (ms("10:20") - ms("09:00")) // STEP_MS


def played(
    book: Rulebook = FORECASTING, end: str = "10:20", restart_at: frozenset[int] = frozenset()
) -> QueueHall:
    hall = QueueHall(book)
    hall.live(morning("09:35", "10:30"), "09:00", end, restart_at)
    return hall


@pytest.fixture(scope="module")
def day() -> QueueHall:
    return played()


def test_a_queue_that_grows_is_warned_of_once_and_cleared_once(day: QueueHall) -> None:
    assert day.warnings() == [OPENED, CLOSED]
    row = day.alert(ALERT)
    assert (row.state, row.closed_as) == (AlertState.CLOSED, ClosedAs.MET)
    assert (row.section, row.service, row.clause) == (SECTION, SERVICE, "四（二）1")
    assert row.counters_needed > row.counters_open == 3
    assert 0 < row.will_miss <= row.waiting


def test_the_warning_comes_before_anybody_is_late(day: QueueHall) -> None:
    warned = next(message for message in day.said if message.id == OPENED)
    late = next(message for message in day.said if message.type == "hall.alert.breached")
    assert warned.time < late.time


def test_it_goes_to_the_section_and_never_as_a_breach(day: QueueHall) -> None:
    mine = [message for message in day.said if message.data.promise == "wait-forecast"]
    assert {message.type for message in mine} == {"hall.alert.warned", "hall.alert.closed"}
    assert {message.partitionkey for message in mine} == {SECTION}


def test_the_row_is_of_now_and_empty_in_the_end(day: QueueHall) -> None:
    (row,) = day.forecasts()
    assert (row.known, row.waiting, row.will_miss, row.warned) == ("known", 0, 0, False)


def test_while_it_stands_the_row_says_what_the_warning_says() -> None:
    hall = played(end="09:25")
    (row,) = hall.forecasts()
    alert = hall.alert(ALERT)
    assert row.warned
    assert (row.will_miss, row.waiting) == (alert.will_miss, alert.waiting)
    assert row.counters_needed == alert.counters_needed


def test_in_the_first_minutes_too_little_is_known() -> None:
    hall = played(end="09:08")
    (row,) = hall.forecasts()
    assert row.waiting > 0
    assert (row.known, row.will_miss, row.counters_needed) == ("too-few-calls", None, None)


def test_parts_are_told_no_oftener_than_their_pace(day: QueueHall) -> None:
    assert day.parts <= (ms("10:20") - ms("09:00")) / PACE_MS + 1


def test_switched_off_nothing_is_counted_or_said() -> None:
    hall = played(replace(FORECASTING, forecasting=replace(FORECASTING.forecasting, on=False)))
    assert (hall.parts, hall.warnings(), [*hall.forecasts()]) == (0, [], [])


def test_switched_off_while_a_warning_stands_it_is_closed() -> None:
    hall = played(end="09:35")
    hall.restart(replace(FORECASTING, forecasting=replace(FORECASTING.forecasting, on=False)))
    hall.settle("09:36")
    hall.settle("09:40")
    assert hall.warnings() == [OPENED, CLOSED]


def test_while_the_log_is_behind_nothing_is_said() -> None:
    hall = QueueHall()
    hall.hear(morning("09:35", "10:30"))
    for minute in range(10, 40):
        assert hall.settle(f"09:{minute}", catching_up=True).queues == []
    assert hall.warnings() == []


def test_a_section_that_is_silenced_is_not_warned() -> None:
    hall = QueueHall()
    hall.hear([silenced("09:00", "12:00", SECTION)])
    hall.live(morning("09:35", "10:30"), "09:00", "10:20")
    assert hall.warnings() == []


def test_of_a_silent_source_nothing_is_forecast() -> None:
    rule = SourceRule(
        name=SOURCE, version="1", clause="四（二）1", section=SECTION, silent_ms=120_000
    )
    hall = QueueHall(replace(FORECASTING, sources=(rule,)))
    told = [one for one in morning("09:35", "10:30") if one.time.isoformat() < "2022-10-17T09:20"]
    hall.live([heartbeat("09:00"), *told], "09:00", "09:40")
    (row,) = hall.forecasts()
    assert row.waiting > 0
    assert (row.known, row.will_miss) == ("source-silent", None)
    assert hall.warnings() in ([], [OPENED])  # what stood before the silence stands


def test_when_a_part_is_not_told_any_more_the_forecast_is_not_known() -> None:
    hall = played(end="09:35")
    hall.settle("09:35:00")
    hall.partition._queues._lines.clear()
    hall.settle("09:37:30")
    (row,) = hall.forecasts()
    assert (row.known, row.will_miss, row.warned) == ("part-missing", None, True)
    assert hall.warnings() == [OPENED]


@given(st.frozensets(st.integers(1, STEPS), min_size=1, max_size=4))
@settings(deadline=None, max_examples=8)
def test_a_worker_killed_anywhere_warns_once_all_the_same(restart_at: frozenset[int]) -> None:
    hall = played(restart_at=restart_at)
    assert hall.warnings() == [OPENED, CLOSED]
    assert hall.alert(ALERT).closed_as is ClosedAs.MET


def test_a_warning_is_not_closed_before_the_queue_is_calm() -> None:
    """Nobody will be late any more, but for less than the calm."""
    hall = QueueHall(
        replace(FORECASTING, forecasting=replace(FORECASTING.forecasting, calm_ms=3_600_000))
    )
    hall.live(morning("09:35", "10:30"), "09:00", "09:43")
    (row,) = hall.forecasts()
    assert (row.will_miss, row.warned) == (0, True)
    assert hall.warnings() == [OPENED]


def test_what_is_told_keeps_the_contract_whatever_came_in() -> None:
    """A call without its ticket, an appointment in months."""
    hall = QueueHall()
    hall.hear(
        visit("A1", "counters").called("09:00"),
        visit("A2", "counters").booked("2023-01-17 09:00").checked_in("09:00"),
    )
    told = hall.settle("09:10").queues
    assert [one.service for one in told] == ["passport"]
    decoded = decode(msgspec.json.encode(queue_event(told[0], moment("09:10"))))
    assert isinstance(decoded, QueueCounted)
    assert len(decoded.data.waiting) == 1


def test_a_part_is_no_sign_of_a_backlog() -> None:
    """What the hall's systems sent last is long ago, and hallwatch talks to itself."""
    hall = played(end="09:50")
    heard = hall.partition.position
    assert not Backlog().pours(heard.now, heard.ingest, heard.reached)
    for later in range(60):
        now = heard.now + 20_000 * later
        hall.hear([queue_event(PART, datetime.fromtimestamp(now / 1000, UTC))], ingest=now)
        assert not Backlog().pours(now, heard.ingest, heard.reached)
