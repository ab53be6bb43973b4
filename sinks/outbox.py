"""Messages waiting for one channel, so that a dead channel delays only its own (I2).

Owns the queue and the one task that empties it. Called by the `notify` agent, which
keeps an Outbox per channel. Invariant: every message put is settled exactly once, as
delivered or as given up with a reason, in the order of putting.

`put` never waits for the channel, or one dead channel would hold up the agent and with
it all others. The bound is held by giving up the oldest waiting message: by the time a
queue is full its alerts are long past, and the alerts table still has them.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from msgspec import Struct

from schemas.outcomes import AlertMessage
from sinks.channels import Channel, UndeliverableError

log = logging.getLogger(__name__)


class Settled(Struct, frozen=True):
    """What became of one message."""

    message: AlertMessage
    given_up: str = ""  #: why; "" = delivered


class OutboxSettings(Struct, frozen=True, kw_only=True):
    capacity: int = 10_000  #: messages waiting, the one being sent not counted
    closing: timedelta = timedelta(seconds=5)  #: how long `close` tries to send the rest


class _Letter(Struct, frozen=True):
    message: AlertMessage
    text: str


class Outbox:
    """Use from one event loop. `on_settled` must not raise and not block."""

    def __init__(
        self,
        channel: Channel,
        on_settled: Callable[[Settled], None],
        settings: OutboxSettings | None = None,
    ) -> None:
        self._channel = channel
        self._on_settled = on_settled
        self._settings = settings or OutboxSettings()
        self._waiting: deque[_Letter] = deque()
        self._stir = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    def __len__(self) -> int:
        return len(self._waiting)

    async def put(self, message: AlertMessage, text: str) -> None:
        """Takes the message; what became of it comes through `on_settled`."""
        if self._closed:
            raise RuntimeError("put after close")
        if len(self._waiting) >= self._settings.capacity:
            oldest = self._waiting.popleft()
            self._settle(oldest, f"{self._channel.name}: over {len(self._waiting) + 1} waiting")
        self._waiting.append(_Letter(message, text))
        self._idle.clear()
        self._stir.set()
        if self._task is None:
            self._task = asyncio.create_task(self._deliver(), name=f"outbox {self._channel.name}")

    async def close(self) -> None:
        """Sends the rest, for `closing` at most; what is left is given up."""
        self._closed = True
        with suppress(TimeoutError):
            async with asyncio.timeout(self._settings.closing.total_seconds()):
                await self._idle.wait()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        while self._waiting:
            self._settle(
                self._waiting.popleft(), f"{self._channel.name}: stopped before it was sent"
            )

    async def _deliver(self) -> None:
        while True:
            while not self._waiting:
                self._idle.set()
                self._stir.clear()
                await self._stir.wait()
            letter = self._waiting.popleft()
            given_up = ""
            try:
                await self._channel.send(letter.message, letter.text)
            except UndeliverableError as error:
                given_up = str(error)
            except asyncio.CancelledError:
                self._settle(letter, f"{self._channel.name}: stopped while it was sent")
                raise
            except Exception as error:
                # A bug of one channel must not silence it for the alerts to come.
                log.exception("%s failed", self._channel.name)
                given_up = f"{self._channel.name}: {type(error).__name__}"
            self._settle(letter, given_up)

    def _settle(self, letter: _Letter, given_up: str) -> None:
        if given_up:
            log.error("alert %s not delivered: %s", letter.message.id, given_up)
        self._on_settled(Settled(letter.message, given_up))
