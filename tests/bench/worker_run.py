"""One measured run of hallwatch's own worker, as a deployment runs it.

Owns its settings and what counts as finished. Called by `run`. Invariant: the worker is
the product's command, its state durable.
"""

import shutil
import signal
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from streams.broker.embedded import free_port
from tests.bench.load import Truth
from tests.bench.pinned import ROOT, Cores, Pinned, python
from tests.bench.place import Place
from tests.bench.recorded import figures, must_equal
from tests.bench.watch import Measured, Progress, fetched, watch
from tests.pipeline.hall import rules_with

#: The simulated hall's sections: open round the clock, so that no journey expires.
_HALL = ROOT / "streams" / "simulator" / "rules"

FIGURES = """
SELECT 'events' AS figure, toInt64(count()) AS value FROM events_now
UNION ALL SELECT 'journeys', count() FROM journeys_now
UNION ALL SELECT concat('verdict ', promise, ' ', status), count() FROM verdicts_now
    GROUP BY promise, status
UNION ALL SELECT concat('ms ', promise), sum(duration_ms) FROM verdicts_now GROUP BY promise
UNION ALL SELECT concat('alert ', promise, ' ', closed_as), count() FROM alerts_now
    GROUP BY promise, closed_as
UNION ALL SELECT concat('window ', promise), sum(started) FROM windows_now GROUP BY promise
UNION ALL SELECT 'dead letters', count() FROM dead_letters_now
"""


def run_worker(place: Place, cores: Cores, folder: Path, clickhouse: str, truth: Truth) -> Measured:
    """Measures, then checks. Raises WrongResultError."""
    port = free_port()
    started = time.monotonic()
    worker = worker_on(place, cores, folder, clickhouse, port)
    try:
        url = f"http://127.0.0.1:{port}/metrics"
        measured = watch(
            worker,
            started,
            truth["events"],
            lambda: progress_at([url], truth["events"], place.ends),
        )
        worker.child.signal(signal.SIGTERM)
        if not worker.child.wait(60) or worker.child.exit_code != 0:
            raise RuntimeError(f"the worker does not stop:\n{worker.child.log_tail(30)}")
    finally:
        worker.child.kill()
    must_equal(figures(clickhouse, FIGURES), with_windows(truth))
    return measured


def worker_on(
    place: Place,
    cores: Cores,
    folder: Path,
    clickhouse: str,
    port: int,
    more: Mapping[str, str] = {},
) -> Pinned:
    """Its process, with the wall and the metrics on `port`; `more`: other settings."""
    return Pinned(
        cores,
        python("-m", "streams.cli", "worker"),
        folder / "worker.log",
        {
            "HALLWATCH_BROKER": place.bootstrap,
            "HALLWATCH_TRANSACTIONS": str(place.transactions).lower(),
            "HALLWATCH_PARTITIONS": str(place.partitions),
            "HALLWATCH_TOPIC_PREFIX": place.prefix,
            "HALLWATCH_GROUP": place.prefix,
            "HALLWATCH_CLOCK": "event",
            "HALLWATCH_CLICKHOUSE": clickhouse,
            "HALLWATCH_DATA": str(folder),
            "HALLWATCH_RULES": str(_rules(folder)),
            "HALLWATCH_WALL_PORT": str(port),
            **more,
        },
    )


def _rules(folder: Path) -> Path:
    """The hall's, and of the promises those whose truth the load knows (`hall.CLOCKS`)."""
    rules = folder / "rules"
    shutil.copytree(_HALL, rules, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    return rules_with(rules)


def progress_at(urls: Sequence[str], events: int, ends: dict[int, int]) -> Progress | None:
    """Of all workers together, as their metrics tell it."""
    pages = [page for page in map(fetched, urls) if page is not None]
    if len(pages) < len(urls):
        return None
    sums: Counter[str] = Counter()
    offsets: dict[int, int] = {}
    page = "\n".join(pages)
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            sums[sample.name] += int(sample.value)
            if sample.name == "hallwatch_next_offset":
                offsets[int(sample.labels["partition"])] = int(sample.value)
    decided = sums["hallwatch_events_total"]
    # Idle with the log read to its end, nothing more will be sent; then it is the rows.
    finished = (
        offsets == ends
        and sums["hallwatch_idle"] == len(ends)
        and decided == events
        and sums["hallwatch_waiting_bytes"] == 0
        and sums["hallwatch_rows_total"] == sums["hallwatch_outcome_rows_total"]
    )
    return Progress(decided, finished, (sum(offsets.values()), sums["hallwatch_rows_total"]))


def windows_of(truth: Truth) -> Truth:
    """Every verdict stands in one window of its promise."""
    windows: Counter[str] = Counter()
    for name, value in truth.items():
        kind, _, rest = name.partition(" ")
        if kind == "verdict":
            windows[f"window {rest.split()[0]}"] += value
    return dict(windows)


def with_windows(truth: Truth) -> Truth:
    return {**truth, **windows_of(truth)}
