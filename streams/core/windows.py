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
from operator import mul
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


#: Statuses whose duration is an answer; the other durations are of people who left.
_ANSWERED = frozenset({Status.KEPT, Status.LATE, Status.MEASURED, Status.PROVISIONAL})


#: The column that counts each status.
_COLUMNS: dict[str, str] = {
    status: status.value.replace("-", "_") for status in Status if status is not Status.WITHDRAWN
}


class Window(Struct, gc=False):
    """The totals of one window; durations are kept exactly so that the maximum can go down."""

    key: WindowKey
    counts: dict[str, int] = field(default_factory=dict)
    answered: dict[int, int] = field(default_factory=dict)
    left: dict[int, int] = field(default_factory=dict)
    excused: int = 0
    kept_journeys: int = 0  #: contributions whose journeys are still in memory
    changed: bool = False  #: since its row was said


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
        window = self._windows.get(item.key)
        if window is None:
            window = self._windows[item.key] = Window(item.key)
        self._add(window, item, 1)
        window.kept_journeys += 1

    def take(self, item: Contribution) -> None:
        window = self._windows[item.key]
        self._add(window, item, -1)
        window.kept_journeys -= 1

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
            window = self._windows.get(item.key)
            if window is None:
                window = self._windows[item.key] = Window(item.key)
            self._add(window, item, 1)
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

    def _add(self, window: Window, item: Contribution, sign: int) -> None:
        if not window.changed:
            window.changed = True
            self._changed.append(window)
        window.counts[item.status] = window.counts.get(item.status, 0) + sign
        if item.excused:
            window.excused += sign
        if item.duration is not None:
            durations = window.answered if item.status in _ANSWERED else window.left
            count = durations.get(item.duration, 0) + sign
            if count:
                durations[item.duration] = count
            else:
                del durations[item.duration]


def _row(window: Window, partition: int, version: int) -> WindowRow:
    key = window.key
    # Most windows have two or three figures that are not zero; the others are defaults.
    figures: dict[str, Any] = {
        _COLUMNS[status]: count for status, count in window.counts.items() if count
    }
    if window.excused:
        figures["excused"] = window.excused
    if window.answered:
        (
            figures["answered_sum_ms"],
            figures["answered_max_ms"],
            figures["answered_histogram"],
        ) = _totals(window.answered)
    if window.left:
        (
            figures["left_sum_ms"],
            figures["left_max_ms"],
            figures["left_histogram"],
        ) = _totals(window.left)
    return WindowRow(
        promise=key.promise,
        minute_at=key.minute / 1000,
        section=key.section,
        service=key.service,
        complexity=key.complexity,
        channel=key.channel,
        off_hours=key.off_hours,
        started=sum(window.counts.values()),
        partition=partition,
        version=version,
        **figures,
    )


def _totals(durations: dict[int, int]) -> tuple[int, int, dict[int, int]]:
    """Sum, maximum and histogram of how often which duration came."""
    if len(durations) == 1:  # most windows
        ((duration, count),) = durations.items()
        return duration * count, duration, {bucket(duration): count}
    total = sum(map(mul, durations, durations.values()))
    return total, max(durations), _histogram(durations)


def _histogram(durations: dict[int, int]) -> dict[int, int]:
    buckets: dict[int, int] = {}
    for duration, count in durations.items():
        number = bucket(duration)
        buckets[number] = buckets.get(number, 0) + count
    return buckets
