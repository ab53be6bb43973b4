"""A shift's signs → how it ended, whose it is, its absences (脱岗, 四（四）2).

Pure functions of the journey; knows no "now". Called by `kinds`. An absence begins with the
last sign of life, or with a pause nobody gave a reason for, and ends with the next sign.
Invariant: a pause with a reason is no absence.
"""

from schemas.outcomes import End
from streams.core.lookups import Lookups
from streams.core.marks import Mark
from streams.core.measure import GENERAL, Clock, Reading, Stop, place_of
from streams.core.rules import Promise, Rulebook
from streams.core.shift import CLOSE_MS, EXCUSED_PAUSE, OFF, PAUSED, SEEN, Shift, Sign

#: What an absence began with.
SILENT, NO_REASON = "silent", "paused-without-reason"


def read_shift(shift: Shift, book: Rulebook) -> Reading:
    end, ended = end_of_shift(shift)
    return Reading(place_of(shift.seen[1], "", GENERAL, ""), end, ended)


def end_of_shift(shift: Shift) -> tuple[End, Mark | None]:
    last = next((sign for sign in reversed(shift.signs) if sign.what != SEEN), None)
    if last is not None and last.what == OFF:
        return End.SIGNED_OFF, (last.at, last.event)
    if shift.expired_at is not None:
        return End.EXPIRED, (shift.expired_at, "")
    return End.OPEN, None


def clocks_of_shift(
    shift: Shift, reading: Reading, book: Rulebook, lookups: Lookups
) -> list[Clock]:
    """Each gap that may be an absence, the one that still lasts among them."""
    counter = shift.counter[1] if shift.counter else ""
    clocks = []
    for begun, ended in _gaps(shift.signs):
        stop = None
        if ended is not None:
            if ended.at - begun.at <= CLOSE_MS:
                continue
            stop = Stop(ended.at, ended.event, None, counter, ended.clerk)
        elif reading.ended and reading.end is End.EXPIRED:
            stop = Stop(reading.ended[0], "", End.EXPIRED, counter)
        clocks.append(
            Clock(
                Promise.COUNTER_STAFFED,
                (begun.at, begun.event),
                stop,
                nth=str(begun.at),
                cause=NO_REASON if begun.what == PAUSED else SILENT,
                counter=counter,
                clerk=begun.clerk,
                slight=True,
            )
        )
    return clocks


def _gaps(signs: tuple[Sign, ...]) -> list[tuple[Sign, Sign | None]]:
    """From each sign to the next, while somebody has to be there. A pause without a reason
    lasts until somebody is back, whatever the pause before it was."""
    gaps: list[tuple[Sign, Sign | None]] = []
    begun: Sign | None = None
    free = False  # in a pause with a reason, or signed off
    for sign in signs:
        if free and sign.what == SEEN:
            continue  # a sensor sees somebody pass
        if begun is not None:
            gaps.append((begun, sign))
        free = sign.what in (EXCUSED_PAUSE, OFF)
        begun = None if free else sign
    if begun is not None:
        gaps.append((begun, None))
    return gaps
