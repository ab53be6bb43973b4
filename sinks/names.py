"""What the site calls things, and the two languages it says them in.

Owns the names a body may need; the wiring fills them from the rulebook. Read by whatever puts
something into words. Invariant: a code without a name stands for itself.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

from msgspec import Struct, field


class Language(StrEnum):
    CHINESE = "zh"
    ENGLISH = "en"


class Phrase(Struct, frozen=True):
    """One thing to say, in both languages; `{…}` is filled in when it is said."""

    zh: str
    en: str

    def said(self, language: Language, **facts: object) -> str:
        return (self.zh if language is Language.CHINESE else self.en).format(**facts)


class Counted(Struct, frozen=True):
    """Of the time between two moments, what counts for a clock: milliseconds or working days."""

    milliseconds: int = 0
    workdays: int | None = None


#: Promise, section, from and to in seconds since the epoch.
CountedBy = Callable[[str, str, float, float], Counted]


def by_the_wall(promise: str, section: str, start: float, end: float) -> Counted:
    return Counted(max(0, round((end - start) * 1000)))


class Names(Struct, frozen=True, kw_only=True):
    promises: Mapping[str, str] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)
    counters: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    materials: Mapping[str, str] = field(default_factory=dict)
    time_zone: str = "Asia/Shanghai"
    zones: Mapping[str, str] = field(default_factory=dict)  #: by section, where it has its own
    #: Of limits that are working days: how many, by promise and rule version.
    workdays: Mapping[tuple[str, str], int] = field(default_factory=dict)
    #: Who is told in a section, by its code: of breaches first, then each step of the escalation.
    chains: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    counted: CountedBy = by_the_wall

    def zone(self, section: str) -> str:
        return self.zones.get(section, self.time_zone)
