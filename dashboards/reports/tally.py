"""Rows of promises added up: kept, judged, excused, and the shares of them.

Pure. Called by the chapters. Invariant: components are added, the share is taken last; the
service level is kept ÷ (kept + late + left after the limit + still waiting past it + missed).
"""

from collections.abc import Iterable

from msgspec import Struct

from dashboards.reports.document import Points, Share, Took
from dashboards.reports.facts import PromiseRow


class Tally(Struct, frozen=True, kw_only=True):
    started: int = 0
    waiting: int = 0  #: not over, and in time so far
    kept: int = 0
    provisional: int = 0
    late: int = 0
    left_late: int = 0
    waiting_late: int = 0
    missed: int = 0
    excused: int = 0  #: of those broken
    estimated: int = 0  #: of those answered
    guessed: int = 0  #: of those judged: rows of promises without a limit are left out
    answered: int = 0
    answered_ms: int = 0
    longest_ms: int = 0

    @property
    def kept_in_all(self) -> int:
        return self.kept + self.provisional

    @property
    def broken(self) -> int:
        return self.late + self.left_late + self.waiting_late + self.missed

    @property
    def judged(self) -> int:
        return self.kept_in_all + self.broken

    @property
    def level(self) -> Share | None:
        if not self.judged:
            return None
        return Share(self.kept_in_all, self.judged, self.provisional > 0, self.guessed > 0)

    @property
    def level_excused(self) -> Share | None:
        """Without those excused: beside the raw figure, never in its place."""
        if self.judged == self.excused:
            return None
        less = self.judged - self.excused
        return Share(self.kept_in_all, less, self.provisional > 0, self.guessed > 0)

    @property
    def mean(self) -> Took | None:
        if not self.answered:
            return None
        return Took(self.answered_ms // self.answered, self.estimated > 0)

    @property
    def longest(self) -> Took | None:
        return Took(self.longest_ms, self.estimated > 0) if self.answered else None


def tally(rows: Iterable[PromiseRow]) -> Tally:
    found = list(rows)
    return Tally(
        started=sum(row.started for row in found),
        waiting=sum(row.waiting for row in found),
        kept=sum(row.kept for row in found),
        provisional=sum(row.provisional for row in found),
        late=sum(row.late for row in found),
        left_late=sum(row.left_late for row in found),
        waiting_late=sum(row.waiting_late for row in found),
        missed=sum(row.missed for row in found),
        excused=sum(row.excused for row in found),
        estimated=sum(row.estimated for row in found),
        guessed=sum(row.estimated for row in found if row.kept + row.provisional + row.late),
        answered=sum(row.kept + row.provisional + row.late + row.measured for row in found),
        answered_ms=sum(row.answered_sum_ms for row in found),
        longest_ms=max((row.answered_max_ms for row in found), default=0),
    )


def moved(now: Share | None, before: Share | None) -> Points | None:
    """How far the shown share has moved: the difference of what stands in the two cells."""
    if now is None or before is None:
        return None
    return Points(now.permille - before.permille)
