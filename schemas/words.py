"""Which fields hold people's own words: reasons, causes, measures, written for people to read.

Reads the structs of `act` and `rectification`; declares nothing itself. `schemas.privacy` asks
(these may be Chinese, every other text is an identifier) and so does `schemas.decode`.
Invariant: a field declared as `Words` is found here, whatever its type.
"""

from typing import Any, get_args, get_type_hints

import msgspec

from schemas.act import ActEvent, AlertsSilenced, Words
from schemas.frame import Frame
from schemas.rectification import RectificationEvent


def _words(frame: type[Frame]) -> frozenset[str]:
    (data,) = (one.type for one in msgspec.structs.fields(frame) if one.name == "data")
    hints = get_type_hints(data, include_extras=True)
    return frozenset(name for name, hint in hints.items() if hint == Words)


#: Event type → the fields of its data, where there are any.
WORDS: dict[str, frozenset[str]] = {
    str(frame.__struct_config__.tag): found
    for frame in (*get_args(ActEvent), AlertsSilenced, *get_args(RectificationEvent))
    if (found := _words(frame))
}


def words_of(document: Any) -> dict[str, str]:
    """The words of an event as it stands in JSON, by the field of its data."""
    match document:
        case {"type": str(kind), "data": dict(data)} if kind in WORDS:
            return {name: data[name] for name in WORDS[kind] if isinstance(data.get(name), str)}
    return {}
