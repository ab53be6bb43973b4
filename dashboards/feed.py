"""One round of questions shared by everyone who watches: the feed behind the wall.

Owns the newest snapshot and who is waiting for the next. Does not know HTTP (`wall` does)
nor what is asked (`panels`). Called by `wall`. Invariants: one round at a time, in one
thread; a question that fails keeps its last answer, is named as stale, and stops nothing.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from dashboards.panel import Panel, fill, span_at
from dashboards.settings import WallSettings

#: Answers one question; called from the feed's own thread, never twice at once.
Ask = Callable[[str], list[dict[str, Any]]]

#: What time it is for the hall: the wall clock, or where a replayed history has got to.
#: Called from the feed's own thread, so it may ask the store.
Now = Callable[[], float]


class Snapshot(Struct, frozen=True, kw_only=True):
    """All figures as of `now`, ready to be drawn."""

    round: int
    now: float  #: the hall's time the figures are about
    took_ms: int
    stale: dict[str, str]  #: panel id → why its figures are old
    figures: dict[str, list[dict[str, Any]]]  #: panel id → rows


class Shown(Struct, frozen=True):
    """A snapshot, and as it is sent."""

    snapshot: Snapshot
    body: bytes

    def of_section(self, code: str) -> bytes:
        """The same for one section: of panels whose rows name a section, its rows."""
        figures = {
            panel: [row for row in rows if row.get("section", code) == code]
            for panel, rows in self.snapshot.figures.items()
        }
        return msgspec.json.encode(msgspec.structs.replace(self.snapshot, figures=figures))


class FeedClosed(Exception):  # noqa: N818 - an ending, not an error
    """The wall is stopping: no snapshot will follow."""


class Feed:
    """Asks every panel again and again while somebody watches."""

    def __init__(
        self,
        settings: WallSettings,
        ask: Ask,
        now: Now,
        panels: Sequence[Panel],
        thread: ThreadPoolExecutor,
    ) -> None:
        """`thread`: one, which all feeds over the same `ask` share."""
        self._settings = settings
        self._zone = ZoneInfo(settings.time_zone)
        self._ask = ask
        self._now = now
        self._panels = panels
        self._figures: dict[str, list[dict[str, Any]]] = {panel.id: [] for panel in panels}
        self._stale: dict[str, str] = {panel.id: "not asked yet" for panel in panels}
        self._asked_at: dict[str, float] = {}
        self._thread = thread
        self._changed = asyncio.Condition()
        self._watched = asyncio.Event()
        self._watchers = 0
        self._rounds = 0
        self._task: asyncio.Task[None] | None = None
        self._closed = False
        self._newest: Shown | None = None

    @property
    def resting(self) -> bool:
        """Nobody watches, and no round will be asked until somebody does."""
        return not self._watched.is_set()

    @property
    def newest_round(self) -> int:
        """0: nobody was ever answered."""
        return self._newest.snapshot.round if self._newest else 0

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="wall-feed")

    async def close(self) -> None:
        """Sends every watcher home."""
        async with self._changed:
            self._closed = True
            self._changed.notify_all()

    async def stop(self) -> None:
        """Ends the rounds; a question under way goes on in its thread to its end."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def after(self, round_seen: int) -> Shown:
        """The newest snapshot, once there is a newer one than `round_seen`.

        A watcher that is slow to read skips rounds; nothing is queued for it. The last
        snapshot of a feed that nobody watched is old: the next one is waited for.

        Raises: FeedClosed when the wall stops.
        """
        if self.resting:
            round_seen = max(round_seen, self.newest_round)
        self._watchers += 1
        self._watched.set()
        try:
            async with self._changed:
                await self._changed.wait_for(lambda: self._closed or self.newest_round > round_seen)
            if self._closed or self._newest is None:
                raise FeedClosed
            return self._newest
        finally:
            self._watchers -= 1

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        pace = self._settings.pace.total_seconds()
        while True:
            await self._watched.wait()
            began = loop.time()
            snapshot = await loop.run_in_executor(self._thread, self._round)
            async with self._changed:
                self._newest = Shown(snapshot, msgspec.json.encode(snapshot))
                self._changed.notify_all()
            # Let the watchers say whether they are still there.
            await asyncio.sleep(0)
            if not self._watchers:
                self._watched.clear()
            # At least as long a rest as the round took: the engine has rows to write, too.
            took = loop.time() - began
            await asyncio.sleep(max(pace - took, took))

    def _round(self) -> Snapshot:
        began = time.monotonic()
        self._rounds += 1
        try:
            now = self._now()
        except Exception as failure:
            self._stale = {panel.id: _reason(failure) for panel in self._panels}
            now = time.time()
        else:
            self._ask_all(now)
        return Snapshot(
            round=self._rounds,
            now=round(now, 3),
            took_ms=round((time.monotonic() - began) * 1000),
            stale=dict(self._stale),
            figures=dict(self._figures),
        )

    def _ask_all(self, now: float) -> None:
        span = span_at(
            now,
            zone=self._zone,
            window=self._settings.window,
            horizon=self._settings.horizon,
        )
        for panel in self._panels:
            clock = time.monotonic()
            rest = panel.refresh.total_seconds()
            if panel.id not in self._stale and clock - self._asked_at[panel.id] < rest:
                continue
            try:
                self._figures[panel.id] = self._ask(fill(panel, span))
            except Exception as failure:
                self._stale[panel.id] = _reason(failure)
            else:
                self._stale.pop(panel.id, None)
                self._asked_at[panel.id] = clock


def _reason(failure: Exception) -> str:
    """The first line: enough for the page; the engine's stack is for its own log."""
    return f"{type(failure).__name__}: {failure}".splitlines()[0][:200]
