"""Alert messages on their way to people: each channel at its own pace, each message once.

Owns the shell around `streams.notify`: it hands over what was read, sends what is due, has
saved what changed (`streams.journal`) and wakes it in time. The queues are `sinks.outbox`.
Called by `streams.app`. Invariant: a batch counts as done, and its position may be committed,
when the deliveries topic has it: then each channel's share of it is kept there, and a channel
that is away holds up neither the others nor the batch.

A worker that is killed leaves behind what its channels had taken in the milliseconds between
a receiver's yes and the record of it: that alone is told again, under the same id, by whoever
takes the partition over. Nothing is lost.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

import msgspec

from schemas.outcomes import AlertMessage
from sinks.channels import Channel
from sinks.notice import Notice
from sinks.outbox import Outbox
from streams.durable import LostError
from streams.journal import Deliveries, Journal
from streams.notify.letter import Letter
from streams.notify.notifier import Notifier
from streams.progress import Progress
from streams.transport import Records

log = logging.getLogger(__name__)

_messages = msgspec.json.Decoder(AlertMessage)

#: However long nothing is due, the clock may be set.
_LONGEST_WAIT_S = 30.0

#: For the last deliveries to be recorded before partitions go.
_LAST_SAVE_S = 2.0

#: Messages taken in, or letters written, between two pauses: a few milliseconds of work. And
#: how long a pause is: thousands at once mean that as many deadlines are falling due, and
#: those go first.
_PORTION, _PAUSE_S = 25, 0.01


class Notices:
    """`channels` by the names `notifier` has for them; none of them: nobody is told anything."""

    def __init__(
        self,
        notifier: Notifier,
        channels: Mapping[str, Channel],
        say: Callable[[Letter], Notice],
        deliveries: Deliveries,
        open_journal: Callable[[int], Journal],
        patience: timedelta,
        failed: Callable[[BaseException], None],
    ) -> None:
        """`say`: a letter in words. `patience`: until a letter nobody takes is given up."""
        self.lost: Callable[[], None] = lambda: None  #: partitions have to be asked for anew
        self._notifier = notifier
        self._outboxes = {
            name: Outbox(channel, gave_up=partial(self._gave_up, name))
            for name, channel in channels.items()
        }
        self._say = say
        self._deliveries = deliveries
        self._open_journal = open_journal
        self._patience_ms = round(patience.total_seconds() * 1000)
        self._failed = failed
        self._letters: dict[str, Letter] = {}  #: on their way, by channel
        self._journals: dict[int, Journal] = {}
        self._opened = asyncio.Event()
        self._stirred = asyncio.Event()
        self._work: asyncio.Task[None] | None = None
        self._hand = asyncio.Lock()  #: one at a time, pauses included, whatever it is
        self._worked = 0  #: messages taken in and letters written, so far
        self._saving: set[asyncio.Task[None]] = set()

    def assigned(self, numbers: set[int]) -> None:
        """These partitions are here from now on. Nothing is told before what is known of all
        of them is read."""
        if self._outboxes:
            self._journals = {number: self._open_journal(number) for number in sorted(numbers)}
            self._work = asyncio.create_task(self._run(), name="notify")

    async def tell(self, number: int, progress: Progress, records: Records) -> None:
        """Returns when they are read and kept, not when they are told."""
        batch = progress.begin(records[-1].offset + 1, 1)
        if self._outboxes:
            await self._opened.wait()
            journal = self._journals[number]
            now = _now()
            for record in records:
                async with self._hand:
                    message = _read(record.value, record.offset)
                    if message is not None:
                        self._notifier.take(number, message, record.offset, now)
                    await self._pause_now_and_then()
            journal.part.reach(records[-1].offset + 1)
            if not await self._saved(journal):
                return
            self._stirred.set()
        progress.finish(batch)

    async def withdraw(self) -> None:
        """Nothing more is sent until it is read again: the partitions may go."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.wait({self._work})
            self._work = None
        await asyncio.gather(*(outbox.withdraw() for outbox in self._outboxes.values()))
        journals, self._journals = self._journals, {}
        if journals:
            last = [asyncio.ensure_future(self._saved(one)) for one in journals.values()]
            await asyncio.wait(last, timeout=_LAST_SAVE_S)
        self._opened.clear()
        self._notifier.close()
        self._letters.clear()
        await asyncio.gather(*(journal.close() for journal in journals.values()))

    async def close(self) -> None:
        await self.withdraw()
        await asyncio.gather(*(outbox.close() for outbox in self._outboxes.values()))

    @property
    def outboxes(self) -> Mapping[str, Outbox]:
        """By the names channels have."""
        return self._outboxes

    @property
    def trouble(self) -> str:
        """Why a channel gets nothing through just now; "" when all is well."""
        return next((box.trouble for box in self._outboxes.values() if box.trouble), "")

    async def _run(self) -> None:
        try:
            parts = [journal.part for journal in self._journals.values()]
            await asyncio.gather(*(journal.claim() for journal in self._journals.values()))
            if parts:
                await self._deliveries.restore(parts)
            for part in parts:
                self._notifier.open(part, _now())
            self._opened.set()
            while True:
                self._stirred.clear()
                async with self._hand:
                    wait_s = await self._send_due()
                    self._save_changed()
                try:
                    async with asyncio.timeout(wait_s):
                        await self._stirred.wait()
                except TimeoutError:
                    pass
        except Exception as error:
            self._failed(error)

    async def _send_due(self) -> float:
        """Returns for how long nothing else will be due, in seconds."""
        now = _now()
        look_at = self._notifier.tick(now)
        for name, outbox in self._outboxes.items():
            letter, at = self._notifier.next_letter(name, now)
            if letter is not None:
                self._letters[name] = letter
                left_ms = max(letter.due_since + self._patience_ms - now, self._patience_ms // 10)
                keep = timedelta(milliseconds=left_ms)
                await outbox.put(self._say(letter), partial(self._done, letter), keep)
                await self._pause_now_and_then()
            elif at is not None:
                look_at = min(look_at, at)
        return min(max(look_at - now, 1) / 1000, _LONGEST_WAIT_S)

    async def _pause_now_and_then(self) -> None:
        """After each message or letter, with `_hand` held."""
        self._worked += 1
        if self._worked % _PORTION == 0:
            await asyncio.sleep(_PAUSE_S)

    def _done(self, letter: Letter) -> None:
        self._letters.pop(letter.channel, None)
        self._notifier.delivered(letter, _now())  # nothing, if it was given up
        self._stirred.set()

    async def _gave_up(self, channel: str, notice: Notice, why: str) -> None:
        """Recorded before the next one is tried."""
        letter = self._letters.pop(channel, None)
        if letter is None or letter.id != notice.id:
            return
        self._notifier.gave_up(letter, why, _now())
        self._stirred.set()
        changed = [journal for journal in self._journals.values() if journal.part.changed]
        await asyncio.gather(*map(self._saved, changed))

    def _save_changed(self) -> None:
        for journal in self._journals.values():
            if journal.part.changed and not journal.about_to_save:
                task = asyncio.create_task(self._save(journal), name="save what was told")
                self._saving.add(task)
                task.add_done_callback(self._saving.discard)

    async def _save(self, journal: Journal) -> None:
        await self._saved(journal)

    async def _saved(self, journal: Journal) -> bool:
        """Whether what has changed is durable; if not, it is read and decided anew."""
        try:
            await journal.save()
        except LostError as error:
            if self._journals.get(journal.part.number) is journal:
                log.warning("what was told cannot be recorded: %s", error)
                self.lost()
            return False
        except Exception as error:
            self._failed(error)
            return False
        return True


def _read(value: bytes | None, offset: int) -> AlertMessage | None:
    try:
        return _messages.decode(value or b"")
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        # Not ours, or of a version to come; the next one may be urgent.
        log.error(
            "alert record at offset %d is passed over: it cannot be read (%s)",
            offset,
            type(error).__name__,
        )
        return None


def _now() -> int:
    return round(time.time() * 1000)
