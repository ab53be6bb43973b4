"""Panels of the moment on the real engine, against numbers worked out by hand."""

from typing import Any

import pytest

from dashboards import sql_counters, sql_forecast, sql_live
from schemas.outcomes import AlertState, End, Kind, Row, Status
from schemas.queue import ForecastRow
from tests.dashboards.cases import ALERTS, FILING, GENERAL, MINUTE, QUEUE, REPLY, WINDOWS, asked
from tests.dashboards.rows import alert, at, journey, verdict, window
from tests.dashboards.stores import Store

#: A minute and more ago, by the clock of these panels.
BROKE_AT = {"started_at": "09:56", "breached_at": "09:58"}


def test_who_waits_counts_the_newest_version_of_each_person(store: Store) -> None:
    store.put(QUEUE)
    assert asked(store, sql_live.queue) == [
        {"section": "shebao", "waiting": 3, "late": 1, "longest_s": 1200.0},
        {"section": "yibao", "waiting": 1, "late": 0, "longest_s": 0.0},
    ]


def test_a_limit_that_passed_is_late_before_the_row_says_so(store: Store) -> None:
    exactly = verdict(GENERAL, "A", "s", Status.WAITING, started_at="09:50", deadline_at="10:00")
    passed = verdict(
        GENERAL, "B", "s", Status.WAITING, started_at="09:49:59", deadline_at="09:59:59"
    )
    store.put([exactly, passed])
    assert asked(store, sql_live.queue)[0]["late"] == 1


def test_people_stand_at_twentieths_of_their_limit(store: Store) -> None:
    store.put(QUEUE)
    # 720 s of 600 = 24 twentieths, 300 s = 10; the walk-in's 1200 s end at the last step;
    # the chat's 60 s of 60 = 20.
    assert asked(store, sql_live.people) == [
        {"section": "shebao", "promised": 0, "step": 30, "people": 1},
        {"section": "shebao", "promised": 1, "step": 10, "people": 1},
        {"section": "shebao", "promised": 1, "step": 24, "people": 1},
        {"section": "yibao", "promised": 1, "step": 0, "people": 1},
        {"section": "yibao", "promised": 1, "step": 20, "people": 1},
    ]


def test_rolling_p90_counts_those_still_waiting(store: Store) -> None:
    store.put(WINDOWS + QUEUE)
    rows = {row["section"]: row for row in asked(store, sql_live.wait_p90) if not row["hall"]}
    # Answered 7 x 60 s and 1 x 300 s, waiting 300, 720 and 1200 s: the tenth of eleven.
    assert rows["shebao"]["p90_s"] == 720.0
    assert (rows["shebao"]["answered"], rows["shebao"]["waiting"]) == (8, 3)
    # Once a window, in however many buckets its waits are; a filing is no wait.
    assert [rows[name]["estimated"] for name in ("shebao", "gjj")] == [3, 0]
    assert rows["gjj"]["p90_s"] == pytest.approx(60, rel=0.02)
    assert rows["yibao"]["p90_s"] == 0.0


def test_rolling_p90_of_the_hall_is_over_everybody(store: Store) -> None:
    store.put(WINDOWS + QUEUE)
    (hall,) = [row for row in asked(store, sql_live.wait_p90) if row["hall"]]
    # 22 people: 0, 17 x 60 s, 2 x 300 s, 720, 1200. 0.9 x 22 = 19.8: the twentieth is 300 s.
    assert hall["p90_s"] == pytest.approx(300, rel=0.02)
    assert (hall["answered"], hall["waiting"], hall["estimated"]) == (18, 4, 3)


def test_a_stuck_queue_does_not_look_healthy(store: Store) -> None:
    served = window(GENERAL, "09:40", "s", kept=4, answered_histogram={MINUTE: 4})
    stuck: list[Row] = [
        verdict(GENERAL, f"A{n}", "s", Status.WAITING_LATE, started_at="08:00") for n in range(6)
    ]
    store.put([served])
    assert asked(store, sql_live.wait_p90)[0]["p90_s"] == pytest.approx(60, rel=0.02)
    store.put(stuck)
    assert asked(store, sql_live.wait_p90)[0]["p90_s"] == 7200.0


