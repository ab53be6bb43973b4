"""Somebody's ID number, phone number and name, in events of every form; and where to look for them.

Owns the values, the records that carry them and the forms in which they would be found. Called by
`guarded` and its tests. Invariant: every record here has to be refused, however good it looks.
"""

import base64
import json
import time
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from tests.schemas.tables import EXAMPLES

ID_NUMBER, PHONE, NAME = "11010519491231002X", "13800138000", "王小明"
_OTHER_PHONES = ("138-0013-8000", "138 0013 8000")
_FULL_WIDTH = "１３８００１３８０００"

_BAD = EXAMPLES / "events" / "bad"


class Planted(Struct, frozen=True):
    key: bytes | None
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()


def chat(subject: str, kind: str = "assist.requested", **data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"{subject}/{kind}",
        "source": "urn:hall:chat",
        "type": kind,
        "subject": subject,
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "data": {"section": "S03", **data},
    }


def good_looking() -> list[dict[str, Any]]:
    """Events that keep the contract but for one text too many."""
    return [
        chat("planted-1", applicant=ID_NUMBER),
        chat("planted-2", phone=PHONE),
        chat("planted-3", phone=int(PHONE)),
        chat("planted-4", note={"of": [{"name": NAME}]}),
        chat("planted-5", counter=_OTHER_PHONES[0]),
        {**chat("planted-6"), "holder": ID_NUMBER.lower()},
        {**chat("planted-7"), "subject": PHONE},
        {**chat("planted-8"), "id": f"req-{ID_NUMBER}".replace("-", ":")},
        {**chat("planted-9"), "source": f"urn:hall:{NAME}"},
        {**chat("planted-10"), NAME: "x"},
        {
            **chat("planted-11", "alert.silenced"),
            "data": {
                "section": "S03", "until": "2099-01-01T00:00:00Z", "by": "chief",
                "reason": f"{_OTHER_PHONES[1]} 来电", "promise": "online-first-response",
            },
        },
        {
            **chat("planted-12", "alert.silenced"),
            "data": {
                "section": "S03", "until": "2099-01-01T00:00:00Z", "by": "chief",
                "reason": f"电话 {_FULL_WIDTH}", "promise": "online-first-response",
            },
        },
    ]  # fmt: skip


def planted() -> list[Planted]:
    """All of them, as producers may write them straight into Kafka."""
    looking = [
        Planted(str(event["subject"]).encode(), json.dumps(event, ensure_ascii=escaped).encode())
        for event in good_looking()
        for escaped in (True, False)
    ]
    clean = json.dumps(chat("planted-20")["data"]).encode()
    attributes = (
        ("ce_specversion", b"1.0"), ("ce_id", b"planted-20"), ("ce_source", b"urn:hall:chat"),
        ("ce_type", b"assist.requested"), ("ce_time", b"2022-10-14T09:00:00Z"),
        ("content-type", b"application/json"),
    )  # fmt: skip
    in_headers = [
        Planted(b"planted-20", clean, (*attributes, ("ce_subject", ID_NUMBER.encode()))),
        Planted(b"planted-20", clean, (*attributes, ("ce_subject", b"planted-20"),
            ("ce_holder", NAME.encode()))),
    ]  # fmt: skip
    cut_off = json.dumps(chat("planted-21", phone=PHONE)).encode()[:-2]
    broken = [
        Planted(PHONE.encode(), b"\xff\xfe no event"),
        Planted(NAME.encode(), b"{"),
        Planted(b"planted-21", cut_off),
        Planted(b"planted-22", f"{ID_NUMBER};{NAME};{PHONE}".encode()),
        Planted(b"planted-23", NAME.encode() + b"\xff" + PHONE.encode()),
        Planted(b"planted-24", json.dumps(chat("x", "no.such", name=NAME)).encode()),
        Planted(b"planted-25", b'{"data":{"tel":"%b","tel":"1"}}' % PHONE.encode()),
    ]
    return [*looking, *in_headers, *broken, *_examples()]


def _examples() -> list[Planted]:
    """Those of the contract's bad examples that hold one of the three."""
    expected: dict[str, Any] = msgspec.json.decode((_BAD / "expected.json").read_bytes())
    contents = [(_BAD / name).read_bytes() for name in sorted(expected)]
    return [
        Planted(b"example", content)
        for content in contents
        if any(form in content for form in FORMS)
    ]


def _forms() -> list[bytes]:
    texts = (ID_NUMBER, ID_NUMBER.lower(), PHONE, *_OTHER_PHONES, _FULL_WIDTH, NAME)
    found = [text.encode() for text in texts]
    found += [text.encode(coding) for text in texts for coding in ("utf-16-le", "utf-16-be")]
    found += [NAME.encode("gb18030"), json.dumps(NAME)[1:-1].encode(), _upper(NAME)]
    found += [piece for text in texts for piece in _in_base64(text.encode())]
    return found


def _upper(text: str) -> bytes:
    return "".join(f"\\u{ord(letter):04X}" for letter in text).encode()


def _in_base64(value: bytes) -> list[bytes]:
    """What of it is seen wherever it begins in what is encoded: three ways."""
    pieces = []
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + value)
        pieces.append(encoded[-(-before * 8 // 6) : len(encoded) // 4 * 4 - 4])
    return pieces


#: Bytes that must not be found.
FORMS: tuple[bytes, ...] = tuple(_forms())


def found_in(content: bytes) -> list[bytes]:
    return [form for form in FORMS if form in content]


def found_below(folder: Path, but: tuple[str, ...] = ()) -> dict[str, list[bytes]]:
    """Of all files but those in folders whose name begins so."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.relative_to(folder).parts[0].startswith(but or ("\0",)):
            continue
        # Kafka makes its indexes ten megabytes long beforehand.
        if forms := found_in(path.read_bytes().rstrip(b"\0")):
            found[str(path.relative_to(folder))] = forms
    return found
