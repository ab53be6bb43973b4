"""The page of worked queries: each is run as it stands there, and its answer is the oracle's."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.dashboards.stores import Store
from tests.history.data import data
from tests.history.hall import Hall, hall_of
from tests.history.oracle import ORACLES
from tests.parts import absent

PAGE = (Path(__file__).parents[2] / "docs" / "queries.md").read_text(encoding="utf-8")
_QUERY = re.compile(r"^## (\d+)\. (.+?) · (.+?)\n.*?^```sql\n(.*?)^```", re.MULTILINE | re.DOTALL)
QUERIES = {int(number): (zh, en, sql) for number, zh, en, sql in _QUERY.findall(PAGE)}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    try:
        import chdb  # noqa: F401
    except ImportError:
        absent("the embedded ClickHouse needs: pip install 'hallwatch[embedded]'")
    store = Store(tmp_path_factory.mktemp("history") / "engine")
    store.put(data().rows())
    yield store
    store.close()


@pytest.fixture(scope="module")
def hall() -> Hall:
    return hall_of(data())


def test_the_page_has_twenty_and_each_has_an_oracle() -> None:
    assert list(QUERIES) == list(range(1, 21))
    assert set(ORACLES) == set(QUERIES)
    assert len(re.findall(r"^```sql", PAGE, re.MULTILINE)) == 20, "one is not numbered"


@pytest.mark.parametrize("number", QUERIES, ids=lambda number: f"{number}-{QUERIES[number][1]}")
def test_the_answer_is_the_oracle_s(store: Store, hall: Hall, number: int) -> None:
    found = [tuple(row.values()) for row in store.ask(QUERIES[number][2])]
    wanted = ORACLES[number](hall)
    assert wanted, "the data set has nothing of it"
    assert [_exact(row) for row in found] == [_exact(row) for row in wanted]
    close = 0.021 if number == 7 else 1e-6
    for row, told in zip(found, wanted, strict=True):
        for value, expected in zip(row, told, strict=True):
            if isinstance(expected, float):
                assert value == pytest.approx(expected, rel=close), (row, told)


def _exact(row: tuple[Any, ...]) -> list[Any]:
    """Everything but floats, which only come near."""
    return [
        value.timestamp() if isinstance(value, datetime) else value
        for value in row
        if not isinstance(value, float)
    ]


def test_no_query_is_hollow(hall: Hall) -> None:
    """Of what can be told apart, each oracle tells something apart."""
    assert sum(row[4] for row in ORACLES[5](hall)) > 0
    assert any(row[3] > 0 for row in ORACLES[14](hall))
    assert len(ORACLES[12](hall)) == 2
    assert len(ORACLES[16](hall)) == 3
    assert 0 < sum(row[2] for row in ORACLES[10](hall)) < sum(row[1] for row in ORACLES[10](hall))
