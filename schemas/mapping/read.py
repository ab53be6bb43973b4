"""A mapping file → `Mapping`, or a `MappingError` that says file, key and cure.

Checks all that can be checked without a CSV: TOML, keys, zone, formats, event types, data
fields. `check_columns` checks the rest against a CSV's header. Invariant: a mapping that
passed both fails on no row for a reason that lies in the mapping.
"""

import codecs
import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from schemas.mapping import format as declared
from schemas.mapping.contract import SHAPES, Kind
from schemas.mapping.format import Mapping, MappingError, Scalar, Value
from schemas.mapping.times import KINDS
from schemas.mapping.values import columns_of, columns_of_when, names_in, places

_TOO_MUCH = "a list or table, which no column of a CSV holds"

#: Names a template may use beside columns and fields.
SPECIAL = ("@subject", "@type", "@hash", "@n")

_KEYS = sorted(
    {
        field.encode_name
        for struct in vars(declared).values()
        if isinstance(struct, type) and issubclass(struct, msgspec.Struct)
        for field in (msgspec.structs.fields(struct) if struct is not msgspec.Struct else ())
    }
)
_AT = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_UNKNOWN = re.compile(r"unknown field `(?P<key>[^`]*)`")


def read_mapping(path: str | Path) -> Mapping:
    """Reads and checks the file. Raises `MappingError`; OSError if it cannot be read."""
    path = Path(path)
    try:
        document = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise MappingError(f"{path}: not UTF-8; save the mapping as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"{path}: not TOML: {error}") from None
    try:
        mapping = msgspec.convert({**document, "path": path.name}, Mapping)
    except msgspec.ValidationError as error:
        raise MappingError(f"{path}: {_explain(str(error))}") from None
    for where, fault in _faults(mapping):
        raise MappingError(f"{path}: {where}: {fault}")
    return mapping


def _explain(message: str) -> str:
    found = _AT.search(message)
    where = found.group("path") if found else ""
    sentence = message[: found.start()] if found else message
    unknown = _UNKNOWN.search(sentence)
    if unknown:
        key = unknown.group("key")
        sentence = f"no such key {key!r}{_suggest(key, _KEYS)}"
    return f"{where}: {sentence}" if where else sentence


def _suggest(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _faults(mapping: Mapping) -> Iterator[tuple[str, str]]:
    """Where and what; the first is enough to stop."""
    try:
        ZoneInfo(mapping.times.zone)
    except (KeyError, ValueError, OSError):
        yield "times.zone", f"no time zone {mapping.times.zone!r}; write one like Asia/Shanghai"
    try:
        codecs.lookup(mapping.csv.encoding)
    except LookupError:
        yield "csv.encoding", f"no encoding {mapping.csv.encoding!r}; write utf-8 or gb18030"
    if len(mapping.csv.delimiter) != 1:
        yield "csv.delimiter", 'must be one character, for example "," or "\\t"'
    yield from _format_faults("times.formats", mapping.times.formats)
    for name, field in mapping.fields.items():
        yield from _format_faults(f"fields.{name}.formats", field.formats or [])
        if field.write and "%" not in field.write:
            yield f"fields.{name}.write", "must be a pattern like %Y%m%d"
    if not mapping.event:
        yield "event", "no [[event]] table, so no row would give an event"
    for index, event in enumerate(mapping.event):
        where = f"event[{index}]"
        shape = SHAPES.get(event.type)
        if shape is None:
            near = _suggest(event.type, SHAPES) or f" (there are: {', '.join(SHAPES)})"
            yield f"{where}.type", f"no event type {event.type!r}{near}"
            return
        if not (event.subject or mapping.subject):
            yield f"{where}.subject", "missing, here and at the top of the file"
        grouped = event.rows != "every" or event.if_any or event.if_none
        if grouped and mapping.group is None:
            yield f"{where}.rows", "needs a [group] table that says which rows belong together"
        data = event_data(mapping, index)
        for name, value in data.items():
            if name not in shape.kinds:
                near = _suggest(name, shape.kinds) or f" (has: {', '.join(shape.kinds)})"
                yield f"{where}.data.{name}", f"{event.type} has no such field{near}"
            elif shape.kinds[name] is Kind.NESTED:
                yield f"{where}.data.{name}", f"{_TOO_MUCH}; leave it out"
            if isinstance(value, Value) and value.formats:
                yield from _format_faults(f"{where}.data.{name}.formats", value.formats)
        for name in sorted(shape.required - data.keys()):
            if shape.kinds[name] is Kind.NESTED:
                cure = f"send {event.type} as JSON, no CSV can give it"
                yield f"{where}.type", f"{event.type} needs {name!r}, {_TOO_MUCH}; {cure}"
            yield f"{where}.data", f"{event.type} needs {name!r}; say where it comes from"
        yield from _format_faults(f"{where}.formats", event.formats or [])


def _format_faults(where: str, formats: list[str]) -> Iterator[tuple[str, str]]:
    for one in formats:
        if one not in KINDS and "%" not in one:
            yield where, f"{one!r} is none of {', '.join(KINDS)} and no pattern like %Y-%m-%d %H:%M"
        elif "%" in one:
            try:
                datetime.strptime(datetime(2000, 1, 2).strftime(one), one)
            except (ValueError, re.error) as error:
                yield where, f"{one!r} is no pattern of strptime: {error}"


def event_data(mapping: Mapping, index: int) -> dict[str, Scalar | Value]:
    """The event's own data over the data of all events, as far as its type has the field."""
    event = mapping.event[index]
    shared = {
        name: value
        for name, value in mapping.data.items()
        if name in SHAPES[event.type].kinds or name not in _ALL_FIELDS
    }
    return shared | event.data


_ALL_FIELDS = frozenset(name for shape in SHAPES.values() for name in shape.kinds)


def check_columns(mapping: Mapping, header: list[str], csv_name: str) -> None:
    """Every column the mapping names is in the CSV. Raises `MappingError`."""
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise MappingError(f"{csv_name}: two columns are named {twice[0]!r}; rename one")
    known = [*header]
    for name, value in mapping.fields.items():
        _check(f"fields.{name}", columns_of(value), known, mapping, csv_name)
        known.append(name)
    for where, columns in _uses(mapping):
        _check(where, columns, known, mapping, csv_name)


def _check(
    where: str, columns: Iterable[str], known: list[str], mapping: Mapping, csv_name: str
) -> None:
    for column in columns:
        if column not in known:
            near = _suggest(column, known)
            raise MappingError(
                f"{mapping.path}: {where}: no column {column!r} in {csv_name}{near}"
                f" (has: {', '.join(known)})"
            )


def _uses(mapping: Mapping) -> Iterator[tuple[str, Iterable[str]]]:
    """Every place of the mapping that reads columns, and which."""
    for index, drop in enumerate(mapping.drop):
        yield f"drop[{index}].when", columns_of_when(drop.when)
    if mapping.group:
        yield "group.by", [mapping.group.by]
        yield "group.order", names_in(mapping.group.order)
    for index, event in enumerate(mapping.event):
        where = f"event[{index}]"
        yield f"{where}.time", names_in(event.time)
        yield f"{where}.subject", places(event.subject or mapping.subject or "")
        identity = places(event.id or mapping.id)
        yield f"{where}.id", [name for name in identity if name not in SPECIAL]
        for key, when in (
            ("when", event.when),
            ("if_any", event.if_any),
            ("if_none", event.if_none),
        ):
            yield f"{where}.{key}", columns_of_when(when)
        for name, value in event_data(mapping, index).items():
            yield f"{where}.data.{name}", columns_of(value)
