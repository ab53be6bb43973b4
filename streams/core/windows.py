"""Minute windows: exact counts and mergeable histograms of the clocks that started then.

Owns the windows of one partition. A journey's contribution is taken out and put in anew
whenever it changes, so a correction leaves the totals as if the late event had come in
time. Once no journey of an old minute can be corrected any more its window is forgotten and
its total stands: what would move into one as old as that is counted nowhere (`settle`), since
a window begun anew would replace the total. Invariant: a window's row is a pure function of
the contributions in it.
"""

from collections.abc import Iterator
from heapq import heappop, heappush
from typing import Any

from msgspec import Struct, field

from schemas.outcomes import Status, WindowRow
from streams.core.histogram import bucket

MINUTE = 60_000


class WindowKey(Struct, frozen=True, array_like=True, order=True, gc=False):
    """What a window is of. `minute` is its first millisecond."""

    promise: str
    minute: int
    section: str
    service: str
    complexity: str
    channel: str
    off_hours: bool


class Contribution(Struct, frozen=True, array_like=True, gc=False):
    """What one clock adds to one window. `duration` in ms, None when not measured."""

    key: WindowKey
    status: Status
    duration: int | None
    excused: bool = False
    estimated: bool = False  #: its end is a substitute: there always is one


#: Statuses whose duration is an answer; the other durations are of people who left.
_ANSWERED = frozenset({Status.KEPT, Status.LATE, Status.MEASURED, Status.PROVISIONAL})


#: The column that counts each status.
_COLUMNS: dict[str, str] = {
    status: status.value.replace("-", "_") for status in Status if status is not Status.WITHDRAWN
}


class Durations(Struct, gc=False):
    """How often which duration came, ms: kept exactly so that the maximum can go down. Sum and
    histogram go along, for a busy window's row is said again with every clock that joins it."""

    exact: dict[int, int] = field(default_factory=dict)
    total: int = 0
    histogram: dict[int, int] = field(default_factory=dict)

    def add(self, duration: int, sign: int) -> None:
        self.total += sign * duration
        _move(self.exact, duration, sign)
        _move(self.histogram, bucket(duration), sign)


def _move(counts: dict[int, int], what: int, sign: int) -> None:
    count = counts.get(what, 0) + sign
    if count:
        counts[what] = count
    else:
        del counts[what]


class Tally(Struct, gc=False):
    """What several clocks add up to."""

    counts: dict[str, int] = field(default_factory=dict)
    answered: Durations = field(default_factory=Durations)
    left: Durations = field(default_factory=Durations)
    excused: int = 0
    estimated: int = 0

    def add(self, item: Contribution, sign: int) -> None:
        self.counts[item.status] = self.counts.get(item.status, 0) + sign
        if item.excused:
            self.excused += sign
        if item.estimated:
            self.estimated += sign
        if item.duration is not None:
            durations = self.answered if item.status in _ANSWERED else self.left
            durations.add(item.duration, sign)


class Window(Struct, gc=False):
    """What is in one window: nothing, one clock, as in most, or a tally of several."""

    key: WindowKey
    one: Contribution | None = None
    tally: Tally | None = None
    kept_journeys: int = 0  #: contributions whose journeys are still in memory
    changed: bool = False  #: since its row was said

    def put(self, item: Contribution) -> None:
        if self.tally is None:
            if self.one is None:
                self.one = item
                return
            self.tally = Tally()
            self.tally.add(self.one, 1)
            self.one = None
        self.tally.add(item, 1)

    def take(self, item: Contribution) -> None:
        if self.tally is None:
            self.one = None
        else:
            self.tally.add(item, -1)


