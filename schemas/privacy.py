"""What must never come in: ID numbers, phone numbers and names (semantics §4).

Walks documents, finds and masks; what a text holds is `schemas.personal`'s to tell, and what
becomes of the event is `schemas.decode`'s (it refuses it). Invariant: nothing this module
returns contains the value it found.
"""

import json
import re
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from schemas import personal
from schemas.personal import MASK, in_either, in_identifier, in_words
from schemas.words import words_of

#: Says what a text holds, or "".
Look = Callable[[str], str]

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
    """Walks every field of a JSON document; None when it is clean. Raises UnreadableError.

    People's own words in an event are looked through for less (`schemas.words`).
    """
    try:
        return _find(msgspec.json.decode(value))
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise UnreadableError from error


def mask_raw(value: bytes) -> bytes:
    """The bytes with everything personal masked, fit for the dead-letter topic.

    JSON is rewritten field by field; bytes that are no JSON are masked as text. Where
    nothing personal is found they stay as they are, to the byte: they may be sent again.
    """
    if surely_clean(value) and b"@" not in value:
        return value
    try:
        document = msgspec.json.decode(value)
        repeated = repeats_a_name(value)
        if not _find(document) and not repeated:
            return value
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return _mask_bytes(value)
    try:
        # Said twice, the type does not tell which fields hold words.
        clean = _masked(document, in_either) if repeated else _masked_event(document)
        return msgspec.json.encode(clean)
    except (ValueError, RecursionError):
        return MASK.encode()  # nested so deep that nothing of it can be told apart


def _mask_bytes(value: bytes) -> bytes:
    """What is no JSON, as text."""
    text = value.decode("utf-8", errors="surrogateescape")
    # Cut-off JSON of a producer that escapes everything: there a name is `\\u738b\\u5c0f`.
    unescaped = _ESCAPES.sub(_unescaped, text)
    if in_identifier(text) or in_identifier(unescaped):
        return personal.masked(unescaped).encode("utf-8", errors="surrogateescape")
    return value


def mask_name(name: str) -> str:
    """A field's name, unless it is somebody's, or a number."""
    return MASK if in_identifier(name) else name


def _unescaped(found: re.Match[str]) -> str:
    units = bytes.fromhex(found[0].replace("\\u", ""))
    return units.decode("utf-16-be", errors="replace")


def repeats_a_name(value: bytes) -> bool:
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


def _find(document: Any) -> Finding | None:
    words = words_of(document)
    for name, text in words.items():
        if what := in_words(text):
            return Finding(field=f"data.{name}", what=what)
    if words:
        others = {name: item for name, item in document["data"].items() if name not in words}
        document = {**document, "data": others}
    return _walk(document, "", _look_at(document))


def _look_at(document: Any) -> Look:
    """An object without a type is the data of an event in binary mode: which of its fields
    hold words is not known here."""
    bare = isinstance(document, dict) and not isinstance(document.get("type"), str)
    return in_either if bare else in_identifier


def _walk(node: Any, path: str, look: Look) -> Finding | None:
    match node:
        case str():
            what = look(node)
            return Finding(field=path, what=what) if what else None
        case bool() | None:
            return None
        case float():
            # 13800138000.0, or 1.3800138e10.
            what = look(f"{node:.0f}") if 1e10 <= abs(node) < 1e18 else ""
            return Finding(field=path, what=what) if what else None
        case int():
            what = look(str(node)) if len(str(abs(node))) >= 11 else ""
            return Finding(field=path, what=what) if what else None
        case list():
            found = (_walk(item, f"{path}[{index}]", look) for index, item in enumerate(node))
            return next((finding for finding in found if finding), None)
        case dict():
            for name, item in node.items():
                if look(name):
                    return Finding(field=f"{path}.{MASK}".lstrip("."), what="a field's name")
                finding = _walk(item, f"{path}.{name}".lstrip("."), look)
                if finding:
                    return finding
    return None


def _masked_event(document: Any) -> Any:
    words = words_of(document)
    masked = _masked(document, _look_at(document))
    for name, text in words.items():
        masked["data"][name] = MASK if in_words(text) else text
    return masked


def _masked(node: Any, look: Look) -> Any:
    match node:
        case str():
            return MASK if look(node) else node
        case bool() | None:
            return node
        case int() | float():
            return 0 if _walk(node, "", look) else node
        case list():
            return [_masked(item, look) for item in node]
        case dict():
            return {
                (MASK if look(name) else name): _masked(item, look) for name, item in node.items()
            }
    return node
