"""What is promised, to whom, and the service hours it is counted in. Values only.

Loaded from data files by `streams.rules.load`. Invariant: a rule never changes; a new
threshold is a new rule with a later start, so that history stays judged as it was.
"""

from bisect import bisect_right
from enum import StrEnum

from msgspec import Struct

from streams.core.calendar import Calendar, Interval
from streams.core.forecasting import Forecasting
from streams.core.notifying import Notifying


class Promise(StrEnum):
    """The promises of semantics §1, and the hotline's clocks of §2."""

    ONLINE_FIRST_RESPONSE = "online-first-response"
    ONLINE_RESOLUTION_RATE = "online-resolution-rate"
    APPOINTMENT_WAIT_GENERAL = "appointment-wait-general"
    APPOINTMENT_WAIT_COMPLEX = "appointment-wait-complex"
    COUNTER_FILING = "counter-filing"
    WALK_IN_WAIT = "walk-in-wait"
    EXEMPT_MATERIALS = "exempt-materials"
    RATING_INVITED = "rating-invited"
    ONE_VISIT = "one-visit"
    COUNTER_NOT_DEPARTMENT = "counter-not-department"
    SESSION_RECORDED = "session-recorded"
    COUNTER_STAFFED = "counter-staffed"
    HOTLINE_CONTACT = "hotline-contact"
    HOTLINE_CLOSE_GENERAL = "hotline-close-general"
    HOTLINE_CLOSE_COMPLEX = "hotline-close-complex"


class PromiseKind(StrEnum):
    """How a promise is kept or broken (semantics §1)."""

    DEADLINE = "deadline"  #: somebody waits, and the clock runs
    CONDITION = "condition"  #: it holds or it does not; nothing answers it afterwards
    RATIO = "ratio"  #: one case alone breaks nothing; the share of a section's day does


#: Of every promise that is no deadline.
_KINDS = {
    Promise.ONLINE_RESOLUTION_RATE: PromiseKind.RATIO,
    Promise.RATING_INVITED: PromiseKind.RATIO,
    Promise.ONE_VISIT: PromiseKind.RATIO,
    Promise.EXEMPT_MATERIALS: PromiseKind.CONDITION,
    Promise.COUNTER_NOT_DEPARTMENT: PromiseKind.CONDITION,
    Promise.SESSION_RECORDED: PromiseKind.CONDITION,
}

KINDS: dict[str, PromiseKind] = {
    promise: _KINDS.get(promise, PromiseKind.DEADLINE) for promise in Promise
}


class Rule(Struct, frozen=True, kw_only=True):
    """One wording of a promise; in force for clocks that start at or after `since_ms`."""

    version: str
    since_ms: int
    limit_ms: int | None = None  #: None: measured, not promised
    warn_ms: int | None = None
    limit_days: int | None = None  #: working days, in place of `limit_ms`
    warn_days: int | None = None
    look_back_ms: int = 0  #: kept is provisional for so long: what comes may still break it
    target: float | None = None  #: of a ratio: kept / judged; None: measured, not promised
    minimum: int = 1  #: of a ratio: how many are judged before anybody is told


class PromiseRules(Struct, frozen=True, kw_only=True):
    """A promise with its clause and every rule it ever had, oldest first."""

    promise: Promise
    clause: str
    title_zh: str
    title_en: str
    rules: tuple[Rule, ...]

    def in_force(self, at: int) -> Rule | None:
        """The rule for a clock that starts at `at`; None before the first one."""
        latest = self.rules[-1]
        if latest.since_ms <= at:
            return latest
        index = bisect_right(self.rules, at, key=lambda rule: rule.since_ms) - 1
        return self.rules[index] if index >= 0 else None


class ChannelRule(Struct, frozen=True, kw_only=True):
    """A way to reach somebody, as `channels.toml` has it; never a secret, only where it is."""

    name: str
    kind: str  #: wecom, dingtalk, feishu, mail, webhook, alertmanager, apprise, log
    options: dict[str, str | int | bool | list[str]]  #: of that kind


class Person(Struct, frozen=True, kw_only=True):
    """Somebody who is told: a chief, a deputy, a duty desk."""

    code: str
    name_zh: str
    name_en: str
    channels: tuple[str, ...] = ()  #: names of `ChannelRule`s, each gets every message to him
    quiet: tuple[Interval, ...] = ()  #: local minutes of the day in which he is told nothing


class Escalation(Struct, frozen=True):
    """Who is told next, and how long after the breach, unless it was acknowledged."""

    after_ms: int
    people: tuple[str, ...]  #: codes of `Person`s
    through_quiet: bool = False  #: told in their quiet hours, too


class Section(Struct, frozen=True):
    """A section of the hall: its code, its names, its service hours, its people."""

    code: str
    name_zh: str
    name_en: str
    calendar: Calendar
    counters: dict[str, str] = {}  #: what people call each, by its code
    desk: tuple[str, ...] = ()  #: who is warned; codes of `Person`s
    chiefs: tuple[str, ...] = ()  #: who is told of breaches
    escalation: tuple[Escalation, ...] = ()  #: in the order of `after_ms`


class Leaving(Struct, frozen=True, kw_only=True):
    """How leaving and the day's end are read (semantics §3)."""

    mistaken_ms: int = 120_000  #: a ticket left within this was a mistake
    grace_ms: int = 0  #: how late a check-in may be for its appointment to stand
    expiry_grace_ms: int = 3_600_000  #: after closing time, before open journeys expire


class Material(Struct, frozen=True, kw_only=True):
    """A material citizens need not hand in (两个免于提交), and why."""

    code: str
    name_zh: str
    name_en: str
    issued_here: bool = False  #: by an authority of this city
    lookup: str = ""  #: the e-licence or data-check service that can supply it


class SourceRule(Struct, frozen=True, kw_only=True):
    """How long a source may be quiet (semantics §3, Silent source)."""

    name: str  #: of the source (CloudEvents `source`), or the beginning of many and `*`
    version: str
    clause: str  #: whose promises nobody can measure while it is silent
    section: str  #: whose chief is told
    silent_ms: int  #: of that section's service hours


class Rulebook(Struct, frozen=True):
    """Everything the core is told; the same for every partition."""

    promises: dict[Promise, PromiseRules]
    sections: dict[str, Section]
    elsewhere: Section  #: stands in for a section code the data file does not know
    leaving: Leaving
    sources: tuple[SourceRule, ...] = ()  #: of other sources silence is no fault
    materials: dict[str, Material] = {}  #: what may not be asked for, by code
    people: dict[str, Person] = {}
    channels: dict[str, ChannelRule] = {}
    notifying: Notifying = Notifying()
    forecasting: Forecasting = Forecasting()

    def source(self, name: str) -> SourceRule | None:
        """The rule of a source: its own, else the longest beginning that fits."""
        found = None
        for rule in self.sources:
            if rule.name == name:
                return rule
            if (
                rule.name.endswith("*")
                and name.startswith(rule.name[:-1])
                and (found is None or len(rule.name) > len(found.name))
            ):
                found = rule
        return found

    def having(self, channel: str) -> tuple[str, ...]:
        """The codes of those who read it."""
        return tuple(code for code, one in self.people.items() if channel in one.channels)

    def section(self, code: str) -> Section:
        return self.sections.get(code, self.elsewhere)

    def calendars(self) -> tuple[Calendar, ...]:
        """Those that sections keep, each once."""
        sections = (self.elsewhere, *self.sections.values())
        return tuple({section.calendar.name: section.calendar for section in sections}.values())
