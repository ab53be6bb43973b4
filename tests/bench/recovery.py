"""`make recovery`: a worker killed with many open journeys, and how soon it decides again.

Owns the load (visits that wait, none of them called yet), the kill and the watch. Invariant:
"deciding again" is said when events sent after the kill are part of the saved state of
every partition.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from msgspec import Struct
from prometheus_client.parser import text_string_to_metric_families

from schemas.topics import STATE, topic_name
from streams.broker.brokers import Brokers
from streams.broker.embedded import free_port
from streams.read_log import Log
from tests.bench.load import OPENING, Told
from tests.bench.pinned import Cores, Pinned, take_cores
from tests.bench.place import PARTITIONS, NoBrokerError, Place, broker, fill, place
from tests.bench.watch import fetched
from tests.bench.worker_run import worker_on
from tests.outages.watching import rss_mib

_LONGEST_S = 600.0


class Recovery(Struct, frozen=True):
    """Seconds are on the wall clock. `state_bytes`: of the state topic, before compaction.
    `resident_mib`: of the worker that took over, with ClickHouse's engine in it."""

    journeys: int
    resident_mib: float
    seconds: float  #: from the start of the process to the first event decided everywhere
    cpu_seconds: float
    state_bytes: int


def main(argv: Sequence[str] | None = None) -> int:
    """0: it decided again; 2: it cannot run here, or did not."""
    parser = argparse.ArgumentParser(prog="make recovery", description=__doc__)
    parser.add_argument("--journeys", type=int, default=200_000, help="open when it is killed")
    parser.add_argument("--broker", choices=("apache", "embedded"), default="apache")
    arguments = parser.parse_args(argv)
    cores = take_cores()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="hallwatch-recovery-") as folder,
            broker(arguments.broker, Path(folder)) as at,
            place(at, [*_waiting(arguments.journeys)]) as where,
        ):
            found = recover(where, cores, Path(folder), arguments.journeys)
    except (NoBrokerError, RuntimeError, OSError) as error:
        print(f"recovery: {error}", file=sys.stderr)
        return 2
    print(
        f"{found.journeys} open journeys in {PARTITIONS} partitions, one worker on one core: "
        f"deciding again {found.seconds:.1f} s after its start "
        f"({found.cpu_seconds:.1f} s of processor; {found.state_bytes / 1e6:.0f} MB of state, "
        f"{found.state_bytes / found.journeys:.0f} bytes a journey); "
        f"{found.resident_mib:.0f} MiB resident, the embedded ClickHouse included"
    )
    return 0


def recover(where: Place, cores: Cores, folder: Path, journeys: int) -> Recovery:
    """Fills a worker, kills it, sends one event to each partition and starts it anew."""
    worker, url = _worker(where, cores, folder)
    try:
        until_at(worker, url, where.ends)
    finally:
        worker.child.kill()
    ends = where.ends | asyncio.run(fill(where.bootstrap, where.events, [*_called(journeys)]))
    started = time.monotonic()
    worker, url = _worker(where, cores, folder)
    try:
        until_at(worker, url, ends)
        seconds, cpu_seconds = time.monotonic() - started, worker.cpu_seconds
        resident = rss_mib(worker.child.pid)
        held = figure(fetched(url) or "", "hallwatch_journeys")
        if sum(held.values()) != journeys:
            raise RuntimeError(f"{sum(held.values())} journeys are open, {journeys} should be")
    finally:
        worker.child.kill()
    return Recovery(journeys, resident, seconds, cpu_seconds, asyncio.run(state_bytes(where)))


def _worker(where: Place, cores: Cores, folder: Path) -> tuple[Pinned, str]:
    port = free_port()
    own = folder / "worker"
    own.mkdir(exist_ok=True)
    worker = worker_on(where, cores, own, f"chdb://{folder / 'clickhouse'}", port)
    return worker, f"http://127.0.0.1:{port}/metrics"


def until_at(worker: Pinned, url: str, ends: dict[int, int]) -> None:
    """Until all before `ends` is part of the saved state."""
    give_up_at = time.monotonic() + _LONGEST_S
    while figure(fetched(url) or "", "hallwatch_next_offset") != ends:
        worker.must_run()
        if time.monotonic() > give_up_at:
            raise worker.trouble(f"not at {ends} after {_LONGEST_S:.0f} s")
        time.sleep(0.1)


def figure(page: str, name: str) -> dict[int, int]:
    """Of a page of metrics, by partition."""
    return {
        int(sample.labels["partition"]): int(sample.value)
        for family in text_string_to_metric_families(page)
        for sample in family.samples
        if sample.name == name
    }


def _waiting(journeys: int) -> list[Told]:
    """Two events each, a few hundred visits a second."""
    told = []
    for number in range(journeys):
        for second, kind in ((0, "issued"), (20, "checked-in")):
            told.append(ticket_event(number, f"ticket.{kind}", number * 0.002 + second, {}))
    return told


def _called(journeys: int) -> list[Told]:
    """Of so many visits that each partition gets some."""
    counter = {"counter": "C0101"}
    return [
        ticket_event(number, "ticket.called", journeys * 0.002 + 30, counter)
        for number in range(min(journeys, 16 * PARTITIONS))
    ]


def ticket_event(number: int, kind: str, second: float, data: dict[str, str]) -> Told:
    """`second`: after the hall opened."""
    ticket = f"{OPENING:%y%m%d}-{number:07d}"
    section = f"S{number % 24 + 1:02d}"
    more = {"service": f"item-{number % 3}"} if kind == "ticket.issued" else data
    event = {
        "specversion": "1.0",
        "id": f"{ticket}-{kind}",
        "source": "urn:hall:queue-1",
        "type": kind,
        "subject": ticket,
        "time": (OPENING + timedelta(seconds=second)).isoformat(timespec="milliseconds"),
        "data": {"section": section, **more},
    }
    return Told(ticket.encode(), json.dumps(event, separators=(",", ":")).encode())


async def state_bytes(where: Place) -> int:
    """Keys and values of all records a new worker reads."""
    records = Log(Brokers(where.bootstrap), where.transactions).read(
        topic_name(where.prefix, STATE)
    )
    return sum([len(one.key or b"") + len(one.value or b"") async for one in records])


if __name__ == "__main__":
    sys.exit(main())
