"""A story: what is told about a journey or an alert, in words, ready to be laid out.

Owns the shape only; `trace` and `explain` compose it, `text` and `html` lay it out, and as JSON
it goes to other programs as it is. Invariant: whatever has words for people also has a name (a
code) and, where it is a figure, the bare value, so that nobody has to parse words.
"""

from enum import StrEnum

from msgspec import Struct


class Page(StrEnum):
    """What a link leads to; also the first part of its path."""

    TRACE = "trace"
    EXPLAIN = "explain"


class Level(StrEnum):
    """How it stands: what a colour says."""

    PLAIN = "plain"
    GOOD = "good"
    NEAR = "near"
    BAD = "bad"


class When(Struct, frozen=True):
    """A moment by the clock of the section it belongs to."""

    at: str  #: RFC 3339, to the millisecond
    day: str  #: `2022-10-17 星期一`
    clock: str  #: `09:12:31`


class Fact(Struct, frozen=True, kw_only=True):
    name: str
    label: str
    words: str
    value: str | int | float | bool | None = None


class Mark(Struct, frozen=True):
    """Something out of the ordinary about an item: late, estimated, excused."""

    name: str
    words: str


class Ref(Struct, frozen=True):
    page: Page
    key: str
    words: str


class Item(Struct, frozen=True, kw_only=True):
    """One line of a chapter: a step, a verdict, a stretch of time."""

    name: str
    words: str
    when: When | None = None
    level: Level = Level.PLAIN
    of: str = ""  #: the journey it belongs to, where that is not the one asked about
    id: str = ""  #: of the event it is, for whoever looks it up
    facts: tuple[Fact, ...] = ()
    marks: tuple[Mark, ...] = ()
    refs: tuple[Ref, ...] = ()


class Chapter(Struct, frozen=True, kw_only=True):
    name: str
    heading: str
    items: tuple[Item, ...]


class Story(Struct, frozen=True, kw_only=True):
    page: Page
    key: str  #: as it was asked about
    found: bool = True  #: False: nothing is known by this key, and the story says so
    language: str
    title: str
    level: Level = Level.PLAIN
    lead: tuple[str, ...] = ()  #: what it comes to, in whole sentences
    facts: tuple[Fact, ...] = ()
    chapters: tuple[Chapter, ...] = ()

    def chapter(self, name: str) -> Chapter:
        """Raises KeyError when it has none of that name."""
        for chapter in self.chapters:
            if chapter.name == name:
                return chapter
        raise KeyError(name)


def chapters_of(*found: Chapter) -> tuple[Chapter, ...]:
    """Those in which something stands."""
    return tuple(chapter for chapter in found if chapter.items)
