"""What a site calls things and which hours it keeps: values handed in by the wiring.

Owns the shape only; the rulebook they are made from is not known here. Invariant: a code without
a name stands for itself, and a section nobody has described keeps the hours of `elsewhere`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from dashboards.words import Words

#: Seconds since the epoch: from, to.
Span = tuple[float, float]

#: The service hours between two moments, in order, cut to them.
Hours = Callable[[float, float], Sequence[Span]]


class SiteRule(Struct, frozen=True, kw_only=True):
    version: str
    since: float  #: of clocks that start then or later
    limit_ms: int | None
    warn_ms: int | None
    limit_days: int | None = None  #: working days, in place of `limit_ms`
    warn_days: int | None = None
    target: float | None = None  #: of a share: how much of it has to be kept


class SitePromise(Struct, frozen=True, kw_only=True):
    title: Words
    clause: str
    in_hours: bool  #: its clock runs in service hours only
    rules: tuple[SiteRule, ...] = ()

    def rule(self, version: str) -> SiteRule | None:
        """None: a later or an earlier rulebook's."""
        return next((rule for rule in self.rules if rule.version == version), None)


class SiteSection(Struct, frozen=True, kw_only=True):
    name: Words
    zone: str
    calendar: str
    calendar_version: Callable[[float], str]  #: in force at a moment
    hours: Hours
    counters: Mapping[str, str] = {}


class Site(Struct, frozen=True, kw_only=True):
    elsewhere: SiteSection
    sections: Mapping[str, SiteSection] = {}
    promises: Mapping[str, SitePromise] = {}
    people: Mapping[str, Words] = {}
    materials: Mapping[str, Words] = {}
    language: Literal["zh", "en"] = "zh"

    def section(self, code: str) -> SiteSection:
        return self.sections.get(code, self.elsewhere)
