"""What the pipeline's tests share: a ClickHouse to record into, rules, the real data.

Invariant: every test has a database and topics of its own; only servers are shared.
"""

import uuid
from collections.abc import Callable, Iterator

import pytest

from tests.parts import absent
from tests.pipeline.database import Database
from tests.sinks.served import Served


@pytest.fixture(scope="session")
def clickhouse_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The embedded engine over HTTP, in a process that outlives every worker."""
    try:
        import chdb  # noqa: F401
    except ImportError:
        absent("the embedded ClickHouse needs: pip install 'hallwatch[embedded]'")
    server = Served(tmp_path_factory.mktemp("clickhouse"))
    try:
        yield server.start()
    finally:
        server.kill()


@pytest.fixture(scope="session")
def new_database(clickhouse_server: Served) -> Iterator[Callable[[], Database]]:
    """Makes empty databases."""
    made: list[Database] = []

    def make() -> Database:
        made.append(Database(clickhouse_server.dsn(f"t{uuid.uuid4().hex[:12]}")))
        return made[-1]

    yield make
    for database in made:
        database.close()


@pytest.fixture
def database(new_database: Callable[[], Database]) -> Database:
    return new_database()
