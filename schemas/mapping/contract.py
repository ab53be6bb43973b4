"""What the contract says about each event type's data, for the mapping to follow.

Reads the structs of every event type; declares nothing itself. Invariant: a mapping needs no
types, since the contract has them.
"""

from enum import StrEnum
from typing import get_args

import msgspec
from msgspec import Struct, inspect

from schemas.clock import ClockAdvanced
from schemas.decode import Event
from schemas.frame import Frame
from schemas.queue import QueueCounted
from schemas.total import TotalCounted


class Kind(StrEnum):
    """What a cell's text has to become."""

    TEXT = "text"
    INTEGER = "whole number"
    NUMBER = "number"
    TRUTH = "truth"
    TIME = "time"
    NESTED = "list or table"  #: more than a cell can hold


class Shape(Struct, frozen=True):
    """The data of one event type: kind of each field, and which must be there."""

    kinds: dict[str, Kind]
    required: frozenset[str]


def _kind(declared: inspect.Type) -> Kind:
    match declared:
        case inspect.UnionType(types=types):
            return _kind(next(one for one in types if not isinstance(one, inspect.NoneType)))
        case inspect.Metadata(type=inner):
            return _kind(inner)
        case inspect.IntType():
            return Kind.INTEGER
        case inspect.FloatType():
            return Kind.NUMBER
        case inspect.BoolType():
            return Kind.TRUTH
        case inspect.DateTimeType():
            return Kind.TIME
        case inspect.ListType() | inspect.DictType():
            return Kind.NESTED
        case _:
            return Kind.TEXT


def _shape(frame: type[Frame]) -> Shape:
    (data,) = (one for one in msgspec.structs.fields(frame) if one.name == "data")
    told = inspect.type_info(data.type)
    assert isinstance(told, inspect.StructType)
    return Shape(
        kinds={one.encode_name: _kind(one.type) for one in told.fields},
        required=frozenset(one.encode_name for one in told.fields if one.required),
    )


def _tag(frame: type[Frame]) -> str:
    tag = frame.__struct_config__.tag
    assert isinstance(tag, str)
    return tag


#: What is said to workers, or by them to each other, and never by a hall.
_AMONG_WORKERS = (ClockAdvanced, TotalCounted, QueueCounted)

#: Event type → shape of its data.
SHAPES: dict[str, Shape] = {
    _tag(frame): _shape(frame) for frame in get_args(Event) if frame not in _AMONG_WORKERS
}

_TRUE = frozenset({"1", "true", "yes", "y", "t", "是", "有"})
_FALSE = frozenset({"0", "false", "no", "n", "f", "否", "无"})


def converted(text: str, kind: Kind) -> str | int | float | bool:
    """A cell's text as `kind`; a time stays text (it needs the mapping's zone). Raises
    ValueError, whose message does not repeat the text."""
    match kind:
        case Kind.INTEGER:
            return _number(text, int, "a whole number")
        case Kind.NUMBER:
            return _number(text, float, "a number")
        case Kind.TRUTH:
            lowered = text.lower()
            if lowered not in _TRUE | _FALSE:
                raise ValueError("neither yes nor no (1/0, true/false, yes/no, 是/否, 有/无)")
            return lowered in _TRUE
        case _:
            return text


def _number(text: str, read: type[int] | type[float], what: str) -> int | float:
    try:
        return read(text)
    except ValueError:
        raise ValueError(f"not {what}") from None
