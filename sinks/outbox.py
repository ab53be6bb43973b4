"""Notices waiting for one channel, so that a dead channel delays only its own (I2).

Owns the queue and the one task that empties it. Called by the `notify` agent, which
keeps an Outbox per channel. Invariants: notices leave in the order of putting; `done` of
a notice runs when it was delivered or given up for ever, and only then may its offset be
committed; a notice delivered once is not sent again, however often it is put.

The queue is bounded, and what does not fit stays in Kafka: `put` waits. A notice waits an
hour at most, so that a channel dead for good cannot hold up the others for ever; the
alerts table still has it, and `gave_up` hears of it before `done` runs.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import timedelta

from msgspec import Struct

from sinks.channels import Channel, UndeliverableError
from sinks.notice import Notice

log = logging.getLogger(__name__)

Done = Callable[[], None]

#: Notice and reason, in words without secrets. Awaited: what it makes of them may be durable
#: before the offset moves on. It must put nothing into the outbox that calls it.
GaveUp = Callable[[Notice, str], Awaitable[None]]


class OutboxSettings(Struct, frozen=True, kw_only=True):
    capacity: int = 10_000  #: notices waiting, the one being sent among them
    keep: timedelta = timedelta(hours=1)  #: from putting to giving up; old alerts help nobody
    closing: timedelta = timedelta(seconds=1)  #: what a sending under way gets at a withdrawal
    remembered: int = 100_000  #: ids of notices that were delivered


class Delivered(Struct):
    """Since the start: what the metrics page shows."""

    told: int = 0
    given_up: int = 0


class _Letter(Struct):
    notice: Notice
    keep: timedelta
    until: float  #: seconds, monotonic
    done: list[Done]


class Outbox:
    """Use from one event loop. `done` must not raise and not block."""

    def __init__(
        self,
        channel: Channel,
        settings: OutboxSettings | None = None,
        gave_up: GaveUp | None = None,
    ) -> None:
        self._channel = channel
        self._settings = settings or OutboxSettings()
        self._gave_up = gave_up
        self._letters: OrderedDict[str, _Letter] = OrderedDict()  # by id, oldest first
        self._finished: OrderedDict[str, None] = OrderedDict()
        self._room = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._closed = False
        self.counts = Delivered()

    def __len__(self) -> int:
        return len(self._letters)

    @property
    def trouble(self) -> str:
        """Why nothing gets through just now; "" when all is well."""
        return self._channel.trouble

    async def put(self, notice: Notice, done: Done, keep: timedelta | None = None) -> None:
        """Takes the notice, as soon as there is room for it. `keep`: until it is given up, if
        that is another time than the outbox's."""
        while not (self._closed or self._has_room(notice.id)):
            self._room.clear()
            await self._room.wait()
        if self._closed:
            raise RuntimeError("put after close")
        if notice.id in self._finished:
            done()
            return
        waiting = self._letters.get(notice.id)
        if waiting is not None:
            waiting.done.append(done)
            return
        keep = keep or self._settings.keep
        until = time.monotonic() + keep.total_seconds()
        self._letters[notice.id] = _Letter(notice, keep, until, [done])
        if self._task is None:
            self._task = asyncio.create_task(self._deliver(), name=f"outbox {self._channel.name}")

    async def withdraw(self) -> None:
        """Forgets what is not delivered: its partitions may go to another worker, or come
        back here; either way it is read again. Nothing is sent afterwards.

        A sending under way gets a moment, since one cut off may have arrived all the same.
        """
        task = self._task
        if task is None:
            return
        for id_ in list(self._letters)[1:]:
            del self._letters[id_]
        await asyncio.wait({task}, timeout=self._settings.closing.total_seconds())
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        self._letters.clear()
        self._room.set()

    async def close(self) -> None:
        self._closed = True
        await self.withdraw()
        self._room.set()

    def _has_room(self, id_: str) -> bool:
        known = id_ in self._finished or id_ in self._letters
        return known or len(self._letters) < self._settings.capacity

    async def _deliver(self) -> None:
        try:
            while self._letters:
                letter = next(iter(self._letters.values()))
                given_up = await self._send(letter)
                if given_up:
                    await self._tell_of(letter.notice, given_up)
                self._finish(letter, told=not given_up)
        finally:
            self._task = None

    async def _send(self, letter: _Letter) -> str:
        """ "" when delivered, else why not."""
        name = self._channel.name
        try:
            async with asyncio.timeout_at(_on_loop(letter.until)):
                await self._channel.send(letter.notice)
        except UndeliverableError as error:
            return str(error)
        except TimeoutError:
            return f"{name}: not within {letter.keep} ({self.trouble})"
        except Exception as error:
            # A bug of one channel must not silence it for the alerts to come.
            log.exception("%s failed", name)
            return f"{name}: {type(error).__name__}"
        return ""

    async def _tell_of(self, notice: Notice, why: str) -> None:
        log.error("alert %s not delivered: %s", notice.id, why)
        if self._gave_up is None:
            return
        try:
            await self._gave_up(notice, why)
        except Exception:
            # It is in the log; the notices to come must not wait for who tells of this one.
            log.exception("nobody could be told that alert %s was not delivered", notice.id)

    def _finish(self, letter: _Letter, told: bool) -> None:
        id_ = letter.notice.id
        del self._letters[id_]
        if told:
            self._finished[id_] = None
            self.counts.told += 1
        else:
            self.counts.given_up += 1
        if len(self._finished) > self._settings.remembered:
            self._finished.popitem(last=False)
        self._room.set()
        for done in letter.done:
            done()


def _on_loop(moment: float) -> float:
    """A monotonic time on the running loop's own clock."""
    return asyncio.get_running_loop().time() + moment - time.monotonic()
