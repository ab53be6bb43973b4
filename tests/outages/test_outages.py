"""ClickHouse or the webhook away while the hall goes on: the same program as `make outages`,
with the rows of ten minutes sent as fast as they are taken, and a short outage.

Alerts go on meanwhile, memory is bounded, and afterwards every row and every message is
there once. Real Kafka, the real engine behind HTTP.
"""

from pathlib import Path

import pytest

from tests.kafka.apache import ApacheKafka
from tests.outages.__main__ import BOUND_MIB
from tests.outages.run import Outage, run, scene
from tests.outages.webhook import Trouble
from tests.sinks.served import Served

pytestmark = pytest.mark.kafka

#: 1,000 events/s for ten minutes.
TEN_MINUTES = 600_000

#: Of a backlog as the tests of hanging servers have it.
SOME = 100_000

CASES = {
    # The same rows before it, as fast: what a worker at full speed takes anyway is not the
    # outage's.
    "ClickHouse refuses, midway": Outage(
        clickhouse="refuses",
        before_s=2,
        away_s=4,
        per_second=200,
        warm=TEN_MINUTES,
        bulk=TEN_MINUTES,
    ),
    "ClickHouse hangs from the start, the webhook answers 500": Outage(
        clickhouse="hangs",
        webhook=Trouble.FAILS,
        from_start=True,
        before_s=1,
        away_s=6,
        per_second=200,
        slow_every=4,
        bulk=SOME,
    ),
    "the webhook reads and never answers": Outage(
        webhook=Trouble.MUTE, before_s=1, away_s=6, per_second=200, slow_every=4
    ),
}


@pytest.mark.parametrize("case", CASES)
async def test_an_outage_delays_and_loses_nothing(
    apache_kafka: ApacheKafka, clickhouse_server: Served, tmp_path: Path, case: str
) -> None:
    async with scene(apache_kafka.bootstrap, clickhouse_server, tmp_path) as found:
        report = await run(found, CASES[case])
    assert (report.books.lost, report.books.doubled) == (0, 0), report.books
    assert report.books.wrong == 0, report.books
    assert report.said_twice == 0
    assert report.not_delivered == 0
    assert report.paged_for > 0
    assert report.memory_grown < BOUND_MIB, f"{report.memory_grown:.0f} MiB"
    # A line when it begins, at its end, and now and then; not one for each try.
    assert report.log_lines <= 10, found.worker.tail()
