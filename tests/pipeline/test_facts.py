"""Real data by the commands a user gives, and the facts about it from ClickHouse's SQL.

A call centre's month and its busiest day, and a staffed chat, through import, Kafka,
Faust and ClickHouse. What must come out was computed by others, outside this project:
it is read from `bank_facts.json` and `chat_facts.json` beside the data.
"""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from schemas.outcomes import Table
from tests.kafka.apache import ApacheKafka
from tests.pipeline.command import done, hallwatch
from tests.pipeline.database import Database, rows_of
from tests.pipeline.real import AUGUST, CHAT, JANUARY, Import
from tests.schemas.tables import facts

TOLD = {JANUARY: "1999-01", AUGUST: "single_day_1999-08-03"}


class Replays(Struct, frozen=True):
    """Replays files on one kind of broker and says where they were recorded."""

    broker: str  #: bootstrap servers; "": each replay brings an embedded broker of its own
    folder: Path
    new_database: Callable[[], Database]

    def replay(self, events: Path, *options: object) -> Database:
        database = self.new_database()
        settings = {
            "broker": self.broker,
            "clickhouse": database.dsn,
            "topic_prefix": f"t{uuid.uuid4().hex[:12]}",
            "data": self.folder,
        }
        done(hallwatch("replay", events, *options, **settings))
        return database


@pytest.fixture(
    scope="module", params=["embedded", pytest.param("apache", marks=pytest.mark.kafka)]
)
def replays(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    new_database: Callable[[], Database],
) -> Replays:
    bootstrap = ""
    if request.param == "apache":
        started: ApacheKafka = request.getfixturevalue("apache_kafka")
        bootstrap = started.bootstrap
    return Replays(bootstrap, tmp_path_factory.mktemp("replays"), new_database)


class Bank(Struct, frozen=True):
    told: Any
    database: Database


@pytest.fixture(scope="module")
def january(replays: Replays, imported: Import) -> Bank:
    told = facts("bank_facts.json")[TOLD[JANUARY]]
    return Bank(told, replays.replay(imported(JANUARY)))


@pytest.fixture(scope="module")
def august(replays: Replays, imported: Import) -> Bank:
    told = facts("bank_facts.json")[TOLD[AUGUST]]
    return Bank(told, replays.replay(imported(AUGUST)))


@pytest.fixture(scope="module", params=["january", "august"])
def bank(request: pytest.FixtureRequest, replays: Replays) -> Bank:
    # `replays` is named so that the broker is chosen before the month is.
    found: Bank = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def chat(replays: Replays, imported: Import) -> Database:
    return replays.replay(imported(CHAT))


#: The statistics of a duration in ms as the facts define them (linear interpolation).
STATISTICS = """count({0}) AS n, sum({0}) / 1000 AS sum, avg({0}) / 1000 AS mean,
    quantileExactInclusive(0.5)({0}) / 1000 AS median,
    quantileExactInclusive(0.9)({0}) / 1000 AS p90,
    quantileExactInclusive(0.99)({0}) / 1000 AS p99, max({0}) / 1000 AS max,
    countIf({0} > 60000) AS n_gt_60s, countIf({0} > 600000) AS n_gt_600s,
    round(countIf({0} > 60000) / count({0}), 6) AS share_gt_60s,
    round(countIf({0} > 600000) / count({0}), 6) AS share_gt_600s"""


def agrees(found: dict[str, Any], told: dict[str, Any]) -> None:
    """Every figure of `found` is the one told; facts are rounded to four digits or more."""
    for name, value in found.items():
        assert value == pytest.approx(told[name], abs=6e-5), name


def test_everybody_who_got_a_ticket_is_a_journey(bank: Bank) -> None:
    found = bank.database.one(
        """SELECT count() AS offered, countIf(channel = 'walk-in') AS waited,
        countIf(channel = 'direct') AS direct, countIf(end = 'left') AS left,
        countIf(end = 'left') / count() AS left_share FROM journeys_now""",
    )
    told = bank.told
    assert found["offered"] == told["offered_tickets"]
    assert found["waited"] == told["customers_who_waited"]
    assert found["direct"] == told["by_case"]["served_directly"]
    assert found["left"] == told["by_case"]["abandoned_in_queue"]
    assert round(found["left_share"], 6) == told["abandoned_over_offered"]


