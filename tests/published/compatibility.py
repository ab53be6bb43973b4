"""Which documents somebody may write who keeps to one schema, and a reader of another refuses.

Owns the comparison, of the keywords our schemas use; it knows no events. Called by the tests, with
what producers were once given as `written` and what is read now as `read` (and the other way round
for what hallwatch sends). Invariant: a keyword it cannot compare is a break if it differs, so that
nothing passes unseen.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from schemas.published.shape import Json

#: Say nothing about which documents are valid.
_ANNOTATIONS = frozenset({"$schema", "$id", "title", "description", "examples"})

#: Keyword → whether a bound of the reader must not be above (1) or below (-1) the writer's.
_BOUNDS = {
    "minLength": 1,
    "minimum": 1,
    "minItems": 1,
    "minProperties": 1,
    "maxLength": -1,
    "maximum": -1,
    "maxItems": -1,
    "maxProperties": -1,
}

#: What a value is if its schema does not say: too many types to be worth a keyword of theirs.
_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}


class Break(Struct, frozen=True):
    """One thing the reader refuses, or takes for something else."""

    field: str
    why: str


def breaks(written: Json, read: Json, field: str = "") -> list[Break]:
    """All of them; empty: whatever was written is read as it was meant."""
    return list(_breaks(written, read, field))


def _breaks(written: Json, read: Json, field: str) -> Iterator[Break]:
    if written.get("default", _ABSENT) != read.get("default", _ABSENT):
        yield Break(field, "means something else when it is left out")
    choices = read.get("anyOf", [read])
    for one in written.get("anyOf", [written]):
        against = [list(_of_one(one, choice, field)) for choice in choices]
        yield from min(against, key=len)


_ABSENT = object()


def _of_one(written: Json, read: Json, field: str) -> Iterator[Break]:
    if "enum" in written:
        yield from _of_words(written["enum"], read, field)
        return
    if "enum" in read:
        yield Break(field, "only certain values are taken now")
        return
    mine, theirs = written.get("type"), read.get("type")
    if theirs not in (None, mine) and (mine, theirs) != ("integer", "number"):
        yield Break(field, f"was {mine}, is {theirs}")
        return
    for name, sign in _BOUNDS.items():
        if name in read and (name not in written or sign * (read[name] - written[name]) > 0):
            yield Break(field, f"{name} is {read[name]}, was {written.get(name, 'not set')}")
    if "properties" in written or "properties" in read:
        yield from _of_fields(written, read, field)
    for name in ("items", "additionalProperties", "propertyNames"):
        if isinstance(read.get(name), dict):
            yield from breaks(written.get(name) or {}, read[name], f"{field}[…]")
    for index, item in enumerate(read.get("prefixItems", ())):
        known = written.get("prefixItems", ())
        yield from breaks(known[index] if index < len(known) else {}, item, f"{field}[{index}]")
    for name in (read.keys() | written.keys()) - _COMPARED:
        if name in read and read[name] != written.get(name):
            yield Break(field, f"{name} has changed")


_COMPARED = _ANNOTATIONS | _BOUNDS.keys() | {
    "default", "enum", "type", "properties", "required", "items", "additionalProperties",
    "propertyNames", "prefixItems", "anyOf",
}  # fmt: skip


def _of_words(words: list[Any], read: Json, field: str) -> Iterator[Break]:
    if "enum" in read:
        for word in words:
            if word not in read["enum"]:
                yield Break(field, f"{word!r} is taken no longer")
        return
    for word in words:
        if read.get("type", _TYPES[type(word)]) != _TYPES[type(word)]:
            yield Break(field, f"{word!r} is no {read['type']}")
    if read.keys() - _ANNOTATIONS - {"type", "default"}:
        yield Break(field, "a set of words became a text with conditions")


def _of_fields(written: Json, read: Json, field: str) -> Iterator[Break]:
    """Undeclared fields are extension attributes, which nobody keeps: not compared."""
    mine, theirs = written.get("properties", {}), read.get("properties", {})
    for name in read.get("required", ()):
        if name not in written.get("required", ()):
            yield Break(f"{field}.{name}".lstrip("."), "must be there now")
    closed = read.get("additionalProperties") is False
    if closed and written.get("additionalProperties", True) is not False:
        yield Break(field, "unknown fields are refused now")
    for name, schema in mine.items():
        path = f"{field}.{name}".lstrip(".")
        if name in theirs:
            yield from breaks(schema, theirs[name], path)
        elif closed:
            yield Break(path, "is gone, and unknown fields are refused")
