"""The span a report is about: a month or a quarter of the hall's own calendar.

Owns how it is written, where it begins and ends, and what it is called. Pure. Called by the
command and by whatever asks or words figures. Invariant: spans begin at midnight in the hall's
zone and touch: where one ends the next begins.
"""

import re
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct

from dashboards.words import Words

#: How many spans before the reported one a trend shows.
BEFORE = {"month": 5, "quarter": 3}


class PeriodError(ValueError):
    """No such span; the sentence says what would be one."""


class Unit(StrEnum):
    """As ClickHouse's dateTrunc calls them."""

    MONTH = "month"
    QUARTER = "quarter"

    @property
    def months(self) -> int:
        return 1 if self is Unit.MONTH else 3


class Period(Struct, frozen=True, kw_only=True):
    unit: Unit
    first: date  #: its first day
    zone: str

    @property
    def since(self) -> float:
        """Seconds since the epoch."""
        return datetime(
            self.first.year, self.first.month, 1, tzinfo=ZoneInfo(self.zone)
        ).timestamp()

    @property
    def until(self) -> float:
        """Seconds since the epoch; the moment itself belongs to the next one."""
        return self.moved(1).since

    def moved(self, by: int) -> "Period":
        months = self.first.year * 12 + self.first.month - 1 + by * self.unit.months
        return Period(unit=self.unit, first=date(months // 12, months % 12 + 1, 1), zone=self.zone)

    def trend(self) -> tuple["Period", ...]:
        """Those before it and itself, oldest first."""
        return tuple(self.moved(by) for by in range(-BEFORE[self.unit.value], 1))

    @property
    def name(self) -> Words:
        year, month = self.first.year, self.first.month
        if self.unit is Unit.MONTH:
            return Words(f"{year}年{month}月", f"{self.first:%B} {year}")
        number = (month + 2) // 3
        return Words(f"{year}年第{'一二三四'[number - 1]}季度", f"Q{number} {year}")

    @property
    def short(self) -> Words:
        """For the head of a column."""
        year, month = self.first.year, self.first.month
        if self.unit is Unit.MONTH:
            return Words(f"{year}.{month:02}", f"{year}-{month:02}")
        return Words(f"{year}Q{(month + 2) // 3}", f"{year} Q{(month + 2) // 3}")


def month(written: str, zone: str) -> Period:
    """`2022-10`. Raises PeriodError."""
    found = re.fullmatch(r"(\d{4})-(\d{2})", written)
    if not found or not 1 <= int(found[2]) <= 12 or not 1990 <= int(found[1]) < 2100:
        raise PeriodError(f"--month {written!r}: no month such as 2022-10")
    return Period(unit=Unit.MONTH, first=date(int(found[1]), int(found[2]), 1), zone=zone)


def quarter(written: str, zone: str) -> Period:
    """`2022-Q4`. Raises PeriodError."""
    found = re.fullmatch(r"(\d{4})-[Qq]([1-4])", written)
    if not found or not 1990 <= int(found[1]) < 2100:
        raise PeriodError(f"--quarter {written!r}: no quarter such as 2022-Q4")
    first = date(int(found[1]), int(found[2]) * 3 - 2, 1)
    return Period(unit=Unit.QUARTER, first=first, zone=zone)
