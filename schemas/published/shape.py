"""One JSON Schema (draft 2020-12) for each event type, and for what hallwatch itself sends.

Owns how a struct becomes a schema: msgspec's own, without references, with the fields' notes,
and with what `schemas.decode` asks beside the types as far as a schema can say it (the years, no
Chinese in identifiers). Called by `asyncapi` and the command. Invariant: what a schema lets pass
and `decode` refuses is listed with its reason in the tests; nothing else differs that way.
"""

from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from schemas.decode import BY_TYPE, FIRST_YEAR, LAST_YEAR
from schemas.frame import Frame
from schemas.personal import HAN
from schemas.published.notes import notes_of
from schemas.words import WORDS

Json = dict[str, Any]

#: Of the contract, not of hallwatch: the second number for what is added, the first for what a
#: sender of before could trip over.
VERSION = "1.0"

#: Every event type of the contract.
FRAMES: dict[str, type[Frame]] = BY_TYPE

#: A full and a minimal event of each type that is not workers' own.
EXAMPLES = Path(__file__).parents[1] / "examples" / "events" / "good"

DRAFT = "https://json-schema.org/draft/2020-12/schema"

#: RFC 3339 with its offset, between the years `decode` takes. Said as a pattern because most
#: validators leave `format` alone.
assert (FIRST_YEAR, LAST_YEAR) == (1990, 2099), "the pattern below says these years"
_MOMENT = (
    r"^(?:199[0-9]|20[0-9]{2})-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
    r"(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})$"
)

_CODES = (
    "Codes and pseudonyms only: an ID number, a phone number or a name anywhere in an event is"
    " refused."
)


def event_schema(kind: str) -> Json:
    """Of one event type, whole in itself."""
    frame = FRAMES[kind]
    schema = struct_schema(frame)
    for name, part in schema["properties"].items():
        if name != "data":
            _narrow(part)
    for name, part in schema["properties"]["data"]["properties"].items():
        if name not in WORDS.get(kind, ()):
            _narrow(part)
    title = f"{kind}: {summary}" if (summary := _first_line(frame)) else kind
    body = {name: part for name, part in schema.items() if name not in ("title", "description")}
    return {
        "$schema": DRAFT,
        "$id": f"urn:hallwatch:schema:{kind}",
        "title": title,
        "description": _CODES,
        **body,
    }


def struct_schema(struct: type[Struct]) -> Json:
    """As msgspec has it, with every reference replaced by what it leads to."""
    (whole,), parts = msgspec.json.schema_components([struct], ref_template="{name}")
    made = _inlined(whole, parts)
    assert isinstance(made, dict)
    _explain(made, struct)
    return made


def _inlined(node: Any, parts: dict[str, Any]) -> Any:
    match node:
        case {"$ref": str(name), **beside}:
            return {**_inlined(parts[name], parts), **beside}
        case dict():
            return {name: _inlined(item, parts) for name, item in node.items()}
        case list():
            return [_inlined(item, parts) for item in node]
    return node


def _explain(schema: Json, struct: type[Struct]) -> None:
    """Puts the fields' notes beside them, and one line of a struct's own text."""
    if said := _first_line(struct):
        schema["description"] = said
    notes = notes_of(struct)
    for field in msgspec.structs.fields(struct):
        part = schema["properties"].get(field.encode_name)
        if part is None:
            continue
        if isinstance(field.type, type) and issubclass(field.type, Struct):
            _explain(part, field.type)
        if field.name in notes:
            part["description"] = notes[field.name]
        elif "description" in part:
            part["description"] = part["description"].partition("\n")[0]


def _first_line(struct: type[Struct]) -> str:
    """Of its own docstring; a struct derived from another has none of that one's."""
    told = struct.__dict__.get("__doc__") or ""
    return str(told).partition("\n")[0].replace("`", "")


def _narrow(part: Any) -> None:
    """What a schema can say of what `decode` asks beside the types, wherever a text stands."""
    match part:
        case {"format": "date-time"}:
            part["pattern"] = _MOMENT
        case {"type": "string"} if "pattern" not in part:
            part["not"] = {"pattern": HAN}
        case {"type": "object", "propertyNames": dict(names)}:
            names["not"] = {"pattern": HAN}
        case {"type": "array", "items": dict(items)}:
            _narrow(items)
        case {"type": "array", "prefixItems": list(items)}:
            for item in items:
                _narrow(item)
        case {"anyOf": list(several)}:
            for one in several:
                _narrow(one)
