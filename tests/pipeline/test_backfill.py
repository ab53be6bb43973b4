"""`hallwatch backfill`: a day judged again is the day as it was; under other rules it is what an
oracle makes of the measured times; and what is live is never touched.

A simulated hall of an afternoon and the morning after it, with events late, out of order, twice
and broken, goes through Kafka and the worker; what the worker wrote is what is compared with.
"""

import re
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from schemas.outcomes import Table
from streams.broker.child import Child
from streams.core.rules import Promise
from streams.feed import read_lines
from streams.rules.load import load_rulebook
from tests.pipeline.command import done, environment, hallwatch
from tests.pipeline.database import Database
from tests.pipeline.hall import CLOCKS, rules_with
from tests.pipeline.waiting import eventually

DAY = "2022-10-14"
SINCE, UNTIL = "toDateTime64('2022-10-14', 3)", "toDateTime64('2022-10-15', 3)"
IN_SPAN = {
    Table.VERDICTS: f"started_at >= {SINCE} AND started_at < {UNTIL}",
    Table.WINDOWS: f"minute_at >= {SINCE} AND minute_at < {UNTIL}",
}

#: A histogram is the same in whatever order its buckets are said.
_SORTED = {
    Table.VERDICTS: "",
    Table.WINDOWS: " REPLACE (mapSort(answered_histogram) AS answered_histogram, "
    "mapSort(left_histogram) AS left_histogram)",
}


class Past:
    """What was recorded, and the command that judges it again."""

    def __init__(self, database: Database, folder: Path, as_of: str) -> None:
        self.database = database
        self._folder = folder
        self.as_of = as_of

    @property
    def settings(self) -> dict[str, object]:
        return {"clickhouse": self.database.dsn, "data": self._folder, "language": "en"}

    def run(self, *arguments: object, **settings: object) -> str:
        return done(hallwatch("backfill", *arguments, **{**self.settings, **settings}))

    def refused(self, *arguments: object, **settings: object) -> str:
        finished = hallwatch("backfill", *arguments, **{**self.settings, **settings})
        assert finished.returncode == 2, finished
        return finished.stderr

    def make(self, name: str, *arguments: object) -> str:
        return self.run(name, "--from", DAY, "--to", DAY, "--as-of", self.as_of, *arguments)

    def live(self, table: Table) -> list[str]:
        rows = "windows FINAL" if table is Table.WINDOWS else f"{table.value}_now"
        only = " AND started > 0" if table is Table.WINDOWS else ""
        sql = f"SELECT * EXCEPT (version){_SORTED[table]} FROM {rows} WHERE {IN_SPAN[table]}{only}"
        return sorted(self.database.text(sql, "JSONEachRow").splitlines())

    def shadow(self, table: Table, name: str) -> list[str]:
        sql = (
            f"SELECT * EXCEPT (shadow, version){_SORTED[table]} FROM shadow_{table.value}_now "
            f"WHERE shadow = '{name}'"
        )
        return sorted(self.database.text(sql, "JSONEachRow").splitlines())

    def everything_live(self) -> list[list[str]]:
        return [
            sorted(self.database.text(f"SELECT * FROM {table.value}", "TabSeparated").splitlines())
            for table in Table
        ]


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], Database]) -> Past:
    folder = tmp_path_factory.mktemp("past")
    file = folder / "events.ndjson"
    start = ("--start", "2022-10-13T16:30:00+08:00", "--hours", "17")
    done(hallwatch("simulate", "-o", file, *start, "--faults", "0.03", "--seed", "7"))
    database = new_database()
    done(hallwatch("replay", file, clickhouse=database.dsn, data=folder))
    latest = max(_times(file))
    return Past(database, folder, (latest + timedelta(days=3)).isoformat())


def _times(file: Path) -> list[datetime]:
    """Of what the worker took: a broken copy has no time of its own."""
    times = []
    for line in read_lines(file, None, False):
        try:
            times.append(datetime.fromisoformat(msgspec.json.decode(line)["time"]))
        except (msgspec.DecodeError, KeyError, TypeError, ValueError, UnicodeDecodeError):
            continue
    return [at for at in times if at.tzinfo is not None and at.year == 2022]


def test_with_the_same_rules_the_shadow_is_what_was_row_by_row(past: Past) -> None:
    before = past.everything_live()
    past.make("same")
    for table in IN_SPAN:
        live = past.live(table)
        assert len(live) > 500, table
        assert past.shadow(table, "same") == live, table
    assert past.everything_live() == before


def test_other_rules_give_what_an_oracle_makes_of_the_measured_times(
    past: Past, tmp_path: Path
) -> None:
    limits = {"online-first-response": 20_000, "appointment-wait-general": 240_000}
    rules = rules_with(
        tmp_path / "strict",
        online_first_response=("20 s", "10 s"),
        appointment_wait_general=("4 min", "3 min"),
    )
    past.make("strict", "--rules", rules)
    rows = past.database.ask(
        "SELECT promise, journey, status, toFloat64(duration_ms) AS ms FROM verdicts_now "
        f"WHERE {IN_SPAN[Table.VERDICTS]}"
    )
    wanted = Counter(
        (row["promise"], _judged(row, limits.get(row["promise"])))
        for row in rows
        if row["promise"] in CLOCKS
    )
    found = past.database.ask(
        "SELECT promise, status, toUInt32(count()) AS n FROM shadow_verdicts_now "
        "WHERE shadow = 'strict' GROUP BY promise, status"
    )
    assert {(row["promise"], row["status"]): row["n"] for row in found} == wanted
    assert wanted["online-first-response", "late"] > 20
    counted = past.database.one(
        "SELECT toUInt32(sum(late)) AS late FROM shadow_windows_now "
        "WHERE shadow = 'strict' AND promise = 'online-first-response'"
    )
    assert counted["late"] == wanted["online-first-response", "late"]


