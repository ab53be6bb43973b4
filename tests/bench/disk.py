"""`make bench-disk`: what a million events take on the disks of Kafka and ClickHouse.

Measured after one run of the worker whose rows are right: the sizes of the log folders as the
broker knows them, of the tables' parts as ClickHouse knows them, merged. docs/capacity.md
quotes it. Invariant: a run whose rows are wrong gives no figure.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from kafka.admin import KafkaAdminClient

from sinks.clickhouse import open_client
from tests.bench.engine import clickhouse
from tests.bench.load import Size, make_load, mean_bytes, truth_of
from tests.bench.pinned import take_cores
from tests.bench.place import broker, clock_after, place
from tests.bench.worker_run import run_worker

_PARTS = """
SELECT table, sum(bytes_on_disk) AS bytes, sum(rows) AS counted FROM system.parts
WHERE active AND database = currentDatabase() GROUP BY table ORDER BY table
"""

_TABLES = "SELECT DISTINCT table FROM system.parts WHERE active AND database = currentDatabase()"


def main() -> int:
    """0: measured."""
    parser = argparse.ArgumentParser(prog="make bench-disk", description=__doc__)
    parser.add_argument("--events", type=int, default=300_000)
    parser.add_argument("--seed", type=int, default=20221014)
    given = parser.parse_args()
    load = make_load(given.seed, Size(events=given.events))
    truth = truth_of(load)
    print(f"{truth['events']} events of {mean_bytes(load):.0f} bytes, {truth['journeys']} journeys")
    with tempfile.TemporaryDirectory(prefix="hallwatch-disk-") as scratch:
        own = Path(scratch) / "worker"
        own.mkdir()
        with (
            broker("apache", Path(scratch)) as at,
            place(at, load, clock_after(load)) as here,
            clickhouse("served", own) as dsn,
        ):
            run_worker(here, take_cores(), own, dsn, truth)
            topics = dict(_topics(here.bootstrap, here.prefix))
            tables = dict(_tables(dsn))
    for kind, sizes in (("Kafka", topics), ("ClickHouse", tables)):
        for name, size in {**sizes, "together": sum(sizes.values())}.items():
            each = size / truth["events"]
            print(f"{kind:<10} {name:<16} {each:>8.1f} MB a million events")
    return 0


def _topics(bootstrap: str, prefix: str) -> Iterator[tuple[str, int]]:
    """By topic, without its prefix; one copy of each."""
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    sizes: Counter[str] = Counter()
    try:
        for asked in admin.describe_log_dirs():
            for folder in asked["log_dirs"]:
                for topic in folder["topics"]:
                    if topic["name"].startswith(prefix):
                        name = topic["name"].removeprefix(prefix).strip(".")
                        sizes[name] += sum(one["partition_size"] for one in topic["partitions"])
    finally:
        admin.close()
    yield from sorted(sizes.items())


def _tables(dsn: str) -> Iterator[tuple[str, int]]:
    with open_client(dsn) as client:
        for (table,) in client.query(_TABLES).result_rows:
            client.command(f"OPTIMIZE TABLE `{table}` FINAL")
        for table, size, _ in client.query(_PARTS).result_rows:
            yield str(table), int(size)


if __name__ == "__main__":
    sys.exit(main())
