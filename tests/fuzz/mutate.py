"""Records for the fuzz run: the examples of the contract, and what chance makes of them.

Owns making them; what becomes of them is `tests.fuzz.run`. Invariant: a round is made of its
seed and number alone, so that naming these two reproduces it.
"""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec
from msgspec import Struct

from tests.fuzz.odd import (
    HEADER_CONTENTS,
    HEADER_NAMES,
    NUMBERS,
    SHAPES,
    STAMPS,
    TEXTS,
    TIMES,
)
from tests.schemas.tables import EXAMPLES

Headers = list[tuple[str, bytes | None]]

#: The day of the rounds, and how many journeys share one.
DAY = datetime(2022, 10, 17, 9, 0, tzinfo=timezone(timedelta(hours=8)))
_SUBJECTS = [f"t-{number}" for number in range(24)]

GOOD: list[dict[str, Any]] = [
    msgspec.json.decode(path.read_bytes())
    for path in sorted((EXAMPLES / "events" / "good").glob("*.json"))
]
#: Before the subject of each family that is not about a visit, and of each kind of rating.
_BEGINS = {"assist": "c", "case": "k", "hotline": "h", "duty": "d", "rectification": "r"}
_ABOUT = {"visit": "", "chat": "c", "case": "k"}
_PROMISES = ("online-first-response", "appointment-wait-general", "counter-filing")
_LOOKUPS = ("e-licence", "data-check")
#: Fields of data that hold a time beside the frame's.
_MOMENTS = ("appointment", "due", "until")

_NAMES = sorted({name for example in GOOD for name in [*example, *example["data"]]})
_TYPES = sorted({example["type"] for example in GOOD} | {"clock.advanced"})


class Fuzzed(Struct):
    """A record as the consumer hands it over."""

    offset: int
    value: bytes | None
    key: bytes | None
    timestamp: int
    headers: Sequence[tuple[str, bytes | None]]


class _Raw(str):
    """Stands in a document for a text that is put in as it is, JSON or not."""


def records(seed: int, number: int, count: int) -> list[Fuzzed]:
    """Round `number` of the run with this seed."""
    chance = random.Random(f"{seed}/{number}")
    return [_record(chance, offset, count) for offset in range(count)]


def _record(chance: random.Random, offset: int, count: int) -> Fuzzed:
    # A day of events passes in a round, not all of them in order.
    at = DAY + timedelta(seconds=offset / count * 36_000 + chance.gauss(0, 300))
    document = _sensible(chance, at)
    headers: Headers = []
    key: bytes | None = None
    for change in chance.choices(_CHANGES, _WEIGHTS, k=chance.choice((0, 0, 1, 1, 1, 2, 4))):
        change(chance, document)
    subject = document.get("subject")
    if isinstance(subject, str) and not isinstance(subject, _Raw):
        key = subject.encode()
    if chance.random() < 0.2 and isinstance(document.get("data"), dict):
        headers = _headers(chance, document)
        document = document["data"]
    value: bytes | None = _text(document).encode("utf-8", errors="surrogatepass")
    if chance.random() < 0.2:
        value = _bytes(chance, value or b"")
    if chance.random() < 0.05:
        key = chance.choice((None, b"", b"t-1", b"\xff", key and key[:-1], b"\x00", b"x" * 300))
    stamp = int((at.timestamp() + abs(chance.gauss(0, 30))) * 1000)
    if chance.random() < 0.001:
        stamp = chance.choice(STAMPS)
    return Fuzzed(offset, value, key, stamp, headers)


def _sensible(chance: random.Random, at: datetime) -> dict[str, Any]:
    """An example, of one of a few journeys, at its time."""
    example = chance.choice(GOOD)
    document = {**example, "data": dict(example["data"])}
    document["subject"] = _subject(chance, document)
    document["id"] = f"e-{chance.randrange(10_000)}"
    document["time"] = at.isoformat(timespec=chance.choice(("seconds", "milliseconds", "auto")))
    document["data"]["section"] = chance.choice(("S01", "S02", "S24", "unknown"))
    for name in (name for name in _MOMENTS if name in document["data"]):
        due = at + timedelta(minutes=chance.randrange(-200, 200))
        document["data"][name] = due.isoformat()
    for name, begin in (("ticket", ""), ("chat", "c")):
        if name in document["data"]:
            document["data"][name] = begin + chance.choice(_SUBJECTS)
    if "alert" in document["data"]:
        document["data"]["alert"] = f"{chance.choice(_PROMISES)}/{document['subject']}/1"
    return document


def _subject(chance: random.Random, document: dict[str, Any]) -> str:
    """One of the few journeys, of the kind the event is about."""
    family = document["type"].partition(".")[0]
    if family == "lookup":
        return chance.choice(_LOOKUPS)
    if family == "alert":
        return chance.choice(("", "c")) + chance.choice(_SUBJECTS)
    about = document["data"].get("about", "case") if family in ("rating", "survey") else None
    return (_ABOUT[about] if about else _BEGINS.get(family, "")) + chance.choice(_SUBJECTS)


# -- changes of a document ---------------------------------------------------------------------


def _put(chance: random.Random, document: dict[str, Any], value: object) -> None:
    data = document.get("data")
    inside = isinstance(data, dict) and chance.random() < 0.6
    place = data if inside and isinstance(data, dict) else document
    foreign = chance.random() < 0.1 or not place
    place[chance.choice(_NAMES if foreign else sorted(place))] = value