def _judged(row: dict[str, Any], limit: int | None) -> str:
    """The same clock under another limit; exactly at it is kept."""
    status = str(row["status"])
    if limit is None or row["ms"] is None:
        return status
    over = row["ms"] > limit
    match status:
        case "kept" | "late":
            return "late" if over else "kept"
        case "left-in-time" | "left-late":
            return "left-late" if over else "left-in-time"
        case _:
            return status


def test_the_comparison_says_what_changes_and_for_whom(past: Past, tmp_path: Path) -> None:
    rules = rules_with(tmp_path / "patient", online_first_response=("10 min", ""))
    past.make("patient", "--rules", rules)
    written = tmp_path / "changed.csv"
    said = past.run("--compare", "patient", "--limit", 3, "--csv", written)
    changed = past.database.one(
        """SELECT toUInt32(count()) AS n FROM (
            SELECT promise, journey, status FROM verdicts_now
            WHERE started_at >= toDateTime64('2022-10-14', 3)
                AND started_at < toDateTime64('2022-10-15', 3)) AS l
        FULL JOIN (SELECT promise, journey, status FROM shadow_verdicts_now
            WHERE shadow = 'patient') AS s USING (promise, journey)
        WHERE l.status != s.status"""
    )["n"]
    assert f"{changed} verdicts would be others; 3 shown" in said
    assert len(written.read_text("utf-8-sig").splitlines()) == changed + 1
    rows = past.database.ask(
        "SELECT status, toFloat64(duration_ms) AS ms FROM verdicts_now "
        f"WHERE promise = 'online-first-response' AND {IN_SPAN[Table.VERDICTS]}"
    )
    live = Counter(_KEPT_OR_NOT.get(row["status"], "neither") for row in rows)
    other = Counter(_KEPT_OR_NOT.get(_judged(row, 600_000), "neither") for row in rows)
    assert live["broken"] > other["broken"]
    title = load_rulebook().promises[Promise.ONLINE_FIRST_RESPONSE].title_en
    (line,) = [line for line in said.splitlines() if line.startswith(f"{title}  whole hall ")]
    _, kept, broken, _, shadow_kept, shadow_broken, *_ = re.split(r"  +", line)[1:]
    assert (kept, broken) == (str(live["kept"]), str(live["broken"]))
    assert (shadow_kept, shadow_broken) == (str(other["kept"]), str(other["broken"]))


_KEPT_OR_NOT = {"kept": "kept", **dict.fromkeys(("late", "left-late", "waiting-late"), "broken")}


async def test_killed_midway_it_shows_nothing_and_done_again_it_is_whole(
    past: Past, tmp_path: Path
) -> None:
    asked = ["--from", DAY, "--to", DAY, "--as-of", past.as_of, "--portion", "50"]
    child = Child(
        [sys.executable, "-m", "streams.cli", "backfill", "cut", *asked],
        tmp_path / "log",
        environment(past.settings),
    )
    rows = "SELECT toUInt32(count()) AS n FROM shadow_verdicts WHERE shadow = 'cut'"
    try:
        await eventually(lambda: past.database.one(rows)["n"] > 0, "the first rows are written")
    finally:
        child.kill()
    assert "compare it with" not in (tmp_path / "log").read_text(), "it was over too soon"
    assert "cut" not in past.run("--list")
    assert past.shadow(Table.VERDICTS, "cut") == []
    past.make("cut")
    for table in IN_SPAN:
        assert past.shadow(table, "cut") == past.live(table)
    runs = past.database.ask("SELECT DISTINCT run FROM shadow_windows WHERE shadow = 'cut'")
    assert len(runs) == 1


def test_done_again_it_is_replaced_and_dropped_it_is_gone(past: Past, tmp_path: Path) -> None:
    past.make("again", "--rules", rules_with(tmp_path / "r", online_first_response=("1 s", "")))
    first = past.shadow(Table.VERDICTS, "again")
    past.make("again")
    assert past.shadow(Table.VERDICTS, "again") == past.live(Table.VERDICTS) != first
    past.make("kept-beside")
    past.run("--drop", "again")
    listed = past.run("--list")
    assert "again" not in listed
    assert "kept-beside" in listed
    left = past.database.one("SELECT count() AS n FROM shadow_verdicts WHERE shadow = 'again'")
    assert int(left["n"]) == 0
    assert past.shadow(Table.VERDICTS, "kept-beside") == past.live(Table.VERDICTS)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["Strict!", "--from", DAY, "--to", DAY], "the shadow's name 'Strict!'"),
        (["x", "--from", DAY], "--from and --to"),
        (["x", "--from", DAY, "--to", "2022-10-13"], "--to 2022-10-13 is before --from"),
        (["x", "--from", "1999-01-01", "--to", "1999-01-02"], "no events are stored"),
        (["x", "--from", DAY, "--to", DAY, "--as-of", "2022-10-14T10:00:00+08:00"], "before the"),
        (["x", "--from", DAY, "--to", DAY, "--as-of", "2022-10-16"], "needs an offset"),
        (["--compare", "nobody"], "there is no shadow 'nobody'"),
        (["--drop", "nobody"], "there is no shadow 'nobody'"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(past: Past, arguments: list[str], words: str) -> None:
    assert words in past.refused(*arguments)
