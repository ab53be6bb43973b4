"""Reaching a broker that may not be there yet.

Owns waiting for it, with one line a try, and giving up. Does not know topics. Called by
`topics` and `embedded`, by the tests. Invariant: it returns a client that has had an
answer, or raises within about the patience given.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from streams.broker.brokers import Brokers
from streams.broker.refusal import refusal_of

log = logging.getLogger(__name__)

Say = Callable[[str], None]

_ONE_TRY_S = 1.0
_FIRST_PAUSE_S = 0.25
_LONGEST_PAUSE_S = 5.0


class BrokerUnreachableError(Exception):
    """No answer within the patience given."""


class BrokerRefusedError(BrokerUnreachableError):
    """It is there, and will not have us, or we will not have it; the text says which setting."""


@contextmanager
def connected(
    brokers: Brokers, *, patience: timedelta = timedelta(seconds=60), say: Say = log.warning
) -> Iterator[KafkaAdminClient]:
    """An admin client of a broker that has answered a metadata request. Raises
    BrokerUnreachableError, and at once BrokerRefusedError where waiting would not help."""
    give_up_at = time.monotonic() + patience.total_seconds()
    pause_s = _FIRST_PAUSE_S
    while True:
        left_s = max(give_up_at - time.monotonic(), 0.1)
        try:
            client = _connect_once(brokers, min(_ONE_TRY_S, left_s))
            break
        except (KafkaError, OSError) as error:
            if why := refusal_of(brokers):
                raise BrokerRefusedError(why) from error
            left_s = give_up_at - time.monotonic()
            if left_s <= 0:
                raise BrokerUnreachableError(
                    f"no Kafka broker answers at {brokers} after"
                    f" {patience.total_seconds():.0f} s ({error}). Is it running, and is"
                    " HALLWATCH_BROKER its address as seen from here? (HALLWATCH_BROKER_PATIENCE"
                    " says how many seconds a worker waits for it.)"
                ) from error
            say(f"waiting for the Kafka broker at {brokers} ({left_s:.0f} s left)")
            time.sleep(min(pause_s, left_s))
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
    try:
        yield client
    finally:
        client.close()


def _connect_once(brokers: Brokers, timeout_s: float) -> KafkaAdminClient:
    with _hushed("kafka"):
        return KafkaAdminClient(bootstrap_timeout_ms=int(timeout_s * 1000), **brokers.client())


@contextmanager
def _hushed(name: str) -> Iterator[None]:
    """The client reports each refused attempt as several errors; `say` says it once."""
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
