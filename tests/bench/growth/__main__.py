"""`make bench-growth`: what an event and an open journey cost, from a thousand open to a million.

Owns the order of the runs and the exit code. Processor time counts, not the clock. Invariant: a
run whose rows in ClickHouse are not what the load comes to gives no figure, but exit code 1.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from streams.process import tune_process
from tests.bench.engine import clickhouse
from tests.bench.growth.held import Held, hold
from tests.bench.growth.saving import Saving, save
from tests.bench.growth.shared import Together, share
from tests.bench.load import Size, make_load
from tests.bench.measuring import measured
from tests.bench.pinned import Cores, take_cores
from tests.bench.place import Broker, broker, place
from tests.bench.report import Machine, machine

_OPEN = (1_000, 3_000, 100_000, 1_000_000)
_WORKERS = (1, 2, 4)

#: As many events as are settled at once: a little of a live hall's, and a whole slice.
_SLICES = (100, 2_000, 20_000)


class Report(Struct, frozen=True):
    machine: Machine
    broker: str
    seed: int
    events: int  #: of the measured load
    moving: int  #: of the open journeys, those of the load
    held: list[Held]
    workers: list[Together]
    saving: dict[int, Saving]  #: by events settled at once
    load_averages: list[float]  #: after each run


def main(argv: Sequence[str] | None = None) -> int:
    """0: measured and right; 1: a run's result is wrong; 2: it cannot run here."""
    arguments = _parser().parse_args(argv)
    return measured("growth", lambda folder: _bench(arguments, folder), arguments.json)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench-growth", description=__doc__)
    parser.add_argument("--open", type=int, nargs="*", default=_OPEN, help="journeys")
    parser.add_argument(
        "--moving", type=int, default=3_000, help="of them are the load's; the others stand still"
    )
    parser.add_argument("--workers", type=int, nargs="*", default=_WORKERS)
    parser.add_argument("--events", type=int, default=400_000, help="of the measured load")
    parser.add_argument("--seed", type=int, default=20221014)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was measured")
    parser.add_argument(
        "--quick", action="store_true", help="a few thousand events: does it all work?"
    )
    return parser


def _bench(given: argparse.Namespace, folder: Path) -> Report:
    if given.quick:
        given.open, given.moving, given.workers, given.events = [500], 100, [2], 4_000
    cores = take_cores()
    here = machine(cores.measured, cores.shared)
    averages: list[float] = []
    _say(f"{here.cpu}, {here.cores} cores, load average {here.load_average:.1f}")
    with broker("apache", folder) as at:
        _say(f"{at.name}; {given.events:,} events, ClickHouse in a process of its own")
        held = []
        for count in given.open:
            held.append(_held(at, cores, given, count, folder))
            averages.append(os.getloadavg()[0])
            _say(f"  load average {averages[-1]:.1f}")
        workers = []
        for count in given.workers:
            workers.append(_shared(at, cores, given, count, folder))
            averages.append(os.getloadavg()[0])
    tune_process()
    load = make_load(given.seed, Size(events=min(given.events, 200_000)))
    saving = {slice_records: save(load, slice_records) for slice_records in _SLICES}
    for slice_records, one in saving.items():
        _say(
            f"checkpoint, {slice_records:>6,} events at once: {one.encoding:.2f} CPU s per million"
            f" beside {one.deciding:.2f} of deciding, {one.bytes_per_event:.0f} bytes an event"
        )
    return Report(
        machine=here,
        broker=at.name,
        seed=given.seed,
        events=given.events,
        moving=given.moving,
        held=held,
        workers=workers,
        saving=saving,
        load_averages=averages,
    )


def _held(at: Broker, cores: Cores, given: argparse.Namespace, count: int, folder: Path) -> Held:
    own = Path(tempfile.mkdtemp(prefix=f"open-{count}-", dir=folder))
    moving = min(count, given.moving)
    load = make_load(given.seed, Size(events=given.events, open_journeys=moving))
    with place(at, []) as where, clickhouse("served", own) as dsn:
        found = hold(where, count - moving, load, cores, own, dsn)
    line = f"{count:>9,} open: {found.load.cpu_per_million:5.1f} CPU s per million events"
    if (each := found.bytes_per_journey) is not None:
        line += (
            f", {each[0]:,.0f} bytes of memory a journey ({each[1]:,.0f} restored),"
            f" {found.state_bytes / found.standing:,.0f} of state"
        )
    _say(f"{line}; deciding again {found.deciding_again:.1f} s after its start")
    return found


def _shared(
    at: Broker, cores: Cores, given: argparse.Namespace, count: int, folder: Path
) -> Together:
    own = Path(tempfile.mkdtemp(prefix=f"workers-{count}-", dir=folder))
    load = make_load(given.seed, Size(events=given.events))
    with place(at, []) as where, clickhouse("served", own) as dsn:
        found = share(where, load, count, cores, own, dsn)
    each = ", ".join(f"{seconds:.1f}" for seconds in found.each)
    _say(f"{count} workers: {found.cpu_per_million:.1f} CPU s per million events ({each})")
    return found


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
