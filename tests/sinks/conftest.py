"""Every ClickHouse we claim to run on, one after the other.

Invariant: chDB allows one folder in a process at a time, so whatever a test opened is
closed when it ends.
"""

import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import aiohttp
import pytest
from clickhouse_connect.driver.client import Client

from sinks.clickhouse import open_client
from sinks.migrate import migrate
from sinks.tables import TableSettings
from tests.parts import absent
from tests.sinks.served import Served

#: Example rows are of 2022: they must outlive the test.
LASTING = TableSettings(keep_days=10_000)


@pytest.fixture(scope="session")
def embedded_engine() -> None:
    """chDB is installed, or the test is skipped with the cure."""
    try:
        import chdb  # noqa: F401
    except ImportError:
        absent("the embedded ClickHouse needs: pip install 'hallwatch[embedded]'")


@pytest.fixture(scope="session")
def apprise_installed() -> None:
    try:
        import apprise  # noqa: F401
    except ImportError:
        absent("alerts over apprise need: pip install 'hallwatch[apprise]'")


@pytest.fixture(scope="session")
def served(embedded_engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server shared by all tests of the run; each uses a database of its own."""
    server = Served(tmp_path_factory.mktemp("served"))
    try:
        yield server.start()
    finally:
        server.kill()


@pytest.fixture(params=["embedded", "server"])
def clickhouse_dsn(request: pytest.FixtureRequest, embedded_engine: None, tmp_path: Path) -> str:
    """A setting that leads to an empty ClickHouse."""
    if request.param == "embedded":
        return f"chdb://{tmp_path / 'engine'}"
    served: Served = request.getfixturevalue("served")
    return served.dsn(f"t{uuid.uuid4().hex[:12]}")


@pytest.fixture
def opened() -> Iterator[Callable[[str], Client]]:
    """`open_client`, and everything it opened closed at the end."""
    clients: list[Client] = []

    def open_one(dsn: str) -> Client:
        client = open_client(dsn)
        clients.append(client)
        return client

    yield open_one
    for client in clients:
        client.close()


@pytest.fixture
def clickhouse(clickhouse_dsn: str, opened: Callable[[str], Client]) -> Client:
    """A migrated, empty database."""
    client = opened(clickhouse_dsn)
    migrate(client, LASTING)
    return client


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(auto_decompress=False) as asking:
        yield asking
