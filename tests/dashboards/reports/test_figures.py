"""Every figure of the month's report against the month as it was, to the last digit."""

from datetime import date
from typing import Any

import msgspec
import pytest

from dashboards.reports.facts import Figures
from dashboards.reports.period import Period, quarter
from dashboards.reports.reading import read_figures
from tests.dashboards.reports.autumn import Autumn
from tests.dashboards.reports.discussed import Discussed
from tests.dashboards.reports.truth import Inside, Row
from tests.dashboards.stores import Store

OCTOBER = (1664553600_000, 1667232000_000)  #: from and to in ms: 1 October and 1 November, +08:00
TREND_SINCE = 1651334400_000  #: 1 May, +08:00


def inside(at: int) -> bool:
    return OCTOBER[0] <= at < OCTOBER[1]


def rows(found: list[Any]) -> list[Row]:
    return [msgspec.structs.asdict(row) for row in found]


def test_the_span_is_the_month_by_the_halls_own_clock(october: Period) -> None:
    assert (october.since * 1000, october.until * 1000) == OCTOBER
    assert october.trend()[0].since * 1000 == TREND_SINCE


def test_each_promise_in_each_section_and_month(figures: Figures, autumn: Autumn) -> None:
    true = autumn.truth.promises(TREND_SINCE, OCTOBER[1], lambda day: day.replace(day=1))
    assert rows(figures.promises) == true


@pytest.mark.parametrize("name", ["hours", "causes", "visits", "ratings"])
def test_what_is_counted_of_the_month(name: str, figures: Figures, autumn: Autumn) -> None:
    counted = getattr(autumn.truth, name)(inside)
    assert rows(getattr(figures, name)) == counted


@pytest.mark.parametrize("name", ["worst", "returned", "displeased"])
def test_what_is_picked_for_the_meeting(name: str, figures: Figures, autumn: Autumn) -> None:
    picked = getattr(Discussed(autumn.truth), name)(inside)
    assert rows(getattr(figures, name)) == picked


def test_the_orders_that_concern_the_month(figures: Figures, autumn: Autumn) -> None:
    true = Discussed(autumn.truth).orders(*OCTOBER)
    assert rows(figures.orders) == true
    assert {row["state"] for row in true} == {"moved", "assigned", "unmoved"}


def test_a_section_alone_has_its_own_rows_and_no_others(
    recorded: Store, october: Period, figures: Figures
) -> None:
    alone = read_figures(recorded.client, october, "S04")
    for name in ("promises", "visits", "ratings", "orders"):
        mine = [row for row in getattr(figures, name) if row.section == "S04"]
        assert getattr(alone, name) == mine
        assert mine
    assert sum(row.judged for row in alone.hours) < sum(row.judged for row in figures.hours)


def test_a_quarter_has_its_months_together(recorded: Store, autumn: Autumn) -> None:
    period = quarter("2022-Q4", "Asia/Shanghai")
    found = read_figures(recorded.client, period)

    def began(day: date) -> date:
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)

    until = round(period.until * 1000)
    first = round(period.trend()[0].since * 1000)
    assert rows(found.promises) == autumn.truth.promises(first, until, began)
    whole: Inside = lambda at: OCTOBER[0] <= at < until  # noqa: E731
    assert rows(found.visits) == autumn.truth.visits(whole)
    assert rows(found.ratings) == autumn.truth.ratings(whole)


def test_every_kind_of_figure_is_there(figures: Figures) -> None:
    """What is zero all over proves nothing."""
    october = [row for row in figures.promises if row.began == date(2022, 10, 1)]
    states = msgspec.structs.asdict(october[0]).keys() - {"began", "promise", "section"}
    # A hall that closes calls everybody or sends him home: expired is another test's matter.
    never = {state for state in states if not any(getattr(row, state) for row in october)}
    assert never <= {"expired"}, never
    for group, names in (
        (
            figures.visits,
            ("several", "provisional", "excused", "same", "between", "single", "unsaid"),
        ),
        (figures.ratings, ("invited", "rated", "declined", "defaulted", "failed", "low")),
        (figures.causes, ("excused",)),
    ):
        for name in names:
            assert any(getattr(row, name) for row in group), name
    assert any(row.estimated for row in figures.hours)
    assert {row.half for row in figures.worst} == {1, 2}
    assert {row.half for row in figures.returned} == {1, 2}
    assert {row.half for row in figures.displeased} == {1, 2}
    assert any(row.visits > 2 for row in figures.returned)