@pytest.mark.parametrize(
    ("fact", "whose"),
    [
        ("wait_s_over_waited", "channel = 'walk-in'"),
        ("wait_s_over_offered_direct_counts_0", "1"),
        ("wait_s_over_served_after_wait", "channel = 'walk-in' AND end != 'left'"),
        ("wait_s_over_abandoned", "end = 'left'"),
    ],
)
def test_the_waits_are_exact(bank: Bank, fact: str, whose: str) -> None:
    sql = f"SELECT {STATISTICS.format('queue_ms')} FROM journeys_now WHERE {whose}"
    agrees(bank.database.one(sql), bank.told[fact])


def test_the_service_times_are_exact(bank: Bank) -> None:
    told = bank.told["service_s_over_served"]
    sql = f"SELECT {STATISTICS.format('service_ms')} FROM journeys_now WHERE end = 'served'"
    agrees({name: value for name, value in bank.database.one(sql).items() if name in told}, told)


def test_the_waits_of_each_service_are_exact(bank: Bank) -> None:
    found = bank.database.ask(
        """SELECT service, count() AS n, avg(queue_ms) / 1000 AS mean_wait_s,
        quantileExactInclusive(0.9)(queue_ms) / 1000 AS p90_wait_s,
        countIf(end = 'left') AS abandoned
        FROM journeys_now WHERE channel = 'walk-in' GROUP BY service""",
    )
    by_service = {row.pop("service"): row for row in found}
    assert by_service.keys() == bank.told["waited_by_type"].keys()
    for service, row in by_service.items():
        agrees(row, bank.told["waited_by_type"][service])


#: Buckets of all windows merged: those answered and those who left.
WAITED_WINDOWS = """(SELECT * FROM windows_now
    WHERE promise = 'walk-in-wait' AND channel = 'walk-in')"""
BUCKETS = f"""(
    SELECT if(bucket = 0, 0, 2 * pow(1.02 / 0.98, bucket) / (1.02 / 0.98 + 1)) / 1000 AS wait_s,
        counted AS n
    FROM (
        SELECT (arrayJoin(mapAdd(answered_histogram, left_histogram)) AS pair).1 AS bucket,
            pair.2 AS counted
        FROM {WAITED_WINDOWS}
    )
)"""


def test_the_minute_windows_give_the_waits_exactly_or_within_two_percent(bank: Bank) -> None:
    told = bank.told["wait_s_over_waited"]
    totals = bank.database.one(
        f"""SELECT sum(started) AS n, sum(answered_sum_ms + left_sum_ms) / 1000 AS sum,
        sum / n AS mean, max(greatest(answered_max_ms, left_max_ms)) / 1000 AS max
        FROM {WAITED_WINDOWS}""",
    )
    agrees(totals, told)
    shape = bank.database.one(
        f"""SELECT sum(n) AS counted, quantileExactWeighted(0.5)(wait_s, n) AS median,
        quantileExactWeighted(0.9)(wait_s, n) AS p90, quantileExactWeighted(0.99)(wait_s, n) AS p99
        FROM {BUCKETS}""",
    )
    assert shape["counted"] == told["n"]
    for name in ("median", "p90", "p99"):
        assert shape[name] == pytest.approx(told[name], rel=0.02), name


QUARTERS = {
    "journeys": """SELECT toStartOfInterval(checked_in_at, INTERVAL 15 MINUTE, 'Asia/Jerusalem')
        AS quarter, avg(queue_ms) / 1000 AS mean, count() AS n
        FROM journeys_now WHERE channel = 'walk-in' GROUP BY quarter""",
    "windows": f"""SELECT toStartOfInterval(minute_at, INTERVAL 15 MINUTE, 'Asia/Jerusalem')
        AS quarter, sum(answered_sum_ms + left_sum_ms) / 1000 / sum(started) AS mean,
        sum(started) AS n FROM {WAITED_WINDOWS} GROUP BY quarter""",
}


