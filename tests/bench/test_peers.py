"""The peers' results are checked and what they promise is told; no figure is asserted.

Invariant: nothing here needs the peers' packages, which only `make bench` installs.
"""

import json
import os
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from streams.broker.child import Child
from tests.bench.__main__ import main
from tests.bench.beside import cpu_seconds_beside
from tests.bench.load import OPENING, Size, make_load, truth_of
from tests.bench.peers.guarantees import GUARANTEES, table
from tests.bench.peers.needs import NoPeerError, must_have
from tests.bench.peers.run import answered
from tests.bench.peers.streamed import Judged, Outcome, Streamed
from tests.bench.peers.visits import MINUTE_MS, NEW, join, outcome
from tests.bench.pinned import Cores, Pinned, python
from tests.bench.recorded import WrongResultError, must_equal
from tests.bench.report import THINGS, Ratio, figures_of, ratios_of
from tests.bench.watch import Measured, Progress, watch

LOAD = make_load(7, Size(events=8_000, open_journeys=200))
WANTED = answered(truth_of(LOAD))


def decided() -> tuple[list[Outcome], Counter[bytes]]:
    """What the Python peers' own function makes of the load, in the form that is checked."""
    visits: dict[str, dict[str, object]] = {}
    outcomes = []
    minutes: Counter[bytes] = Counter()
    for told in LOAD:
        event = json.loads(told.line)
        visit = visits.setdefault(event["subject"], {**NEW})
        verdict = join(visit, event)
        row = dict(
            zip(("event", "type", "journey", "time", *NEW), outcome(visit, event), strict=True)
        )
        judged = Judged(
            row["wait_promise"],
            row["wait_status"],
            row["wait_ms"] or 0,
            row["filing_status"],
            row["filing_ms"] or 0,
        )
        outcomes.append(Outcome(row["event"], row["journey"], judged))
        if verdict is not None:
            promise, status, at = verdict
            minutes[f"{at // MINUTE_MS} 0 {row['section']} {promise} {status}".encode()] += 1
    return outcomes, minutes


def check(outcomes: list[Outcome], minutes: Counter[bytes]) -> None:
    read = Streamed()
    for told in outcomes:
        read.take(told)
    for key, count in minutes.items():
        read.take_minute(key, count)
    must_equal(read.figures(), WANTED)


def test_what_the_python_peers_decide_is_what_the_load_comes_to() -> None:
    check(*decided())


def test_a_peer_that_loses_an_event_or_a_minute_does_not_count() -> None:
    outcomes, minutes = decided()
    with pytest.raises(WrongResultError, match="events: 7999 instead of 8000"):
        check(outcomes[1:], minutes)
    del minutes[next(iter(minutes))]
    with pytest.raises(WrongResultError, match="window "):
        check(outcomes, minutes)


def test_a_warm_up_has_no_visit_of_what_is_measured() -> None:
    before = make_load(7, Size(events=8_000, open_journeys=200), OPENING - timedelta(days=7))
    assert not {told.key for told in before} & {told.key for told in LOAD}


@pytest.mark.parametrize("name", ["quix", "kafka-streams"])
def test_a_peer_that_cannot_run_here_says_what_it_needs(name: str) -> None:
    with pytest.raises(NoPeerError, match=f"{name} needs .*; --without {name} goes on without"):
        must_have(name, transactions=False)


def test_only_what_is_asked_for_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--only=flink"])
    assert "invalid choice: 'flink'" in capsys.readouterr().err


def test_everything_measured_says_what_it_promises() -> None:
    assert set(GUARANTEES) == set(THINGS)
    told = "\n".join(table(["quix", "kafka-streams"]))
    assert "exactly once" in told
    assert "none: a record an event stays in Kafka" in told


def test_ratios_are_taken_run_by_run_and_only_of_what_was_measured() -> None:
    def run(ours: float, theirs: float) -> dict[str, Measured]:
        return {
            "hallwatch": Measured(1_000_000, ours, ours),
            "quix": Measured(1_000_000, theirs, theirs),
            "floor": Measured(0, 0.0, 0.0),
        }

    runs = [run(10, 40), run(20, 40), run(10, 80)]
    found = ratios_of(runs, lambda one: one.cpu_per_million)
    assert found == {"hallwatch / quix": Ratio(median=0.25, least=0.125, most=0.5)}


def test_what_serves_a_program_is_told_per_million_events() -> None:
    runs = [
        {"hallwatch": Measured(500_000, 5.0, 5.0, 1.0, {"broker": broker, "clickhouse": 2.0})}
        for broker in (1.0, 2.0, 3.0)
    ]
    assert figures_of(runs)["hallwatch"].beside == {"broker": 4.0, "clickhouse": 4.0}


def program(folder: Path, words: str) -> Pinned:
    first = min(os.sched_getaffinity(0))
    return Pinned(Cores(first, (first,)), python("-c", words), folder / "peer.log", {})


def test_a_program_that_ends_when_it_has_finished_is_measured_after_its_warm_up(
    tmp_path: Path,
) -> None:
    may_end = tmp_path / "may-end"
    until = f"while not Path({str(may_end)!r}).exists(): time.sleep(0.01)"
    peer = program(tmp_path, f"import time\nfrom pathlib import Path\n{until}")
    told = iter((Progress(300, False, ()), Progress(500, False, ()), Progress(1_000, True, ())))

    def ask() -> Progress:
        progress = next(told)
        if progress.finished:
            may_end.touch()
            while not peer.over:
                time.sleep(0.01)
        return progress

    measured = watch(peer, time.monotonic(), 1_000, ask, warm_up=400)
    assert measured.events == 500
    peer.child.kill()


def test_a_program_that_ends_too_early_is_an_error(tmp_path: Path) -> None:
    peer = program(tmp_path, "print('no such topic')")
    with pytest.raises(RuntimeError, match=r"(?s)ended before it was finished.*no such topic"):
        watch(peer, time.monotonic(), 10, lambda: Progress(5, False, ()))
    peer.child.kill()


def test_the_broker_beside_it_is_found_by_its_command_line(tmp_path: Path) -> None:
    waiting = "import time; time.sleep(60)"
    peer = program(tmp_path, waiting)
    broker = Child(python("-c", waiting, "kafka.Kafka"), tmp_path / "broker.log")
    try:
        assert set(cpu_seconds_beside()) == {"broker"}
    finally:
        broker.kill()
        peer.child.kill()
