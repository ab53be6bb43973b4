"""The benchmark of history over a small hall: it fills, and every question is answered."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboards.panels import PANELS
from tests.bench.history.__main__ import main, questions
from tests.bench.history.fill import WEEKS, Size, fill
from tests.dashboards.stores import Store
from tests.parts import absent

SMALL = Size(journeys=57_000, event_weeks=3)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    try:
        import chdb  # noqa: F401
    except ImportError:
        absent("the embedded ClickHouse needs: pip install 'hallwatch[embedded]'")
    folder = tmp_path_factory.mktemp("history") / "engine"
    store = Store(folder)
    fill(store.client, SMALL, lambda _: None)
    yield folder
    store.close()


def test_the_tables_stand_in_the_proportion_the_core_gives_them(filled: Path) -> None:
    store = Store(filled)
    try:
        found = store.one(
            """SELECT (SELECT count() FROM journeys_now) AS journeys,
            (SELECT count() FROM verdicts_now) AS verdicts,
            (SELECT sum(started) FROM windows_now) AS counted,
            (SELECT sum(late + left_late + waiting_late) FROM windows_now) AS late,
            (SELECT countIf(status IN ('late', 'left-late', 'waiting-late')) FROM verdicts_now)
                AS broken,
            (SELECT countIf(breached_at IS NOT NULL) FROM alerts_now) AS breached,
            (SELECT count() FROM journeys_now WHERE opened_at > now64()) AS in_the_future"""
        )
        assert WEEKS * 5 * SMALL.a_day * 0.99 < found["journeys"] <= WEEKS * 5 * SMALL.a_day
        assert found["counted"] == found["verdicts"] > found["journeys"]
        assert found["late"] == found["broken"] == found["breached"] > 0
        assert found["in_the_future"] == 0
    finally:
        store.close()


def test_every_panel_and_view_is_asked_and_answers(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--folder", str(filled), "--runs", "1"]) == 0
    said = capsys.readouterr().out
    names = [question.name for question in questions()]
    assert len({*names}) == len(names) >= len(PANELS) + 40
    for name in names:
        (line,) = [line for line in said.splitlines() if line.startswith(f"{name} ")]
        assert float(line[44:].split()[0]) > 0
    assert "over the limit: " in said
