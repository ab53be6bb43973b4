"""Ways to tell people: what every channel is, and the simplest one, the log.

Owns the protocol. Adapters are `sinks.channel_*`, which of them a site has is read by
`sinks.channel_kinds`, waiting is `sinks.outbox`. Called by the outboxes. Invariant: a
returned `send` means the other side took the notice.
"""

import logging
from typing import Protocol

from sinks.notice import GOOD_NEWS, Notice

log = logging.getLogger(__name__)


class UndeliverableError(Exception):
    """This notice will not arrive over this channel; the reason, without secrets."""


class Channel(Protocol):
    """Where notices go. One `send` at a time."""

    @property
    def name(self) -> str: ...

    @property
    def trouble(self) -> str:
        """Why notices do not get through just now; "" when all is well."""
        ...

    async def send(self, notice: Notice) -> None:
        """Returns once the notice was taken. Raises UndeliverableError."""


class LogChannel:
    """One clear line in the program's log. No links: who reads a log may not press them."""

    trouble = ""

    def __init__(self, name: str = "log") -> None:
        self.name = name

    async def send(self, notice: Notice) -> None:
        level = logging.INFO if notice.kind in GOOD_NEWS else logging.WARNING
        lines = (" ".join(line.split()) for line in (notice.title, *notice.text.splitlines()))
        log.log(level, "%s", " | ".join(line for line in lines if line))
