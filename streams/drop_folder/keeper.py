"""One finished file after the other: read, sent, put away.

Owns the order of these, and what of it is tried again. Called by `hallwatch watch-folder`.
Invariant: put away is what Kafka has acknowledged whole, or what no mapping can use.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from schemas.mapping import Mapping, MappingError
from streams.drop_folder.putting_away import (
    FAILED,
    Language,
    put_aside,
    put_away,
    refused_beside,
)
from streams.drop_folder.reading import Read, read_file
from streams.drop_folder.status import Counts
from streams.drop_folder.watching import Watching
from streams.event_sender import EventSender, NotTakenError, Outgoing
from streams.file_stamp import stamp_of

log = logging.getLogger(__name__)

#: Said at every look, of a file that cannot be read; whoever starts the process thins it out.
unread = logging.getLogger("folder.unread")

#: Events on their way at once.
_LOT = 500

_LOOK_EVERY_S = 1.0
_AGAIN_S = 1.0


class Keeper:
    """Takes one file after the other."""

    def __init__(
        self,
        mapping: Mapping,
        pseudonym_key: bytes,
        events: EventSender,
        language: Language,
        stop: asyncio.Event,
        counts: Counts,
    ) -> None:
        """`stop`: set when it is to end."""
        self._language = language
        self._mapping = mapping
        self._pseudonym_key = pseudonym_key
        self._events = events
        self._stop = stop
        self._counts = counts
        self._unread = 0

    async def look_after(self, folder: Path, left_alone_s: float) -> int:
        """Until told to stop; 0."""
        watching = Watching(folder, left_alone_s)
        log.info("watching %s", folder)
        while not self._stop.is_set():
            await self._look(watching)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), _LOOK_EVERY_S)
        return 0

    async def take_all(self, folder: Path) -> int:
        """What is there; 1 if any of it failed or is still there."""
        failed = await self._look(Watching(folder, 0.0))
        return 1 if failed else 0

    async def _look(self, watching: Watching) -> int:
        finished = watching.finished(time.monotonic())
        self._counts.looked(watching.waiting, self._unread)
        failed = await self._take_each(finished)
        self._counts.looked(watching.look(), self._unread)
        return failed

    async def _take_each(self, paths: Sequence[Path]) -> int:
        failed = self._unread = 0
        for path in paths:
            if self._stop.is_set():
                break
            try:
                failed += not await self._take(path)
            except OSError as error:
                # Somebody's lock, a share that is away: it stays and is tried again.
                unread.warning(f"{error.filename or path}: {error.strerror or error}")
                failed += 1
                self._unread += 1
        return failed

    async def _take(self, path: Path) -> bool:
        """Whether all of it went well."""
        before = stamp_of(path)
        try:
            read = await asyncio.to_thread(self._read, path)
        except MappingError as error:
            away = put_aside(path, str(error), self._language)
            self._counts.put_aside()
            log.error("%s: cannot be used, see %s", path.name, away.report)
            return False
        if not await self._sent(read.events):
            return False
        if stamp_of(path) != before:
            log.warning("%s was written to meanwhile; it is taken once more", path.name)
            return False
        away = put_away(path, read, self._language)
        self._counts.put_away(read.summary, len(read.events))
        log.info("%s", next(read.summary.lines(path.name)))
        if away.file.parent.name == FAILED:
            log.warning("%s: rows were refused, see %s", path.name, away.report)
        return away.file.parent.name != FAILED

    def _read(self, path: Path) -> Read:
        return read_file(path, self._mapping, self._pseudonym_key, refused_beside(path))

    async def _sent(self, events: Sequence[Outgoing]) -> bool:
        """Waits for Kafka as long as it takes; false if told to stop meanwhile."""
        for first in range(0, len(events), _LOT):
            while not self._stop.is_set():
                try:
                    await self._events.send(events[first : first + _LOT])
                    break
                except NotTakenError as error:
                    log.debug("waiting: %s", error)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._stop.wait(), _AGAIN_S)
            if self._stop.is_set():
                return False
        return True
