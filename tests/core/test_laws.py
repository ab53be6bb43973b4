"""The laws of the core, over journeys nobody thought of (style 24).

Replay gives the same result, order and repetition change no verdict, a restart anywhere
changes nothing, nobody is counted twice, and each alert is said once.
"""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from schemas.decode import Event
from schemas.outcomes import AlertRow, ClosedAs, Row, Status, Table, WindowRow
from streams.core.histogram import bucket
from streams.core.partition import Limits
from tests.core.hall import ANY_ORDER, Hall, Key, told, unversioned
from tests.core.journeys import Part, days, deliveries, deliveries_of_days, law
from tests.core.story import ms

#: Past every deadline, closing time and expiry of the drawn journeys.
AFTERWARDS = ms("2022-10-20 23:00")

#: Journeys are forgotten while the drawn log is still being read.
FORGETFUL = Limits(event_clock=True, horizon_ms=3_600_000)

#: The components of a window's row, by the status they count.
COMPONENTS = {
    status: status.value.replace("-", "_") for status in Status if status is not Status.WITHDRAWN
}
ANSWERED = {Status.KEPT, Status.LATE, Status.MEASURED}

Facts = dict[Table, dict[Key, Row]]


def facts(hall: Hall) -> Facts:
    """What is true at the end, however it came to be known."""
    return {
        Table.JOURNEYS: {key: unversioned(row) for key, row in hall.rows[Table.JOURNEYS].items()},
        Table.VERDICTS: {
            (row.promise, row.journey): unversioned(row)
            for row in hall.verdicts()
            if row.status is not Status.WITHDRAWN
        },
        Table.WINDOWS: {
            key: unversioned(row)
            for key, row in hall.rows[Table.WINDOWS].items()
            if isinstance(row, WindowRow) and row.started
        },
    }


def settle_all(hall: Hall, now: int, catching_up: bool = False, most: int = 2_000) -> None:
    portions = 0
    while hall.settle(now, catching_up, most).more:
        portions += 1
        assert portions < 100, "the same journeys fall due again and again"


def run(parts: list[Part], limits: Limits = ANY_ORDER) -> Hall:
    """An undisturbed worker. Records come in twenty minutes apart."""
    hall = Hall(limits)
    for number, part in enumerate(parts):
        hall.hear(part.events, ingest=ms("09:00") + number * 1_200_000)
        settle_all(hall, part.now, part.catching_up, part.most)
    settle_all(hall, AFTERWARDS)
    return hall


# -- order, repetition, slices -------------------------------------------------------------


@given(st.data())
@law
def test_order_repetition_and_slices_change_nothing(data: st.DataObject) -> None:
    events = data.draw(days())
    parts = data.draw(deliveries(events))
    assert facts(run(parts)) == facts(told(events, at=AFTERWARDS))


# -- restarts ------------------------------------------------------------------------------


def run_with_crashes(parts: list[Part], crashes: set[int], limits: Limits) -> Hall:
    """A worker killed before some parts, in the middle of each of them, and after its first
    settlement; each time another takes over from the saved state and reads on."""
    hall = Hall(limits)
    read = 0
    for number, part in enumerate(parts):
        ingest = ms("09:00") + number * 1_200_000
        if number in crashes:
            hall.restart()
            hall.hear(part.events[: len(part.events) // 2], ingest=ingest)
            hall.restart()
            assert hall.partition.position.next_offset == read
        hall.hear(part.events, ingest=ingest)
        read += len(part.events)
        more = hall.settle(part.now, part.catching_up, part.most).more
        if number in crashes:
            hall.restart()
            assert hall.partition.position.next_offset == read
            more = True
        if more:
            settle_all(hall, part.now, part.catching_up, part.most)
    settle_all(hall, AFTERWARDS)
    return hall


@given(deliveries_of_days(), st.sets(st.integers(0, 5)), st.sampled_from((ANY_ORDER, FORGETFUL)))
@law
def test_a_worker_killed_anywhere_leaves_no_trace(
    parts: list[Part], crashes: set[int], limits: Limits
) -> None:
    unbroken, broken = run(parts, limits), run_with_crashes(parts, crashes, limits)
    assert facts(broken) == facts(unbroken)
    assert sorted(broken.messages()) == sorted(unbroken.messages())
    assert {key: unversioned(row) for key, row in broken.rows[Table.ALERTS].items()} == {
        key: unversioned(row) for key, row in unbroken.rows[Table.ALERTS].items()
    }


@given(deliveries_of_days(), st.data())
@law
def test_events_read_again_after_a_restart_change_nothing(
    parts: list[Part], data: st.DataObject
) -> None:
    hall = run(parts)
    before, said = facts(hall), hall.messages()
    hall.restart()
    known = [event for part in parts for event in part.events]
    again = data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=8))
    hall.hear(again, ingest=ms("11:00"))
    settle_all(hall, AFTERWARDS)
    assert facts(hall) == before
    assert hall.messages() == said


@given(deliveries_of_days(), st.data())
@law
def test_a_worker_that_lost_its_partition_does_no_harm(
    parts: list[Part], data: st.DataObject
) -> None:
    """It reads on for a while as if nothing had happened, and believes it is late at night."""
    half = len(parts) // 2
    hall = Hall(ANY_ORDER)
    hall.settle(ms("09:00"))
    for part in parts[:half]:
        hall.hear(part.events, ingest=ms("09:00"))
        settle_all(hall, part.now, part.catching_up)
    lost = hall.partition
    hall.restart()
    hall.settle(hall.partition.position.now)  # from here on the state topic has the new epoch
    lost_reads = data.draw(st.integers(half, len(parts)), label="the lost worker reads until")
    for number, part in enumerate(parts[half:], half):
        right = hall.partition
        offset = right.position.next_offset
        if number < lost_reads:
            hall.partition = lost
            hall.hear(part.events, ingest=ms("09:00"))
            settle_all(hall, AFTERWARDS)
        hall.partition = right
        if data.draw(st.booleans(), label="a third worker takes over"):
            hall.restart()
            assert hall.partition.position.next_offset == offset
        hall.hear(part.events, ingest=ms("09:00"))
        settle_all(hall, part.now, part.catching_up)
    settle_all(hall, AFTERWARDS)
    assert facts(hall) == facts(run(parts))


