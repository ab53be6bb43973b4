"""What ClickHouse answers to a report's questions: rows, and all of them together.

Values only. Made by `reading`, read by the chapters. Invariant: components, never a share.
"""

from datetime import date

from msgspec import Struct


class PromiseRow(Struct, frozen=True, kw_only=True):
    """One promise in one section, of the clocks that started within one span of the trend."""

    began: date  #: the first day of that span
    promise: str
    section: str
    off_hours: bool
    started: int
    waiting: int
    waiting_late: int
    kept: int
    late: int
    measured: int
    left_mistaken: int
    left_in_time: int
    left_late: int
    cancelled: int
    expired: int
    missed: int
    provisional: int
    excused: int
    estimated: int  #: of those answered, kept or not
    answered_sum_ms: int
    answered_max_ms: int


class HourRow(Struct, frozen=True, kw_only=True):
    weekday: int  #: 1: Monday
    hour: int
    broken: int
    judged: int
    estimated: int  #: of those judged


class CauseRow(Struct, frozen=True, kw_only=True):
    promise: str
    section: str
    counter: str
    cause: str
    times: int
    excused: int
    estimated: int


class VisitRow(Struct, frozen=True, kw_only=True):
    """Finished cases of one item, who took them and who decided them."""

    section: str
    service: str
    receiver: str
    approver: str
    finished: int
    several: int  #: needed more than one visit, and why:
    provisional: int
    excused: int
    same: int  #: one person asked again and again
    between: int  #: people did not ask for the same
    single: int  #: whoever took it asked for more, once
    unsaid: int  #: nobody is known to have asked


class RatingRow(Struct, frozen=True, kw_only=True):
    section: str
    invited: int
    rated: int
    declined: int
    defaulted: int
    failed: int
    stars: int  #: the sum of those rated
    low: int  #: one or two stars


class WorstRow(Struct, frozen=True, kw_only=True):
    half: int
    promise: str
    journey: str
    section: str
    service: str
    counter: str
    status: str
    cause: str
    over_ms: int
    duration_ms: int | None
    estimated: bool
    at: int
    of: int  #: so many were broken in that half


class ReturnedRow(Struct, frozen=True, kw_only=True):
    half: int
    journey: str
    section: str
    service: str
    receiver: str
    approver: str
    why: str
    visits: int
    supplements: int
    at: int


class DispleasedRow(Struct, frozen=True, kw_only=True):
    half: int
    journey: str
    kind: str
    section: str
    service: str
    counter: str
    stars: int
    queue_ms: int | None
    estimated: bool  #: that wait: nobody's call was seen
    at: int


class OrderRow(Struct, frozen=True, kw_only=True):
    """A rectification order as it now stands; moments in ms."""

    number: str
    section: str
    counter: str
    promise: str
    clause: str
    cause: str
    state: str
    assigned_to: str
    measure: str
    reopened: int
    alerts: int
    share_before: float | None
    share_after: float | None
    judged: int | None
    opened: int
    due: int
    done: int | None
    rechecked: int | None


class StoredRow(Struct, frozen=True, kw_only=True):
    """When the span's first clock started, and its first raw event that is still there; ms."""

    began: int | None
    events: int | None


class Figures(Struct, frozen=True, kw_only=True):
    """Everything a report is made of, by the names of its questions."""

    promises: list[PromiseRow]
    hours: list[HourRow]
    causes: list[CauseRow]
    visits: list[VisitRow]
    ratings: list[RatingRow]
    worst: list[WorstRow]
    returned: list[ReturnedRow]
    displeased: list[DispleasedRow]
    orders: list[OrderRow]
    stored: list[StoredRow]
