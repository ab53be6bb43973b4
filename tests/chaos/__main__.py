"""`make chaos`: nothing lost, nothing counted twice, no false page, whatever dies.

Real Apache Kafka, real workers, the real engine behind ClickHouse's HTTP interface, live
clock. Prints a row per seed; exit code 1 when a figure that must be zero is not.
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.chaos.run import Faults, Report, run

_SHOWN = 8

_HEAD = (
    f"{'seed':>9} {'faults':>7} {'events':>8} {'journeys':>9} {'alerts':>7} "
    f"{'lost':>5} {'doubled':>8} {'wrong':>6} {'false pages':>12} {'slowest recovery':>17}"
)


def main(argv: Sequence[str] | None = None) -> int:
    """0: all zeros; 1: not; 2: a part of the system never came back."""
    arguments = _parser().parse_args(argv)
    faults = Faults(
        kills=arguments.kills,
        rebalances=arguments.rebalances,
        pauses=arguments.pauses,
        broker_restarts=arguments.broker_restarts,
        clickhouse_cuts=arguments.clickhouse_cuts,
    )
    began = time.monotonic()

    def say(line: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {line}", flush=True)

    reports: list[Report] = []
    for seed in range(arguments.seed, arguments.seed + arguments.seeds):
        folder = Path(tempfile.mkdtemp(prefix="hallwatch-chaos-"))
        say(f"seed {seed}: {faults.total} faults")
        try:
            report = asyncio.run(run(seed, faults, arguments.per_second, folder, say))
        except AssertionError as stuck:
            print(f"chaos: seed {seed}: {stuck}\nlogs: {folder}", file=sys.stderr)
            return 2
        reports.append(report)
        _show(report)
        if report.verdict.clean:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            print(f"logs: {folder}", flush=True)
    counts = ", ".join(f"{name} {getattr(faults, name)}" for name in faults.__struct_fields__)
    print(f"\n{counts.replace('_', ' ')}; {arguments.per_second:g} journeys begin each second")
    print(_HEAD)
    for report in reports:
        print(_row(report))
    return 0 if all(report.verdict.clean for report in reports) else 1


def _parser() -> argparse.ArgumentParser:
    usual = Faults()
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=20221014, help="of the first run")
    parser.add_argument("--seeds", type=int, default=3, help="runs, one after the other")
    parser.add_argument("--kills", type=int, default=usual.kills)
    parser.add_argument("--rebalances", type=int, default=usual.rebalances)
    parser.add_argument("--pauses", type=int, default=usual.pauses)
    parser.add_argument("--broker-restarts", type=int, default=usual.broker_restarts)
    parser.add_argument("--clickhouse-cuts", type=int, default=usual.clickhouse_cuts)
    parser.add_argument("--per-second", type=float, default=60.0, help="journeys that begin")
    return parser


def _show(report: Report) -> None:
    verdict = report.verdict
    for name in verdict.__struct_fields__:
        sentences: list[str] = getattr(verdict, name)
        for sentence in sorted(sentences)[:_SHOWN]:
            print(f"  {name.replace('_', ' ')}: {sentence}")
        if len(sentences) > _SHOWN:
            print(f"  {name.replace('_', ' ')}: and {len(sentences) - _SHOWN} more")
    if report.died:
        print(f"  {report.died} workers ended by themselves")


def _row(report: Report) -> str:
    verdict = report.verdict
    return (
        f"{report.seed:>9} {report.faults.total:>7} {report.events:>8} {report.journeys:>9} "
        f"{report.alerts:>7} {len(verdict.lost):>5} {len(verdict.doubled):>8} "
        f"{len(verdict.wrong):>6} {len(verdict.false_pages):>12} "
        f"{f'{report.slowest_s:.1f} s ({report.slowest})':>17}"
    )


if __name__ == "__main__":
    sys.exit(main())
