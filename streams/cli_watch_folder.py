"""`hallwatch watch-folder`: exports dropped into a folder → events in Kafka.

Wiring: arguments, signals, the loop. The work is `streams.drop_folder`. Called by `streams.cli`.
Invariant: only one looks after a folder at a time; killed at any moment, the next one goes on
where nothing is lost and nothing counts twice.
"""

import argparse
import asyncio
import fcntl
import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiohttp import web

from schemas.mapping import Mapping, MappingError, read_mapping
from streams.cli_gateway import listen
from streams.cli_worker import OnceAMinute, start_logging
from streams.closing import Closing
from streams.drop_folder.keeper import Keeper, unread
from streams.drop_folder.status import Counts, status_pages
from streams.event_sender import EventSender
from streams.settings import Settings, SettingsError, read_settings

log = logging.getLogger(__name__)

_SIGNALS = (signal.SIGINT, signal.SIGTERM)

#: Of one lot of events; a bigger one than the gateway's, for nobody waits for an answer.
_PATIENCE_S = 30.0

_LOCK = ".hallwatch.lock"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `hallwatch watch-folder`."""
    parser.description = (
        "Watch a folder for CSV files and Excel workbooks; turn each into events by the mapping"
        " of `hallwatch import`, send them, and move the file to done/ or failed/ with a report."
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--mapping", type=Path, required=True, metavar="M.toml")
    parser.add_argument(
        "--pseudonym-key",
        type=Path,
        metavar="FILE",
        help="file with the secret for `pseudonym = true` (the same secret, the same pseudonyms)",
    )
    parser.add_argument(
        "--left-alone",
        type=float,
        default=10.0,
        metavar="SECONDS",
        help="a file counts as finished when nothing wrote to it for so long; default 10."
        " Better still: write it under a name that begins with a dot, then rename it",
    )
    parser.add_argument(
        "--once", action="store_true", help="take what is there, then end; 1 if any file failed"
    )


def run_watch_folder(arguments: argparse.Namespace) -> int:
    """0: told to stop, or --once and all is done; 1: --once and a file failed; 2: cannot start."""
    settings = read_settings()
    start_logging(settings)
    unread.addFilter(OnceAMinute((unread.name.partition(".")[0],)))
    try:
        mapping = read_mapping(arguments.mapping)
    except MappingError as error:
        print(f"hallwatch watch-folder: {error}", file=sys.stderr)
        return 2
    key = arguments.pseudonym_key.read_bytes().strip() if arguments.pseudonym_key else b""
    with _alone_in(arguments.folder):
        return asyncio.run(_watch(settings, arguments, mapping, key))


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    if not folder.is_dir():
        raise SettingsError(f"{folder}: no such folder")
    lock = os.open(folder / _LOCK, os.O_WRONLY | os.O_CREAT, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise SettingsError(f"{folder}: another process looks after it already") from None
    finally:
        os.close(lock)


async def _watch(
    settings: Settings, arguments: argparse.Namespace, mapping: Mapping, key: bytes
) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, stop.set)
    events = EventSender(settings, _PATIENCE_S)
    counts, closing = Counts(), Closing(settings.stop_seconds)
    await _serve_status(settings, status_pages(events, counts), closing)
    opening = asyncio.create_task(events.run())
    keeper = Keeper(mapping, key, events, settings.language, stop, counts)
    working = asyncio.create_task(
        keeper.take_all(arguments.folder)
        if arguments.once
        else keeper.look_after(arguments.folder, arguments.left_alone)
    )
    try:
        await asyncio.wait({opening, working}, return_when=asyncio.FIRST_COMPLETED)
        if opening.done():
            opening.result()
        return await working
    finally:
        for task in (opening, working):
            task.cancel()
        await asyncio.wait({opening, working})
        await events.close()
        await closing.close()


async def _serve_status(settings: Settings, app: web.Application, closing: Closing) -> None:
    if settings.status_port >= 0:
        host, port = settings.status_bind, settings.status_port
        log.info("status: %s", await listen(settings, app, host, port, "STATUS_PORT", closing))
