"""What verdicts add up to in one partition: minute windows, and shares of sections' days.

Owns that both see every change, and that a restart counts nothing twice. Called by
`partition`. Invariant: a clock is in at most one window and one share, as it was last judged.
"""

from collections.abc import Iterator

from schemas.outcomes import WindowRow
from streams.core.finding import Finding, News
from streams.core.rules import Rulebook
from streams.core.state import Saved
from streams.core.totals import Day, Share, Totals
from streams.core.windows import MINUTE, Contribution, WindowBook, WindowKey

_DAY_MS = 86_400_000


class Counting:
    def __init__(self, book: Rulebook) -> None:
        self._windows = WindowBook()
        self._totals = Totals(book)
        self._stale: set[WindowKey] = set()
        self._looked_at = 0  # the day on which old shares were last looked for

    def __len__(self) -> int:
        return len(self._windows)

    def count(self, news: list[News]) -> None:
        for each in news:
            before = each.before.contribution if each.before else None
            after = each.finding.contribution
            if before != after:
                if before is not None:
                    self._windows.take(before)
                if after is not None:
                    self._windows.put(after)
                self._totals.move(before, after)

    def rows(self, partition: int, version: int) -> list[WindowRow]:
        """Of the windows that changed since they were asked for last."""
        return list(self._windows.changed_rows(partition, version))

    def shares(self, saved: Saved) -> list[tuple[Day, Share]]:
        """Those that changed; they go into `saved`, too."""
        changed = list(self._totals.changed())
        saved.totals.update(changed)
        return changed

    def forget(self, findings: tuple[Finding, ...], saved: Saved) -> None:
        """The journey behind them leaves memory; what it added stays."""
        for finding in findings:
            item = finding.contribution
            if item is not None:
                saved.windows[item.key] = self._windows.forget(item)

    def close(self, log_time: int, horizon_ms: int, saved: Saved) -> int:
        """Forgets what no journey can change any more; returns the latest minute of it.

        A minute in which a journey can still begin is kept, whoever of it is forgotten.
        """
        closed_to = 0
        for window in self._windows.close(log_time - horizon_ms - MINUTE):
            saved.windows[window] = []
            closed_to = max(closed_to, window.minute)
        today = log_time // _DAY_MS
        if today != self._looked_at:
            self._looked_at = today
            for day in self._totals.retire(log_time):
                saved.totals[day] = None
        return closed_to

    # -- restart: `put_back` for each journey, then `restored` once ------------------------

    def put_back(self, items: list[Contribution], stale: bool) -> None:
        """What a saved journey adds to its windows; its shares were saved whole. `stale`: it
        is going to be settled anew, and so are its windows."""
        for item in items:
            self._windows.put(item)
            if stale:
                self._stale.add(item.key)

    def restored(self, windows: list[list[Contribution]], shares: dict[Day, Share]) -> None:
        """What windows hold of forgotten journeys, and all shares."""
        for forgotten in windows:
            self._windows.restore(forgotten)
        self._windows.settle(self._stale)
        self._stale = set()
        self._totals.restore(shares)


def contributions(findings: tuple[Finding, ...]) -> Iterator[Contribution]:
    return (one.contribution for one in findings if one.contribution is not None)
