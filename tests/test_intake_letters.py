"""What a dead letter keeps of its record: all that a second sending needs, and a storm."""

import msgspec
import pytest

from schemas.deadletters import MOST_KEPT_BYTES, DeadLetter
from streams.core.partition import Limits, Partition
from streams.core.storm import StormLimits, StormWatch
from streams.intake import take_in
from tests.core.hall import BOOK
from tests.test_intake import CALLED, ISSUED, PHONE, Arrived, raw

TRACE = [("ce_type", b"ticket.issued"), ("trace", b"\x00\xff"), ("empty", b"")]


def letter(record: Arrived) -> DeadLetter:
    (found,) = take_in(Partition(3, BOOK, Limits()), [record], "hall.events").dead_letters
    return found


def test_headers_are_kept_in_order() -> None:
    kept = letter(Arrived(5, b"{", b"A1", headers=TRACE))
    assert list(kept.headers) == TRACE
    assert not kept.masked
    assert msgspec.json.decode(msgspec.json.encode(kept), type=DeadLetter) == kept


@pytest.mark.parametrize(
    "record",
    [
        Arrived(5, b"{", PHONE),
        Arrived(5, b"{", b"A1", headers=[("tel", PHONE)]),
        Arrived(5, b"{", b"A1", headers=[("tel " + PHONE.decode(), b"")]),
    ],
    ids=["as the key", "in a header", "as a header's name"],
)
def test_what_is_masked_beside_the_value_is_said_to_be(record: Arrived) -> None:
    """Sent again it would be another record than it was."""
    kept = letter(record)
    assert kept.masked
    assert PHONE not in msgspec.json.encode(kept)


def test_of_an_enormous_record_the_beginning_is_kept_and_said_to_be_cut() -> None:
    kept = letter(Arrived(5, b"x" * (2 * MOST_KEPT_BYTES), b"A1", headers=TRACE))
    assert kept.cut
    assert kept.size > 2 * MOST_KEPT_BYTES
    assert (kept.key, list(kept.headers)) == (b"A1", TRACE)
    assert len(msgspec.json.encode(kept)) < 6 * 1024 * 1024


@pytest.mark.parametrize(
    ("key", "headers"),
    [(b"k" * 2 * MOST_KEPT_BYTES, []), (b"A1", [("h", b"x" * 2 * MOST_KEPT_BYTES)])],
    ids=["a key", "a header"],
)
def test_an_enormous_key_or_header_fits_too(key: bytes, headers: list[tuple[str, bytes]]) -> None:
    kept = letter(Arrived(5, b"{", key, headers=headers))
    assert kept.cut
    assert kept.raw == b"{"
    assert len(msgspec.json.encode(kept)) < 6 * 1024 * 1024


def test_a_whole_record_is_not_cut() -> None:
    assert not letter(Arrived(5, b"{", b"A1", headers=TRACE)).cut


def test_a_storm_ends_the_slice_behind_the_record_at_which_it_shows() -> None:
    records = [
        Arrived(10, raw(ISSUED), b"A1"),
        *(Arrived(offset, b"{", b"A1") for offset in range(20, 40)),
        Arrived(40, raw(CALLED), b"A1"),
    ]
    partition = Partition(3, BOOK, Limits())
    watch = StormWatch(StormLimits(records=6))
    intake = take_in(partition, records, "hall.events", watch)
    assert [one.offset for one in intake.dead_letters] == [20, 21, 22, 23]
    assert (intake.events, intake.records) == (1, 5)
    stopped = partition.position.stopped
    assert stopped is not None
    assert (stopped.offset, stopped.refused, stopped.records) == (24, 4, 4)
    assert partition.position.next_offset == 24
    assert partition.position.stops == 1


def test_without_a_watch_nothing_stops() -> None:
    partition = Partition(3, BOOK, Limits())
    intake = take_in(partition, [Arrived(n, b"{", b"A1") for n in range(5_000)], "hall.events")
    assert (len(intake.dead_letters), intake.records) == (5_000, 5_000)
    assert partition.position.stopped is None
