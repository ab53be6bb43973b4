"""`make outages`: each outage at full length, and a table of how it went.

    make outages                                  # ten minutes each, side by side
    make outages ARGS="--seconds 60 --only hangs"

Owns the command line and the table. Invariant: exit code 0 only if nothing was lost,
doubled or wrong, each message arrived once, and memory kept within the bound.
"""

import argparse
import asyncio
import platform
import re
import sys
import tempfile
from pathlib import Path

from msgspec.structs import replace

from tests.kafka.apache import ApacheKafka
from tests.outages.run import Outage, Report, run, scene
from tests.outages.webhook import Trouble
from tests.sinks.served import Served

#: The worker may grow by so much while something is away.
BOUND_MIB = 200

OUTAGES: dict[str, Outage] = {
    "ClickHouse refuses, midway": Outage(clickhouse="refuses"),
    "ClickHouse hangs, midway": Outage(clickhouse="hangs"),
    "ClickHouse refuses, from the start": Outage(clickhouse="refuses", from_start=True),
    "ClickHouse hangs, from the start": Outage(clickhouse="hangs", from_start=True),
    "webhook refuses": Outage(webhook=Trouble.REFUSES),
    "webhook hangs": Outage(webhook=Trouble.HANGS),
    "webhook answers 500": Outage(webhook=Trouble.FAILS),
    "webhook never answers": Outage(webhook=Trouble.MUTE),
}


async def _all(names: list[str], seconds: float, at_once: int) -> dict[str, Report | str]:
    turn = asyncio.Semaphore(at_once)
    with tempfile.TemporaryDirectory(prefix="outages-") as text:
        folder = Path(text)
        kafka, clickhouse = ApacheKafka(folder / "kafka"), Served(folder / "clickhouse")
        try:
            await asyncio.gather(
                asyncio.to_thread(kafka.start), asyncio.to_thread(clickhouse.start)
            )

            async def one(name: str) -> Report | str:
                outage = _lasting(OUTAGES[name], seconds)
                async with turn:
                    print(f"… {name}", file=sys.stderr, flush=True)
                    try:
                        place = folder / name.replace(" ", "-")
                        async with scene(kafka.bootstrap, clickhouse, place) as set_up:
                            return await run(set_up, outage)
                    except AssertionError as error:
                        return str(error)

            reports = await asyncio.gather(*(one(name) for name in names))
        finally:
            clickhouse.kill()
            kafka.kill()
    return dict(zip(names, reports, strict=True))


def _lasting(outage: Outage, seconds: float) -> Outage:
    return replace(outage, away_s=seconds)


def _table(reports: dict[str, Report | str]) -> str:
    lines = [
        "| away | s | events | paged for meanwhile | slowest alert s | memory before, grown MiB"
        " | rows caught up s | log lines | lost | doubled | wrong | messages twice"
        " | not delivered |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, r in reports.items():
        if isinstance(r, str):
            lines.append(f"| {name} | FAILED: {r} |")
            continue
        lines.append(
            f"| {name} | {r.away_s:.0f} | {r.events} | {r.paged_for} | {r.slowest_alert_s:.2f}"
            f" | {r.memory_before:.0f}, {r.memory_grown:+.0f} | {r.recovered_s:.0f}"
            f" | {r.log_lines} | {r.books.lost} | {r.books.doubled} | {r.books.wrong}"
            f" | {r.said_twice} | {r.not_delivered} |"
        )
    lines += [
        f"\n{name}: {r.books.example}"
        for name, r in reports.items()
        if isinstance(r, Report) and r.books.example
    ]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make outages", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0, help="how long it is away")
    parser.add_argument("--only", default="", help="those whose name this pattern finds")
    parser.add_argument("--at-once", type=int, default=4, help="side by side")
    given = parser.parse_args()
    names = [name for name in OUTAGES if re.search(given.only, name)]
    reports = asyncio.run(_all(names, given.seconds, given.at_once))
    print(f"{platform.machine()}, Python {platform.python_version()}, 1,000 events/s each\n")
    print(_table(reports))
    well = all(not isinstance(r, str) and r.all_well(BOUND_MIB) for r in reports.values())
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
