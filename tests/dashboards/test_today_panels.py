"""Panels of the day on the real engine, against numbers worked out by hand."""

from dashboards import sql_today
from schemas.outcomes import DeadLetterRow, End, EventRow, Row
from tests.dashboards.cases import FILING, GENERAL, WINDOWS, asked
from tests.dashboards.rows import at, journey, window
from tests.dashboards.stores import Store


def test_kept_today_adds_up_minutes_and_partitions(store: Store) -> None:
    store.put(WINDOWS)
    rows = asked(store, sql_today.kept_today)
    found = [tuple(row.values()) for row in rows]
    # Off-hours requests and yesterday are not of today's hall; walk-ins were promised nothing.
    assert found == [
        ("gjj", GENERAL, 10, 0, 0, 0, 0, 0, 0, 1.0, 1.0),
        ("shebao", GENERAL, 7, 1, 1, 1, 0, 0, 3, 0.7, 0.7),
        ("shebao", FILING, 9, 0, 0, 0, 0, 0, 4, 1.0, 1.0),
    ]


def test_an_excuse_stands_beside_the_raw_level(store: Store) -> None:
    store.put(
        [
            window(GENERAL, "09:45", "s", kept=6, late=3, excused=2),
            window(GENERAL, "09:46", "s", partition=1, left_late=1),
            window("one-visit", "09:46", "s", provisional=2, missed=1),
            window("exempt-materials", "09:47", "s", missed=1, excused=1),
        ]
    )
    found = {
        row["promise"]: (row["kept"], row["missed"], row["level"], row["level_excused"])
        for row in asked(store, sql_today.kept_today)
    }
    assert found == {
        GENERAL: (6, 0, 0.6, 0.75),
        "one-visit": (2, 1, 2 / 3, 2 / 3),
        # All that was judged is excused: there is nothing left to have a share of.
        "exempt-materials": (0, 1, 0.0, None),
    }


def test_the_day_in_quarters(store: Store) -> None:
    store.put(
        [
            # A walk-in's ticket is his arrival; called 09:20, served 09:40.
            journey(
                "V1",
                "s",
                channel="walk-in",
                opened_at="09:01",
                issued_at="09:01",
                first_called_at="09:20",
                served_at="09:40",
                end=End.SERVED,
            ),
            # Booked yesterday evening, arrived 09:10, still waiting.
            journey("V2", "s", opened_at="09:10", checked_in_at="09:10"),
            # Arrived 09:16 and left 09:31.
            journey("V3", "s", opened_at="09:16", checked_in_at="09:16", left_at="09:31"),
            # Booked, never arrived.
            journey("V4", "s", opened_at="08:00", issued_at="08:00"),
        ]
    )
    rows = asked(store, sql_today.day_curve)
    assert [tuple(row.values()) for row in rows] == [
        (at("09:00"), 2, 0, 2),
        (at("09:15"), 1, 0, 2),
        (at("09:30"), 0, 1, 1),
    ]


def test_what_came_in_today(store: Store) -> None:
    def event(name: str, clock: str, days: int = 0) -> Row:
        return EventRow(
            source="/q",
            id=name,
            type="ticket.called",
            subject="t",
            time="2026-11-24T09:00:00+08:00",
            ingest_at=at(clock, days),
            partition=0,
            offset=0,
            data="{}",
        )

    refused = DeadLetterRow(
        topic="hall.events",
        partition=0,
        offset=7,
        ingest_at=at("09:30"),
        reason="not-json",
        field="",
        detail="not JSON",
    )
    store.put([event("1", "09:00"), event("2", "09:59:30"), event("3", "18:00", -1), refused])
    assert asked(store, sql_today.arrivals) == [
        {"last_event_at": at("09:59:30"), "events": 2, "refused": 1}
    ]
