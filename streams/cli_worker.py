"""`hallwatch worker`: runs one until it is told to stop, and makes sure that it ends.

Owns logging and signals of the process. The work is `streams.worker`. Called by
`streams.cli`. Invariant: SIGTERM and SIGINT, once or more, at any moment from the first
log line on, end in exit code 0 within `STOP_SECONDS`.
"""

import argparse
import asyncio
import logging
import math
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from typing import NoReturn

from streams.cli_mendable import MENDABLE, sentence_of
from streams.log_lines import formatter
from streams.settings import Settings, read_settings
from streams.worker import Worker

log = logging.getLogger(__name__)

_SIGNALS = (signal.SIGINT, signal.SIGTERM)

_THREADS_END_S = 0.2

_REPEATED_AFTER_S = 60.0

#: Each of them says the same ten times a second while a broker is away.
_REPEATING = ("aiokafka", "kafka", "faust", "mode")

#: What they have to say is said by us, once and with the cure; they say it at every try.
_HUSHED = {
    "aiokafka": logging.WARNING,
    "kafka": logging.WARNING,
    "faust": logging.WARNING,
    "mode": logging.WARNING,
    "clickhouse_connect": logging.CRITICAL,
    "urllib3": logging.ERROR,
}


#: Nor at DEBUG: they would write out every request, with records as they came, whatever is in
#: them (semantics §4), and with logins.
_NEVER_DEBUG = ("aiokafka", "kafka", "faust", "mode", "clickhouse_connect", "urllib3", "aiosmtplib")


class OnceAMinute(logging.Filter):
    """Of what loggers under `names` say, the same sentence once a minute, with the number of
    times it was held back meanwhile. Sentences are the same that differ in their values."""

    def __init__(self, names: tuple[str, ...], clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._names = names
        self._clock = clock
        self._last: dict[tuple[str, str], tuple[float, int]] = {}  # when said, held back since

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.partition(".")[0] not in self._names:
            return True
        sentence, now = (record.name, str(record.msg)), self._clock()
        said_at, held_back = self._last.get(sentence, (-math.inf, 0))
        if now - said_at < _REPEATED_AFTER_S:
            self._last[sentence] = (said_at, held_back + 1)
            return False
        self._last[sentence] = (now, 0)
        if held_back:
            record.msg = f"{record.msg} (and {held_back} times since it was last said)"
        return True


def start_logging(settings: Settings) -> None:
    lines = logging.StreamHandler()
    lines.setFormatter(formatter(settings.log_format))
    logging.basicConfig(level=settings.log_level, handlers=[lines])
    for name in _NEVER_DEBUG:
        logging.getLogger(name).setLevel(logging.INFO)
    if settings.log_level != "DEBUG":
        for name, level in _HUSHED.items():
            logging.getLogger(name).setLevel(level)
        for handler in logging.getLogger().handlers:
            handler.addFilter(OnceAMinute(_REPEATING))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--tell-nobody",
        action="store_true",
        help="decide, record and show alerts without telling anybody: a trial beside what there is",
    )


def run_worker(arguments: argparse.Namespace) -> NoReturn:
    """Ends the process."""
    settings = read_settings()
    start_logging(settings)
    # On event time everything is history, and history pages nobody.
    asyncio.run(_work(settings, mute=arguments.tell_nobody or settings.clock == "event"))


async def _work(settings: Settings, mute: bool) -> NoReturn:
    worker = Worker(settings, mute)
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        # Not the loop's handlers: in the moment in which these are removed a signal kills.
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(worker.stop))
    failure: Exception | None = None
    try:
        async with worker:
            await worker.stopped()
    except Exception as error:
        failure = error
    for number in _SIGNALS:
        # Told twice is told once, also while the interpreter winds up.
        signal.signal(number, signal.SIG_IGN)
    if not worker.closing.left:
        # Of those that blocking calls were handed to; the loop would wait for them for ever.
        ending = asyncio.ensure_future(loop.shutdown_default_executor())
        await asyncio.wait({ending}, timeout=_THREADS_END_S)
    leave_at_once("worker", failure)


def leave_at_once(command: str, failure: Exception | None = None) -> NoReturn:
    """As killed, but with the exit code of `streams.cli`: all that matters is done, or is given
    up and will be done by the successor. A thread left behind would go on as a member of the
    group, which would wait for it; and while the interpreter winds up an embedded engine's
    threads may bring it down, so that the exit code says something else."""
    code = 0
    if failure is not None:
        code = 1
        if isinstance(failure, MENDABLE):
            code = 2
            print(sentence_of(command, failure), file=sys.stderr)
        else:
            traceback.print_exception(failure)
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