def test_chats_open_and_unanswered(store: Store) -> None:
    store.put(
        [
            journey("C1", "rc", Kind.CHAT, opened_at="09:58:30", requested_at="09:58:30"),
            verdict(REPLY, "C1", "rc", Status.WAITING_LATE, started_at="09:58:30"),
            journey("C2", "rc", Kind.CHAT, opened_at="09:50", first_reply_at="09:50:20"),
            verdict(REPLY, "C2", "rc", Status.KEPT, started_at="09:50"),
            journey("C3", "rc", Kind.CHAT, opened_at="09:00", end=End.CLOSED, closed_at="09:10"),
            journey("C4", "rc", Kind.CHAT, opened_at="02:00"),
            verdict(REPLY, "C4", "rc", Status.WAITING, started_at="02:00", off_hours=True),
            journey("V1", "rc", opened_at="09:00"),
        ]
    )
    assert asked(store, sql_live.chats) == [
        {"section": "rc", "open": 3, "unanswered": 2, "late": 1, "longest_s": 90.0}
    ]


def test_open_alerts_by_section(store: Store) -> None:
    store.put(ALERTS)
    assert asked(store, sql_live.alerts) == [
        {"section": "gjj", "breached": 1, "warned": 0},
        {"section": "shebao", "breached": 1, "warned": 0},
        {"section": "yibao", "breached": 2, "warned": 1},
    ]


def test_what_just_broke_is_on_top_and_then_the_worst(store: Store) -> None:
    store.put(ALERTS)
    rows = asked(store, sql_live.breaches)
    assert [(row["journey"], row["over_s"]) for row in rows] == [
        ("A6", 3.0),
        ("A2", 10.0),
        ("A3", 1800.0),
        ("A1", 120.0),
    ]
    assert rows[1] == {
        "alert": "appointment-wait-general/A2/1",
        "promise": GENERAL,
        "clause": "四（二）1",
        "journey": "A2",
        "section": "yibao",
        "counter": "03",
        "limit_s": 600.0,
        "over_s": 10.0,
    }


def test_a_silent_source_is_on_top_and_what_is_only_suspected_is_not_shown(store: Store) -> None:
    store.put(ALERTS)
    silent = alert("source-silent/urn:queue/1", "yibao", AlertState.BREACHED, **BROKE_AT)
    suspected = alert(f"{GENERAL}/A9/1", "yibao", AlertState.BREACHED, **BROKE_AT, suspected=True)
    store.put([silent, suspected])
    journeys = [row["journey"] for row in asked(store, sql_live.breaches)]
    assert journeys == ["urn:queue", "A6", "A2", "A3", "A1"]
    counted = {row["section"]: row["breached"] for row in asked(store, sql_live.alerts)}
    assert counted["yibao"] == 3


def test_a_partition_that_takes_nothing_in_is_on_top(store: Store) -> None:
    store.put(ALERTS)
    stopped = alert("intake-stopped/p3/1", "elsewhere", AlertState.BREACHED, **BROKE_AT)
    store.put([stopped])
    journeys = [row["journey"] for row in asked(store, sql_live.breaches)]
    assert journeys == ["p3", "A6", "A2", "A3", "A1"]


def test_a_warning_tells_the_time_left(store: Store) -> None:
    store.put(ALERTS)
    (row,) = asked(store, sql_live.warnings)
    assert (row["journey"], row["left_s"]) == ("A5", 120.0)


def test_a_counter_serves_one_and_has_served_others(store: Store) -> None:
    store.put(
        [
            journey("V1", "bdc", counter="03", opened_at="09:30", last_called_at="09:50"),
            verdict(FILING, "V1", "bdc", Status.WAITING, started_at="09:52", limit_ms=1_200_000),
            journey("V2", "bdc", counter="03", opened_at="09:00", end=End.SERVED),
            journey("V3", "bdc", counter="04", opened_at="09:00", end=End.SERVED),
            journey("V4", "bdc", counter="04", opened_at="09:00", end=End.SERVED),
            journey("V5", "bdc", opened_at="09:59"),
            journey("V6", "bdc", counter="05", opened_at=at("09:00", days=-1)),
        ]
    )
    found = [tuple(row.values()) for row in asked(store, sql_counters.counters)]
    assert found == [
        ("bdc", "03", 1, 600.0, 0.4, None),
        ("bdc", "04", 2, None, None, None),
    ]


