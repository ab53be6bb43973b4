"""The benchmark works and tells right from wrong. No time is asserted.

Invariant: the benchmark runs as a command of its own, since it pins its process to a core.
"""

import subprocess
from pathlib import Path

import msgspec
import pytest

from schemas.decode import Rejected, decode
from tests.bench.load import EVENTS_PER_VISIT, Size, make_load, truth_of
from tests.bench.pinned import ROOT, python
from tests.bench.place import clock_after, usual_broker
from tests.bench.recorded import WrongResultError, must_equal
from tests.bench.report import Report
from tests.bench.watch import Measured
from tests.parts import absent

#: Their packages are not needed by `make test`; test_peers holds their checks.
INSTALLED_BY_BENCH = ("quix", "bytewax", "kafka-streams")

SMALL = Size(events=1_600, open_journeys=40)


@pytest.mark.parametrize(
    ("options", "things"),
    [
        pytest.param(
            ("--broker=apache", *(f"--without={peer}" for peer in INSTALLED_BY_BENCH)),
            ("hallwatch", "documented", "floor"),
            marks=pytest.mark.kafka,
        ),
        (("--broker=embedded", "--only=hallwatch", "--clickhouse=served"), ("hallwatch",)),
    ],
    ids=[
        "what make test installs, on Apache Kafka",
        "the worker on the embedded broker, ClickHouse served",
    ],
)
def test_a_quick_run_records_what_the_load_comes_to(
    options: tuple[str, ...], things: tuple[str, ...], tmp_path: Path
) -> None:
    if "--broker=apache" in options and usual_broker() != "apache":
        absent("Apache Kafka needs Java 17 or later and Maven")
    file = tmp_path / "bench.json"
    done = subprocess.run(
        python("-m", "tests.bench", "--quick", f"--json={file}", *options),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = msgspec.json.decode(file.read_bytes(), type=Report)
    assert report.events == 4_000
    assert [tuple(run) for run in report.runs] == [things]


def test_the_same_seed_gives_the_same_load() -> None:
    assert make_load(7, SMALL) == make_load(7, SMALL)
    assert make_load(7, SMALL) != make_load(8, SMALL)


def test_the_load_is_whole_visits_in_order_of_time() -> None:
    load = make_load(7, SMALL)
    truth = truth_of(load)
    assert truth["events"] == SMALL.events
    assert truth["journeys"] == SMALL.events // EVENTS_PER_VISIT
    decoded = [decode(told.line, key=told.key) for told in load]
    times = [event.time for event in decoded if not isinstance(event, Rejected)]
    assert len(times) == len(load)
    assert times == sorted(times)
    assert decode(clock_after(load), key=b"clock").time > times[-1]  # type: ignore[union-attr]


def test_about_as_many_journeys_are_open_as_asked_for() -> None:
    size = Size(events=16_000, open_journeys=300)
    inside: set[bytes] = set()
    counts = []
    for told in make_load(7, size):
        if b"ticket.served" in told.line:
            inside.discard(told.key)
        else:
            inside.add(told.key)
        counts.append(len(inside))
    middle = sorted(counts[len(counts) // 4 : -len(counts) // 4])
    assert 200 < middle[len(middle) // 2] < 400


def test_some_promises_are_broken_and_some_just_kept() -> None:
    truth = truth_of(make_load(7, Size(events=40_000)))
    late = truth["verdict counter-filing late"]
    assert 0.03 < late / truth["journeys"] < 0.10
    assert truth["alert counter-filing met-late"] == late
    assert truth["alert counter-filing met"] > 0
    assert truth["verdict appointment-wait-general late"] > 0
    assert truth["verdict appointment-wait-complex kept"] > 0


@pytest.mark.kafka
def test_the_measurement_of_recovery_finds_every_journey_again() -> None:
    if usual_broker() != "apache":
        absent("Apache Kafka needs Java 17 or later and Maven")
    done = subprocess.run(
        python("-m", "tests.bench.recovery", "--journeys=2000"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "2000 open journeys in 4 partitions" in done.stdout


@pytest.mark.parametrize(
    ("found", "named"),
    [
        ({"events": 9, "journeys": 2}, "events: 9 instead of 10"),
        ({"events": 10}, "journeys: 0 instead of 2"),
        ({"events": 10, "journeys": 2, "dead letters": 1}, "dead letters: 1 instead of 0"),
    ],
    ids=["too few", "none at all", "what should not be there"],
)
def test_a_wrong_result_is_named(found: dict[str, int], named: str) -> None:
    with pytest.raises(WrongResultError, match=named):
        must_equal(found, {"events": 10, "journeys": 2})


def test_a_figure_that_is_zero_need_not_be_there() -> None:
    must_equal({"events": 10, "dead letters": 0}, {"events": 10})


def test_rates_are_of_what_was_decided_in_the_time() -> None:
    measured = Measured(events=300_000, seconds=5.0, cpu_seconds=4.5, start_seconds=2.0)
    assert measured.per_second == 60_000
    assert measured.cpu_per_million == 15.0
    assert measured.share == 0.9
