"""An embedded engine for the wall's tests, empty for each; one behind HTTP; and a browser."""

import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.dashboards.stores import Store
from tests.dashboards.streamed import Wall
from tests.parts import absent
from tests.sinks.served import Served

if TYPE_CHECKING:
    from tests.dashboards.browser import Browser


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


@pytest.fixture
async def wall(store: Store) -> AsyncIterator[Wall]:
    wall = Wall(store)
    await wall.start()
    yield wall
    await wall.runner.cleanup()


@pytest.fixture
def embedded_server(tmp_path: Path) -> Iterator[str]:
    """The DSN of an empty ClickHouse over HTTP, in a process of its own."""
    server = Served(tmp_path / "served")
    try:
        yield server.start().dsn()
    finally:
        server.kill()


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Browser"]:
    """Shared by all tests of the pages: each opens the page it is about."""
    try:
        import selenium  # noqa: F401
    except ImportError:
        absent("the page's tests need: pip install selenium")
    from tests.dashboards.browser import Browser

    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.quit()
