"""What holds for every panel, on the real engine."""

import msgspec
import pytest

from dashboards.panel import Panel, Unit, fill
from dashboards.panels import PANELS
from tests.dashboards.cases import SPAN
from tests.dashboards.hall import Hall
from tests.dashboards.hall_rows import rows_at
from tests.dashboards.rows import at
from tests.dashboards.stores import Store


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.id)
def test_a_panel_answers_the_columns_it_declares(store: Store, panel: Panel) -> None:
    busy = at("10:40")
    store.put(rows_at(Hall(busy), busy))
    result = store.client.query(fill(panel, msgspec.structs.replace(SPAN, now=busy)))
    assert tuple(result.column_names) == tuple(column.name for column in panel.columns)


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.id)
def test_a_panel_can_be_asked_of_an_empty_store(store: Store, panel: Panel) -> None:
    for row in store.ask(fill(panel, SPAN)):
        numbers = {c.name for c in panel.columns if c.unit is not Unit.NAME} & row.keys()
        assert all(not row[name] for name in numbers), row


def test_panels_are_told_apart_and_speak_both_languages() -> None:
    assert len({panel.id for panel in PANELS}) == len(PANELS)
    for panel in PANELS:
        for words in (panel.title, *(column.title for column in panel.columns)):
            assert words.zh
            assert words.en
