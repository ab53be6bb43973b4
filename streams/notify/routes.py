"""Which channels a message about an alert goes over, and how long each is to be quiet.

Pure. Called by `streams.notify.notifier`. Invariants: an opening goes to the people of its
step, an end to exactly the channels that got an opening; a channel two people share is named
once, and is quiet only while both are.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from msgspec import Struct

from schemas.channel import CHANNEL_FAILED
from schemas.outcomes import AlertMessage
from streams.core.alerts import Said
from streams.core.calendar import Calendar
from streams.core.chain import BREACHED, WARNED, escalation_of, told_at
from streams.core.rules import Person, Rulebook
from streams.notify.thread import OPENINGS, Thread

_MINUTE = 60_000
_DAY_MINUTES = 24 * 60


class Route(Struct, frozen=True):
    channel: str
    quiet_until: int  #: ms; 0: at once


def section_of(message: AlertMessage) -> str:
    """Where its alert was opened: by it the alerts topic is partitioned."""
    return message.partitionkey


def routes(
    book: Rulebook, thread: Thread, message: AlertMessage, said: Said, now: int
) -> list[Route]:
    """Over people's channels, not those that get everything."""
    calendar = book.section(thread.section).calendar
    quiet: dict[str, int] = {}
    if said in OPENINGS:
        for person, through in _told(book, thread, message, said):
            until = 0 if through else quiet_until(person, calendar, now)
            for name in person.channels:
                quiet[name] = min(quiet.get(name, until), until)
    else:
        for name in filter(thread.opened_to, thread.sayings):
            ends = [
                quiet_until(person, calendar, now)
                for person in book.people.values()
                if name in person.channels
            ]
            quiet[name] = min(ends, default=0)
    return [Route(name, until) for name, until in quiet.items()]


def _told(
    book: Rulebook, thread: Thread, message: AlertMessage, said: Said
) -> Iterator[tuple[Person, bool]]:
    """Each with whether he is told in his quiet hours, too."""
    if message.data.promise == CHANNEL_FAILED:
        yield from ((person, False) for person in told_of_failure(book, message.data.journey))
        return
    section = thread.section
    if said is not Said.ESCALATED:
        level = WARNED if said is Said.WARNED else BREACHED
        yield from ((person, False) for person in told_at(book, section, level))
        return
    steps = escalation_of(book, section)
    # Whoever slept through a step is told of it with the next.
    for level in range(thread.level + 1, max(1, message.data.escalation_level) + 1):
        through = level <= len(steps) and steps[level - 1].through_quiet
        yield from ((person, through) for person in told_at(book, section, BREACHED + level))


def told_of_failure(book: Rulebook, channel: str) -> Iterable[Person]:
    """Who looks after the hall as a whole, and whoever waits for messages in vain."""
    people = {person.code: person for person in told_at(book, book.elsewhere.code, BREACHED)}
    people |= {code: one for code, one in book.people.items() if channel in one.channels}
    return people.values()


def quiet_until(person: Person, calendar: Calendar, now: int) -> int:
    """When the quiet hours end that `now` is in, those that follow at once among them; 0 if it
    is in none."""
    day = calendar.day(now)
    minute = (now - calendar.midnight(day)) // _MINUTE
    until = 0
    while (end := _end(person, minute)) is not None:
        day, minute = (day, end) if end < _DAY_MINUTES else (day + timedelta(days=1), 0)
        until = calendar.midnight(day) + minute * _MINUTE
    return until


def _end(person: Person, minute: int) -> int | None:
    return next((end for start, end in person.quiet if start <= minute < end), None)
