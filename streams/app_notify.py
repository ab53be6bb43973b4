"""Alert messages on their way to people: every channel gets each, none waits for another.

Owns which messages of a batch are still to be settled, and by whom. The queues are
`sinks.outbox`. Called by `streams.app`. Invariant: a batch counts as done, and its
position may be committed, when every channel has delivered or given up all of it; whatever
is not is read again, here or by the worker that gets the partition.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from schemas.outcomes import AlertMessage
from sinks.notice import Notice
from sinks.outbox import Outbox
from streams.progress import Progress
from streams.transport import Records

log = logging.getLogger(__name__)

_messages = msgspec.json.Decoder(AlertMessage)


class Notices:
    """`say`: an alert in words."""

    def __init__(self, outboxes: Sequence[Outbox], say: Callable[[AlertMessage], Notice]) -> None:
        self._outboxes = outboxes
        self._say = say

    async def tell(self, progress: Progress, records: Records) -> None:
        """Returns when each channel has room for all of them, not when they are told."""
        outboxes = self._outboxes
        batch = progress.begin(records[-1].offset + 1, len(records) * len(outboxes))
        done = partial(progress.finish, batch)
        if not outboxes:
            return
        for record in records:
            try:
                message = _messages.decode(record.value or b"")
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                # Not ours, or of a version to come; the next one may be urgent.
                log.error(
                    "alert record at offset %d is passed over: it cannot be read (%s)",
                    record.offset,
                    type(error).__name__,
                )
                for _ in outboxes:
                    done()
                continue
            notice = self._say(message)
            for outbox in outboxes:
                await outbox.put(notice, done)

    async def withdraw(self) -> None:
        """Nothing more is sent until it is read again: the partitions may go."""
        await asyncio.gather(*(outbox.withdraw() for outbox in self._outboxes))

    @property
    def trouble(self) -> str:
        """Why a channel gets nothing through just now; "" when all is well."""
        return next((outbox.trouble for outbox in self._outboxes if outbox.trouble), "")
