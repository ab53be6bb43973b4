"""`hallwatch deadletters resend`: letters go back to the events topic, once.

Owns the command and its report; what may go and what is sent is `streams.deadletters`.
Called by `streams.cli_deadletters`. Invariant: each chosen letter is in the report, as
sent or as left with the reason.
"""

import argparse
import sys
import time
from collections.abc import AsyncIterator

from aiokafka import AIOKafkaProducer

from schemas.topics import DEAD_LETTERS, EVENTS, topic_name
from streams.broker.brokers import brokers_of
from streams.deadletters import Choice, Entry, Left, Ready, mended, read_letters, ready, send_again
from streams.letter_choice import choice_of, chosen, entries_of, log_of, safe
from streams.settings import Settings, SettingsError

#: More letters than this are counted, not named one by one.
_MOST_NAMED = 20

_LARGEST_REQUEST = 8 * 1024 * 1024


async def resend(settings: Settings, arguments: argparse.Namespace) -> int:
    choice = choice_of(settings, arguments)
    if not (arguments.all or choice != Choice()):
        raise SettingsError("which? addresses, --reason, --since, --partition, or --all")
    if arguments.file and len(choice.addresses) != 1:
        raise SettingsError("--file takes the place of one letter: give its address")
    body = arguments.file.read_bytes().strip() if arguments.file else None
    log, events = log_of(settings), topic_name(settings.topic_prefix, EVENTS)
    topic = topic_name(settings.topic_prefix, DEAD_LETTERS)
    entries = await entries_of(settings)
    missing = sorted(choice.addresses - entries.keys())
    for where in missing:
        print(f"no dead letter {where}", file=sys.stderr)
    picked = chosen(entries, choice)
    due = [entry for entry in picked if entry.resent is None or arguments.anyway]
    report = _Report(settings.horizon_hours, arguments.dry_run)
    report.before = len(picked) - len(due)

    async def sends() -> AsyncIterator[tuple[Entry, Ready]]:
        async for entry, letter in read_letters(log, topic, due):
            found = (
                ready(letter, events, arguments.anyway)
                if body is None
                else mended(letter, events, body)
            )
            if isinstance(found, Left):
                report.left(entry, found)
            else:
                report.look_at(found)
                yield entry, found

    if arguments.dry_run:
        async for entry, _ in sends():
            report.sent(entry, "")
    else:
        producer = AIOKafkaProducer(
            **brokers_of(settings).client(),
            acks="all",
            enable_idempotence=settings.transactions,
            max_request_size=_LARGEST_REQUEST,
        )
        await producer.start()
        try:
            async for entry, note in send_again(producer, events, topic, sends()):
                report.sent(entry, f" -> {note.topic}/{note.partition}/{note.offset}")
        finally:
            await producer.stop()
    report.close()
    return 1 if report.left_count or missing else 0


class _Report:
    """What became of the chosen letters."""

    def __init__(self, horizon_hours: int, dry_run: bool) -> None:
        self.before = 0
        self.left_count = 0
        self._sent = 0
        self._old = 0
        self._word = "would be sent" if dry_run else "sent"
        self._horizon_hours = horizon_hours
        self._oldest = time.time() - horizon_hours * 3600

    def look_at(self, found: Ready) -> None:
        if found.event_time is not None and found.event_time < self._oldest:
            self._old += 1

    def sent(self, entry: Entry, where: str) -> None:
        self._sent += 1
        if self._sent <= _MOST_NAMED:
            print(f"{self._word}  {entry.address}{where}")

    def left(self, entry: Entry, left: Left) -> None:
        self.left_count += 1
        if self.left_count <= _MOST_NAMED:
            print(f"left  {entry.address}: {safe(left.why)}")

    def close(self) -> None:
        before = f", {self.before} sent before" if self.before else ""
        print(f"{self._sent} {self._word}, {self.left_count} left{before}")
        if self._old:
            print(
                f"{self._old} of them are older than HORIZON_HOURS={self._horizon_hours}: a journey"
                " no longer in memory refuses them as too-late"
            )
