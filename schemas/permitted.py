"""What a field may say, and which type may have been meant: for the sentence of a refusal.

Asked only when an event was refused. Called by `decode`. Pure. Invariant: what is told is the
contract's, never what was sent.
"""

import difflib
import re
from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct, inspect

#: Event types by their names.
Kinds = Mapping[str, type[Struct]]

_INDEX = re.compile(r"\[[^\]]*\]$")


class _Typed(Struct):
    type: str = ""


def permitted(value: bytes, path: str, kinds: Kinds) -> tuple[str, ...]:
    """What the field at `path` of the event in `value` may say; () where that is no short list."""
    event = kinds.get(_type_of(value))
    if event is None:
        return ()
    reached: tuple[inspect.Type, ...] = (inspect.type_info(event),)
    for step in path.split("."):
        reached = tuple(below for one in reached for below in _below(one, _INDEX.sub("", step)))
    return tuple(name for one in reached for name in _values(one))


def meant(value: bytes, kinds: Kinds) -> str:
    """The event type most like the one in `value`; "" where none is."""
    (nearest,) = difflib.get_close_matches(_type_of(value), kinds, n=1) or ("",)
    return nearest


def _type_of(value: bytes) -> str:
    try:
        return msgspec.json.decode(value, type=_Typed).type
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return ""


def _below(one: inspect.Type, name: str) -> Iterator[inspect.Type]:
    match one:
        case inspect.StructType(fields=fields):
            for field in fields:
                if field.encode_name == name:
                    yield from _each(field.type)


def _each(one: inspect.Type) -> Iterator[inspect.Type]:
    """What it may be: the types of a union, of the items of a list."""
    match one:
        case inspect.UnionType(types=types):
            for part in types:
                yield from _each(part)
        case inspect.Metadata(type=inner):
            yield from _each(inner)
        case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
            yield from _each(item)
        case _:
            yield one


def _values(one: inspect.Type) -> Iterator[str]:
    match one:
        case inspect.EnumType(cls=cls):
            yield from (str(member.value) for member in cls)
        case inspect.LiteralType(values=values):
            yield from map(str, values)