@pytest.mark.parametrize("source", QUARTERS)
def test_the_quarters_of_an_hour_are_the_facts(bank: Bank, source: str) -> None:
    """Local time of the bank, by the moment of queueing."""
    told = bank.told["windows_15min_by_q_start_over_waited"]
    worst = "tuple(formatDateTime(quarter, '%FT%T', 'Asia/Jerusalem'), mean, n)"
    found = bank.database.one(
        f"""SELECT count() AS non_empty, countIf(mean > 120) AS over_120s,
        argMax({worst}, mean) AS worst, argMaxIf({worst}, mean, n >= 10) AS worst_of_10
        FROM ({QUARTERS[source]})""",
    )
    assert found["non_empty"] == told["non_empty"]
    assert found["over_120s"] == told["with_mean_wait_gt_120s"]
    for name, fact in (("worst", "worst"), ("worst_of_10", "worst_with_n_ge_10")):
        start, mean, n = found[name]
        assert {"start": start, "mean": round(mean, 4), "n": n} == told[fact]


def test_the_first_responses_of_the_chat_are_the_facts(chat: Database) -> None:
    told = facts("chat_facts.json")["staffed_support"]
    found = chat.one(
        f"""SELECT {STATISTICS.format("first_response_ms")},
        min(first_response_ms) / 1000 AS min FROM journeys_now""",
    )
    assert found.pop("sum") == pytest.approx(told["first_response_s"]["mean"] * found["n"], abs=0.1)
    agrees(found, told["first_response_s"])
    conversations = chat.one(
        """SELECT count() AS conversations, count(first_response_ms) AS answered,
        count() - answered AS never_answered FROM journeys_now WHERE kind = 'chat'""",
    )
    agrees(conversations, told)
    durations = chat.one(
        f"""SELECT {STATISTICS.format("took")} FROM (
        SELECT dateDiff('millisecond', requested_at, resolved_at) AS took FROM journeys_now)""",
    )
    agrees(
        {name: value for name, value in durations.items() if name != "sum"},
        told["duration_s_of_answered"],
    )


def test_the_chat_s_verdicts_and_windows_tell_the_same(chat: Database) -> None:
    told = facts("chat_facts.json")["staffed_support"]
    judged = chat.one(
        """SELECT countIf(status = 'late') AS n_gt_60s, countIf(status IN ('kept', 'late')) AS n,
        avgIf(duration_ms, status IN ('kept', 'late')) / 1000 AS mean
        FROM verdicts_now WHERE promise = 'online-first-response'""",
    )
    agrees(judged, told["first_response_s"])
    counted = chat.one(
        """SELECT sum(late) AS n_gt_60s, sum(kept + late) AS n,
        sum(answered_sum_ms) / 1000 / n AS mean, max(answered_max_ms) / 1000 AS max
        FROM windows_now WHERE promise = 'online-first-response'""",
    )
    agrees(counted, told["first_response_s"])


@pytest.mark.parametrize("name", [AUGUST, CHAT])
def test_shuffled_and_sent_twice_the_same_rows_come_out(
    request: pytest.FixtureRequest, replays: Replays, imported: Import, name: str
) -> None:
    plain: Database = (
        request.getfixturevalue("august").database
        if name == AUGUST
        else request.getfixturevalue("chat")
    )
    again = replays.replay(imported(name), "--shuffle", 8, "--twice")
    for table in (Table.JOURNEYS, Table.VERDICTS, Table.WINDOWS, Table.EVENTS):
        expected = plain.facts(table)
        assert expected, f"{table} is empty"
        assert again.facts(table) == expected, table


def test_with_nothing_set_all_is_embedded_and_query_finds_it(
    imported: Import, tmp_path: Path
) -> None:
    said = done(hallwatch("replay", imported(CHAT), data=tmp_path))
    told = facts("chat_facts.json")["staffed_support"]
    assert "LOST" not in said
    sql = f"SELECT {STATISTICS.format('first_response_ms')} FROM journeys_now"
    answer = done(hallwatch("query", sql, "--format", "JSONEachRow", data=tmp_path))
    (found,) = rows_of(answer)
    agrees({name: found[name] for name in ("n", "mean", "p90")}, told["first_response_s"])