def _odd_value(chance: random.Random, document: dict[str, Any]) -> None:
    _put(chance, document, _Raw(chance.choice(chance.choice((NUMBERS, TEXTS, SHAPES)))))


def _odd_time(chance: random.Random, document: dict[str, Any]) -> None:
    text = chance.choice(TIMES)
    if chance.random() < 0.8:
        document["time"] = text
    elif isinstance(document.get("data"), dict):
        held = [name for name in _MOMENTS if name in document["data"]]
        document["data"][chance.choice(held or _MOMENTS)] = text


def _other_time(chance: random.Random, document: dict[str, Any]) -> None:
    """In the years of the contract, from one end to the other."""
    year, spread = chance.choice(((1990, 1), (2022, 1), (2099, 1), (1990, 109))), 365
    day = datetime(year[0], 1, 1) + timedelta(days=chance.randrange(year[1] * spread))
    moment = day + timedelta(microseconds=chance.randrange(86_400_000_000))
    offset = chance.choice(("Z", "+08:00", "-12:00", "+14:00", "+23:59", "-23:59"))
    document["time"] = moment.isoformat() + offset


def _odd_text(chance: random.Random, document: dict[str, Any]) -> None:
    text = "".join(chr(_code(chance)) for _ in range(chance.choice((1, 4, 12, 64))))
    _put(chance, document, text)


def _code(chance: random.Random) -> int:
    code = chance.choice(
        (chance.randrange(128), chance.randrange(0x3400), chance.randrange(0x110000))
    )
    return 0x41 if 0xD800 <= code < 0xE000 else code


def _less(chance: random.Random, document: dict[str, Any]) -> None:
    place = document["data"] if chance.random() < 0.5 else document
    if isinstance(place, dict) and place:
        del place[chance.choice(sorted(place))]
    document.setdefault("data", {})


def _more(chance: random.Random, document: dict[str, Any]) -> None:
    name = chance.choice(
        ("extra", "Type", "type\x00", "partition", "offset", "ingest_at", "王", "")
    )
    place = document["data"] if chance.random() < 0.5 else document
    if isinstance(place, dict):
        place[name] = _Raw(chance.choice(chance.choice((NUMBERS, TEXTS, SHAPES))))


def _other_type(chance: random.Random, document: dict[str, Any]) -> None:
    document["type"] = chance.choice(_TYPES)
    if document["type"] == "clock.advanced":
        document["data"] = {}


def _other_journey(chance: random.Random, document: dict[str, Any]) -> None:
    document["subject"] = chance.choice(_SUBJECTS)


_CHANGES: tuple[Callable[[random.Random, dict[str, Any]], None], ...] = (
    _odd_value,
    _odd_time,
    _other_time,
    _odd_text,
    _less,
    _more,
    _other_type,
    _other_journey,
)
_WEIGHTS = (6, 4, 2, 1, 1, 1, 1, 1)


# -- documents and bytes -----------------------------------------------------------------------


def _text(node: object) -> str:
    match node:
        case _Raw():
            return str(node)
        case dict():
            return (
                "{" + ",".join(f"{_text(name)}:{_text(item)}" for name, item in node.items()) + "}"
            )
        case _:
            return msgspec.json.encode(node).decode()


def _headers(chance: random.Random, document: dict[str, Any]) -> Headers:
    """The frame as binary mode has it, and what chance makes of that."""
    found: Headers = [
        (f"ce_{name}", str(item).encode("utf-8", errors="surrogatepass"))
        for name, item in document.items()
        if name != "data"
    ]
    for _ in range(chance.choice((0, 0, 1, 2))):
        place = chance.randrange(len(found) + 1)
        odd = chance.choice(HEADER_NAMES), chance.choice(HEADER_CONTENTS)
        match chance.randrange(4):
            case 0:
                found.insert(place, odd)
            case 1 if found:
                name, _ = found[place % len(found)]
                found[place % len(found)] = name, odd[1]
            case 2 if found:
                _, content = found[place % len(found)]
                found[place % len(found)] = odd[0], content
            case 3 if found:
                del found[place % len(found)]
    return found


def _bytes(chance: random.Random, value: bytes) -> bytes | None:
    """Below the level of documents."""
    place = chance.randrange(len(value) + 1)
    match chance.randrange(10):
        case 0:
            return value[:place]
        case 1:
            return value[place:]
        case 2:
            return value[:place] + chance.randbytes(chance.choice((1, 2, 8))) + value[place:]
        case 3 if value:
            place %= len(value)
            return (
                value[:place]
                + bytes([value[place] ^ 1 << chance.randrange(8)])
                + value[place + 1 :]
            )
        case 4:
            return chance.randbytes(chance.choice((0, 1, 7, 64, 500)))
        case 5:
            return value[:place] + value[place : place + 40] * 2 + value[place + 40 :]
        case 6:
            return chance.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"\x00", b" ", b"\x0c")) + value
        case 7:
            return value + chance.choice((b"\x00", b"}", b",", value, b" " * 100, b"\n{}"))
        case 8:
            return value.decode("utf-8", errors="replace").encode(
                chance.choice(("gb18030", "utf-16"))
            )
        case _:
            return None if chance.random() < 0.1 else value.replace(b'"', b"'")
