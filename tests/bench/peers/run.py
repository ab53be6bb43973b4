"""One measured run of the same job in Quix Streams or in Bytewax.

Owns starting them and what counts as finished. Called by the command. Invariant: they get
what the worker gets: the same broker, partitions, core and ClickHouse engine.
"""

import signal
import subprocess
import time
from pathlib import Path

from tests.bench.load import Truth
from tests.bench.peer_run import JOURNEYS, without_alerts
from tests.bench.pinned import Cores, Pinned, python
from tests.bench.place import Place, keep_events
from tests.bench.recorded import figures, must_equal
from tests.bench.watch import Measured, Progress, watch
from tests.bench.worker_run import windows_of

_FIGURES = f"""{JOURNEYS}
UNION ALL SELECT concat('window ', splitByChar(' ', key)[2]) AS figure, sum(count)
    FROM minutes FINAL GROUP BY figure
"""

_END_WITHIN_S = 60


def run_quix(place: Place, cores: Cores, folder: Path, clickhouse: str, truth: Truth) -> Measured:
    """Measures, then checks. Raises WrongResultError."""
    keep_events(place)
    argv = python("-m", "tests.bench.peers.quix")
    return _run("quix", argv, place, cores, folder, clickhouse, truth)


def run_bytewax(
    place: Place, cores: Cores, folder: Path, clickhouse: str, truth: Truth
) -> Measured:
    """Measures, then checks. Raises WrongResultError."""
    state = folder / "state"
    state.mkdir()
    subprocess.run(python("-m", "bytewax.recovery", str(state), "1"), check=True)
    argv = python(
        *("-m", "bytewax.run", "tests.bench.peers.dataflow:flow"),
        *("-r", str(state), "-s", "10", "-b", "0"),
    )
    return _run("bytewax", argv, place, cores, folder, clickhouse, truth)


def _run(
    name: str,
    argv: list[str],
    place: Place,
    cores: Cores,
    folder: Path,
    clickhouse: str,
    truth: Truth,
) -> Measured:
    progress = folder / "progress"
    wanted = truth["events"], sum(windows_of(truth).values())
    started = time.monotonic()
    program = Pinned(
        cores,
        argv,
        folder / f"{name}.log",
        {
            "BENCH_PREFIX": place.prefix,
            "BENCH_BROKER": place.bootstrap,
            "BENCH_EVENTS": place.events,
            "BENCH_DATA": str(folder / "state"),
            "BENCH_PROGRESS": str(progress),
            "BENCH_CLICKHOUSE": clickhouse,
        },
    )
    try:
        measured = watch(program, started, truth["events"], lambda: _progress(progress, wanted))
        program.child.signal(signal.SIGTERM)
        program.child.wait(_END_WITHIN_S)
    finally:
        program.child.kill()
    must_equal(figures(clickhouse, _FIGURES), answered(truth))
    return measured


def answered(truth: Truth) -> Truth:
    """What a peer comes to that counts minutes and raises no alerts."""
    return {**without_alerts(truth), **windows_of(truth)}


def _progress(file: Path, wanted: tuple[int, int]) -> Progress | None:
    """What `rows` told last; None before its first row, or while it writes."""
    try:
        told = file.read_text().split()
    except FileNotFoundError:
        return None
    if len(told) != 2:
        return None
    outcomes, counted = map(int, told)
    return Progress(outcomes, (outcomes, counted) == wanted, (outcomes, counted))
