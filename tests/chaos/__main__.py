"""`make chaos`: nothing lost, nothing counted twice, no false page, whatever dies.

Real Apache Kafka, real workers, the real engine behind ClickHouse's HTTP interface. Each
seed is run in two halves: live, with promises of seconds and people who wait on the wall
clock, under all the faults; and days in event time, of which every column and every message
is known, under a third of them. Prints a row per half; exit code 1 when a figure that must
be zero is not.
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tests.chaos.day.run import run_day
from tests.chaos.faults import Faults
from tests.chaos.run import Report, run

_SHOWN = 8

_HALVES = {"live": (run, 1), "day": (run_day, 3)}

_HEAD = (
    f"{'seed':>9} {'half':>5} {'kills':>6} {'joins':>6} {'pauses':>7} {'broker':>7} {'engine':>7} "
    f"{'events':>8} {'journeys':>9} {'messages':>9} {'lost':>5} {'doubled':>8} {'wrong':>6} "
    f"{'false pages':>12} {'slowest recovery':>34}"
)


def main(argv: Sequence[str] | None = None) -> int:
    """0: all zeros; 1: not; 2: a part of the system never came back."""
    arguments = _parser().parse_args(argv)
    faults = Faults(**{name: getattr(arguments, name) for name in Faults.__struct_fields__})
    began = time.monotonic()

    def say(line: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {line}", flush=True)

    reports: list[Report] = []
    stuck = False
    for seed in range(arguments.seed, arguments.seed + arguments.seeds):
        for half in arguments.halves:
            go, part = _HALVES[half]
            few = Faults(
                **{name: -(-n // part) for name, n in msgspec.structs.asdict(faults).items()}
            )
            folder = Path(tempfile.mkdtemp(prefix="hallwatch-chaos-"))
            say(f"seed {seed}, {half}: {few.total} faults")
            try:
                report = asyncio.run(
                    go(seed, few, arguments.per_second, folder, say, arguments.minutes * 60)
                )
            except AssertionError as error:
                print(f"chaos: seed {seed}, {half}: {error}\nlogs: {folder}", file=sys.stderr)
                stuck = True
                continue
            reports.append(report)
            _show(report)
            if report.verdict.clean:
                shutil.rmtree(folder, ignore_errors=True)
            else:
                print(f"logs: {folder}", flush=True)
    print(f"\nfaults and figures; {arguments.per_second:g} journeys begin each second\n{_HEAD}")
    for report in reports:
        print(_row(report))
    if stuck:
        return 2
    return 0 if all(report.verdict.clean for report in reports) else 1


def _parser() -> argparse.ArgumentParser:
    usual = Faults()
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=20221014, help="of the first run")
    parser.add_argument("--seeds", type=int, default=3, help="runs, one after the other")
    parser.add_argument("--halves", nargs="+", choices=list(_HALVES), default=list(_HALVES))
    parser.add_argument("--kills", type=int, default=usual.kills)
    parser.add_argument("--rebalances", type=int, default=usual.rebalances)
    parser.add_argument("--pauses", type=int, default=usual.pauses)
    parser.add_argument("--broker-restarts", type=int, default=usual.broker_restarts)
    parser.add_argument("--clickhouse-cuts", type=int, default=usual.clickhouse_cuts)
    parser.add_argument("--per-second", type=float, default=60.0, help="journeys that begin")
    parser.add_argument("--minutes", type=float, default=0, help="a half goes on for so long")
    return parser


def _show(report: Report) -> None:
    verdict = report.verdict
    for name in verdict.__struct_fields__:
        sentences: list[str] = getattr(verdict, name)
        for sentence in sorted(sentences)[:_SHOWN]:
            print(f"  {name.replace('_', ' ')}: {sentence}")
        if len(sentences) > _SHOWN:
            print(f"  {name.replace('_', ' ')}: and {len(sentences) - _SHOWN} more")
    if report.told_in_calms:
        print(f"  {report.told_in_calms} breaches in calms, which had to be told at once")
    if report.open_cases:
        print(f"  {report.open_cases} alerts of which the log leaves open what they come to")
    if report.died:
        print(f"  {report.died} workers ended by themselves")


def _row(report: Report) -> str:
    verdict, faults, felt = report.verdict, report.faults, report.felt
    return (
        f"{report.seed:>9} {report.half:>5} {faults.kills:>6} {faults.rebalances:>6} "
        f"{faults.pauses:>7} {faults.broker_restarts:>7} {faults.clickhouse_cuts:>7} "
        f"{report.events:>8} {report.journeys:>9} {report.messages:>9} {len(verdict.lost):>5} "
        f"{len(verdict.doubled):>8} {len(verdict.wrong):>6} {len(verdict.false_pages):>12} "
        f"{f'{felt.slowest_s:.1f} s ({felt.slowest})':>34}"
    )


if __name__ == "__main__":
    sys.exit(main())
