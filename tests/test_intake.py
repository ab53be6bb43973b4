"""Records of the events topic: each ends as one row or one dead letter, and nothing
personal leaves in either."""

from typing import Any

import msgspec
import pytest
from msgspec import Struct

from schemas.decode import Headers
from schemas.outcomes import DeadLetterRow, EventRow
from streams.core.partition import Limits, Partition
from streams.intake import Intake, dead_letter_row, take_in
from tests.core.hall import ANY_ORDER, BOOK
from tests.core.story import chat, clock_advanced, ms, visit

PHONE = b"13800138000"


class Arrived(Struct):
    """A record as the consumer hands it over."""

    offset: int
    value: bytes | None
    key: bytes | None = None
    timestamp: int = ms("10:00:00.007")
    headers: Headers = ()


def raw(event: object) -> bytes:
    return msgspec.json.encode(event)


ISSUED, CALLED = visit().issued("09:50").called("09:58").events
REQUESTED, *_ = chat("A1").requested("09:59").events
LATER, *_ = visit("A2").issued("11:00").events
OLD, *_ = visit("A3").issued("2022-10-01 09:00").events


def taken(*records: Arrived, limits: Limits | None = None) -> tuple[Intake, Partition]:
    partition = Partition(3, BOOK, limits or Limits())
    return take_in(partition, records, "hall.events"), partition


def rows(intake: Intake) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in lines(intake).splitlines()]


def lines(intake: Intake) -> bytes:
    return b"".join(rows for rows, _ in intake.event_rows)


def test_an_event_is_a_row_with_where_it_stood() -> None:
    intake, partition = taken(Arrived(41, raw(ISSUED), b"A1"))
    (row,) = rows(intake)
    assert (row["partition"], row["offset"], row["ingest_at"]) == (3, 41, ms("10:00:00.007") / 1000)
    assert (row["source"], row["id"]) == (ISSUED.source, ISSUED.id)
    assert (row["type"], row["subject"]) == ("ticket.issued", "A1")
    assert row["data"]["service"] == "passport"
    assert set(EventRow.__struct_fields__) <= row.keys()
    assert (intake.events, intake.dead_letters) == (1, [])
    assert partition.journeys == 1


def test_the_time_of_ingest_has_three_decimals() -> None:
    intake, _ = taken(Arrived(0, raw(ISSUED), b"A1"))
    assert b'"ingest_at":%d.007' % (ms("10:00") // 1000) in lines(intake)


def test_the_time_stays_as_the_source_wrote_it() -> None:
    (row,) = rows(taken(Arrived(0, raw(ISSUED), b"A1"))[0])
    assert row["time"] == "2022-10-17T09:50:00+08:00"


REFUSED = {
    "what is no JSON": (Arrived(5, b"{", b"A1"), "malformed", ""),
    "a record without a value": (Arrived(5, None, b"A1"), "malformed", ""),
    "an unknown type": (
        Arrived(5, raw(ISSUED).replace(b"ticket.issued", b"ticket.eaten"), b"A1"),
        "unknown-type",
        "type",
    ),
    "a key that is not the subject": (Arrived(5, raw(ISSUED), b"B1"), "key-mismatch", "subject"),
    "a phone number": (
        Arrived(5, raw(ISSUED).replace(b"passport", PHONE), b"A1"),
        "personal-data",
        "data.service",
    ),
    "a time ahead of the broker's": (Arrived(5, raw(LATER), b"A2"), "from-the-future", "time"),
    "an event older than the horizon": (Arrived(5, raw(OLD), b"A3"), "too-late", "time"),
    "a replay's clock in a live hall": (
        Arrived(5, raw(clock_advanced("10:00")), b"clock"),
        "unknown-type",
        "type",
    ),
}


@pytest.mark.parametrize(("record", "reason", "field"), REFUSED.values(), ids=REFUSED)
def test_a_dead_letter(record: Arrived, reason: str, field: str) -> None:
    intake, partition = taken(record)
    (letter,) = intake.dead_letters
    assert (letter.reason, letter.field) == (reason, field)
    assert (letter.topic, letter.partition, letter.offset) == ("hall.events", 3, 5)
    assert letter.ingest_at == ms("10:00:00.007") / 1000
    assert letter.detail
    assert (intake.event_rows, intake.events) == ([], 0)
    assert partition.position.next_offset == 6
    assert partition.journeys == 0


def test_a_dead_letter_keeps_the_bytes_and_the_key() -> None:
    (letter,) = taken(Arrived(5, b'{"no": "event"}', b"A1"))[0].dead_letters
    assert (letter.raw, letter.key, letter.masked) == (b'{"no": "event"}', b"A1", False)


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (raw(ISSUED).replace(b"passport", PHONE), b"A1"),
        (raw(ISSUED).replace(b'"A1"', b'"%b"' % PHONE), PHONE),
        (b"call " + PHONE + b" back", b"A1"),
        (raw(ISSUED).replace(b"passport", "王小明".encode()), "王小明".encode()),
    ],
    ids=["in a field", "as the subject and key", "in what is no JSON", "a name"],
)
def test_nothing_personal_is_in_a_dead_letter(value: bytes, key: bytes) -> None:
    (letter,) = taken(Arrived(5, value, key))[0].dead_letters
    assert letter.masked
    sent = msgspec.json.encode(letter) + letter.raw + (letter.key or b"")
    assert PHONE not in sent
    assert "王小明".encode() not in sent


