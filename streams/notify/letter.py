"""What goes over a channel at once: one alert, a list, a summary, a day in figures.

Values only: what is told, not in which words (the wiring's). Made by `streams.notify.plan`.
Invariant: a letter's id is a function of what it tells, so that a receiver knows it again.
"""

import hashlib
from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from schemas.outcomes import AlertMessage
from streams.core.alerts import Said
from streams.notify.thread import OPENINGS, RANKS, Figures


class LetterKind(StrEnum):
    ONE = "one"  #: an ordinary message
    LIST = "list"  #: several alerts of one section
    AWAKE = "awake"  #: what happened in somebody's quiet hours
    SUMMARY = "summary"  #: of a storm, in figures
    DIGEST = "digest"  #: a section's day, in figures


class Entry(Struct, frozen=True):
    """What is told of one alert: its messages in order, one as a rule, its end among them if
    it is over already."""

    partition: int
    alert: str
    section: str
    messages: tuple[AlertMessage, ...]
    said: tuple[Said, ...]

    @property
    def opens(self) -> bool:
        """Whoever reads it did not know of the alert."""
        return any(one in OPENINGS for one in self.said)

    @property
    def over(self) -> bool:
        return any(one not in OPENINGS for one in self.said)

    @property
    def gravest(self) -> Said:
        return max(self.said, key=RANKS.__getitem__)


class Letter(Struct, frozen=True):
    id: str
    kind: LetterKind
    channel: str
    entries: tuple[Entry, ...] = ()
    figures: Figures | None = None  #: of a digest
    partition: int = -1  #: of a digest
    due_since: int = 0  #: ms; since when it could have been told
    since: int = 0  #: ms; since when what it tells was held back


def letter_id(kind: LetterKind, entries: Sequence[Entry]) -> str:
    ids = [message.id for entry in entries for message in entry.messages]
    if len(ids) == 1:
        return ids[0]
    told = hashlib.blake2b("\n".join(sorted(ids)).encode(), digest_size=12).hexdigest()
    return f"{kind.value}/{told}"
