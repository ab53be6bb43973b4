"""Tables and figures are numbered in the order they stand in, and nothing that is not there is."""

import re

import msgspec
import pytest
from msgspec.structs import replace

from dashboards.reports.document import Chart, Heat, Report, Table
from dashboards.reports.facts import Figures
from dashboards.reports.month import month_report
from dashboards.reports.period import Period
from tests.dashboards.reports.conftest import speech


def without(figures: Figures, *names: str) -> Figures:
    return replace(figures, **{name: [] for name in names})


#: What is missing, by what figures are missing.
SHORT = {
    "nothing": (),
    "hours": ("hours",),
    "cases": ("visits", "returned"),
    "ratings, orders and causes": ("ratings", "orders", "causes"),
    "the meeting": ("worst", "returned", "displeased"),
    "all": tuple(set(Figures.__struct_fields__) - {"stored"}),
}


def numbers(report: Report, kind: str, *items: type) -> list[int]:
    """Of what is drawn; -1: it has none."""
    found = []
    for item in (item for chapter in report.chapters for item in chapter.items):
        if isinstance(item, Table | Heat | Chart) and isinstance(item, items):
            if isinstance(item, Table) and not item.rows:
                continue
            number = re.match(rf"{kind} ?(\d+)\b", item.title)
            found.append(int(number[1]) if number else -1)
    return found


@pytest.mark.parametrize("names", SHORT.values(), ids=SHORT)
@pytest.mark.parametrize(
    ("language", "table", "figure"), [("zh", "表", "图"), ("en", "Table", "Figure")]
)
def test_numbers_run_without_a_gap(
    figures: Figures,
    october: Period,
    names: tuple[str, ...],
    language: str,
    table: str,
    figure: str,
) -> None:
    report = month_report(without(figures, *names), october, "", speech(language))
    tables, charts = numbers(report, table, Table, Heat), numbers(report, figure, Chart)
    assert tables == list(range(1, len(tables) + 1))
    assert charts == list(range(1, len(charts) + 1))
    assert names or (len(tables), len(charts)) == (17, 3)


def test_what_is_empty_has_a_sentence_and_no_number(figures: Figures, october: Period) -> None:
    report = month_report(without(figures, "orders"), october, "", speech("zh"))
    (orders,) = (
        item
        for chapter in report.chapters
        for item in chapter.items
        if isinstance(item, Table) and item.sheet == "整改单"
    )
    assert (orders.title, orders.rows) == ("整改单台账", ())
    assert orders.empty


def test_a_figure_without_a_value_is_left_out(figures: Figures, october: Period) -> None:
    report = month_report(without(figures, "promises"), october, "", speech("zh"))
    assert numbers(report, "图", Chart) == []


def test_nothing_names_a_table_by_a_number(month_zh: Report, month_en: Report) -> None:
    """It would be another one as soon as something is empty."""
    for report in (month_zh, month_en):
        told = msgspec.json.encode(report).decode()
        titles = "".join(
            item.title
            for chapter in report.chapters
            for item in chapter.items
            if isinstance(item, Table | Heat | Chart)
        )
        pattern = r"表\s*\d|图\s*\d|Table \d|Figure \d"
        assert len(re.findall(pattern, told)) == len(re.findall(pattern, titles)) > 10