# -- counting ------------------------------------------------------------------------------


@given(deliveries_of_days())
@law
def test_windows_are_the_verdicts_counted(parts: list[Part]) -> None:
    """Each verdict in exactly one window: nobody twice, nobody forgotten."""
    hall = run(parts)
    counted: dict[Key, Counter[str]] = {}
    durations: dict[tuple[Key, bool], list[int]] = {}
    for row in hall.verdicts():
        if row.status is Status.WITHDRAWN:
            continue
        minute = row.started_at - row.started_at % 60
        key: Key = (
            row.promise,
            minute,
            row.section,
            row.service,
            row.complexity,
            row.channel,
            row.off_hours,
        )
        counted.setdefault(key, Counter())[COMPONENTS[row.status]] += 1
        if row.duration_ms is not None:
            durations.setdefault((key, row.status in ANSWERED), []).append(row.duration_ms)
    windows = hall.rows[Table.WINDOWS]
    found = {
        key: Counter({name: getattr(row, name) for name in COMPONENTS.values()})
        for key, row in windows.items()
    }
    assert {key: +counts for key, counts in found.items() if +counts} == counted
    for key, window in windows.items():
        assert isinstance(window, WindowRow)
        answered, left = durations.get((key, True), []), durations.get((key, False), [])
        assert window.started == sum(found[key].values())
        assert (window.answered_sum_ms, window.left_sum_ms) == (sum(answered), sum(left))
        assert window.answered_max_ms == max(answered, default=0)
        assert window.left_max_ms == max(left, default=0)
        assert window.answered_histogram == dict(Counter(map(bucket, answered)))
        assert window.left_histogram == dict(Counter(map(bucket, left)))


# -- verdicts ------------------------------------------------------------------------------


@given(deliveries_of_days())
@law
def test_a_verdict_agrees_with_its_own_numbers(parts: list[Part]) -> None:
    hall = Hall(ANY_ORDER)
    for part in parts:
        hall.hear(part.events, ingest=ms("09:00"))
        settle_all(hall, part.now, part.catching_up, part.most)
        check_numbers(hall)
    settle_all(hall, AFTERWARDS)
    check_numbers(hall)
    assert {row.status for row in hall.verdicts()}.isdisjoint({Status.WAITING, Status.WAITING_LATE})


def check_numbers(hall: Hall) -> None:
    now = hall.partition.position.now / 1000
    for row in hall.verdicts():
        late = row.deadline_at is not None and (row.ended_at or now) > row.deadline_at
        over = row.limit_ms is not None and (row.duration_ms or 0) > row.limit_ms
        assert row.over_ms == (max(0, (row.duration_ms or 0) - row.limit_ms) if row.limit_ms else 0)
        match row.status:
            case Status.WAITING | Status.WAITING_LATE:
                assert (row.status is Status.WAITING_LATE) == late
                assert (row.ended_at, row.duration_ms) == (None, None)
            case Status.KEPT | Status.LATE:
                assert (row.status is Status.LATE) == late == over
                assert row.duration_ms is not None
            case Status.LEFT_IN_TIME | Status.LEFT_LATE | Status.LEFT_MISTAKEN:
                assert (row.status is Status.LEFT_LATE) == late == over
                assert row.duration_ms is not None
            case Status.MEASURED:
                assert row.limit_ms is None
                assert row.duration_ms is not None
            case _:
                assert row.duration_ms is None


# -- alerts --------------------------------------------------------------------------------


@given(deliveries_of_days(), st.sets(st.integers(0, 5)))
@law
def test_an_alert_opens_once_and_closes_once(parts: list[Part], crashes: set[int]) -> None:
    hall = run_with_crashes(parts, crashes, ANY_ORDER)
    said: dict[str, list[str]] = {}
    for message in hall.said:
        said.setdefault(message.subject, []).append(message.id.rpartition("/")[2])
    for alert, phases in said.items():
        assert tuple(phases) in {
            (*opening, *closing)
            for opening in (("warned",), ("breached",), ("warned", "breached"))
            for closing in (("closed",), ("retracted",), ("closed", "retracted"))
        }, alert
        row = hall.alert(alert)
        assert row.state == "closed"
        assert (row.closed_as is ClosedAs.RETRACTED) == (phases[-1] == "retracted")
    for alert_row in hall.rows[Table.ALERTS].values():
        assert isinstance(alert_row, AlertRow)
        assert (alert_row.alert in said) != alert_row.historical


@given(days())
@law
def test_every_breach_of_a_verdict_is_an_alert_and_no_other_is(events: list[Event]) -> None:
    hall = told(events, at=AFTERWARDS)
    breached = {
        f"{row.promise}/{row.journey}/1"
        for row in hall.verdicts()
        if row.status in (Status.LATE, Status.LEFT_LATE) and not row.estimated
    }
    found = {alert for (alert,), row in hall.rows[Table.ALERTS].items() if _breach(row)}
    unmeasured = {
        f"{row.promise}/{row.journey}/1"
        for row in hall.verdicts()
        if row.status in (Status.CANCELLED, Status.EXPIRED)
    }
    assert breached <= found <= breached | unmeasured


def _breach(row: Row) -> bool:
    return getattr(row, "breached_at", None) is not None
