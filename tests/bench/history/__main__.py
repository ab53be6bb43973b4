"""`make bench-history`: how soon each panel, view and worked query answers over years of records.

Owns arguments, the runs and the table. Every panel there is is asked, and every query of
docs/queries.md: as it stands (three days), and over a month. Invariant: what is printed was
measured in this run, and what is over the limit is marked.
"""

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from clickhouse_connect.driver.client import Client
from msgspec import Struct

from dashboards.panel import fill as fill_panel
from dashboards.panel import span_at
from dashboards.panels import PANELS
from dashboards.panels_of_periods import PERIOD_PANELS
from dashboards.period import Period, fill_period
from dashboards.reports.period import month
from dashboards.reports.questions import QUERIES
from dashboards.reports.reading import parameters_of
from sinks.clickhouse import open_client
from sinks.history_views import VIEWS
from sinks.migrate import migrate
from sinks.tables import TableSettings
from tests.bench.history.fill import NOW, ZONE, Size, fill

#: Milliseconds: a panel's, which is asked again and again, and a question's about a month.
PANEL_LIMIT_MS, MONTH_LIMIT_MS = 100, 1_000

_PAGE = Path(__file__).parents[3] / "docs" / "queries.md"
_QUERY = re.compile(r"^## (\d+)\. .+? · (.+?)\n.*?^```sql\n(.*?)^```", re.MULTILINE | re.DOTALL)


class Question(Struct, frozen=True):
    name: str
    sql: str
    limit_ms: int
    given: Mapping[str, Any] = {}


class Asked(Struct, frozen=True):
    """Of several runs: by the clock and by the processor, ms."""

    question: Question
    clock_ms: tuple[float, ...]
    processor_ms: tuple[float, ...]
    rows: int

    @property
    def over(self) -> bool:
        return median(self.clock_ms) > self.question.limit_ms


def main(argv: Sequence[str] | None = None) -> int:
    """0: every question was answered; how soon is printed."""
    parser = argparse.ArgumentParser(prog="make bench-history", description=__doc__)
    parser.add_argument("--journeys", type=int, default=Size().journeys)
    parser.add_argument("--event-weeks", type=int, default=Size().event_weeks)
    parser.add_argument("--seed", type=int, default=Size().seed)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--folder", type=Path, help="keep it here; if it is there, ask it")
    arguments = parser.parse_args(argv)
    size = Size(journeys=arguments.journeys, event_weeks=arguments.event_weeks, seed=arguments.seed)
    if arguments.folder is not None:
        return _bench(arguments.folder, size, arguments.runs)
    with tempfile.TemporaryDirectory(prefix="hallwatch-history-") as folder:
        return _bench(Path(folder) / "engine", size, arguments.runs)


def _bench(folder: Path, size: Size, runs: int) -> int:
    client = open_client(f"chdb://{folder.absolute()}")
    try:
        _fill_if_empty(client, size)
        _say_what_is_there(client)
        _say(f"{'':44}{'median':>9}{'slowest':>9}{'processor':>11}{'rows':>7}   ms, of {runs} runs")
        asked = [_ask(client, question, runs) for question in questions()]
    finally:
        client.close()
    over = [one.question.name for one in asked if one.over]
    _say(f"load average {os.getloadavg()[0]:.1f} at the end, on {os.cpu_count()} processors")
    _say(f"over the limit: {', '.join(over) or 'none'}")
    return 0


def _fill_if_empty(client: Client, size: Size) -> None:
    migrate(client, TableSettings(keep_days=10_000))
    ((there,),) = client.query("SELECT count() FROM journeys").result_rows
    if there:
        return
    began = time.monotonic()
    fill(client, size, lambda line: _say(f"… {line}, {time.monotonic() - began:.0f} s"))


def _say_what_is_there(client: Client) -> None:
    ((version,),) = client.query("SELECT version()").result_rows
    _say(f"ClickHouse {version}, embedded; load average {os.getloadavg()[0]:.1f} at the start")
    sizes = client.query(
        "SELECT table, sum(rows), sum(bytes_on_disk), count() FROM system.parts "
        "WHERE active AND database = currentDatabase() AND table != 'migrations' "
        "GROUP BY table ORDER BY table"
    ).result_rows
    for table, rows, size, parts in sizes:
        _say(f"  {table:10} {rows:>12,} rows {size / 1e6:>8,.0f} MB {parts:>4} parts")


def questions() -> Iterator[Question]:
    """Panels as the wall asks them at `NOW`, views as an analyst does."""
    span = span_at(
        NOW.timestamp(), zone=ZONE, window=timedelta(minutes=30), horizon=timedelta(days=2)
    )
    for panel in PANELS:
        yield Question(f"panel {panel.id}", fill_panel(panel, span), PANEL_LIMIT_MS)
    for days in (1, 30):
        period = Period(since=span.now - days * 86_400, until=span.now)
        for panel in PERIOD_PANELS:
            name = f"panel {panel.id}, {days} days"
            yield Question(name, fill_period(panel, period), PANEL_LIMIT_MS)
    for asked in QUERIES:
        given = parameters_of(month("2022-09", ZONE.key))
        sql = asked.sql.removesuffix("FORMAT JSONEachRow")
        yield Question(f"month's report, {asked.id}", sql, MONTH_LIMIT_MS, given)
    for number, name, sql in _QUERY.findall(_PAGE.read_text(encoding="utf-8")):
        yield Question(f"query {number}, {name}"[:34] + ", 3 days", sql, MONTH_LIMIT_MS)
        longer = sql.replace("'2022-10-17'", "'2022-09-20'")
        if longer != sql:
            yield Question(f"query {number}, {name}"[:34] + ", month", longer, MONTH_LIMIT_MS)
    for view in VIEWS:
        first, _ = view.columns[0]
        day = next((one for one, _ in view.columns if one == "day"), "")
        only = f" WHERE {day} = '2022-10-20'" if day else ""
        sql = f"SELECT `{first}`, count() FROM {view.name}{only} GROUP BY `{first}` LIMIT 100"
        yield Question(f"view {view.name}, a day", sql, MONTH_LIMIT_MS)


def _ask(client: Client, question: Question, runs: int) -> Asked:
    clock, processor, rows = [], [], 0
    for _ in range(runs):
        began, used = time.perf_counter(), time.process_time()
        rows = len(client.query(question.sql, parameters=dict(question.given)).result_rows)
        clock.append((time.perf_counter() - began) * 1000)
        processor.append((time.process_time() - used) * 1000)
    asked = Asked(question, tuple(clock), tuple(processor), rows)
    mark = f"  over {question.limit_ms} ms" if asked.over else ""
    _say(
        f"{question.name:44}{median(clock):>9.1f}{max(clock):>9.1f}"
        f"{median(processor):>11.1f}{rows:>7}{mark}"
    )
    return asked


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
