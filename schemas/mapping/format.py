"""The mapping file as frozen structs: what can be written in it, and nothing else.

Does not read files (`read`) and does not run (`values`, `events`). Invariant: a key this
module does not name is a mistake in the file, so every struct refuses unknown keys.
"""

from typing import Literal

from msgspec import Struct, field

Scalar = str | int | float | bool


class MappingError(Exception):
    """The mapping cannot be used; the message says file, key and cure."""


class Test(Struct, frozen=True, forbid_unknown_fields=True):
    """A condition on one column beyond "equals" and "is one of"; all given parts must hold."""

    present: bool | None = None
    unlike: str | int | list[str | int] | None = field(default=None, name="not")
    same_as_first: bool | None = None  #: as in the first row of the group


Condition = str | int | list[str | int] | Test

#: Column → condition; all must hold.
When = dict[str, Condition]


class Choice(Struct, frozen=True, forbid_unknown_fields=True):
    """`then` if `when` holds (always, without one)."""

    then: Scalar
    when: When | list[When] | None = None


class Value(Struct, frozen=True, forbid_unknown_fields=True):
    """How one value comes about: `choose`, or the first filled of `from`, mapped."""

    sources: str | list[str] = field(default_factory=list, name="from")
    choose: list[Choice] = field(default_factory=list)
    map: dict[str, Scalar] | None = None  #: "*" stands for whatever is not listed
    default: Scalar | None = None
    formats: list[str] | None = None  #: of a time; otherwise those of [times]
    write: str | None = None  #: strftime pattern: a time, put down as this text
    pseudonym: bool = False


class Csv(Struct, frozen=True, forbid_unknown_fields=True):
    encoding: str = "utf-8"
    delimiter: str = ","


class Times(Struct, frozen=True, forbid_unknown_fields=True):
    """How times are read. The two policies refuse by default: a guessed hour is a wrong wait."""

    zone: str
    formats: list[str] = field(default_factory=lambda: ["iso"])
    ambiguous: Literal["refuse", "earlier", "later"] = "refuse"
    skipped: Literal["refuse", "shift"] = "refuse"


class Group(Struct, frozen=True, forbid_unknown_fields=True):
    """Rows with the same `by` are one journey, in the order of the time in `order`."""

    by: str
    order: str | list[str]


class Drop(Struct, frozen=True, forbid_unknown_fields=True):
    reason: str
    when: When | list[When]


class EventRule(Struct, frozen=True, forbid_unknown_fields=True):
    """One event type: for which rows, when, about what, with which data."""

    type: str
    time: str | list[str]
    subject: str | None = None
    id: str | None = None
    when: When | list[When] | None = None
    rows: Literal["every", "first", "later", "last"] = "every"
    if_any: When | list[When] | None = None
    if_none: When | list[When] | None = None
    formats: list[str] | None = None  #: of `time`; otherwise those of [times]
    data: dict[str, Scalar | Value] = field(default_factory=dict)


class Mapping(Struct, frozen=True, forbid_unknown_fields=True):
    """A whole mapping file. `path` is where it was read from, for messages."""

    source: str
    times: Times
    subject: str | None = None
    id: str = "{@subject}/{@type}"
    csv: Csv = Csv()
    fields: dict[str, Value] = field(default_factory=dict)
    group: Group | None = None
    drop: list[Drop] = field(default_factory=list)
    data: dict[str, Scalar | Value] = field(default_factory=dict)
    event: list[EventRule] = field(default_factory=list)
    path: str = ""


def as_list(names: str | list[str]) -> list[str]:
    """One name, or several: always several."""
    return [names] if isinstance(names, str) else names
