"""A period somebody chose, and the SQL of a panel about it.

Owns what can be chosen and how that is written in SQL. Called by whoever shows panels of
`Scope.PERIOD`. Invariants: both ends belong to the period, to the millisecond; days, weeks
and months are those of the hall's own zone, and a week begins on Monday.

The placeholders of such a panel:

    $since, $until       the first and the last moment
    $grain, $zone        string literals, for `dateTrunc`
    $section_chosen      whether the row's `section` was chosen
    $promise_chosen      whether the row's `promise` was chosen
    $minimum             fewer judged than this of the row's `promise` say nothing
    $target              what share of the row's `promise` is promised, 0: none is
"""

from collections.abc import Callable, Sequence
from enum import StrEnum

from msgspec import Struct

from dashboards.panel import Panel, moment, put


class Grain(StrEnum):
    """The step of a curve."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Standard(Struct, frozen=True, kw_only=True):
    """What is promised of a section's day, by the rules in force."""

    promise: str
    minimum: int = 1
    target: float | None = None  #: None: no share of the day is promised


#: As the shipped `promises.toml` has it (a test compares); a site's own rules win.
STANDARDS = (
    Standard(promise="online-resolution-rate", minimum=20, target=0.9),
    Standard(promise="rating-invited", minimum=10, target=1.0),
    Standard(promise="one-visit", minimum=20, target=0.9),
)


class Period(Struct, frozen=True, kw_only=True):
    """In seconds since the epoch; of `sections` and `promises` none named means all."""

    since: float
    until: float
    grain: Grain = Grain.DAY
    zone: str = "Asia/Shanghai"
    sections: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()
    standards: tuple[Standard, ...] = STANDARDS


def fill_period(panel: Panel, period: Period) -> str:
    """The panel's SQL for one period; an unknown placeholder is an error."""
    return put(
        panel,
        {
            "since": moment(period.since),
            "until": moment(period.until),
            "grain": literal(period.grain),
            "zone": literal(period.zone),
            "section_chosen": _chosen("section", period.sections),
            "promise_chosen": _chosen("promise", period.promises),
            **standards_in_sql(period.standards),
        },
    )


def standards_in_sql(standards: Sequence[Standard]) -> dict[str, str]:
    """`$minimum` and `$target`, of a row that has a `promise`."""

    def of_promise(value: Callable[[Standard], float], otherwise: float) -> str:
        if not standards:
            return str(otherwise)
        names = ", ".join(literal(one.promise) for one in standards)
        values = ", ".join(str(value(one)) for one in standards)
        return f"transform(promise, [{names}], [{values}], {otherwise})"

    return {
        "minimum": of_promise(lambda one: one.minimum, 1),
        "target": of_promise(lambda one: float(one.target or 0), 0.0),
    }


def literal(text: str) -> str:
    """A string in SQL."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _chosen(column: str, values: Sequence[str]) -> str:
    return f"{column} IN ({', '.join(map(literal, values))})" if values else "1 = 1"
