"""What a row says: conditions, templates and values of a mapping, asked of one row.

Pure: a row in, text or truth out. Does not know event types. Invariant: nothing here puts
a cell's text in an error message; it may be what nobody should read in a log.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from schemas.mapping.format import Choice, Mapping, Scalar, Test, Times, Value, When, as_list
from schemas.mapping.times import BadTimeError, parse_moment

_PLACE = re.compile(r"\{([^{}]+)\}")

#: Column (or field) → text, stripped; "" when empty.
Cells = dict[str, str]


class BadCellError(ValueError):
    """One column of the row cannot be used; `column` names it."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


class Ground(Struct, frozen=True):
    """What does not change from row to row: the secret, and how times are read."""

    key: bytes
    times: Times
    zone: ZoneInfo

    def moment(self, text: str, column: str, formats: list[str] | None) -> datetime:
        """The text as a moment, by `formats` or else the mapping's. Raises `BadCellError`."""
        try:
            return parse_moment(text, formats or self.times.formats, self.times, self.zone)
        except BadTimeError as error:
            raise BadCellError(column, str(error)) from None


class Scene(Struct, frozen=True):
    """A row and the first row of its group (itself, if there is no group)."""

    cells: Cells
    first: Cells


def holds(when: When | list[When] | None, scene: Scene) -> bool:
    """A `when` of the mapping; None holds always."""
    if when is None:
        return True
    if isinstance(when, list):
        return any(holds(one, scene) for one in when)
    for column, condition in when.items():
        cell = scene.cells[column]
        match condition:
            case Test():
                if not _passes(condition, column, scene):
                    return False
            case list():
                if cell not in map(str, condition):
                    return False
            case _:
                if cell != str(condition):
                    return False
    return True


def _passes(test: Test, column: str, scene: Scene) -> bool:
    cell = scene.cells[column]
    if test.present is not None and test.present != bool(cell):
        return False
    if test.same_as_first is not None and test.same_as_first != (cell == scene.first[column]):
        return False
    if test.unlike is not None:
        unwanted = test.unlike if isinstance(test.unlike, list) else [test.unlike]
        return cell not in map(str, unwanted)
    return True


def fill(template: str, cells: Cells) -> str:
    """`"{call_key}/issued"` with the row's text put in; "" if any part of it is empty."""
    parts: list[str] = []
    position = 0
    for place in _PLACE.finditer(template):
        text = cells[place.group(1)]
        if not text:
            return ""
        parts += (template[position : place.start()], text)
        position = place.end()
    return "".join(parts) + template[position:]


def first_filled(sources: str | list[str], cells: Cells) -> tuple[str, str]:
    """The first column or template that is not empty: its name and text; else ("", "")."""
    for source in as_list(sources):
        text = fill(source, cells) if "{" in source else cells[source]
        if text:
            return source, text
    return "", ""


def work_out(value: Scalar | Value, scene: Scene, ground: Ground) -> Scalar | None:
    """The value for this row, still as text unless the mapping wrote something else;
    None when it is empty. Raises `BadCellError`."""
    if isinstance(value, str):
        return fill(value, scene.cells) or None
    if not isinstance(value, Value):
        return value
    for choice in value.choose:
        if holds(choice.when, scene):
            return _chosen(choice, scene)
    source, text = first_filled(value.sources, scene.cells)
    if not text:
        return value.default
    if value.pseudonym:
        # Keyed: a plain hash of an ID number can be undone by trying all of them.
        return "p0" + hmac.new(ground.key, text.encode(), hashlib.sha256).hexdigest()[:14]
    if value.write:
        return ground.moment(text, source, value.formats).strftime(value.write)
    if value.map is None:
        return text
    mapped = value.map.get(text, value.map.get("*"))
    if mapped is None:
        raise BadCellError(source, 'its value is not in the map (add it, or "*" for the rest)')
    return mapped


def _chosen(choice: Choice, scene: Scene) -> Scalar | None:
    if isinstance(choice.then, str):
        return fill(choice.then, scene.cells) or None
    return choice.then


def with_fields(mapping: Mapping, cells: Cells, ground: Ground) -> Cells:
    """The row with the mapping's `[fields]` beside its columns, in the order written."""
    whole = dict(cells)
    for name, value in mapping.fields.items():
        worked_out = work_out(value, Scene(cells=whole, first=whole), ground)
        whole[name] = "" if worked_out is None else str(worked_out)
    return whole


def names_in(sources: str | list[str]) -> Iterator[str]:
    """Columns that a `from`, a `time` or an `order` reads."""
    for source in as_list(sources):
        yield from places(source) if "{" in source else (source,)


def places(template: str) -> list[str]:
    """Names between braces."""
    return _PLACE.findall(template)


def columns_of(value: Scalar | Value) -> list[str]:
    """Columns a value reads, those of its conditions included."""
    if isinstance(value, str):
        return places(value)
    if not isinstance(value, Value):
        return []
    columns = list(names_in(value.sources))
    for choice in value.choose:
        columns += columns_of_when(choice.when)
        columns += places(choice.then) if isinstance(choice.then, str) else []
    return columns


def columns_of_when(when: When | list[When] | None) -> list[str]:
    if when is None:
        return []
    if isinstance(when, list):
        return [column for one in when for column in one]
    return list(when)
