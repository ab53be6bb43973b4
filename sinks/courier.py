"""Bringing a notice to a receiver, however long he is away: the loop all channels share.

Owns trying again, waiting as asked, the pace, and giving up. How one attempt is made and
what the answer means is the `Way`'s: one module each, `sinks.channel_*`. Built by
`sinks.channel_kinds`, called by the outbox. Invariant: `send` returns only after an attempt
that was `Taken`, and raises only after one that was `Refused` or after `give_up_after`.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Protocol

from msgspec import Struct

from sinks.backoff import BackOff, delay_seconds
from sinks.channels import UndeliverableError
from sinks.notice import Notice
from sinks.outage import Outage
from sinks.pace import Limit, Pace

_SENDING = "sending"


class Taken(Struct, frozen=True):
    """The other side has it."""


class Passing(Struct, frozen=True):
    """Not now. `wish`: seconds the other side asks us to wait, 0 if it asks nothing."""

    problem: str
    wish: float = 0.0


class Refused(Struct, frozen=True):
    """Not this one, whenever it is tried."""

    problem: str


Attempt = Taken | Passing | Refused


class Way(Protocol):
    """How one kind of receiver is spoken to. Problems are said without secrets."""

    @property
    def name(self) -> str:
        """Kind and host: path and query of an address are often its password."""
        ...

    async def attempt(self, notice: Notice) -> Attempt: ...


class Patience(Struct, frozen=True, kw_only=True):
    back_off: BackOff = BackOff(first=timedelta(seconds=1), cap=timedelta(minutes=1))
    give_up_after: timedelta = timedelta(hours=1)  #: of trying; old alerts help nobody
    longest_wish: timedelta = timedelta(minutes=10)  #: a larger one is cut to this


class Courier:
    """A channel over one way. One `send` at a time, as an outbox does."""

    def __init__(
        self,
        way: Way,
        *,
        name: str = "",
        patience: Patience | None = None,
        limits: Sequence[Limit] = (),
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`name`: what the site calls the channel; "" if it calls it nothing."""
        self._way = way
        self._patience = patience or Patience()
        self.limits = tuple(limits)
        self._pace = Pace(limits)
        self._clock = clock
        self._sleep = sleep
        self.name = f"{name} ({way.name})" if name else way.name
        self._outage = Outage(self.name, lambda: "its messages wait")

    @property
    def trouble(self) -> str:
        return self._outage.why

    async def send(self, notice: Notice) -> None:
        patience = self._patience
        started, tries = self._clock(), 0
        while True:
            await self._wait_for_a_turn()
            tries += 1
            match await self._way.attempt(notice):
                case Taken():
                    self._outage.over(_SENDING)
                    return
                case Refused(problem):
                    self._outage.over(_SENDING)  # it answers, if only to say no to this one
                    raise UndeliverableError(f"{self.name}: {problem}")
                case Passing(problem, wish):
                    pause = delay_seconds(patience.back_off, tries, random.random())
                    pause = max(pause, min(wish, patience.longest_wish.total_seconds()))
            if self._clock() + pause - started > patience.give_up_after.total_seconds():
                raise UndeliverableError(f"{self.name}: {problem}, given up after {tries} tries")
            self._outage.met(_SENDING, problem)
            await self._sleep(pause)

    async def _wait_for_a_turn(self) -> None:
        """What failed counts too: whoever counts on the other side does not ask why."""
        while wait := self._pace.wait_seconds(self._clock()):
            await self._sleep(wait)
        self._pace.note(self._clock())