def test_a_counter_is_at_home_where_most_of_its_visits_are(store: Store) -> None:
    def served(name: str, section: str, counter: str) -> Row:
        return journey(name, section, counter=counter, opened_at="09:00", end=End.SERVED)

    store.put(
        [
            # C7 is the tax counter's; one visit was sent there from social insurance.
            served("V1", "shuiwu", "C7"),
            served("V2", "shuiwu", "C7"),
            journey("V3", "shebao", counter="C7", opened_at="09:50", last_called_at="09:58"),
            # "01" is a number that two sections use.
            served("V4", "shuiwu", "01"),
            served("V5", "shebao", "01"),
        ]
    )
    rows = asked(store, sql_counters.counters)
    found = [(row["section"], row["counter"], row["served"], row["serving_s"]) for row in rows]
    assert found == [
        ("shebao", "01", 1, None),
        ("shuiwu", "01", 1, None),
        ("shuiwu", "C7", 2, 120.0),
    ]


def test_a_forecast_shows_queues_somebody_waits_in_the_worst_first(store: Store) -> None:
    store.put(
        [
            queue("shebao", waiting=9, will_miss=4, counters_open=3, counters_needed=5),
            queue("yibao", waiting=14, will_miss=6, counters_open=2, counters_needed=4),
            queue("gjj", waiting=3),
            queue("empty", waiting=0, will_miss=0, counters_open=1, counters_needed=1),
            queue("old", waiting=7, will_miss=2, looked_at=at("09:57:59")),
        ]
    )
    assert [tuple(row.values()) for row in asked(store, sql_forecast.forecast)] == [
        ("yibao", "s", 14, 6, 2, 4),
        ("shebao", "s", 9, 4, 3, 5),
        ("gjj", "s", 3, None, None, None),
    ]


def queue(section: str, waiting: int, **given: Any) -> ForecastRow:
    return ForecastRow(
        **{
            "section": section,
            "service": "s",
            "looked_at": at("09:59:50"),
            "known": "known" if given else "too-few-calls",
            "waiting": waiting,
            "promised": None,
            "will_miss": None,
            "counters_open": None,
            "counters_needed": None,
            "warned": False,
            "rule_version": "1",
            "partition": 0,
            "version": 1,
            **given,
        }
    )


def test_a_counter_belongs_to_the_section_that_mans_it(store: Store) -> None:
    def shift(counter: str, section: str, end: End) -> Row:
        return journey(
            f"D-{section}", section, Kind.SHIFT, counter=counter, end=end, opened_at="09:00"
        )

    def visit(name: str, section: str, counter: str) -> Row:
        return journey(name, section, counter=counter, end=End.SERVED, opened_at="09:00")

    store.put(
        [
            # C7 is the tax counter's, who signed off; all its visits came from elsewhere.
            shift("C7", "shuiwu", End.SIGNED_OFF),
            visit("V1", "shebao", "C7"),
            visit("V2", "shebao", "C7"),
            # C8 has served nobody yet.
            shift("C8", "gjj", End.OPEN),
            # "01" is a number that two sections have.
            shift("01", "hydj", End.OPEN),
            shift("01", "huji", End.OPEN),
            visit("V3", "huji", "01"),
        ]
    )
    rows = asked(store, sql_counters.counters)
    assert [(row["section"], row["counter"], row["served"], row["on_duty"]) for row in rows] == [
        ("gjj", "C8", 0, 1),
        ("huji", "01", 1, 1),
        ("hydj", "01", 0, 1),
        ("shuiwu", "C7", 2, 0),
    ]
