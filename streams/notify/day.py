"""When each section's day ends, and the digest that is due then.

Owns the moments; the figures are `streams.notify.digests`'. Pure. Used by
`streams.notify.notifier`. Invariant: after a restart the next digest begins where the last
one that was saved had ended.
"""

from collections.abc import Iterable

from msgspec import Struct

from streams.core.chain import BREACHED, told_at
from streams.core.rules import Rulebook
from streams.notify.digests import due_after, figures
from streams.notify.part import Part
from streams.notify.routes import quiet_until
from streams.notify.thread import Digest, Thread


class _End(Struct):
    since: int  #: when the last digest ended, ms
    due: int


class DayEnds:
    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self._ends: dict[tuple[int, str], _End] = {}

    def clear(self) -> None:
        self._ends.clear()

    def told(self, number: int, digest: Digest) -> None:
        """There is a digest already; nothing of before it is told again."""
        place, until = (number, digest.figures.section), digest.figures.until
        known = self._ends.get(place)
        if known is None or known.since < until:
            self._ends[place] = self._end(digest.figures.section, until, until)

    def note(self, part: Part, thread: Thread) -> None:
        """Something was said in a section: its day will be told of."""
        if not self._book.notifying.digest:
            return
        place, at = (part.number, thread.section), min(thread.first.values())
        known = self._ends.get(place)
        if known is None:
            self._ends[place] = self._end(thread.section, at - 1, at)

    def next_due(self) -> int | None:
        return min((end.due for end in self._ends.values()), default=None)

    def digests(self, parts: Iterable[Part], now: int) -> list[tuple[Part, Digest]]:
        """Those that have fallen due."""
        found = []
        after_ms = self._book.notifying.digest_after_ms
        for part in parts:
            for place in [place for place in self._ends if place[0] == part.number]:
                end, section = self._ends[place], place[1]
                if end.due > now:
                    continue
                calendar = self._book.section(section).calendar
                until = due_after(calendar, end.due - after_ms - 1, after_ms, now)
                digest = self._digest(part, section, end.since, until, now)
                self._ends[place] = self._end(section, until, until)
                if digest is not None:
                    found.append((part, digest))
        return found

    def _end(self, section: str, since: int, base: int) -> _End:
        """`base`: a moment of the day that will end next."""
        after_ms = self._book.notifying.digest_after_ms
        calendar = self._book.section(section).calendar
        due = calendar.closing(base - after_ms) + after_ms
        return _End(since, due if due > base else calendar.closing(base) + after_ms)

    def _digest(self, part: Part, section: str, since: int, until: int, now: int) -> Digest | None:
        people = told_at(self._book, section, BREACHED)
        found = figures(section, part.threads.values(), since, until) if people else None
        if found is None:
            return None
        calendar = self._book.section(section).calendar
        owed: dict[str, int] = {}
        for person in people:
            end = quiet_until(person, calendar, now)
            for name in person.channels:
                owed[name] = min(owed.get(name, end), end)
        return Digest(found, owed)
