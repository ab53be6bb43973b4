"""`make bench`: how many events a second the worker decides and records on one core.

Owns the order of the runs and the exit code. Invariant: a run whose rows in ClickHouse
are not what the load comes to gives no figure, but exit code 1.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path

from tests.bench import forecast
from tests.bench.engine import KINDS, clickhouse
from tests.bench.floor import run_floor
from tests.bench.load import OPENING, Size, Told, Truth, make_load, mean_bytes, truth_of
from tests.bench.measuring import measured
from tests.bench.peer_run import run_documented
from tests.bench.peers.guarantees import GUARANTEES
from tests.bench.peers.needs import must_have
from tests.bench.peers.run import run_bytewax, run_quix
from tests.bench.peers.streams_run import run_streams
from tests.bench.pinned import Cores, take_cores
from tests.bench.place import (
    PARTITIONS,
    Broker,
    Place,
    broker,
    clock_after,
    place,
    usual_broker,
)
from tests.bench.recorded import WrongResultError
from tests.bench.report import (
    THINGS,
    Report,
    figures_of,
    heading,
    machine,
    ratios_of,
    run_line,
    summary,
)
from tests.bench.watch import Measured
from tests.bench.worker_run import run_worker

#: Of the load, since what matters is their rate: about half a minute each.
PARTS = {"documented": 40_000, "quix": 400_000, "bytewax": 400_000}


def main(argv: Sequence[str] | None = None) -> int:
    """0: measured and right; 1: a run's result is wrong; 2: it cannot run here."""
    arguments = _parser().parse_args(argv)
    if arguments.forecast:
        return forecast.main()
    return measured("bench", lambda folder: _bench(arguments, folder), arguments.json)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="of each thing, in turn")
    parser.add_argument("--events", type=int, default=1_000_000)
    for name, events in PARTS.items():
        parser.add_argument(
            f"--{name}-events", type=int, default=events, help=f"how many of them {name} gets"
        )
    parser.add_argument("--seed", type=int, default=20221014)
    parser.add_argument("--broker", choices=("apache", "embedded"), default=usual_broker())
    parser.add_argument(
        "--clickhouse",
        choices=tuple(KINDS),
        default="embedded",
        help="; ".join(f"{kind}: {what.partition(': ')[2]}" for kind, what in KINDS.items()),
    )
    parser.add_argument(
        "--forecast", action="store_true", help="hold the wait forecast against a real month"
    )
    for option, what in (("--only", "measure it alone"), ("--without", "leave it out")):
        parser.add_argument(
            option,
            choices=tuple(THINGS),
            action="append",
            default=[],
            help=f"{what}; may be given more than once",
        )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was measured")
    parser.add_argument(
        "--quick", action="store_true", help="a few thousand events, once: does it all work?"
    )
    return parser


def _bench(arguments: argparse.Namespace, folder: Path) -> Report:
    size, runs = Size(events=arguments.events), arguments.runs
    if arguments.quick:
        size, runs = Size(events=4_000, open_journeys=120), 1
    load = make_load(arguments.seed, size)
    parts = _parts(arguments, load)
    truth = truth_of(load)
    cores = take_cores()
    before = machine(cores.measured, cores.shared)
    measured: list[dict[str, Measured]] = []
    with broker(arguments.broker, folder) as at:

        def report() -> Report:
            figures = figures_of(measured)
            return Report(
                machine=before,
                broker=at.name,
                clickhouse=KINDS[arguments.clickhouse],
                seed=arguments.seed,
                partitions=PARTITIONS,
                events=truth["events"],
                journeys=truth["journeys"],
                event_bytes=mean_bytes(load),
                parts={name: len(part) for name, part in parts.items()},
                runs=measured,
                figures=figures,
                ratios=ratios_of(measured, lambda one: one.per_second),
                cpu_ratios=ratios_of(measured, lambda one: one.cpu_per_million),
                guarantees={name: GUARANTEES[name] for name in figures},
            )

        _say(*heading(report()))
        things = _things(arguments, load, parts)
        for name in things:
            must_have(name, at.transactions)
        for number in range(1, runs + 1):
            measured.append({})
            for name, measure in things.items():
                own = folder / f"{number}-{name}"
                own.mkdir()
                try:
                    measured[-1][name] = measure(at, cores, own)
                except WrongResultError as wrong:
                    raise WrongResultError(f"run {number}, {name}: {wrong}") from None
                _say(run_line(number, name, measured[-1][name]))
        done = report()
    _say(*summary(done))
    return done


def _parts(arguments: argparse.Namespace, load: Sequence[Told]) -> dict[str, Sequence[Told]]:
    """What the slower peers get of the load: whole events from its beginning."""
    given = {name: getattr(arguments, f"{name}_events") for name in PARTS}
    most = len(load) // 2 if arguments.quick else len(load)
    return {name: load[: min(events, most)] for name, events in given.items()}


def _things(
    arguments: argparse.Namespace, load: Sequence[Told], parts: Mapping[str, Sequence[Told]]
) -> dict[str, Callable[[Broker, Cores, Path], Measured]]:
    """What to measure, in the order of the report."""
    kind = arguments.clickhouse

    def hallwatch(at: Broker, cores: Cores, own: Path) -> Measured:
        with place(at, load, clock_after(load)) as here, clickhouse(kind, own) as dsn:
            return run_worker(here, cores, own, dsn, truth_of(load))

    def peer(
        part: Sequence[Told], run: Callable[[Place, Cores, Path, str, Truth], Measured]
    ) -> Callable[[Broker, Cores, Path], Measured]:
        def measure(at: Broker, cores: Cores, own: Path) -> Measured:
            with place(at, part) as here, clickhouse(kind, own) as dsn:
                return run(here, cores, own, dsn, truth_of(part))

        return measure

    def streams(at: Broker, cores: Cores, own: Path) -> Measured:
        warmed = [*_warm_up(arguments.seed, len(load)), *load]
        with place(at, warmed) as here:
            return run_streams(here, cores, own, truth_of(warmed), len(warmed) - len(load))

    def floor(at: Broker, cores: Cores, own: Path) -> Measured:
        with place(at, load) as here:
            return run_floor(here, cores, own)

    things = {
        "hallwatch": hallwatch,
        "documented": peer(parts["documented"], run_documented),
        "quix": peer(parts["quix"], run_quix),
        "bytewax": peer(parts["bytewax"], run_bytewax),
        "kafka-streams": streams,
        "floor": floor,
    }
    only, without = arguments.only or things, arguments.without
    return {name: things[name] for name in things if name in only and name not in without}


@cache
def _warm_up(seed: int, events: int) -> Sequence[Told]:
    """For what a JVM runs: as many events as are measured, of the week before."""
    return make_load(seed, Size(events=events), OPENING - timedelta(days=7))


def _say(*lines: str) -> None:
    for line in lines:
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
