"""What the fuzz found, so that it is not found again."""

import msgspec
import pytest

from schemas.decode import Event, Reason, Rejected, decode
from schemas.outcomes import AlertMessage
from streams.core.partition import Limits, Partition
from streams.intake import take_in
from tests.core.hall import BOOK
from tests.core.story import ms
from tests.test_intake import CALLED, ISSUED, Arrived, lines, raw

PHONE, NAME = "13800138000", "王小明"


def event(more: str = "", section: str = '"S01"', inside: str = "") -> bytes:
    """A check-in, with JSON put in at its end, in place of its section, or beside it."""
    return (
        '{"specversion":"1.0","id":"1","source":"x","type":"ticket.checked-in","subject":"A1",'
        f'"time":"2022-10-17T09:00:00+08:00","data":{{"section":{section}{inside}}}{more}}}'
    ).encode()


REFUSED = {
    "a phone number beside a number that only the finder of such minds": (
        event(section=f'"{PHONE}"', more=',"offset":-1e400'),
        (Reason.PERSONAL_DATA, "data.section"),
    ),
    "a name beside a field's name that is no UTF-8": (
        event(section=f'"{NAME}"').replace(b'"source"', b'"\xbaS":1,"source"'),
        (Reason.PERSONAL_DATA, "data.section"),
    ),
    "a name as an unknown field's, in JSON that breaks off behind it": (
        event(inside=f',"{NAME}":\'x'),
        (Reason.UNKNOWN_FIELD, "data.***"),
    ),
    "a name behind a quote in a value": (
        event().replace(b'"1.0"', f"\"it's {NAME}'s\"".encode())[:-1],
        (Reason.OUT_OF_RANGE, "specversion"),
    ),
}


@pytest.mark.parametrize(("value", "why"), REFUSED.values(), ids=REFUSED)
def test_nothing_personal_passes_or_is_told(value: bytes, why: tuple[Reason, str]) -> None:
    refused = decode(value, key=b"A1")
    assert isinstance(refused, Rejected)
    assert (refused.reason, refused.field) == why
    told = refused.field + refused.detail
    assert NAME not in told
    assert PHONE not in told


def test_a_header_s_name_is_told_only_if_it_can_be_an_attribute_s() -> None:
    headers = [("ce_id", b"1"), (f"ce_{PHONE}", b"\xff")]
    refused = decode(b"{}", headers)
    assert isinstance(refused, Rejected)
    assert (refused.reason, refused.field) == (Reason.MALFORMED, "")
    assert PHONE not in refused.detail


def deeper(frames: int, value: bytes) -> Event | Rejected:
    """`decode` called from so deep a stack, as a worker's is deeper than a test's."""
    return decode(value, key=b"A1") if frames == 0 else deeper(frames - 1, value)


@pytest.mark.parametrize("frames", [0, 300, 600])
@pytest.mark.parametrize("depth", [100, 400, 700, 900, 1_200, 20_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")], ids=["[", "{"])
def test_depth_alone_raises_nothing(frames: int, depth: int, opening: str, closing: str) -> None:
    """A backslash in it: it is looked through for what is personal."""
    value = event(more=f',"extra":{opening * depth}"\\n"{closing * depth}')
    found = deeper(frames, value)
    if isinstance(found, Rejected):
        assert found.reason is Reason.MALFORMED or depth > 10_000


@pytest.mark.parametrize("stamp", [-1, 1, -(2**62), 2**62, 253_402_300_800_000])
def test_a_stamp_no_broker_gives_moves_no_clock(stamp: int) -> None:
    """From a broker that lets producers say the time. The hour after the year 9999 cannot
    even be written down."""
    partition = Partition(3, BOOK, Limits())
    came = ms("10:00")
    good = Arrived(0, raw(ISSUED), b"A1", timestamp=came)
    odd = [
        Arrived(1, raw(CALLED), b"A1", timestamp=stamp),
        Arrived(2, b"{", b"A1", timestamp=stamp),
    ]
    intake = take_in(partition, [good, *odd], "hall.events")
    assert intake.events == 2
    assert partition.log_time == came
    (letter,) = intake.dead_letters
    assert letter.ingest_at == came / 1000
    for line in lines(intake).splitlines():
        assert msgspec.json.decode(line)["ingest_at"] == came / 1000
    messages: list[AlertMessage] = partition.settle(partition.log_time).messages
    assert all(message.time.startswith("2022-10-17") for message in messages)


@pytest.mark.parametrize(
    "headers", [[("ce_type", None)], [("ce_type", b"ticket.held"), ("ce_id", None)]]
)
def test_a_null_header_is_malformed(headers: list[tuple[str, bytes | None]]) -> None:
    refused = decode(b"{}", headers)
    assert isinstance(refused, Rejected)
    assert refused.reason is Reason.MALFORMED
    assert refused.field in ("type", "id")
