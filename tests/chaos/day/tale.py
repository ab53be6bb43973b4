"""All that was told of one journey, and how to ask it for milestones.

Owns the asking. Called by the oracle. Invariant: copies of an event and the order of the
log change no answer but `offset`, which is that of the first copy.
"""

from msgspec import Struct

from tests.chaos.day.book import Told
from tests.chaos.day.plan import Happening


class Tale:
    def __init__(self, told: list[Told]) -> None:
        self._told = sorted(told, key=lambda one: one.event.at)
        self.partition = told[0].places[0].partition

    @property
    def events(self) -> list[Happening]:
        return [one.event for one in self._told]

    def all(self, kind: str, **data: object) -> list["Mark"]:
        """In order of time; `data`: what its data must say (None: must not say)."""
        return [
            Mark(one.event.at, one.event.id, min(one.places).offset, one.event.data)
            for one in self._told
            if one.event.kind == kind
            and all(one.event.data.get(name) == value for name, value in data.items())
        ]

    def first(self, kind: str, **data: object) -> "Mark | None":
        return next(iter(self.all(kind, **data)), None)

    def last(self, kind: str) -> "Mark | None":
        return next(reversed(self.all(kind)), None)


class Mark(Struct, frozen=True):
    """A milestone."""

    at: int
    event: str
    offset: int
    data: dict[str, object]

    def said(self, name: str) -> str:
        return str(self.data.get(name, ""))
