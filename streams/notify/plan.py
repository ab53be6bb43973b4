"""What goes over one channel next, and when to look again if nothing does.

Pure: (what waits, how the channel was used lately, now) → a letter, or a moment. Called by
`streams.notify.notifier`. Invariants: of one alert everything that waits goes together, so
an end never overtakes its opening; whatever waits goes at some moment that is known.

The order of what may hold a message back: quiet hours, then a storm, then the window after
the message before it. A message that presses more than the one before does not wait for
the window, and takes along what waits of its section.
"""

from collections.abc import Sequence

from msgspec import Struct

from streams.core.notifying import Notifying
from streams.notify.letter import Entry, Letter, LetterKind, letter_id
from streams.notify.thread import RANKS, Rank, Saying, Thread, Window


class Item(Struct, frozen=True):
    """An alert, and what one channel still has to get of it."""

    partition: int
    thread: Thread
    due: Sequence[Saying]

    @property
    def quiet_until(self) -> int:
        """It goes as soon as any of it may."""
        return min(one.quiet_until for one in self.due)

    @property
    def rank(self) -> Rank:
        return max(RANKS[one.said] for one in self.due)

    @property
    def since(self) -> int:
        """When it could first be told, ms."""
        return max(self.due[0].at, self.quiet_until)


class Use(Struct, frozen=True):
    """How a channel was used, over all partitions at hand."""

    sent: int  #: messages within a storm's time
    storm_since: int
    windows: dict[tuple[int, str], Window]  #: by partition and section


class Plan(Struct, frozen=True):
    letter: Letter | None = None
    look_at: int | None = None  #: ms; None: when something new comes
    storm_since: int = 0  #: as it is from now on


def plan(channel: str, items: Sequence[Item], use: Use, rules: Notifying, now: int) -> Plan:
    """`items` in the order they came."""
    awake = [item for item in items if item.quiet_until <= now]
    asleep = [item.quiet_until for item in items if item.quiet_until > now]
    next_end = min(asleep, default=None)
    if use.storm_since:
        return _in_storm(channel, awake, use.storm_since, rules, now, next_end)
    ready, opens = _ready(awake, use, now)
    look_at = min((at for at in (next_end, opens) if at is not None), default=None)
    if not ready:
        return Plan(look_at=look_at)
    if use.sent >= rules.storm_messages:
        return Plan(look_at=now + rules.storm_ms, storm_since=now)
    slept = [item for item in ready if item.quiet_until]
    if slept:
        kind = LetterKind.AWAKE if len(slept) > 1 else LetterKind.ONE
        return Plan(letter=letter_of(kind, channel, slept))
    kind = LetterKind.LIST if len(ready) > 1 else LetterKind.ONE
    return Plan(letter=letter_of(kind, channel, ready))


def _in_storm(
    channel: str,
    awake: Sequence[Item],
    since: int,
    rules: Notifying,
    now: int,
    next_end: int | None,
) -> Plan:
    summary_at = since + rules.storm_ms
    if now < summary_at:
        return Plan(look_at=summary_at, storm_since=since)
    if not awake:
        return Plan(look_at=next_end)  # it has calmed down
    if len(awake) == 1:
        return Plan(letter=letter_of(LetterKind.ONE, channel, awake))
    letter = letter_of(LetterKind.SUMMARY, channel, awake, since=since)
    return Plan(letter=letter, storm_since=since)


def _ready(awake: Sequence[Item], use: Use, now: int) -> tuple[Sequence[Item], int | None]:
    """What may go now: all that was slept through, or one section's; and when a window ends."""
    slept = [item for item in awake if item.quiet_until]
    if slept:
        return slept, None
    sections: dict[tuple[int, str], list[Item]] = {}
    for item in awake:
        sections.setdefault((item.partition, item.thread.section), []).append(item)
    ends = []
    for place, items in sections.items():
        window = use.windows.get(place)
        if window is None or window.until <= now or max(i.rank for i in items) > window.rank:
            return items, None
        ends.append(window.until)
    return [], min(ends, default=None)


def letter_of(kind: LetterKind, channel: str, items: Sequence[Item], since: int = 0) -> Letter:
    entries = tuple(map(_entry, items))
    return Letter(
        id=letter_id(kind, entries),
        kind=kind,
        channel=channel,
        entries=entries,
        due_since=min(item.since for item in items),
        since=since or min(item.due[0].at for item in items),
    )


def _entry(item: Item) -> Entry:
    return Entry(
        partition=item.partition,
        alert=item.thread.alert,
        section=item.thread.section,
        messages=tuple(item.thread.waiting[one.message][0] for one in item.due),
        said=tuple(one.said for one in item.due),
    )


def calms(letter: Letter, rules: Notifying) -> bool:
    """Whether a storm is over after this summary of it: sent one by one, what is in it would
    have been none."""
    return len(letter.entries) <= rules.storm_messages


def after(letter: Letter, rules: Notifying, now: int) -> dict[tuple[int, str], Window]:
    """The windows a letter opens, by partition and section."""
    windows: dict[tuple[int, str], Window] = {}
    if rules.group_ms:
        for entry in letter.entries:
            place, rank = (entry.partition, entry.section), RANKS[entry.gravest]
            known = windows.get(place)
            if known is None or known.rank < rank:
                windows[place] = Window(now + rules.group_ms, rank)
    return windows
