"""An embedded engine for the wall's tests, empty for each; and one behind HTTP."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dashboards.stores import Store
from tests.parts import absent
from tests.sinks.served import Served


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
