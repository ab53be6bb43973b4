"""What was measured, in words and as JSON: machine, seed, each run, medians, ratios.

Owns the form only. Called by the command. Invariant: a ratio is of figures of this run on
this machine; nothing is compared with a number from elsewhere.
"""

import os
import platform
from collections.abc import Callable, Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median

from msgspec import Struct

from tests.bench.peers.guarantees import Guarantees, table
from tests.bench.watch import Measured

#: What is measured, and what it is called.
THINGS = {
    "hallwatch": "hallwatch worker, durable state, rows in ClickHouse",
    "documented": "the same job as Faust's documentation writes it",
    "quix": "the same job in Quix Streams",
    "bytewax": "the same job in Bytewax",
    "kafka-streams": "the same job in Kafka Streams, warmed up, rows left in Kafka",
    "floor": "aiokafka read + msgspec decode alone",
}

_WIDTH = max(map(len, THINGS))

_PACKAGES = (
    *("faust-streaming", "aiokafka", "msgspec", "clickhouse-connect", "chdb"),
    *("quixstreams", "bytewax"),
)


class Machine(Struct, frozen=True):
    cpu: str
    cores: int
    measured_core: int
    shared_core: bool  #: True: no second core, so the broker took time from what was measured
    system: str
    python: str
    versions: dict[str, str]
    load_average: float  #: over the last minute, before anything was started


class Figure(Struct, frozen=True):
    """One thing over all runs."""

    per_second: float  #: median
    slowest: float
    fastest: float
    cpu_per_million: float  #: median, seconds
    start_seconds: float  #: median
    share: float  #: median, of one core
    beside: dict[str, float]  #: medians, CPU seconds per million events of what serves it


class Ratio(Struct, frozen=True):
    """One thing by another, run by run: they were measured one after the other."""

    median: float
    least: float
    most: float


class Report(Struct, frozen=True):
    machine: Machine
    broker: str
    clickhouse: str
    seed: int
    partitions: int
    events: int
    journeys: int
    event_bytes: float  #: mean
    parts: dict[str, int]  #: events given to those that get a part of them
    runs: list[dict[str, Measured]]
    figures: dict[str, Figure]
    ratios: dict[str, Ratio]
    cpu_ratios: dict[str, Ratio]
    guarantees: dict[str, Guarantees]


def machine(measured_core: int, shared_core: bool) -> Machine:
    return Machine(
        _cpu(),
        os.cpu_count() or 1,
        measured_core,
        shared_core,
        f"{platform.system()} {platform.release()}",
        platform.python_version(),
        {name: found for name in _PACKAGES if (found := _version(name))},
        os.getloadavg()[0],
    )


def figures_of(runs: list[dict[str, Measured]]) -> dict[str, Figure]:
    return {
        name: _figure([run[name] for run in runs if name in run])
        for name in THINGS
        if any(name in run for run in runs)
    }


def ratios_of(
    runs: list[dict[str, Measured]], figure: Callable[[Measured], float]
) -> dict[str, Ratio]:
    """How many times hallwatch's figure is each other's."""
    ratios = {}
    for name in THINGS:
        pairs = [
            (figure(run["hallwatch"]), figure(run[name]))
            for run in runs
            if name != "hallwatch" and "hallwatch" in run and name in run
        ]
        found = [ours / theirs for ours, theirs in pairs if theirs]
        if found:
            ratios[f"hallwatch / {name}"] = Ratio(median(found), min(found), max(found))
    return ratios


def heading(report: Report) -> Iterable[str]:
    machine = report.machine
    yield f"machine    {machine.cpu}, {machine.cores} cores, {machine.system}"
    yield f"           load average {machine.load_average:.1f} before the start"
    if machine.shared_core:
        yield "           one core only: broker and driver share it with what is measured"
    else:
        yield f"           measured on core {machine.measured_core}, the rest on the others"
    versions = ", ".join(f"{name} {number}" for name, number in machine.versions.items())
    yield f"versions   Python {machine.python}, {versions}"
    yield f"broker     {report.broker}, {report.partitions} partitions"
    yield f"ClickHouse {report.clickhouse}"
    yield (
        f"load       seed {report.seed}: {report.events} events of {report.event_bytes:.0f} bytes,"
        f" {report.journeys} journeys"
    )
    parts = ", ".join(f"{name} {events}" for name, events in report.parts.items())
    yield f"           of them, from the beginning: {parts}"


def run_line(number: int, name: str, measured: Measured) -> str:
    if not measured.events:
        return f"run {number}  {name:<{_WIDTH}} right, but over before it was first looked at"
    return (
        f"run {number}  {name:<{_WIDTH}} {measured.per_second:>9,.0f} events/s"
        f"   {measured.cpu_per_million:>6.1f} CPU s/M   {measured.share:>4.0%} of the core"
        f"   {measured.events:>7} events in {measured.seconds:5.1f} s"
        f"   start {measured.start_seconds:4.1f} s"
    )


def summary(report: Report) -> Iterable[str]:
    yield "median (slowest - fastest), events/s:"
    for name, figure in report.figures.items():
        yield (
            f"  {name:<{_WIDTH}} {figure.per_second:>9,.0f}"
            f"   ({figure.slowest:,.0f} - {figure.fastest:,.0f})"
            f"   {figure.cpu_per_million:.1f} CPU s per million   {THINGS[name]}"
        )
        if figure.beside:
            used = ", ".join(f"{who} {seconds:.1f}" for who, seconds in figure.beside.items())
            yield f"  {'':<{_WIDTH}} beside it, CPU s per million: {used}"
    for by, ratios in (("events/s", report.ratios), ("CPU s per event", report.cpu_ratios)):
        if ratios:
            yield f"ratios of {by}, run by run, median (least - most):"
        for what, ratio in ratios.items():
            yield f"  {what:<26} {ratio.median:.2f}   ({ratio.least:.2f} - {ratio.most:.2f})"
    yield "guarantees, as measured:"
    yield from table(list(report.figures))


def _figure(measured: list[Measured]) -> Figure:
    measured = [one for one in measured if one.events] or measured
    rates = [one.per_second for one in measured]
    return Figure(
        median(rates),
        min(rates),
        max(rates),
        median(one.cpu_per_million for one in measured),
        median(one.start_seconds for one in measured),
        median(one.share for one in measured),
        {
            # Of a run that was over before it was looked at there is nothing to tell.
            name: median(one.beside.get(name, 0.0) / (one.events or 1) * 1e6 for one in measured)
            for name in sorted({name for one in measured for name in one.beside})
        },
    )


def _version(package: str) -> str:
    """Empty: it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())
