"""One measured run of the same job as Faust's documentation writes it.

Owns starting `documented` and what counts as finished. Called by `run`. Invariant: it
gets what the worker gets (the same broker, partitions, core, ClickHouse engine) and may
run on the load's first part, since what matters is its rate.
"""

import signal
import time
from pathlib import Path

from schemas.topics import OUTCOMES, topic_name
from streams.broker.embedded import free_port
from tests.bench.load import Truth
from tests.bench.pinned import Cores, Pinned, python
from tests.bench.place import Place, make_topics
from tests.bench.recorded import figures, must_equal
from tests.bench.watch import Measured, Progress, fetched_json, watch

#: What the outcomes, a row an event, come to.
JOURNEYS = """
WITH last AS (
    SELECT journey, argMax(wait_promise, time) AS wait_promise,
        argMax(wait_status, time) AS wait_status, argMax(wait_ms, time) AS wait_ms,
        argMax(filing_status, time) AS filing_status, argMax(filing_ms, time) AS filing_ms
    FROM outcomes FINAL GROUP BY journey
)
SELECT 'events' AS figure, toInt64(count()) AS value FROM outcomes FINAL
UNION ALL SELECT 'journeys', count() FROM last
UNION ALL SELECT concat('verdict ', wait_promise, ' ', wait_status), count() FROM last
    WHERE wait_status != '' GROUP BY wait_promise, wait_status
UNION ALL SELECT concat('verdict counter-filing ', filing_status), count() FROM last
    WHERE filing_status != '' GROUP BY filing_status
UNION ALL SELECT concat('ms ', wait_promise), sum(wait_ms) FROM last
    WHERE wait_status != '' GROUP BY wait_promise
UNION ALL SELECT 'ms counter-filing', sum(filing_ms) FROM last WHERE filing_status != ''
"""


def run_documented(
    place: Place, cores: Cores, folder: Path, clickhouse: str, truth: Truth
) -> Measured:
    """Measures, then checks. Raises WrongResultError."""
    # Faust makes them itself, but starts before the broker shows them now and then, and then
    # crashes for ever.
    make_topics(place, ["visits-changelog", "minutes-changelog"])
    port = free_port()
    started = time.monotonic()
    app = Pinned(
        cores,
        python(
            *("-m", "faust", "-A", "tests.bench.documented", "worker", "--loglevel=warn"),
            *(f"--web-port={port}", "--web-bind=127.0.0.1", "--web-host=127.0.0.1"),
        ),
        folder / "documented.log",
        {
            "BENCH_PREFIX": place.prefix,
            "BENCH_BROKER": place.bootstrap,
            "BENCH_PARTITIONS": str(place.partitions),
            "BENCH_EVENTS": place.events,
            "BENCH_OUTCOMES": topic_name(place.prefix, OUTCOMES),
            "BENCH_DATA": str(folder / "faust"),
            "BENCH_CLICKHOUSE": clickhouse,
        },
    )
    try:
        url = f"http://127.0.0.1:{port}/done/"
        measured = watch(app, started, truth["events"], lambda: _progress(url, truth["events"]))
        app.child.signal(signal.SIGTERM)
        app.child.wait(15)
    finally:
        app.child.kill()
    must_equal(figures(clickhouse, JOURNEYS), without_alerts(truth))
    return measured


def without_alerts(truth: Truth) -> Truth:
    """What programs come to that raise none."""
    return {name: value for name, value in truth.items() if not name.startswith("alert ")}


def _progress(url: str, events: int) -> Progress | None:
    done = fetched_json(url)
    if done is None:
        return None
    decided, recorded = done["decided"], done["recorded"]
    return Progress(decided, decided >= events and recorded >= events, (decided, recorded))
