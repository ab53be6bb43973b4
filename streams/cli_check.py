"""`hallwatch check`: is anything wrong with the rules' data files, and who is told of what.

Wiring only. Invariant: everything that is wrong is said, in the sentences a worker refuses to
start with.
"""

import argparse
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from sinks.channel_kinds import check_options
from streams.core.rules import Rulebook
from streams.org_chart import CHINESE, ENGLISH, aligned, told_table
from streams.rules.doubts import unknown_year, unknown_years
from streams.rules.load import Checked, check_rulebook
from streams.settings import Settings, read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rules", type=Path, metavar="DIR", help="a folder of rules; default HALLWATCH_RULES"
    )


def run_check(arguments: argparse.Namespace) -> int:
    """0: in order, perhaps with warnings; 1: something is wrong."""
    settings = read_settings()
    checked = check_rulebook(arguments.rules or settings.rules, check_options)
    for line in report(checked, settings, datetime.now().astimezone().date()):
        print(line)
    return 1 if checked.book is None else 0


def report(checked: Checked, settings: Settings, today: date) -> Iterator[str]:
    """What there is to say, line by line."""
    for mistake in checked.mistakes:
        yield f"ERROR    {mistake}"
    warnings = list(map(str, checked.warnings))
    if checked.book is not None:
        missing = unknown_years(checked.book, today)
        warnings += [unknown_year(calendar, year) for calendar, year in missing]
    for warning in warnings:
        yield f"WARNING  {warning}"
    if checked.book is None:
        yield f"{_counted(len(checked.mistakes), 'mistake')}; no worker starts with these rules"
        return
    yield from _summary(checked.book, len(warnings))
    if checked.book.people:
        yield ""
        words = CHINESE if settings.language == "zh" else ENGLISH
        yield from aligned(told_table(checked.book, words))
    else:
        webhook = " and HALLWATCH_WEBHOOK" if settings.webhook else ""
        yield f"people.toml names nobody: alerts go to the log{webhook}"


def _summary(book: Rulebook, warnings: int) -> Iterator[str]:
    rules = sum(len(found.rules) for found in book.promises.values())
    versions = sum(len(calendar.versions) for calendar in book.calendars())
    kinds = sorted({channel.kind for channel in book.channels.values()})
    parts = (
        f"{_counted(len(book.promises), 'promise')} ({_counted(rules, 'rule')})",
        _counted(len(book.sections), "section"),
        f"{_counted(versions, 'calendar version')} in use",
        _counted(len(book.sources), "source"),
        _counted(len(book.materials), "material"),
        _counted(len(book.people), "person", "people"),
        f"{_counted(len(book.channels), 'channel')} ({', '.join(kinds) or 'none'})",
    )
    doubts = f", with {_counted(warnings, 'warning')}" if warnings else ""
    yield f"{', '.join(parts)}: in order{doubts}"
    for calendar in book.calendars():
        public = calendar.versions[-1].public
        if public is not None:
            known = _ranges(sorted(public.years))
            yield f"calendar {calendar.name!r}: the public holidays of {known} are known"


def _ranges(years: list[int]) -> str:
    """ "2004-2026, 2030"."""
    starts = [year for year in years if year - 1 not in years]
    ends = [year for year in years if year + 1 not in years]
    return ", ".join(
        f"{start}-{end}" if start < end else f"{start}"
        for start, end in zip(starts, ends, strict=True)
    )


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
