"""What is kept of refused bytes: to the byte where nothing is personal, masked where it is."""

import json

import msgspec
import pytest

from schemas.personal import MASK, in_words
from schemas.privacy import Finding, find_personal, mask_raw

PHONE, ID, NAME = "13800138000", "11010519491231002X", "王小明"

KEPT = {
    "an escape": b'{"a": "x\\ny",  "b": 1.0E5}',
    "another alphabet": '{"a": "café"}'.encode(),
    "a long number that is nobody's": b'{"n":123456789012}',
    "a number too large to hold": b'{"n":1e999,"s":"\\n"}',
    "a number of five thousand digits": b'[1%b,"\\n"]' % (b"0" * 5000),
    "a mark of byte order": b'\xef\xbb\xbf{"a":"\\n"}',
    "half a surrogate pair": b'{"a":"\\ud83d',
    "no UTF-8": b'\xff\xfe{"a":"\\n"}',
    "emoji, escaped and cut off": b'{"a":"\\ud83d\\ude00"',
    "brackets without end": b"[" * 50_000 + b"\\",
}


@pytest.mark.parametrize("value", KEPT.values(), ids=KEPT)
def test_what_is_not_personal_is_kept_to_the_byte(value: bytes) -> None:
    assert mask_raw(value) == value


MASKED = {
    "a name, as it is": json.dumps({"a": NAME}, ensure_ascii=False).encode(),
    "a name, escaped": json.dumps({"a": NAME}).encode(),
    "a name, escaped, in what is cut off": json.dumps({"a": NAME}).encode()[:-2],
    "a rare name, escaped as a pair, cut off": json.dumps({"a": "𠮷"}).encode()[:-2],
    "a name among bytes that are no UTF-8": NAME.encode() + b"\xff",
    "a phone number with an escaped digit, cut off": b'{"a":"\\u0031%b"' % PHONE[1:].encode(),
    "a phone number as a number": b'{"a":%b}' % PHONE.encode(),
    "a phone number as a fraction": b'{"a":%b.0}' % PHONE.encode(),
    "a phone number as a power": b'{"a":1.3800138e10, "b":"\\n"}',
    "a phone number that a second field of that name hides": (
        b'{"a":"%b","a":"x\\n"}' % PHONE.encode()
    ),
    "an ID number as a field's name": b'{"%b":1}' % ID.encode(),
}


@pytest.mark.parametrize("value", MASKED.values(), ids=MASKED)
def test_what_is_personal_is_nowhere_in_it(value: bytes) -> None:
    masked = mask_raw(value)
    assert masked != value
    told = masked.decode("utf-8", errors="replace")
    for form in (told, told.encode().decode("unicode_escape", errors="replace")):
        for secret in (PHONE, ID, NAME, "小", "𠮷", "1.3800138e10", "13800138000.0"):
            assert secret not in form


def test_a_masked_document_keeps_its_other_fields() -> None:
    raw = json.dumps({"id": "7", "data": {"tel": PHONE, "counter": "C1"}}).encode()
    assert msgspec.json.decode(mask_raw(raw)) == {
        "id": "7",
        "data": {"tel": MASK, "counter": "C1"},
    }


#: Of 18 digits, with a wrong check character. Nobody's, all of them.
MISTYPED = {
    "the last character": ("110105194912310021", True),
    "a digit of the serial": ("11010519491231012X", True),
    "a digit of the day": ("11010519491221002X", True),
    "as it is written in small letters": ("31011319800101123x", True),
    "no such day": ("310113198002301231", False),
    "no such province": ("990113198001011234", False),
    "a case number of a region, a day and a serial": ("310113202210140123", False),
    "one of the first of them": ("310113201001010001", False),
}


@pytest.mark.parametrize(("number", "personal"), MISTYPED.values(), ids=MISTYPED)
@pytest.mark.parametrize("field", ["service", "subject", "a field nobody knows"])
def test_an_id_number_is_known_with_a_slip_of_the_finger_too(
    number: str, personal: bool, field: str
) -> None:
    raw = json.dumps({"data": {field: f"b:{number}"}}).encode()
    found = find_personal(raw)
    assert (found is not None) is personal
    assert (number in mask_raw(raw).decode()) is not personal
    assert not found or found == Finding(f"data.{field}", "a national ID number")
    assert in_words(f"申请人{number}材料不全") == ("a national ID number" if personal else "")
