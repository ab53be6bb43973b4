"""`hallwatch backfill`: what a time would have looked like under other rules, beside what it was.

Owns arguments, the run and its progress; the core's part is `streams.backfill`, the rows' tables
`sinks.shadows`, the words of a comparison `streams.cli_shadow`. Invariant: live rows are only
read; what a run writes shows when it has come to its end, in place of the run before.
"""

import argparse
import sys
import time
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from clickhouse_connect.driver.client import Client
from msgspec.structs import replace

from schemas.frame import milliseconds
from schemas.outcomes import VerdictRow
from sinks.event_reads import Near, read_portions
from sinks.shadows import (
    Run,
    Shadow,
    ShadowError,
    check_name,
    clear_broken,
    drop,
    find_shadow,
    read_shadows,
)
from streams.backfill import Found, Rerun, Span
from streams.cli_saying import asking
from streams.cli_shadow import show_comparison, show_shadows
from streams.core.rules import Rulebook
from streams.rules.load import load_rulebook
from streams.running import reachable
from streams.settings import Settings, SettingsError, read_settings

#: Events read at once: some hundred megabytes.
_PORTION = 100_000

_DAY_MS = 86_400_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Judge the recorded events of a time once more, under the rules of another folder (shadow"
        " rules), beside what was judged then: live rows, panels and alerts are not touched."
    )
    parser.add_argument("name", nargs="?", help="of the shadow; done again, it is replaced")
    parser.add_argument(
        "--from", dest="first", type=date.fromisoformat, metavar="YYYY-MM-DD", help="first day"
    )
    parser.add_argument(
        "--to", dest="last", type=date.fromisoformat, metavar="YYYY-MM-DD", help="last day"
    )
    parser.add_argument("--rules", type=Path, metavar="FOLDER", help="default: those in force")
    parser.add_argument(
        "--as-of", type=datetime.fromisoformat, metavar="MOMENT", help="judge as it stood then"
    )
    parser.add_argument(
        "--portion", type=int, default=_PORTION, metavar="N", help="events read at once (100000)"
    )
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--list", action="store_true", help="the shadows there are")
    instead.add_argument(
        "--compare", metavar="NAME", help="kept and broken as it was and in the shadow"
    )
    instead.add_argument("--drop", metavar="NAME", help="forget a shadow")
    parser.add_argument(
        "--limit", type=int, default=20, metavar="N", help="journeys shown by --compare (20)"
    )
    parser.add_argument(
        "--csv", type=Path, metavar="FILE", help="all of them into a file, with --compare"
    )


def run_backfill(arguments: argparse.Namespace) -> int:
    """0: done. What cannot be is told in a sentence (exit code 2)."""
    settings = reachable(read_settings())
    with asking(settings) as client:
        if arguments.list:
            show_shadows(settings, read_shadows(client))
        elif arguments.compare:
            shadow = find_shadow(client, arguments.compare)
            show_comparison(settings, client, shadow, arguments.limit, arguments.csv)
        elif arguments.drop:
            drop(client, arguments.drop)
            print(f"dropped {arguments.drop}")
        else:
            _make(settings, client, arguments)
    return 0


def _make(settings: Settings, client: Client, arguments: argparse.Namespace) -> None:
    name, first, last = arguments.name, arguments.first, arguments.last
    if name is None or first is None or last is None:
        raise SettingsError(
            "a shadow needs its name, --from and --to: hallwatch backfill strict"
            " --from 2022-10-01 --to 2022-10-31 --rules FOLDER"
        )
    check_name(name)
    if last < first:
        raise SettingsError(f"--to {last} is before --from {first}")
    rules = arguments.rules or settings.rules
    book = load_rulebook(rules)
    calendar = book.elsewhere.calendar
    span = Span(since=calendar.midnight(first), until=calendar.midnight(last + timedelta(days=1)))
    shadow = Shadow(
        shadow=name,
        run=time.time_ns() // 1_000_000,
        since=span.since,
        until=span.until,
        as_of=_moment(arguments.as_of, span),
        rules="" if rules is None else str(rules),
        rule_versions=versions_of(book),
        events=0,
    )
    began = time.monotonic()
    horizon_ms = settings.horizon_hours * 3_600_000
    made = make_shadow(client, book, shadow, horizon_ms, max(1, arguments.portion))
    took = time.monotonic() - began
    print(f"{name}: {made.events} events of {first} to {last} judged again in {took:.1f} s")
    print(f"compare it with what was: hallwatch backfill --compare {name}")


def make_shadow(
    client: Client, book: Rulebook, shadow: Shadow, horizon_ms: int, portion: int
) -> Shadow:
    """Reads, judges, writes; the same again gives the same rows. Raises ShadowError."""
    clear_broken(client, shadow.shadow)
    span = Span(since=shadow.since, until=shadow.until)
    rerun, run = Rerun(book, horizon_ms), Run(client, shadow.shadow, shadow.run)
    near = Near(since=span.since - max(horizon_ms, _DAY_MS), until=span.until)
    for recorded in read_portions(client, near, portion):
        _put(run, span, rerun.take(recorded))
        print(
            f"… {rerun.events} events, {rerun.journeys} journeys in memory",
            file=sys.stderr,
            flush=True,
        )
    _put(run, span, rerun.end(shadow.as_of))
    if rerun.refused:
        print(f"{rerun.refused} stored events are no events of this version", file=sys.stderr)
    if not rerun.events:
        raise ShadowError(
            "no events are stored of that time: raw events stay for HALLWATCH_KEEP_EVENTS days"
        )
    finished = replace(shadow, events=rerun.events)
    run.finish(finished)
    return finished


def _put(run: Run, span: Span, found: Iterable[Found]) -> None:
    for row in found:
        within = span.holds(row)
        # A verdict whose clock moved out of the span takes the place of the one within.
        if within or isinstance(row, VerdictRow):
            run.put(row, within)
    run.flush()


def versions_of(book: Rulebook) -> str:
    """Of each promise, the newest wording in the folder."""
    return ", ".join(
        f"{promise} {rules.rules[-1].version}" for promise, rules in sorted(book.promises.items())
    )


def _moment(given: datetime | None, span: Span) -> int:
    """Of --as-of, or now; no earlier than the span's end."""
    moment = given or datetime.now(UTC)
    if moment.tzinfo is None:
        raise SettingsError(f"--as-of {given}: needs an offset, such as +08:00")
    as_of = milliseconds(moment)
    if as_of < span.until:
        raise SettingsError(f"--as-of {moment.isoformat()} is before the end of the last day")
    return as_of
