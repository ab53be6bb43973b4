"""One batch into one table: a single call, and what came of it.

Owns the settings rows are inserted with, the client of each thread, and the search for
the rows ClickHouse refuses. Called by `sinks.writer`, from its threads. Invariant: an
outage raises, a refusal is returned; no row is given up for an outage.
"""

import threading
from collections.abc import Callable, Sequence

from clickhouse_connect.driver.client import Client
from msgspec import Struct

from schemas.outcomes import Table
from sinks.faults import is_refusal, reason_of

INSERT_SETTINGS = {
    # Events carry the whole CloudEvents frame; columns are what is kept of it.
    "input_format_skip_unknown_fields": 1,
    # Times are epoch seconds or, in events, RFC 3339.
    "date_time_input_format": "best_effort",
    # A replay of years may hold more months than the default 100.
    "max_partitions_per_insert_block": 0,
    # A batch is a few megabytes: cutting it up for several threads costs a third more
    # processor than it needs, and the processor is the worker's when the engine is embedded.
    "input_format_parallel_parsing": 0,
    # Which of two rows is the later is for merges and readers to tell (FINAL); sorting it
    # out in each batch as well costs a fifth of the insert.
    "optimize_on_insert": 0,
    # Acknowledged means written, whatever a server's profile says.
    "async_insert": 0,
}


class Refused(Struct, frozen=True):
    """At least one row of a block is one ClickHouse will never take."""

    reason: str  #: error class and column, never the value


def halve(block: bytes) -> tuple[bytes, bytes] | None:
    """The block's rows in two halves; None when it is a single row."""
    rows = [row for row in block.split(b"\n") if row.strip()]
    if len(rows) < 2:
        return None
    middle = len(rows) // 2
    return b"\n".join(rows[:middle]), b"\n".join(rows[middle:])


class Inserter:
    """Inserts from any thread, each with a client of its own."""

    def __init__(self, connect: Callable[[], Client]) -> None:
        self._connect = connect
        self._own = threading.local()
        self._clients: list[Client] = []
        self._guard = threading.Lock()

    def insert(self, table: Table, rows: Sequence[bytes]) -> Refused | None:
        """None: all written. Refused: none counts as written.

        Joined here, off the loop and for the time of the call only: it may be many
        megabytes, and while ClickHouse is away they would lie about twice.
        """
        try:
            self._client().raw_insert(
                table.value,
                insert_block=b"\n".join(rows),
                fmt="JSONEachRow",
                settings=INSERT_SETTINGS,
            )
        except Exception as error:
            if is_refusal(error):
                return Refused(reason_of(error))
            raise
        return None

    def connect(self) -> None:
        """Opens this thread's client now."""
        self._client()

    def close(self) -> None:
        with self._guard:
            clients, self._clients = self._clients, []
        for client in clients:
            client.close()

    def _client(self) -> Client:
        client = getattr(self._own, "client", None)
        if client is None:
            client = self._own.client = self._connect()
            with self._guard:
                self._clients.append(client)
        return client
