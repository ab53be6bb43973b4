"""What the audit goes by: levels, windows, thresholds and the catalogue of items. Values only.

Loaded from `audit.toml` by `streams.rules.audit`. Called by the deciding modules beside it.
Invariant: every circumstance has a confidence, so that a finding can always say how sure it
is.
"""

from datetime import timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct

from schemas.audit import Confidence


class Found(StrEnum):
    """How a case's trace on site was found."""

    AT_COUNTER = "at-counter"  #: a ticket or session it names was at a counter
    SAME_APPLICANT = "same-applicant"  #: its applicant had a visit in that section
    NEVER_CALLED = "never-called"  #: the ticket it names exists, and was never called


class Missing(StrEnum):
    """What there is instead of a trace."""

    NOTHING_FITS = "nothing-fits"  #: no visit could be the case's
    VISIT_NEAR = "visit-near"  #: names none; a visit of the section at that time could be it
    SAME_COUNTER = "same-counter"  #: as before, at the same counter or clerk, no other case's
    ELSEWHERE = "elsewhere"  #: the applicant had a visit in another section
    FROM_CHAT = "from-chat"  #: it came out of a chat there was


Circumstance = Found | Missing


class TraceRules(Struct, frozen=True, kw_only=True):
    """How a case's visit is looked for."""

    window_days: int  #: a visit of the same applicant counts so many days before and after
    near: timedelta  #: between a visit at the counter and the acceptance it could belong to
    confidence: dict[Circumstance, Confidence]


class VolumeRules(Struct, frozen=True, kw_only=True):
    """When a listed item has about no counter volume."""

    days: int
    counter_share: float  #: at most this share of its cases at the counter
    least_cases: int  #: taken by the department
    least_days: int  #: on which it took any


class ShareRules(Struct, frozen=True, kw_only=True):
    """When the department's share of an item has risen."""

    days: int
    days_before: int
    least_cases: int  #: in each of the two spans
    rise: float  #: of the share, at least
    z: float  #: of the two-proportion test, at least
    z_certain: float  #: from here on the finding is certain, below likely


class Item(Struct, frozen=True, kw_only=True):
    """One item (事项) of the catalogue."""

    code: str
    name_zh: str
    department: str
    at_counter: bool  #: 进驻: it is to be taken at a counter of the hall


class RepeatRules(Struct, frozen=True, kw_only=True):
    """When repeated breaches of one cause open a rectification order, or open it again."""

    days: int
    per_counter: int
    per_section: int  #: of what no counter's order covers
    due_days: int
    recurrence_days: int  #: after it was done; later, the cause gets a new order


class RecheckRules(Struct, frozen=True, kw_only=True):
    """When a done order is held against later data, and when the measure moved something."""

    days: int
    most_days: int  #: as long as fewer than `least` are judged, the span grows up to this
    least: int
    z: float  #: of the one-sided two-proportion test, at least


class AuditRules(Struct, frozen=True, kw_only=True):
    """Everything of `audit.toml`."""

    zone: ZoneInfo  #: in which a day is a day
    run_at: int  #: minute of the day of the daily run
    again_days: int  #: so many days before are looked at again, for what came late
    trace: TraceRules
    volume: VolumeRules
    share: ShareRules
    repeat: RepeatRules
    recheck: RecheckRules
    items: dict[str, Item]

    def outside(self, item: str) -> bool:
        """Whether the catalogue says that the department may take it by itself."""
        known = self.items.get(item)
        return known is not None and not known.at_counter
