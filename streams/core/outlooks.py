"""The forecast of each queue, joined from all partitions' parts, and its warning's life.

Owns the parts, and when a warning opens and closes; the figures are `outlook`'s, the rows
`outlook_rows`'. Called by `partition`, in the one partition a queue's parts lead to. Pure.
Invariants: of each partition's parts the one with the highest version counts; one opening and
one closing to each warning, whatever the queue does in between; while the log is behind nothing
is looked at, since a forecast of then helps nobody now.
"""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from schemas.queue import WAIT_FORECAST, QueueCounted, QueueData
from streams.core.alerts import Said
from streams.core.forecasting import Forecasting
from streams.core.outlook import Known, Outlook, look_ahead, together
from streams.core.silencing import Silencing, silenced_until

#: Parts of one moment come in one after the other; between two looks at a queue.
LOOK_MS = 2_000

#: A part with people waiting is told again much sooner (`queues.AGAIN_MS`).
STALE_MS = 60_000

#: While somebody waits the forecast is told again, so that a reader sees it is of now.
AGAIN_MS = 30_000


class Warned(Struct, frozen=True, array_like=True, gc=False):
    """A warning that is open."""

    since: int  #: above what is allowed, ms
    at: int  #: people were told, ms
    outlook: Outlook  #: the last that was above


class Line(Struct, array_like=True):
    """One queue; saved whole. Moments in milliseconds."""

    section: str
    service: str
    parts: dict[int, tuple[int, int, QueueData]]  #: by partition: version, moment, part
    cycle: int = 0  #: warnings so far
    above_since: int = 0  #: 0: it is not
    clear_since: int = 0
    warned: Warned | None = None
    outlook: Outlook | None = None  #: as it was told last …
    told_at: int = 0  #: … and when


class OutlookNews(Struct, frozen=True, gc=False):
    """A forecast that changed; `warned`: as it stands, or as it stood when it was closed."""

    line: Line
    warned: Warned | None
    said: tuple[Said, ...]


class Outlooks:
    """Those of one partition."""

    def __init__(self, rule: Forecasting) -> None:
        self._rule = rule
        self._lines: dict[str, Line] = {}
        self._due: dict[str, int] = {}
        self._looked_at: dict[str, int] = {}
        self._changed: set[str] = set()

    def take(self, event: QueueCounted, at: int) -> None:
        """A part, counted `at` (ms)."""
        data, key = event.data, event.subject
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = Line(data.section, data.service, {})
        known = line.parts.get(data.partition)
        if known is None or known[0] < data.version:
            line.parts[data.partition] = (data.version, at, data)
            self._due[key] = self._looked_at.get(key, 0) + LOOK_MS
            self._changed.add(key)

    def next_due(self) -> int | None:
        return min(self._due.values(), default=None)

    def look(
        self, now: int, catching_up: bool, silences: dict[str, Silencing]
    ) -> Iterator[OutlookNews]:
        """Each forecast that changed by `now`, and what is to be said of it."""
        for key in [key for key, due in self._due.items() if due <= now]:
            self._looked_at[key] = now
            if catching_up:
                self._due[key] = now + LOOK_MS
                continue
            del self._due[key]
            line = self._lines[key]
            outlook = self._outlook(line, now)
            if outlook.waiting and outlook.known is not Known.PART_MISSING:
                oldest = min(at for _, at, part in line.parts.values() if part.waiting)
                self._due[key] = max(oldest + STALE_MS + 1, now + LOOK_MS)
            silenced = silenced_until(silences, line.section, WAIT_FORECAST, now) > now
            before, warned = line.outlook, line.warned
            said = tuple(self._live(line, outlook, now, silenced))
            stale = outlook.waiting and now - line.told_at >= AGAIN_MS
            if outlook != before or line.warned != warned or stale:
                line.outlook, line.told_at = outlook, now
                self._changed.add(key)
                yield OutlookNews(line, line.warned or warned, said)

    def changed(self) -> dict[str, Line]:
        """What has to be saved since it was asked last."""
        changed = {key: self._lines[key] for key in self._changed}
        self._changed.clear()
        return changed

    def restore(self, lines: dict[str, Line]) -> None:
        """What was saved. All of it is looked at anew."""
        self._lines = lines
        self._due = dict.fromkeys(lines, 0)

    def _outlook(self, line: Line, now: int) -> Outlook:
        if not self._rule.on:
            return Outlook(Known.KNOWN, 0, clear=True)
        parts = [(at, part) for _, at, part in line.parts.values()]
        queue = together(parts, now)
        waiting = len(queue.waiting) + queue.more
        if any(part.suspected for _, part in parts):
            return Outlook(Known.SOURCE_SILENT, waiting)
        if any(part.waiting and at < now - STALE_MS for at, part in parts):
            return Outlook(Known.PART_MISSING, waiting)
        return look_ahead(queue, self._rule, now)

    def _live(self, line: Line, outlook: Outlook, now: int, silenced: bool) -> Iterator[Said]:
        """Moves the warning on. What is not known neither opens nor closes one."""
        if outlook.known is not Known.KNOWN:
            line.above_since = line.clear_since = 0
            return
        line.above_since = (line.above_since or now) if outlook.above else 0
        line.clear_since = (line.clear_since or now) if outlook.clear else 0
        warned, rule = line.warned, self._rule
        if warned is None:
            steady = line.above_since and now - line.above_since >= rule.steady_ms
            if steady and not silenced:
                line.cycle += 1
                line.warned = Warned(line.above_since, now, outlook)
                yield Said.WARNED
            return
        if outlook.above:
            line.warned = replace(warned, outlook=outlook)
        over = line.clear_since and now - line.clear_since >= rule.calm_ms
        # Nobody waits any more: there is nothing to be calm about.
        if over or (outlook.clear and not outlook.waiting):
            line.warned = None
            yield Said.CLOSED
