"""`hallwatch worker`: runs one until it is told to stop, and makes sure that it ends.

Owns logging and signals of the process. The work is `streams.worker`. Called by
`streams.cli`. Invariant: SIGTERM and SIGINT, once or more, at any moment from the first
log line on, end in exit code 0 within `STOP_SECONDS`.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys

from streams.settings import Settings, read_settings
from streams.worker import Worker

log = logging.getLogger(__name__)

_SIGNALS = (signal.SIGINT, signal.SIGTERM)

_THREADS_END_S = 0.2

#: What they have to say is said by us, once and with the cure; they say it at every try.
_HUSHED = {
    "aiokafka": logging.WARNING,
    "kafka": logging.WARNING,
    "faust": logging.WARNING,
    "mode": logging.WARNING,
    "clickhouse_connect": logging.CRITICAL,
    "urllib3": logging.ERROR,
}


def start_logging(settings: Settings) -> None:
    logging.basicConfig(
        level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    if settings.log_level != "DEBUG":
        for name, level in _HUSHED.items():
            logging.getLogger(name).setLevel(level)


def run_worker(_: argparse.Namespace) -> int:
    settings = read_settings()
    start_logging(settings)
    asyncio.run(_work(settings))
    return 0


async def _work(settings: Settings) -> None:
    # On event time everything is history, and history pages nobody.
    worker = Worker(settings, mute=settings.clock == "event")
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, worker.stop)
    async with worker:
        await worker.stopped()
    for number in _SIGNALS:
        # Told twice is told once, also while the interpreter winds up.
        loop.remove_signal_handler(number)
        signal.signal(number, signal.SIG_IGN)
    if worker.closing.left or not await _threads_ended():
        _leave_at_once()


async def _threads_ended() -> bool:
    """Of those that blocking calls were handed to; the loop would wait for them for ever."""
    ending = asyncio.ensure_future(asyncio.get_running_loop().shutdown_default_executor())
    await asyncio.wait({ending}, timeout=_THREADS_END_S)
    return ending.done()


def _leave_at_once() -> None:
    """As killed, but with the exit code of an orderly end: all that matters is done, or is
    given up and will be done by the successor."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
