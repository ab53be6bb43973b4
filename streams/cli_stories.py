"""`hallwatch trace` and `hallwatch explain`: one journey, or one alert, told on a terminal.

Wiring only. Which ClickHouse is asked: the setting, else a demo or replay that is running here,
else the embedded engine's files.
"""

import argparse
import sys

import msgspec

from dashboards.stories.ask import tell
from dashboards.stories.store_rows import StoreAwayError
from dashboards.stories.story import Page
from dashboards.stories.text import as_text
from sinks.clickhouse import open_client
from streams.rules.load import load_rulebook
from streams.running import dsn_in_use, reachable
from streams.settings import read_settings
from streams.worker_stories import now_of, reading_of, site_of


def add_trace_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("key", metavar="TICKET|CHAT|CASE|ORDER", help="for example 20221014-A0123")
    _add_format(parser)


def add_explain_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "key", metavar="ALERT", help="promise/journey/cycle, as online-first-response/C1/1"
    )
    _add_format(parser)


def _add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run_trace(arguments: argparse.Namespace) -> int:
    """0: told; 1: nothing is known by this key, or ClickHouse does not answer."""
    return _run(Page.TRACE, arguments)


def run_explain(arguments: argparse.Namespace) -> int:
    """0: told; 1: there is no such alert, or ClickHouse does not answer."""
    return _run(Page.EXPLAIN, arguments)


def _run(page: Page, arguments: argparse.Namespace) -> int:
    settings = reachable(read_settings())
    site = site_of(settings, load_rulebook(settings.rules))
    dsn = dsn_in_use(settings)
    client = open_client(dsn)
    read = reading_of(lambda: client)
    try:
        story = tell(read, site, page, arguments.key, now_of(settings, read)())
    except StoreAwayError as error:
        print(f"hallwatch {page}: ClickHouse: {error}", file=sys.stderr)
        return 1
    finally:
        client.close()
    if arguments.format == "json":
        print(msgspec.json.format(msgspec.json.encode(story), indent=2).decode())
    else:
        print(as_text(story), end="", file=sys.stdout if story.found else sys.stderr)
    return 0 if story.found else 1