class WindowBook:
    """The windows of one partition and which of them changed since last asked."""

    def __init__(self) -> None:
        self._windows: dict[WindowKey, Window] = {}
        self._changed: list[Window] = []  # each once
        self._forgotten: dict[WindowKey, list[Contribution]] = {}
        self._left: list[tuple[int, WindowKey]] = []  # by all their journeys; a heap

    def __len__(self) -> int:
        return len(self._windows)

    def put(self, item: Contribution) -> None:
        self._put(item).kept_journeys += 1

    def take(self, item: Contribution) -> None:
        window = self._windows[item.key]
        window.take(item)
        window.kept_journeys -= 1
        self._change(window)

    def forget(self, item: Contribution) -> list[Contribution]:
        """The journey behind `item` leaves memory; what it added stays in the totals.

        Returns what the window holds of forgotten journeys, to be saved.
        """
        window = self._windows[item.key]
        window.kept_journeys -= 1
        if not window.kept_journeys:
            heappush(self._left, (item.key.minute, item.key))
        forgotten = self._forgotten.setdefault(item.key, [])
        forgotten.append(item)
        return forgotten

    def close(self, until: int) -> Iterator[WindowKey]:
        """Forgets windows that began up to `until` and that no journey keeps in memory."""
        while self._left and self._left[0][0] <= until:
            _, key = heappop(self._left)
            window = self._windows.get(key)
            if window is not None and not window.kept_journeys:
                del self._windows[key]
                self._forgotten.pop(key, None)
                yield key

    def restore(self, forgotten: list[Contribution]) -> None:
        """Puts back, after a restart, what a window holds of forgotten journeys."""
        for item in forgotten:
            self._put(item)
            self._forgotten.setdefault(item.key, []).append(item)

    def settle(self, stale: set[WindowKey]) -> None:
        """Forgets what changed: after a restart only what is `stale` needs to be said anew."""
        for window in self._changed:
            window.changed = window.key in stale
        self._changed = [window for window in self._changed if window.changed]
        for key in self._forgotten:
            self._leave(self._windows[key])

    def changed_rows(self, partition: int, version: int) -> list[WindowRow]:
        """The rows of all windows that changed since the last call, whole.

        A window that corrections left empty is said once more and forgotten; one with a
        forgotten journey in it is not: its total has to stand when another comes back.
        """
        rows = [_row(window, partition, version) for window in self._changed]
        for window in self._changed:
            window.changed = False
            self._leave(window)
        self._changed.clear()
        return rows

    def _leave(self, window: Window) -> None:
        if window.kept_journeys:
            return
        key = window.key
        if key in self._forgotten:
            heappush(self._left, (key.minute, key))
        else:
            del self._windows[key]

    def _put(self, item: Contribution) -> Window:
        window = self._windows.get(item.key)
        if window is None:
            window = self._windows[item.key] = Window(item.key)
        window.put(item)
        self._change(window)
        return window

    def _change(self, window: Window) -> None:
        if not window.changed:
            window.changed = True
            self._changed.append(window)


def _row(window: Window, partition: int, version: int) -> WindowRow:
    """The columns that are not zero; the others are defaults."""
    key, one, tally = window.key, window.one, window.tally
    figures: dict[str, Any] = {
        "promise": key.promise,
        "minute_at": key.minute / 1000,
        "section": key.section,
        "service": key.service,
        "complexity": key.complexity,
        "channel": key.channel,
        "off_hours": key.off_hours,
        "partition": partition,
        "version": version,
    }
    if one is not None:
        figures["started"] = figures[_COLUMNS[one.status]] = 1
        if one.excused:
            figures["excused"] = 1
        if one.estimated:
            figures["estimated"] = 1
        duration = one.duration
        if duration is not None:
            names = _OF_ANSWERED if one.status in _ANSWERED else _OF_LEFT
            figures.update(zip(names, (duration, duration, {bucket(duration): 1}), strict=True))
    elif tally is not None:
        figures["started"] = sum(tally.counts.values())
        for status, count in tally.counts.items():
            if count:
                figures[_COLUMNS[status]] = count
        if tally.excused:
            figures["excused"] = tally.excused
        if tally.estimated:
            figures["estimated"] = tally.estimated
        for names, durations in ((_OF_ANSWERED, tally.answered), (_OF_LEFT, tally.left)):
            if durations.exact:
                totals = (durations.total, max(durations.exact), {**durations.histogram})
                figures.update(zip(names, totals, strict=True))
    return WindowRow(**figures)


_OF_ANSWERED = "answered_sum_ms", "answered_max_ms", "answered_histogram"
_OF_LEFT = "left_sum_ms", "left_max_ms", "left_histogram"
