"""The laws of what is counted and said: windows are the verdicts, verdicts agree with their
numbers, each alert is said once (style 24)."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from schemas.decode import Event
from schemas.outcomes import Row, Status, Table, WindowRow
from streams.core.histogram import bucket
from streams.core.judge import BREACHED
from streams.core.rules import KINDS
from tests.core.alert_life import opened_once_and_closed_once, taken_back_once
from tests.core.hall import ANY_ORDER, Hall, Key, told
from tests.core.journeys import ALL, Part, days, deliveries_of_days, law
from tests.core.story import ms
from tests.core.workers import AFTERWARDS, run, run_with_crashes, settle_all

#: The components of a window's row, by the status they count.
COMPONENTS = {
    status: status.value.replace("-", "_") for status in Status if status is not Status.WITHDRAWN
}
ANSWERED = {Status.KEPT, Status.LATE, Status.MEASURED, Status.PROVISIONAL}
WAITS = {Status.WAITING, Status.WAITING_LATE}

# -- counting ------------------------------------------------------------------------------


@given(deliveries_of_days(ALL))
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


@given(deliveries_of_days(ALL))
@law
def test_a_verdict_agrees_with_its_own_numbers(parts: list[Part]) -> None:
    hall = Hall(ANY_ORDER)
    for part in parts:
        hall.hear(part.events, ingest=ms("09:00"))
        settle_all(hall, part.now, part.catching_up, part.most)
        check_numbers(hall)
    settle_all(hall, AFTERWARDS)
    check_numbers(hall)
    # Orders take their days; of all others the end of the day came.
    waiting = {row.promise for row in hall.verdicts() if row.status in WAITS}
    assert {promise for promise in waiting if not promise.startswith("hotline")} == set()


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
            case Status.MISSED:
                assert late
                assert (row.ended_at, row.duration_ms) == (None, None)
            case Status.KEPT | Status.LATE | Status.PROVISIONAL:
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


@given(deliveries_of_days(ALL), st.sets(st.integers(0, 6)))
@law
def test_an_alert_opens_once_and_closes_once(parts: list[Part], crashes: set[int]) -> None:
    hall = run_with_crashes(parts, crashes, ANY_ORDER)
    opened_once_and_closed_once(hall)
    taken_back_once(hall)


@given(days(ALL))
@law
def test_every_breach_of_a_verdict_is_an_alert_and_no_other_is(events: list[Event]) -> None:
    hall = told(events, at=AFTERWARDS)
    breached = {
        f"{row.promise}/{row.journey}/1"
        for row in hall.verdicts()
        if row.status in BREACHED and not row.estimated and KINDS[row.promise] != "ratio"
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
