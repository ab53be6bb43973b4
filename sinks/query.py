"""One SQL statement asked by a person, answered as text: `hallwatch query`.

Owns formatting and the words of a refusal. Called by the command line. Invariant: a
statement that has no result answers "".
"""

import re

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from sinks.statement import read_statement

#: Escape codes of colours: they do not belong in a pipe. Taken out here, since a read-only
#: server lets no client change the setting.
_COLOURS = re.compile("\x1b\\[[0-9;]*m")
_FORMAT_NAME = re.compile(r"\w+\Z")


class QueryRefusedError(Exception):
    """ClickHouse does not run the statement; the message is ClickHouse's."""


def run_query(client: Client, sql: str, fmt: str = "PrettyCompact") -> str:
    """The result of `sql` as text in ClickHouse's format `fmt`.

    A FORMAT in `sql` itself wins. Raises QueryRefusedError.
    """
    if not _FORMAT_NAME.match(fmt):
        raise QueryRefusedError(f"{fmt!r} is not the name of a format")
    statement = read_statement(sql)
    if statement.several:
        raise QueryRefusedError("one statement at a time, please")
    try:
        if not statement.answers:
            client.command(sql)
            return ""
        asked = sql.strip().rstrip(";")
        wanted = None if statement.format else fmt
        # Named columns may be Chinese and rows may hold anything: never fail on a byte.
        raw: bytes = client.raw_query(asked, fmt=wanted)
        return _COLOURS.sub("", raw.decode("utf-8", errors="replace"))
    except ClickHouseError as error:
        raise QueryRefusedError(str(error)) from None
