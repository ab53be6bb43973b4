"""One row of a CSV, in its group → its events, each proven by decoding it.

Called by `events`, which knows rows, groups and ids given before. Invariants: what is made
here the contract takes; a `BadCellError` names the column that fed what it does not take.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from schemas.decode import Rejected, decode
from schemas.mapping.contract import SHAPES, Kind, converted
from schemas.mapping.format import EventRule, Mapping, Scalar, Value, When
from schemas.mapping.read import event_data
from schemas.mapping.values import (
    BadCellError,
    Cells,
    Ground,
    Scene,
    columns_of,
    fill,
    first_filled,
    holds,
    names_in,
    work_out,
)


class MadeEvent(Struct, frozen=True):
    """One event: structured-mode JSON in `value`, and what sorting and counting need.

    `time` is in UTC: Python compares times of one zone by their clock faces, wrongly in the
    hour that comes twice.
    """

    time: datetime
    type: str
    id: str
    subject: str
    value: bytes


class EventMaker:
    """A mapping at work; keeps nothing from row to row."""

    def __init__(self, mapping: Mapping, ground: Ground) -> None:
        self._mapping = mapping
        self._ground = ground
        self._data = [event_data(mapping, index) for index in range(len(mapping.event))]

    def events(self, group: Sequence[Cells], place: int) -> tuple[MadeEvent, ...]:
        """All events of the row at `place` of its group, in the mapping's order.
        Raises `BadCellError`."""
        scene = Scene(cells=group[place], first=group[0])
        return tuple(
            self._event(index, rule, scene, place)
            for index, rule in enumerate(self._mapping.event)
            if _chosen(rule, place, len(group))
            and holds(rule.when, scene)
            and (rule.if_any is None or _any(rule.if_any, group))
            and not (rule.if_none is not None and _any(rule.if_none, group))
        )

    def _event(self, index: int, rule: EventRule, scene: Scene, place: int) -> MadeEvent:
        cells = scene.cells
        moment = self.moment(rule.time, rule.formats, cells)
        subject_template = rule.subject or self._mapping.subject or ""
        subject = _needed(subject_template, cells, f"the subject of {rule.type}")
        identity = _needed(
            rule.id or self._mapping.id,
            cells
            | {"@subject": subject, "@type": rule.type, "@n": str(place + 1)}
            | {"@hash": _hash(cells)},
            f"the id of {rule.type}",
        )
        shape = SHAPES[rule.type]
        data: dict[str, object] = {}
        for name, value in self._data[index].items():
            worked_out = work_out(value, scene, self._ground)
            if worked_out is not None:
                data[name] = self._typed(worked_out, shape.kinds[name], value)
            elif name in shape.required:
                column = next(iter(columns_of(value)), "")
                raise BadCellError(column, f"empty, and {rule.type} needs data.{name}")
        event = {
            "specversion": "1.0",
            "id": identity,
            "source": self._mapping.source,
            "subject": subject,
            "type": rule.type,
            "time": moment.isoformat(),
            "data": data,
        }
        encoded = msgspec.json.encode(event)
        decoded = decode(encoded)
        if isinstance(decoded, Rejected):
            raise BadCellError(self._column_behind(decoded.field, index), decoded.detail)
        return MadeEvent(
            time=moment.astimezone(UTC),
            type=rule.type,
            id=identity,
            subject=subject,
            value=encoded,
        )

    def moment(self, sources: str | list[str], formats: list[str] | None, cells: Cells) -> datetime:
        """The first filled of `sources` as a moment. Raises `BadCellError`."""
        source, text = first_filled(sources, cells)
        if not text:
            raise BadCellError(next(iter(names_in(sources)), ""), "no time: empty")
        return self._ground.moment(text, source, formats)

    def _typed(self, value: Scalar, kind: Kind, rule: Scalar | Value) -> object:
        """Text from a cell as the contract wants it; what the mapping wrote out stays."""
        if not isinstance(value, str):
            return value
        column = next(iter(columns_of(rule)), "")
        if kind is Kind.TIME:
            formats = rule.formats if isinstance(rule, Value) else None
            return self._ground.moment(value, column, formats).isoformat()
        try:
            return converted(value, kind)
        except ValueError as error:
            raise BadCellError(column, str(error)) from None

    def _column_behind(self, field: str, index: int) -> str:
        """The column that fed the field the contract refused."""
        rule = self._mapping.event[index]
        if field.startswith("data."):
            value = self._data[index].get(field.removeprefix("data."))
            return next(iter(columns_of(value)), "") if value is not None else ""
        templates = {
            "subject": rule.subject or self._mapping.subject or "",
            "id": rule.id or self._mapping.id,
        }
        if field == "time":
            return next(iter(names_in(rule.time)), "")
        template = templates.get(field, "")
        return next((name for name in columns_of(template) if not name.startswith("@")), "")


def _chosen(rule: EventRule, place: int, length: int) -> bool:
    match rule.rows:
        case "first":
            return place == 0
        case "later":
            return place > 0
        case "last":
            return place == length - 1
        case _:
            return True


def _any(when: When | list[When], group: Sequence[Cells]) -> bool:
    return any(holds(when, Scene(cells=cells, first=group[0])) for cells in group)


def _needed(template: str, cells: Cells, what: str) -> str:
    text = fill(template, cells)
    if not text:
        missing = next((name for name in columns_of(template) if not cells[name]), "")
        raise BadCellError(missing, f"empty, and {what} needs it")
    return text


def _hash(cells: Cells) -> str:
    text = "\x1f".join(f"{name}\x1e{cell}" for name, cell in cells.items())
    return hashlib.sha256(text.encode()).hexdigest()[:16]
