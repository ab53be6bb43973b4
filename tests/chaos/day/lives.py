"""The alerts of the day: how each has to stand, and what has to have been said of it.

Semantics §3, Alert life, for clocks that have stopped. Called by the comparison. Invariant:
where the log leaves open what a worker saw (an answer that came when the limit was just
passing), each life that can be true is given, and no other; that is counted.
"""

from msgspec import Struct

from tests.chaos.day.clocks import Clock
from tests.chaos.day.columns import Columns, time_text
from tests.chaos.day.log import Found, Reading
from tests.chaos.day.oracle import verdict_columns

#: Beyond every offset: the night, which is the last to be read.
_NIGHT = 1 << 62


class Life(Struct, frozen=True):
    """`said`: by kind of message, the fewest and the most there may be."""

    state: str  #: "": no alert at all
    row: Columns
    said: dict[str, tuple[int, int]]


NOTHING = Life("", {}, {})


def lives(clock: Clock, reading: Reading) -> list[Life]:
    """All that can be true; one, but for a few."""
    deadline, warn_at = clock.deadline, clock.warn_at
    if deadline is None or warn_at is None or clock.estimated:
        return [NOTHING]  # a guess alerts nobody
    stop = clock.stop
    known = _NIGHT if stop.offset is None else stop.offset
    over = reading.passes(deadline)
    warned = reading.found(warn_at, min(known, _NIGHT if over is None else over))
    if clock.late:
        closed_as = "met-late" if stop.how == "answered" else "never-met"
        return [_life(clock, closed_as, False, _breach(warned))]
    within = "met" if stop.at > warn_at else ""
    if within and stop.how != "answered":
        raise ValueError(f"{clock.journey}: the bench plans no such end between two limits")
    found = reading.found(deadline, known)
    possible = []
    if found is not Found.NO:
        possible.append(_life(clock, "retracted", True, _breach(warned)))
    if found is not Found.SURELY and within:
        possible.append(_life(clock, "met", False, {"warned": (1, 1), "closed": (1, 1)}))
    elif found is not Found.SURELY:
        if warned is not Found.NO:
            possible.append(_life(clock, "retracted", True, {"warned": (1, 1), "closed": (1, 1)}))
        if warned is not Found.SURELY:
            possible.append(NOTHING)
    return possible


def _breach(warned: Found) -> dict[str, tuple[int, int]]:
    before = {Found.NO: (0, 0), Found.PERHAPS: (0, 1), Found.SURELY: (1, 1)}[warned]
    return {"warned": before, "breached": (1, 1), "closed": (1, 1)}


def _life(clock: Clock, closed_as: str, correction: bool, said: dict[str, tuple[int, int]]) -> Life:
    left_out = {"status", "deadline_at", "ended_at", "duration_ms", "estimated", "off_hours"}
    left_out.add("excused")
    same = {name: value for name, value in verdict_columns(clock).items() if name not in left_out}
    row: Columns = {
        **same,
        "alert": f"{clock.promise}/{clock.journey}/1",
        "cycle": 1,
        "state": "closed",
        "closed_as": closed_as,
        "warned_at": time_text(clock.warn_at),
        "breached_at": time_text(clock.deadline) if clock.late else None,
        "closed_at": time_text(clock.stop.at),
        "historical": False,
        "suspected": False,
        "correction": correction,
        # Nobody does anything about it, and no section has anybody to tell further up.
        "silenced": False,
        **dict.fromkeys(("kept", "judged", "target_permille", "escalation_level"), 0),
        **dict.fromkeys(("waiting", "will_miss", "counters_open", "counters_needed"), 0),
        **dict.fromkeys(("escalated_at", "acknowledged_at", "excused_at")),
        **dict.fromkeys(("acknowledged_by", "excused_by", "excused_reason"), ""),
    }
    return Life("closed", row, said)