@pytest.mark.parametrize("place", range(3))
def test_a_personal_record_is_found_among_clean_ones(place: int) -> None:
    records = [Arrived(number, raw(ISSUED), b"A1") for number in range(3)]
    records[place] = Arrived(place, raw(ISSUED).replace(b"passport", PHONE), b"A1")
    intake, _ = taken(*records)
    assert [letter.offset for letter in intake.dead_letters] == [place]
    assert PHONE not in lines(intake)


def test_a_phone_number_in_a_header_is_found_though_the_values_are_clean() -> None:
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", PHONE),
        ("ce_source", b"urn:test"),
        ("ce_type", b"ticket.checked-in"),
        ("ce_subject", b"A1"),
        ("ce_time", b"2022-10-17T09:55:00+08:00"),
    ]
    intake, _ = taken(Arrived(5, b'{"section":"counters"}', b"A1", headers=headers))
    (letter,) = intake.dead_letters
    assert (letter.reason, letter.field) == ("personal-data", "id")
    assert PHONE not in msgspec.json.encode(letter)


def test_the_row_of_a_dead_letter_is_it_without_the_bytes() -> None:
    (letter,) = taken(Arrived(5, b"{", b"A1"))[0].dead_letters
    row = msgspec.structs.asdict(dead_letter_row(letter))
    whole = msgspec.structs.asdict(letter)
    assert row == {name: whole[name] for name in DeadLetterRow.__struct_fields__}


def test_each_record_ends_as_exactly_one_thing() -> None:
    records = [
        Arrived(0, raw(ISSUED), b"A1"),
        Arrived(1, b"{", b"A1"),
        Arrived(2, raw(CALLED), b"A1"),
        Arrived(3, raw(REQUESTED), b"A1"),  # a ticket's subject for a chat
        Arrived(4, raw(CALLED), b"A1"),
        Arrived(5, None),
        Arrived(6, raw(LATER), b"A2"),
    ]
    intake, partition = taken(*records)
    accepted = [row["offset"] for row in rows(intake)]
    refused = [letter.offset for letter in intake.dead_letters]
    assert (accepted, refused) == ([0, 2, 4], [1, 3, 5, 6])
    assert intake.events == 3
    assert partition.position.next_offset == 7


def test_a_replay_s_clock_is_neither_row_nor_dead_letter() -> None:
    record = Arrived(0, raw(clock_advanced("12:00")), b"clock")
    intake, partition = taken(record, limits=ANY_ORDER)
    assert (intake.event_rows, intake.events, intake.dead_letters) == ([], 0, [])
    assert partition.log_time == ms("12:00")


def test_no_records_are_nothing() -> None:
    intake, partition = taken()
    assert (intake.event_rows, intake.events, intake.dead_letters) == ([], 0, [])
    assert partition.position.next_offset == 0
