"""Whether a material could have been looked up at a moment (电子证照、数据核验).

Owns what is known of the look-up services' ups and downs in one partition. Every partition
is told of each (`schemas.lookup`). Invariant: a service nobody told of is up.
"""

from bisect import bisect_right, insort

#: When (ms), by which event id, and whether it is up from then on.
Change = tuple[int, str, bool]

#: Changes kept of each service; a case asks about months ago at most.
_KEPT = 2_000


class Lookups:
    """`changes`: of the position, by service; saved with it."""

    def __init__(self, changes: dict[str, list[Change]]) -> None:
        self.changes = changes

    def told(self, service: str, change: Change) -> bool:
        """Takes in a change; False when it was known."""
        known = self.changes.setdefault(service, [])
        if change in known:
            return False
        insort(known, change)
        del known[:-_KEPT]
        return True

    def up(self, service: str, at: int) -> bool:
        known = self.changes.get(service)
        if not known:
            return True
        before = bisect_right(known, at, key=lambda change: change[0])
        return known[before - 1][2] if before else True


NO_LOOKUPS = Lookups({})
