"""A counter's shift (在岗), as a join of what was seen of it.

Owns the state and how an event joins it; which absences it comes to is `shift_reading`'s. Of
signs of life only those are kept that tell something: a sign between two others that are
close to each other says nothing an absence could depend on. Invariant: what is dropped
changes no gap between two signs that is longer than `CLOSE_MS`, whatever order they come in.
"""

from bisect import insort

from msgspec import Struct

from schemas import duty
from schemas.duty import DutyEvent
from streams.core.acts import ACT_JOINS, Acted
from streams.core.marks import Joins, Mark

#: Signs this close together tell the same; no limit on absence may be shorter than twice it.
CLOSE_MS = 60_000

#: Of one shift; a source that pauses a counter more often than this is out of order.
SIGNS_KEPT = 400

ON, PAUSED, EXCUSED_PAUSE, BACK, SEEN, OFF = "on", "paused", "pause", "back", "seen", "off"


class Sign(Struct, frozen=True, array_like=True, order=True, gc=False):
    """Somebody is at the counter, or says that he is not."""

    at: int
    event: str
    what: str
    clerk: str


class Shift(Struct, array_like=True, tag="s", gc=False):
    """One counter, one half day."""

    key: str
    seen: Mark  #: the earliest event of any kind, and its *section*
    counter: Mark | None = None  #: the earliest event, and its *counter*
    signs: tuple[Sign, ...] = ()
    acts: tuple[Acted, ...] = ()
    expired_at: int | None = None


def _signed(shift: Shift, event: DutyEvent, at: int) -> None:
    data = event.data
    counter = (at, data.counter)
    if shift.counter is None or counter < shift.counter:
        shift.counter = counter
    what = _WHAT[type(event)]
    if isinstance(event, duty.DutyPaused) and event.data.reason:
        what = EXCUSED_PAUSE
    sign = Sign(at, event.id, what, data.clerk or "")
    if sign in shift.signs:
        return
    signs = list(shift.signs)
    insort(signs, sign)
    shift.signs = _thinned(signs)


def _thinned(signs: list[Sign]) -> tuple[Sign, ...]:
    """Without mere signs of life between two other ones that are close to each other.

    The first and the last of a run stay, so the gaps at its ends are what they were.
    """
    kept: list[Sign] = []
    for number, sign in enumerate(signs):
        if (
            sign.what == SEEN
            and kept
            and kept[-1].what == SEEN
            and number + 1 < len(signs)
            and signs[number + 1].what == SEEN
            and signs[number + 1].at - kept[-1].at <= CLOSE_MS
        ):
            continue
        kept.append(sign)
    return tuple(kept[:SIGNS_KEPT])


_WHAT: dict[type, str] = {
    duty.DutySignedOn: ON,
    duty.DutyPaused: PAUSED,
    duty.DutyBack: BACK,
    duty.DutySeen: SEEN,
    duty.DutySignedOff: OFF,
}

JOINS: Joins = {**dict.fromkeys(_WHAT, _signed), **ACT_JOINS}
