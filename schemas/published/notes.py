"""What the comments in the structs say about each field (`#: …`), for whoever reads a schema.

A field is explained once, beside its declaration; this module reads it there, so it needs the
source and is used only when documents are made. Invariant: of a field that has no comment
nothing is said.
"""

import inspect
import re
from functools import cache

from msgspec import Struct

_FIELD = re.compile(r"^    (?P<name>[a-z_]+): .*?(?:#: (?P<note>.*))?$")
_ABOVE = re.compile(r"^    #: (?P<note>.*)$")


@cache
def notes_of(struct: type[Struct]) -> dict[str, str]:
    """Field → its note; those of the structs it is derived from among them."""
    notes: dict[str, str] = {}
    for one in reversed(struct.__mro__):
        if issubclass(one, Struct) and one is not Struct:
            notes |= _own(one)
    return notes


def _own(struct: type[Struct]) -> dict[str, str]:
    notes: dict[str, str] = {}
    above: list[str] = []
    for line in inspect.getsource(struct).splitlines():
        if alone := _ABOVE.match(line):
            above.append(alone["note"])
        elif found := _FIELD.match(line):
            if said := [*above, *([found["note"]] if found["note"] else [])]:
                notes[found["name"]] = _sentence(" ".join(said))
            above = []
    return notes


def _sentence(note: str) -> str:
    return note.strip().replace("`", "").replace(" …", "")
