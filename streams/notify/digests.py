"""A section's day in figures, and when it is told.

Pure. Called by `streams.notify.notifier`. Invariants: the figures of two digests in a row
cover all time between them, none of it twice; raw and excused stand side by side, and an
excuse takes nothing away from the raw one (semantics §3).

What counts is what was said to people, as far as one partition of the alerts topic has it,
which is all of the section's. Acknowledging says nothing by itself: it counts once a later
message of the alert carries it.
"""

from collections import Counter
from collections.abc import Collection, Iterable

from schemas.channel import CHANNEL_FAILED
from schemas.outcomes import ClosedAs
from streams.core.alerts import Said
from streams.core.calendar import Calendar
from streams.notify.thread import Figures, Late, Share, Thread

_LONGEST = 3


def due_after(calendar: Calendar, base: int, after_ms: int, now: int) -> int:
    """The latest moment not after `now` at which a digest falls due since `base` (ms), or
    else the next one."""
    due = calendar.closing(base) + after_ms
    while True:
        following = calendar.closing(due - after_ms) + after_ms
        if following > now or following <= due:
            return due
        due = following


def figures(section: str, threads: Iterable[Thread], since: int, until: int) -> Figures | None:
    """None: nothing happened, and nothing is open."""
    mine = [
        thread
        for thread in threads
        if thread.section == section and thread.last.promise != CHANNEL_FAILED
    ]
    breached = [thread for thread in mine if _within(thread, Said.BREACHED, since, until)]
    breached = [thread for thread in breached if thread.last.closed_as is not ClosedAs.RETRACTED]
    opened = [thread for thread in mine if _is_open(thread, until)]
    warned = sum(_within(thread, Said.WARNED, since, until) for thread in mine)
    escalated = sum(_within(thread, Said.ESCALATED, since, until) for thread in mine)
    if not (breached or opened or warned or escalated):
        return None
    return Figures(
        section=section,
        since=since,
        until=until,
        shares=_shares(breached),
        warned=warned,
        escalated=escalated,
        acknowledged=sum(thread.last.acknowledged_at is not None for thread in breached),
        open=len(opened),
        longest=_longest({thread.alert: thread for thread in (*breached, *opened)}.values(), until),
    )


def _within(thread: Thread, said: Said, since: int, until: int) -> bool:
    at = thread.first.get(said)
    return at is not None and since < at <= until


def _is_open(thread: Thread, until: int) -> bool:
    """A breach that goes on; a warning that does will be told of when it is one."""
    at = thread.first.get(Said.BREACHED)
    return at is not None and at <= until and not thread.closed


def _shares(breached: Collection[Thread]) -> tuple[Share, ...]:
    raw = Counter(thread.last.promise for thread in breached)
    excused = Counter(thread.last.promise for thread in breached if thread.last.excused_by)
    return tuple(Share(promise, count, excused[promise]) for promise, count in raw.most_common())


def _longest(threads: Iterable[Thread], until: int) -> tuple[Late, ...]:
    late = [
        Late(thread.last.promise, thread.last.journey, thread.last.counter, over, not thread.closed)
        for thread in threads
        if (over := over_ms(thread, until)) > 0
    ]
    return tuple(sorted(late, key=lambda one: (-one.over_ms, one.journey))[:_LONGEST])


def over_ms(thread: Thread, now: int) -> int:
    """How long past its limit by now, or when it ended."""
    row = thread.last
    if thread.closed or row.breached_at is None:
        return row.over_ms
    return max(row.over_ms, now - round(row.breached_at * 1000))
