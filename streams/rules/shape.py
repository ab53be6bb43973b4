"""A file's tables against the shape declared for them: every key that is missing, unknown or
of the wrong kind, not only the first.

Owns the walk over tables and arrays of them; single values are msgspec's to convert. Called
by the loaders. Invariant: a table always comes out whole, with stand-ins for what was wrong
and noted.
"""

import difflib
from datetime import date
from typing import Any, TypeVar, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo, fields

from streams.rules.notes import Notes
from streams.rules.reading import read

_Shape = TypeVar("_Shape", bound=Struct)

#: By the type's own origin. Only what the shapes of this room require.
_STAND_INS: dict[Any, Any] = {
    str: "",
    int: 0,
    float: 0.0,
    bool: False,
    list: [],
    dict: {},
    date: date(1970, 1, 1),
}


def read_shape(notes: Notes, shape: type[_Shape]) -> _Shape:
    """The whole file."""
    content = notes.attempt(lambda: read(notes.path), None)
    return _stand_in(shape) if content is None else table(notes, "", content, shape)


def table(notes: Notes, key: str, content: dict[str, Any], shape: type[_Shape]) -> _Shape:
    """One table, which stands at `key`."""
    declared = {field.encode_name: field for field in fields(shape)}
    beyond = set(declared) - set(content)
    for name in sorted(set(content) - set(declared)):
        alike = difflib.get_close_matches(name, sorted(beyond), n=1)
        cure = f"is it `{alike[0]}`?" if alike else f"there are {', '.join(declared)}"
        notes.wrong(_joined(key, name), f"unknown key `{name}`; {cure}")
        if alike:
            notes.told(_joined(key, alike[0]))  # else it would be told as missing
            beyond.remove(alike[0])
    values: dict[str, Any] = {}
    for name, field in declared.items():
        where = _joined(key, name)
        if name in content:
            values[field.name] = _value(notes, where, content[name], field)
        elif field.required:
            notes.wrong(where, f"missing; write `{name}` there")
            values[field.name] = _stand_in(field.type)
    return shape(**values)


def scalar(notes: Notes, key: str, content: Any, kind: Any, otherwise: Any) -> Any:
    """A value that is no table; `otherwise`, noted, where it is of another kind."""
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at ")
        notes.wrong(key + where.strip("`").removeprefix("$"), what.replace("`object`", "`table`"))
        return otherwise


def _value(notes: Notes, key: str, content: Any, field: FieldInfo) -> Any:
    kind = field.type
    item: Any = get_args(kind)[0] if get_origin(kind) is list else None
    if _is_shape(kind):
        found = scalar(notes, key, content, dict[str, Any], None)
        return _stand_in(kind) if found is None else table(notes, key, found, kind)
    if _is_shape(item):
        tables = scalar(notes, key, content, list[dict[str, Any]], [])
        return [table(notes, f"{key}[{index}]", found, item) for index, found in enumerate(tables)]
    return scalar(notes, key, content, kind, _stand_in_of(field))


def _stand_in_of(field: FieldInfo) -> Any:
    if field.default is not NODEFAULT:
        return field.default
    if field.default_factory is not NODEFAULT:
        return field.default_factory()
    return _stand_in(field.type)


def _stand_in(kind: Any) -> Any:
    if _is_shape(kind):
        return kind(
            **{field.name: _stand_in(field.type) for field in fields(kind) if field.required}
        )
    return _STAND_INS[get_origin(kind) or kind]


def _is_shape(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)


def _joined(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name
