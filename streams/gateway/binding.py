"""An HTTP request → events as Kafka carries them: CloudEvents' HTTP binding 1.0.2.

Owns the three content modes. Does not read the events (`reception` does). Pure. Invariant: the
bytes of an event, or of its data in binary mode, are passed on as they came.
"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Annotated
from urllib.parse import unquote_to_bytes

import msgspec
from msgspec import Meta, Struct

from schemas.decode import LONGEST_BYTES
from streams.gateway.problem import Problem, Trouble, problem


class Mode(StrEnum):
    """The content modes, by their media types."""

    STRUCTURED = "application/cloudevents+json"
    BATCH = "application/cloudevents-batch+json"
    BINARY = "application/json"  #: with the attributes in headers `ce-…`


_MODES = f"send {Mode.STRUCTURED}, {Mode.BATCH}, or {Mode.BINARY} with ce- headers"

#: CloudEvents 1.0, naming conventions.
_ATTRIBUTE = re.compile(r"[a-z0-9]{1,20}")

#: Header fields of a record, without nulls.
Headers = tuple[tuple[str, bytes], ...]


class Wire(Struct, frozen=True):
    """One event as a record's value and headers."""

    value: bytes
    headers: Headers


class BatchLimits(Struct, frozen=True):
    """Of a batch: how many events, how many bytes together."""

    most_events: Annotated[int, Meta(ge=1)] = 1000
    most_bytes: Annotated[int, Meta(ge=LONGEST_BYTES)] = 4 * 1024 * 1024


class Posted(Struct, frozen=True):
    """What of a request is looked at: the media type without its parameters, its charset ("" for
    none) and the headers, as they came."""

    media_type: str
    charset: str
    headers: Sequence[tuple[str, str]]


def longest(posted: Posted, limits: BatchLimits) -> int | Problem:
    """How many bytes the body may have; or what is wrong before it is read."""
    if posted.charset.lower() not in ("", "utf-8", "utf8"):
        return _not_cloudevents("the body must be UTF-8")
    if any(name.lower() == "content-encoding" for name, _ in posted.headers):
        detail = "the body must not be compressed"
        return problem(Trouble.NOT_CLOUDEVENTS, detail, "Content-Encoding")
    match posted.media_type:
        case Mode.BATCH:
            return limits.most_bytes
        case Mode.STRUCTURED:
            return LONGEST_BYTES
        case Mode.BINARY if any(_attributes(posted.headers)):
            return LONGEST_BYTES
        case Mode.BINARY:
            return _not_cloudevents(f"{Mode.BINARY} without ce- headers says no event; {_MODES}")
    return _not_cloudevents(f"that is none of the content modes; {_MODES}")


def unpack(posted: Posted, body: bytes, limits: BatchLimits) -> Sequence[Wire] | Problem:
    """The events of a request that `longest` had nothing against."""
    match posted.media_type:
        case Mode.BATCH:
            return _batch(body, limits)
        case Mode.STRUCTURED:
            return [_structured(body)]
    return _binary(posted.headers, body)


def _structured(value: bytes) -> Wire:
    return Wire(value, (("content-type", Mode.STRUCTURED.encode()),))


def _batch(body: bytes, limits: BatchLimits) -> Sequence[Wire] | Problem:
    try:
        events = msgspec.json.decode(body, type=list[msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return problem(Trouble.MALFORMED, "the body is no JSON array of events")
    if len(events) > limits.most_events:
        detail = f"a batch has at most {limits.most_events} events; send it in parts"
        return problem(Trouble.TOO_LONG, detail)
    return [_structured(bytes(event)) for event in events]


def _binary(headers: Iterable[tuple[str, str]], body: bytes) -> Sequence[Wire] | Problem:
    attributes: dict[str, bytes] = {}
    for name, text in _attributes(headers):
        if not _ATTRIBUTE.fullmatch(name) or name == "data":
            # Not repeated: it is no name of ours.
            detail = "a ce- header's name is no attribute's: small letters and digits, at most 20"
            return problem(Trouble.MALFORMED, detail)
        if name in attributes:
            # The one that does not count would be kept, and nobody looked at it.
            return problem(Trouble.MALFORMED, f"ce-{name} is given twice", f"ce-{name}")
        # HTTP binding §3.1.3.2: percent-encoded UTF-8.
        attributes[name] = unquote_to_bytes(text.encode("utf-8", errors="surrogateescape"))
    kafka = tuple((f"ce_{name}", text) for name, text in attributes.items())
    return [Wire(body, (*kafka, ("content-type", Mode.BINARY.encode())))]


def _attributes(headers: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    for name, text in headers:
        lowered = name.lower()
        if lowered.startswith("ce-"):
            yield lowered[3:], text


def _not_cloudevents(detail: str) -> Problem:
    return problem(Trouble.NOT_CLOUDEVENTS, detail, "Content-Type")
