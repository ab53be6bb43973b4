"""Workers that take what was drawn: an undisturbed one, and one that is killed again and again.

Used by the laws. Invariant: both see the same records, in the same slices, at the same
moments.
"""

from schemas.outcomes import Row, Status, Table, WindowRow
from streams.core.partition import Limits
from tests.core.hall import ANY_ORDER, Hall, Key, unversioned
from tests.core.journeys import Part
from tests.core.story import ms

#: Past every deadline, closing time and expiry of the drawn journeys.
AFTERWARDS = ms("2022-10-20 23:00")

#: Journeys are forgotten while the drawn log is still being read.
FORGETFUL = Limits(event_clock=True, horizon_ms=3_600_000)

Facts = dict[Table, dict[Key, Row]]


def facts(hall: Hall) -> Facts:
    """What is true at the end, however it came to be known."""
    return {
        Table.JOURNEYS: {key: unversioned(row) for key, row in hall.rows[Table.JOURNEYS].items()},
        Table.VERDICTS: {
            (row.promise, row.journey): unversioned(row)
            for row in hall.verdicts()
            if row.status is not Status.WITHDRAWN
        },
        Table.WINDOWS: {
            key: unversioned(row)
            for key, row in hall.rows[Table.WINDOWS].items()
            if isinstance(row, WindowRow) and row.started
        },
    }


def arrival(part: int) -> int:
    """Parts come in an hour apart: what ended in one is forgotten in the next (`FORGETFUL`)."""
    return ms("09:00") + part * 3_600_000


def settle_all(hall: Hall, now: int, catching_up: bool = False, most: int = 2_000) -> None:
    portions = 0
    while hall.settle(now, catching_up, most).more:
        portions += 1
        assert portions < 100, "the same journeys fall due again and again"


def run(parts: list[Part], limits: Limits = ANY_ORDER) -> Hall:
    """An undisturbed worker."""
    hall = Hall(limits)
    for number, part in enumerate(parts):
        hall.hear(part.events, ingest=arrival(number))
        settle_all(hall, part.now, part.catching_up, part.most)
    settle_all(hall, AFTERWARDS)
    return hall


def run_with_crashes(parts: list[Part], crashes: set[int], limits: Limits) -> Hall:
    """A worker killed before some parts, in the middle of each of them, and after its first
    settlement; each time another takes over from the saved state and reads on."""
    hall = Hall(limits)
    read = 0
    for number, part in enumerate(parts):
        ingest = arrival(number)
        if number in crashes:
            hall.restart()
            hall.hear(part.events[: len(part.events) // 2], ingest=ingest)
            hall.restart()
            assert hall.partition.position.next_offset == read
        hall.hear(part.events, ingest=ingest)
        read += len(part.events)
        more = hall.settle(part.now, part.catching_up, part.most).more
        if number in crashes:
            hall.restart()
            assert hall.partition.position.next_offset == read
            more = True
        if more:
            settle_all(hall, part.now, part.catching_up, part.most)
    if len(parts) in crashes:
        hall.settle(AFTERWARDS, most=1)
        hall.restart()
    settle_all(hall, AFTERWARDS)
    return hall


def run_killed_when_all_is_due(parts: list[Part], crash: int) -> Hall:
    """After one part the clock has passed everything; a worker settles one of those due and
    is killed, and the next reads on at once."""
    hall = Hall(ANY_ORDER)
    for number, part in enumerate(parts):
        hall.hear(part.events, ingest=arrival(number))
        if number == crash:
            settle_all(hall, part.now)
            hall.settle(AFTERWARDS, most=1)
            hall.restart()
        else:
            settle_all(hall, part.now, part.catching_up, part.most)
    settle_all(hall, AFTERWARDS)
    return hall
