"""`make bench-latency`: how soon an event is a verdict, an alert, a row, a picture.

Owns the order of the phases and the exit code. Beside the worker's figures stand, of the same
run, rate and clients, what the broker alone takes and what a program takes that only copies in
transactions. Invariant: a phase whose verdicts or alerts are not exactly what the load comes
to gives no figure, but exit code 1.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from tests.bench.engine import clickhouse
from tests.bench.latency.deadlines import Case, Lateness, lateness
from tests.bench.latency.phases import Load, Through, broker_alone, relayed, through_worker
from tests.bench.latency.spread import Spread
from tests.bench.load import Size, make_load, truth_of
from tests.bench.measuring import measured
from tests.bench.pinned import Cores, take_cores
from tests.bench.place import Broker, broker, clock_after, place
from tests.bench.report import Machine, machine
from tests.bench.worker_run import run_worker

_SHARES = (0.01, 0.10, 0.50)


class Level(Struct, frozen=True):
    """One rate. `times`: event → alert record at p99, in the broker's own, which had nothing
    else to do then; `times_beside`: in what the broker took at the same time."""

    share: float
    rate: float
    load_average: float
    broker: Spread
    relay: Spread
    worker: Through
    times: float
    times_beside: float


class Overdue(Struct, frozen=True):
    case: Case
    load_average: float
    late: Lateness


class Report(Struct, frozen=True):
    machine: Machine
    broker: str
    seed: int
    top: float  #: events a second
    levels: list[Level]
    deadlines: list[Overdue]


def main(argv: Sequence[str] | None = None) -> int:
    """0: measured and right; 1: something is missing or came twice; 2: it cannot run here."""
    arguments = _parser().parse_args(argv)
    return measured("latency", lambda folder: _bench(arguments, folder), arguments.json)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench-latency", description=__doc__)
    parser.add_argument("--top", type=float, help="events/s; not given: measured first")
    parser.add_argument("--shares", type=float, nargs="*", default=_SHARES, help="of the top rate")
    parser.add_argument("--seconds", type=float, default=20, help="of each phase")
    parser.add_argument("--open", type=int, default=100_000, help="journeys, of the deadlines")
    parser.add_argument("--due", type=int, default=10_000, help="deadlines in one second; 0: none")
    parser.add_argument("--passing", type=float, default=500, help="events/s meanwhile, 2nd case")
    parser.add_argument("--seed", type=int, default=20221014)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was measured")
    parser.add_argument(
        "--quick", action="store_true", help="one rate, for a moment: does it all work?"
    )
    return parser


def _bench(given: argparse.Namespace, folder: Path) -> Report:
    if given.quick:
        given.top, given.shares, given.seconds, given.due = 4_000.0, [0.1], 1.0, 0
    cores = take_cores()
    here = machine(cores.measured, cores.shared)
    print(f"{here.cpu}, {here.cores} cores, load average {here.load_average:.1f}", flush=True)
    with broker("apache", folder) as at:
        top = given.top or _top(at, cores, given.seed, _own(folder, "top"))
        print(f"{at.name}; top rate {top:,.0f} events/s", flush=True)
        levels = [_level(at, cores, given, share, top, folder) for share in given.shares]
        deadlines = [
            _overdue(at, cores, Case(given.open, given.due, passing), folder)
            for passing in ((0.0, given.passing) if given.due else ())
        ]
    return Report(here, at.name, given.seed, top, levels, deadlines)


def _top(at: Broker, cores: Cores, seed: int, own: Path) -> float:
    load = make_load(seed, Size(events=200_000))
    with place(at, load, clock_after(load)) as where, clickhouse("served", own) as dsn:
        return run_worker(where, cores, own, dsn, truth_of(load)).per_second


def _level(
    at: Broker, cores: Cores, given: argparse.Namespace, share: float, top: float, folder: Path
) -> Level:
    load = Load(given.seed, share * top, given.seconds)
    own = _own(folder, f"at-{share}")
    print(f"{share:.0%} of it, {load.rate:,.0f} events/s:", flush=True)
    with place(at, []) as where:
        alone = asyncio.run(broker_alone(where, load))
    print(f"  produce -> consume           {alone}", flush=True)
    with place(at, []) as where:
        relay = asyncio.run(relayed(where, load, cores, own))
    print(f"  the same in transactions     {relay}", flush=True)
    with place(at, []) as where, clickhouse("served", own) as dsn:
        found = asyncio.run(through_worker(where, load, cores, own, dsn))
    for name, spread in (
        ("produce -> consume meanwhile", found.beside),
        ("event -> verdict record", found.verdict),
        ("event -> alert record", found.alert),
        ("event -> row in ClickHouse", found.row),
        ("event -> wall", found.wall),
    ):
        print(f"  {name:<28} {spread}", flush=True)
    times, beside = (found.alert.p99 / each.p99 for each in (alone, found.beside))
    average = os.getloadavg()[0]
    print(
        f"  alert p99 is {times:.1f} x the broker's alone, {beside:.1f} x that meanwhile,"
        f" {found.alert.p99 / relay.p99:.1f} x that in transactions; {found.alert.count} alerts,"
        f" worker {found.cpu_share:.0%} of its core, load average {average:.1f}",
        flush=True,
    )
    return Level(share, load.rate, average, alone, relay, found, times, beside)


def _overdue(at: Broker, cores: Cores, case: Case, folder: Path) -> Overdue:
    print(
        f"{case.open_journeys:,} open, {case.due:,} due within a second,"
        f" {case.passing:,.0f} events/s passing:",
        flush=True,
    )
    own = _own(folder, f"due-{case.passing}")
    with place(at, []) as where, clickhouse("served", own) as dsn:
        found = asyncio.run(lateness(where, case, cores, own, dsn))
    print(f"  warning late by             {found.warned}", flush=True)
    print(f"  breach late by              {found.breached}", flush=True)
    return Overdue(case, os.getloadavg()[0], found)


def _own(folder: Path, name: str) -> Path:
    own = folder / name
    own.mkdir()
    return own


if __name__ == "__main__":
    sys.exit(main())
