"""An embedded engine for the wall's tests, empty for each."""

from collections.abc import Iterator

import pytest

from tests.dashboards.stores import Store
from tests.parts import absent


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    try:
        import chdb  # noqa: F401
    except ImportError:
        absent("the embedded ClickHouse needs: pip install 'hallwatch[embedded]'")
    store = Store(tmp_path_factory.mktemp("wall") / "engine")
    yield store
    store.close()


@pytest.fixture
def store(engine: Store) -> Store:
    engine.empty()
    return engine
