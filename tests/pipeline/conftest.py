"""What the pipeline's tests share: a ClickHouse to record into, rules, the real data.

Invariant: every test has a database and topics of its own; only servers are shared.
"""

import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from streams.worker import Worker
from tests.conftest import Broker
from tests.kafka.apache import ApacheKafka
from tests.parts import absent
from tests.pipeline.command import ROOT, done, hallwatch
from tests.pipeline.database import Database
from tests.pipeline.disturbed import PARTITIONS, BusyDay, with_bad_lines
from tests.pipeline.hall import Hall, rules_with
from tests.pipeline.real import AUGUST, MAPPINGS, Import
from tests.pipeline.waiting import eventually
from tests.schemas.tables import shared
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


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Import:
    """`hallwatch import` of one of the shared files, once."""
    folder = tmp_path_factory.mktemp("imported")

    def events_of(name: str) -> Path:
        path = folder / f"{name}.ndjson"
        if not path.exists():
            mapping = ROOT / "schemas" / "examples" / MAPPINGS[name]
            done(hallwatch("import", "--mapping", mapping, shared(name), "--out", path))
        return path

    return events_of


@pytest.fixture(scope="session")
def busy_day(
    apache_kafka: ApacheKafka,
    imported: Import,
    new_database: Callable[[], Database],
    tmp_path_factory: pytest.TempPathFactory,
) -> BusyDay:
    """The call centre's busiest day, its waits under a promise, replayed undisturbed."""
    folder = tmp_path_factory.mktemp("busy-day")
    events = with_bad_lines(imported(AUGUST), folder / "events.ndjson")
    rules = rules_with(folder / "rules", walk_in_wait=("60 s", "40 s"))
    database = new_database()
    done(
        hallwatch(
            "replay",
            events,
            broker=apache_kafka.bootstrap,
            clickhouse=database.dsn,
            partitions=PARTITIONS,
            rules=rules,
            data=folder,
        )
    )
    return BusyDay(events, rules, database)


@pytest.fixture
def apache_hall(apache_kafka: ApacheKafka, database: Database, tmp_path: Path) -> Hall:
    """A deployment on real Kafka."""
    return Hall(Broker("apache", apache_kafka.bootstrap), database, tmp_path)


@pytest.fixture
async def apache_worker(apache_hall: Hall) -> AsyncIterator[Worker]:
    """Its worker, in this process, with partitions assigned."""
    async with apache_hall.working() as working:
        await eventually(lambda: working.hall.assigned, "the partitions are here")
        yield working
