"""What must never come in: ID numbers, phone numbers and names (semantics §4).

Finds and masks them; does not decide what becomes of the event (`schemas.decode` refuses
it). Invariant: nothing this module returns contains the value it found.

Every string of an event is an identifier, so Chinese text in one is taken for a name.
The obsolete 15-digit ID numbers (not valid since 2013) are not looked for: too many
ticket numbers look like them.
"""

import json
import re
from typing import Any

import msgspec
from msgspec import Struct

MASK = "***"

#: GB 11643-1999: region (6), birth date (8), sequence (3), check character.
_ID_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])"
    r"(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])"
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"

#: Mainland mobile numbers, with or without +86 and separators.
_MOBILE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9A-Za-z])")

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[\U00020000-\U0003ffff]")

_ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")

#: Digits become 0, everything else a space; separators inside numbers are taken out.
_DIGITS = bytes(48 if 48 <= byte <= 57 else 32 for byte in range(256))
_ELEVEN = b"0" * 11


class Finding(Struct, frozen=True):
    """Where something personal stands, and what it looks like."""

    field: str
    what: str


def surely_clean(value: bytes) -> bool:
    """A test of the raw bytes that costs next to nothing and never misses.

    False only means: look closer (non-ASCII, an escape, or 11 digits in a row).
    """
    return value.isascii() and b"\\" not in value and _ELEVEN not in value.translate(_DIGITS, b"- ")


class UnreadableError(ValueError):
    """No JSON, or with a part in it that cannot be read: a decoder that skips what it does
    not know may still find an event in it."""


def find_personal(value: bytes) -> Finding | None:
    """Walks every field of a JSON document; None when it is clean. Raises UnreadableError."""
    try:
        return _walk(msgspec.json.decode(value), "")
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise UnreadableError from error


def mask_raw(value: bytes) -> bytes:
    """The bytes with everything personal masked, fit for the dead-letter topic.

    JSON is rewritten field by field; bytes that are no JSON are masked as text. Where
    nothing personal is found they stay as they are, to the byte: they may be sent again.
    """
    if surely_clean(value):
        return value
    try:
        document = msgspec.json.decode(value)
        if not _walk(document, "") and not _repeats_a_name(value):
            return value
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return _mask_bytes(value)
    try:
        return msgspec.json.encode(_masked(document))
    except (ValueError, RecursionError):
        return MASK.encode()  # nested so deep that nothing of it can be told apart


def _mask_bytes(value: bytes) -> bytes:
    """What is no JSON, as text."""
    text = value.decode("utf-8", errors="surrogateescape")
    # Cut-off JSON of a producer that escapes everything: there a name is `\\u738b\\u5c0f`.
    unescaped = _ESCAPES.sub(_unescaped, text)
    if _looks_personal(text) or _looks_personal(unescaped):
        return _mask_text(unescaped).encode("utf-8", errors="surrogateescape")
    return value


def mask_name(name: str) -> str:
    """A field's name, unless it is somebody's, or a number."""
    return MASK if _looks_personal(name) else name


def _unescaped(found: re.Match[str]) -> str:
    units = bytes.fromhex(found[0].replace("\\u", ""))
    return units.decode("utf-16-be", errors="replace")


def _repeats_a_name(value: bytes) -> bool:
    """Whether an object has a field twice: only the last was looked at, rewriting drops the
    others. Whatever cannot be told counts as yes."""
    repeated = False

    def look(pairs: list[tuple[str, Any]]) -> None:
        nonlocal repeated
        repeated = repeated or len({name for name, _ in pairs}) < len(pairs)

    try:
        json.loads(value, object_pairs_hook=look)
    except (ValueError, RecursionError):
        return True
    return repeated


def _walk(node: Any, path: str) -> Finding | None:
    match node:
        case str():
            what = _looks_personal(node)
            return Finding(field=path, what=what) if what else None
        case bool() | None:
            return None
        case float():
            # 13800138000.0, or 1.3800138e10.
            what = _looks_personal(f"{node:.0f}") if 1e10 <= abs(node) < 1e18 else ""
            return Finding(field=path, what=what) if what else None
        case int():
            what = _looks_personal(str(node)) if len(str(abs(node))) >= 11 else ""
            return Finding(field=path, what=what) if what else None
        case list():
            found = (_walk(item, f"{path}[{index}]") for index, item in enumerate(node))
            return next((finding for finding in found if finding), None)
        case dict():
            for name, item in node.items():
                if _looks_personal(name):
                    return Finding(field=f"{path}.{MASK}".lstrip("."), what="a field's name")
                finding = _walk(item, f"{path}.{name}".lstrip("."))
                if finding:
                    return finding
    return None


def _looks_personal(text: str) -> str:
    """What `text` holds, in words; "" when nothing was found."""
    if _HAN.search(text):
        return "Chinese text, which may be a person's name"
    if any(_valid_id_number(found.group()) for found in _ID_NUMBER.finditer(text)):
        return "a national ID number"
    if _MOBILE.search(text):
        return "a mobile phone number"
    return ""


def _valid_id_number(text: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _ID_WEIGHTS, strict=True))
    return _ID_CHECK[total % 11] == text[17].upper()


def _masked(node: Any) -> Any:
    match node:
        case str():
            return MASK if _looks_personal(node) else node
        case bool() | None:
            return node
        case int() | float():
            return 0 if _walk(node, "") else node
        case list():
            return [_masked(item) for item in node]
        case dict():
            return {
                (MASK if _looks_personal(name) else name): _masked(item)
                for name, item in node.items()
            }
    return node


def _mask_text(text: str) -> str:
    text = _ID_NUMBER.sub(MASK, text)
    text = _MOBILE.sub(MASK, text)
    return _HAN.sub("*", text)
