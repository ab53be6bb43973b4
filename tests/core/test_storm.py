"""When dead letters are a storm, what is told of it, and what a few mistakes never are."""

from collections.abc import Iterable

import pytest
from msgspec import Struct

from schemas.outcomes import AlertState, ClosedAs
from streams.core.state import Position, Restoring, Saved, encode_saved
from streams.core.storm import Storm, StormLimits, StormWatch, storm_alert

LIMITS = StormLimits(records=10, share=0.5, within_ms=1_000)


class Seen(Struct, frozen=True):
    """A run of records: `.` good, `x` refused; then so many ms pass."""

    records: str
    then_ms: int = 0


def stops_at(runs: Iterable[Seen], limits: StormLimits = LIMITS, agreed: int = 0) -> Storm | None:
    """Each run is a slice of its own."""
    watch = StormWatch(limits, agreed=agreed)
    offset = 0
    watch.now = 5_000
    for run in runs:
        for place, record in enumerate(run.records):
            if record == "x":
                storm = watch.refused(place, offset, "malformed" if offset % 2 else "too-late")
                if storm is not None:
                    return storm
            offset += 1
        watch.taken(len(run.records))
        watch.now += run.then_ms
    return None


STORMS = {
    "nothing but bad records: stopped once they are more than half of a window": (
        [Seen("xxxxxxxxxx")],
        6,
    ),
    "three of four, mixed": ([Seen("x.xxx.xxx.xx")], 8),
    "over several slices": ([Seen("x."), Seen("xx"), Seen(".x"), Seen("xx")], 8),
    "after a long quiet time": ([Seen("." * 500), Seen("xxxxxx")], 506),
    "slowly, but within the time": ([Seen("x", 199)] * 6, 6),
}

NO_STORMS = {
    "nothing refused": [Seen("." * 100)],
    "small numbers, though nothing else came": [Seen("xxxxx")],
    "exactly half, for ever": [Seen("x." * 200)],
    "bad ones beyond the window's records": [Seen("xxxxx" + "." * 6 + "xxxxx")],
    "bad ones longer ago than the window's time": [Seen("xxxxx", 1_001), Seen("xxxxx")],
    "one bad record a second": [Seen("x", 1_000)] * 100,
}


@pytest.mark.parametrize(("runs", "offset"), STORMS.values(), ids=STORMS)
def test_a_storm_stops_behind_the_record_at_which_it_shows(runs: list[Seen], offset: int) -> None:
    storm = stops_at(runs)
    assert storm is not None
    assert storm.offset == offset
    assert storm.refused == 6
    assert sum(storm.reasons.values()) == 6
    assert storm.refused <= storm.records <= 10
    assert storm.number == 1


@pytest.mark.parametrize("runs", NO_STORMS.values(), ids=NO_STORMS)
def test_a_few_mistakes_are_no_storm(runs: list[Seen]) -> None:
    assert stops_at(runs) is None


def test_a_share_of_one_never_stops() -> None:
    assert stops_at([Seen("x" * 100)], StormLimits(records=10, share=1.0)) is None


def test_by_default_five_hundred_refused_are_none_and_one_more_is() -> None:
    assert stops_at([Seen("x" * 500)], StormLimits()) is None
    assert stops_at([Seen("x" * 501)], StormLimits()) is not None


def test_what_somebody_agreed_to_stops_nothing_and_what_follows_does() -> None:
    assert stops_at([Seen("x" * 100)], agreed=100) is None
    storm = stops_at([Seen("x" * 100)], agreed=50)
    assert storm is not None
    assert storm.offset == 56


def test_the_counts_name_the_most_frequent_reason_first() -> None:
    storm = Storm(number=1, offset=9, at=0, refused=4, records=5, reasons={"a": 1, "b": 2, "c": 1})
    assert storm.counts == "b 2, a 1, c 1"


def test_a_stop_and_its_end_are_one_alert() -> None:
    storm = Storm(number=3, offset=9, at=1_000, refused=4, records=5, reasons={"malformed": 4})
    opened = storm_alert(storm, "hall.events", 2, version=7)
    closed = storm_alert(storm, "hall.events", 2, version=8, resumed_at=61_000)
    assert opened.id == "intake-stopped/hall.events/2/3/breached"
    assert closed.id == "intake-stopped/hall.events/2/3/closed"
    assert (opened.data.alert, opened.data.state) == (closed.data.alert, AlertState.BREACHED)
    assert (closed.data.state, closed.data.closed_as) == (AlertState.CLOSED, ClosedAs.MET_LATE)
    assert (closed.data.over_ms, closed.data.closed_at) == (60_000, 61.0)
    assert opened.data.evidence == ["malformed 4"]
    assert opened.data.clause


def test_a_stop_is_part_of_the_saved_state() -> None:
    storm = Storm(number=1, offset=9, at=1_000, refused=4, records=5, reasons={"malformed": 4})
    position = Position(next_offset=9, stopped=storm, stops=1, agreed=3)
    restoring = Restoring()
    for key, value in encode_saved(position, Saved()):
        restoring.take(key, value)
    assert restoring.position == position


def test_a_state_saved_before_stops_were_known_is_read() -> None:
    restoring = Restoring()
    restoring.take(b"position", b'{"format":1,"next_offset":7,"epoch":2}')
    assert restoring.position == Position(next_offset=7, epoch=2)
