"""What came of which event, and when, is found rightly. No time is asserted."""

import asyncio
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from schemas.decode import Rejected, decode
from tests.bench.engine import clickhouse
from tests.bench.latency.hearing import Alerts, Ranges, after_due
from tests.bench.latency.live import Line, chats, probes, visits, waiting
from tests.bench.latency.phases import Load, relayed, through_worker
from tests.bench.latency.sending import Sent
from tests.bench.latency.spread import spread_of
from tests.bench.pinned import Cores
from tests.bench.place import Broker, place
from tests.bench.recorded import WrongResultError
from tests.kafka.apache import ApacheKafka

_CORES = Cores(0, (0,))
_MOMENT = b"2026-03-16T08:30:00.000+08:00"


@pytest.mark.kafka
def test_each_event_of_a_live_load_comes_to_what_it_has_to(
    apache_kafka: ApacheKafka, tmp_path: Path
) -> None:
    at = Broker("apache", apache_kafka.bootstrap, True)
    load = Load(seed=7, rate=300, seconds=1)
    with place(at, []) as where:
        copied = asyncio.run(relayed(where, load, _CORES, tmp_path))
    with place(at, []) as where, clickhouse("served", tmp_path) as dsn:
        found = asyncio.run(through_worker(where, load, _CORES, tmp_path, dsn))
    assert copied.count >= load.rate
    assert found.verdict.count > found.alert.count > 0
    assert found.row.count == found.wall.count > 0


def test_what_is_sent_are_events() -> None:
    lines = [*visits(7, 1_600), *chats(3), *waiting(3), *probes(3)]
    assert not [line for line in lines if isinstance(_event(line), Rejected)]
    assert len({msgspec.json.decode(line.at(_MOMENT))["id"] for line in lines}) == len(lines)
    settled = [line.verdict for line in lines if line.verdict]
    assert len(settled) == len(set(settled)) == 2 * 200
    assert 10 <= len([line for line in lines if line.alert]) <= 30


def test_probes_come_in_one_partition() -> None:
    assert {line.partition for line in probes(5)} == {0}


def test_a_record_is_there_with_the_first_answer_that_reaches_beyond_it() -> None:
    sent = Sent([], {0: [(0, 2, 10.0), (2, 1, 11.0)]})
    ranges = Ranges()
    ranges.note(0, 1, 10.5)
    assert not ranges.whole(sent)
    ranges.note(0, 3, 12.0)
    assert ranges.whole(sent)
    assert ranges.latencies(sent, since=0.0) == [0.5, 2.0, 1.0]
    assert ranges.latencies(sent, since=10.5) == [1.0]


def test_only_what_was_due_since_then_counts() -> None:
    assert after_due(["a", "", "b"], [1.0, 2.0, 3.0], {"a": 1.5, "b": 3.25}, since=2.0) == [0.25]


def test_a_quantile_is_one_of_what_was_measured() -> None:
    spread = spread_of([number / 1000 for number in range(1, 101)])
    assert (spread.count, round(spread.p50), round(spread.p99), round(spread.most)) == (
        *(100, 51, 100, 100),
    )
    with pytest.raises(ValueError, match="nothing"):
        spread_of([])


@pytest.mark.parametrize(
    ("times", "named"),
    [
        ({}, "1 are missing"),
        ({("warned", "a"): 2}, "1 are too many"),
        ({("warned", "a"): 1, ("warned", "b"): 1}, "1 are too many"),
    ],
    ids=["none came", "it came twice", "another's came"],
)
def test_alerts_have_to_be_exactly_those_expected(
    times: dict[tuple[str, str], int], named: str
) -> None:
    alerts = Alerts()
    alerts.times = Counter(times)
    with pytest.raises(WrongResultError, match=named):
        alerts.must_be([("warned", "a")])


def _event(line: Line) -> object:
    return decode(line.at(_MOMENT), key=line.key)
