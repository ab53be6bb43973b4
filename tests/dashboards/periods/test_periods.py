"""Every panel of a period on the real engine, for every range a reader can pick, against figures
worked out by hand from what happened."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from dashboards.grafana.ranges import RANGES, Range
from dashboards.panel import Panel, Unit
from dashboards.panels import PANELS
from dashboards.panels_of_periods import PERIOD_PANELS
from dashboards.period import STANDARDS, Grain, Period, fill_period
from dashboards.words import PROMISES
from streams.core.rules import KINDS as KINDS_OF_PROMISES
from streams.core.rules import PromiseKind
from streams.rules.load import load_rulebook
from tests.dashboards.periods import oracle, oracle_quality
from tests.dashboards.periods.oracle import Chosen, Rows
from tests.dashboards.periods.ranges import begins, ends
from tests.dashboards.periods.told import NEWEST, Versioned, rows_of
from tests.dashboards.periods.truths import NOW, Truth, happened
from tests.dashboards.stores import Store

#: Steps of a curve; the other panels do not look at them.
STEPPED = [panel for panel in PERIOD_PANELS if "$grain" in panel.sql]


@pytest.fixture(scope="module")
def truth() -> Truth:
    return happened()


@pytest.fixture(scope="module")
def filled(engine: Store, truth: Truth) -> Iterator[Store]:
    engine.empty()
    # In parts that are never merged: within one the engine keeps the newest row by itself.
    engine.client.command("SYSTEM STOP MERGES")
    older: list[Versioned] = []
    newest: list[Versioned] = []
    for row in rows_of(truth):
        (newest if row.version in NEWEST else older).append(row)
    engine.put(newest)
    engine.put(older)
    yield engine
    engine.client.command("SYSTEM START MERGES")
    engine.empty()


def picked(one: Range, grain: Grain = Grain.DAY, **said: Any) -> Chosen:
    return Chosen(
        since=begins(one.since, NOW), until=ends(one.until, NOW), grain=grain.value, **said
    )


def answered(store: Store, panel: Panel, chosen: Chosen) -> list[tuple[Any, ...]]:
    period = Period(
        since=chosen.since.timestamp(),
        until=chosen.until.timestamp(),
        grain=Grain(chosen.grain),
        sections=chosen.sections,
        promises=chosen.promises,
    )
    result = store.client.query(fill_period(panel, period))
    if result.result_rows:
        assert tuple(result.column_names) == tuple(column.name for column in panel.columns)
    return list(result.result_rows)


def expected(panel: Panel, truth: Truth, chosen: Chosen) -> Rows:
    """The oracle's function of the panel's name."""
    answer: Callable[[Truth, Chosen], Rows] = getattr(
        oracle if hasattr(oracle, panel.id) else oracle_quality, panel.id
    )
    return answer(truth, chosen)


def same(panel: Panel, found: Sequence[tuple[Any, ...]], wanted: Sequence[tuple[Any, ...]]) -> None:
    """Counts exactly, shares to the last digits, quantiles to their 2 %."""
    assert len(found) == len(wanted)
    for row, expected in zip(found, wanted, strict=True):
        for column, value, right in zip(panel.columns, row, expected, strict=True):
            if column.name in ("p50_s", "p90_s", "p99_s"):
                assert value == pytest.approx(right, rel=0.0201), (column.name, row, expected)
            elif column.unit in (Unit.SHARE, Unit.SECONDS, Unit.STARS, Unit.MOMENT):
                near = None if right is None else pytest.approx(right, rel=1e-12)
                assert value == near, (column.name, row, expected)
            else:
                assert value == right, (column.name, row, expected)


@pytest.mark.parametrize("one", RANGES, ids=lambda one: f"{one.since}..{one.until}")
@pytest.mark.parametrize("panel", PERIOD_PANELS, ids=lambda panel: panel.id)
def test_a_panel_answers_what_happened(
    filled: Store, truth: Truth, panel: Panel, one: Range
) -> None:
    chosen = picked(one)
    same(panel, answered(filled, panel, chosen), expected(panel, truth, chosen))


@pytest.mark.parametrize("grain", Grain)
@pytest.mark.parametrize("panel", STEPPED, ids=lambda panel: panel.id)
def test_a_curve_goes_by_the_step_chosen(
    filled: Store, truth: Truth, panel: Panel, grain: Grain
) -> None:
    chosen = picked(RANGES[-1], grain)
    found = answered(filled, panel, chosen)
    assert found
    same(panel, found, expected(panel, truth, chosen))


@pytest.mark.parametrize("panel", PERIOD_PANELS, ids=lambda panel: panel.id)
def test_sections_and_promises_can_be_chosen(filled: Store, truth: Truth, panel: Panel) -> None:
    chosen = picked(
        RANGES[7],
        sections=("huji", "yibao"),
        promises=("appointment-wait-general", "one-visit", "online-resolution-rate"),
    )
    found = answered(filled, panel, chosen)
    same(panel, found, expected(panel, truth, chosen))
    assert found != answered(filled, panel, picked(RANGES[7])), "the choice changed nothing"


def test_every_panel_has_figures_somewhere(filled: Store) -> None:
    """Or the comparisons above could hold of nothing."""
    assert [p.id for p in PERIOD_PANELS if not answered(filled, p, picked(RANGES[-1]))] == []


def test_both_ends_of_a_period_belong_to_it(truth: Truth) -> None:
    """The truth has clocks at either edge of a day, so the comparison is sharp there."""
    edges = {(c.started.hour, c.started.minute, c.started.microsecond) for c in truth.clocks}
    assert {(0, 0, 0), (23, 59, 999_000)} <= edges


def test_panels_are_told_apart_and_speak_both_languages() -> None:
    ids = [panel.id for panel in (*PANELS, *PERIOD_PANELS)]
    assert len(set(ids)) == len(ids)
    for panel in PERIOD_PANELS:
        assert panel.about is not None
        words = (panel.title, panel.about, *(column.title for column in panel.columns))
        assert all(one.zh and one.en for one in words)


def test_the_standards_are_the_shipped_rules() -> None:
    book = load_rulebook()
    shipped = {
        (promise.value, rules.rules[-1].minimum, rules.rules[-1].target)
        for promise, rules in book.promises.items()
        if KINDS_OF_PROMISES[promise] is PromiseKind.RATIO
    }
    assert {(one.promise, one.minimum, one.target) for one in STANDARDS} == shipped


def test_the_states_are_shaded_as_the_wall_shades() -> None:
    """Whatever promise it is of: the wall's usual marks."""
    usual = {(p.good, p.poor) for p in PROMISES if p.id != "online-resolution-rate"}
    assert usual == {(0.95, 0.85)}
