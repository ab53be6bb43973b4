"""What the commands `audit` and `orders` share: ClickHouse, and saying something for good.

Wiring only. Invariant: whoever is told that something is recorded will read it at once.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from clickhouse_connect.driver.client import Client

from schemas.audit import Judged
from schemas.frame import Frame
from sinks import order_reads
from sinks.clickhouse import open_client
from streams.audit.recheck import Span
from streams.own_events import send_events
from streams.running import dsn_in_use
from streams.settings import Settings

_LOOK_EVERY_S = 0.2


@contextmanager
def asking(settings: Settings) -> Iterator[Client]:
    """The ClickHouse in use: the setting's, else of a demo that runs here, else embedded."""
    dsn = dsn_in_use(settings)
    client = open_client(dsn)
    try:
        yield client
    finally:
        client.close()


def count_around(client: Client, span: Span) -> tuple[Judged, Judged]:
    order = span.order
    return order_reads.count_around(
        client,
        order.promise,
        order.section,
        order.counter,
        span.done_at,
        timedelta(days=span.days),
    )


def say(settings: Settings, client: Client, events: Sequence[Frame], wait_s: float) -> bool:
    """Sends, and waits until a worker has recorded all of it; False: it has not, in time.

    What was sent is safe either way.
    """
    last = asyncio.run(send_events(settings, events))
    give_up_at = time.monotonic() + wait_s
    while not order_reads.are_recorded(client, last):
        if time.monotonic() >= give_up_at:
            return False
        time.sleep(_LOOK_EVERY_S)
    return True
