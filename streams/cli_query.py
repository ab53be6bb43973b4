"""`hallwatch query`: one SQL statement, asked of the ClickHouse in use.

Wiring only. Which one that is: the setting, else a demo or replay that is running here,
else the embedded engine's files.
"""

import argparse
import sys

from sinks import query
from sinks.clickhouse import open_client
from streams.running import dsn_in_use
from streams.settings import read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sql", help='for example "SELECT count() FROM journeys_now"')
    parser.add_argument("--format", default="PrettyCompact", help="a ClickHouse format: CSV, JSON")


def run_query(arguments: argparse.Namespace) -> int:
    """0: answered; 1: ClickHouse refused the statement."""
    settings = read_settings()
    dsn = dsn_in_use(settings)
    client = open_client(dsn)
    try:
        print(query.run_query(client, arguments.sql, arguments.format), end="")
    except query.QueryRefusedError as error:
        print(f"hallwatch query: {error}", file=sys.stderr)
        return 1
    finally:
        client.close()
    return 0
