"""One measured run of the same job in Quix Streams or in Bytewax.

Owns starting them and what counts as finished. Called by the command. Invariant: they get
what the worker gets: the same broker, partitions, core and ClickHouse engine.
"""

import signal
import subprocess
import time
from importlib.util import find_spec
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


class NoPeerError(Exception):
    """A peer cannot be run here; the message says what to install."""


def run_quix(place: Place, cores: Cores, folder: Path, clickhouse: str, truth: Truth) -> Measured:
    """Measures, then checks. Raises WrongResultError."""
    _must_have("quixstreams", "quix")
    must_have_transactions(place, "quix")
    keep_events(place)
    argv = python("-m", "tests.bench.peers.quix")
    return _run("quix", argv, place, cores, folder, clickhouse, truth)


def run_bytewax(
    place: Place, cores: Cores, folder: Path, clickhouse: str, truth: Truth
) -> Measured:
    """Measures, then checks. Raises WrongResultError."""
    _must_have("bytewax", "bytewax")
    state = folder / "state"
    state.mkdir()
    subprocess.run(python("-m", "bytewax.recovery", str(state), "1"), check=True)
    argv = python(
        *("-m", "bytewax.run", "tests.bench.peers.dataflow:flow"),
        *("-r", str(state), "-s", "10", "-b", "0"),
    )
    return _run("bytewax", argv, place, cores, folder, clickhouse, truth)


def must_have_transactions(place: Place, name: str) -> None:
    if not place.transactions:
        raise NoPeerError(
            f"{name} needs a broker with transactions: --broker apache;"
            f" --without {name} goes on without"
        )


def _must_have(package: str, name: str) -> None:
    if find_spec(package) is None:
        raise NoPeerError(
            f"{name} is not installed: `make bench` installs it from requirements/bench.txt"
            f" (no package of it for Python 3.13 and later); --without {name} goes on without"
        )


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
    must_equal(figures(clickhouse, _FIGURES), {**without_alerts(truth), **windows_of(truth)})
    return measured


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
