"""The writer against real engines: acknowledged, in order, through outages, bounded."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from clickhouse_connect.driver.client import Client

from schemas.outcomes import Table
from sinks.backoff import BackOff
from sinks.batching import BatchPolicy
from sinks.clickhouse import open_client
from sinks.migrate import SchemaConflictError, connector
from sinks.tables import TableSettings
from sinks.writer import Writer, WriterSettings
from tests.sinks.conftest import LASTING
from tests.sinks.samples import EXAMPLES, journey, line
from tests.sinks.served import Served

QUICK = WriterSettings(
    batch=BatchPolicy(max_age=timedelta(milliseconds=20)),
    back_off=BackOff(first=timedelta(milliseconds=10), cap=timedelta(milliseconds=100)),
    closing=timedelta(seconds=20),
)
#: As QUICK, but closing does not wait for a server that is away.
IMPATIENT = WriterSettings(
    batch=QUICK.batch, back_off=QUICK.back_off, closing=timedelta(milliseconds=50)
)

Start = Callable[..., "Recorder"]


class Recorder:
    """A writer, and what it told us."""

    def __init__(self, dsn: str, settings: WriterSettings, tables: TableSettings) -> None:
        self.refused: list[tuple[Table, bytes, str]] = []
        self.done: list[str] = []
        connect = connector(dsn, tables, wait=timedelta(0))
        self.writer = Writer(connect, lambda *told: self.refused.append(told), settings)

    async def add(self, table: Table, rows: bytes, name: str = "") -> None:
        count = rows.count(b"\n") + 1
        await self.writer.add(table, rows, count, lambda: self.done.append(name))


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    started: list[Recorder] = []

    def start_one(
        dsn: str, settings: WriterSettings = QUICK, tables: TableSettings = LASTING
    ) -> Recorder:
        started.append(Recorder(dsn, settings, tables))
        return started[-1]

    yield start_one
    for recorder in started:
        await recorder.writer.close()


@pytest.fixture
async def server(embedded_engine: None, tmp_path: Path) -> AsyncIterator[Served]:
    """A server of this test's own, to be killed and restarted."""
    served = Served(tmp_path / "server")
    await asyncio.to_thread(served.start)
    yield served
    served.kill()


async def until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - the writer has no event to wait on
            await asyncio.sleep(0.01)


async def ask(dsn: str, sql: str) -> list[tuple[object, ...]]:
    def asked() -> list[tuple[object, ...]]:
        with open_client(dsn) as client:
            return list(client.query(sql).result_rows)

    return await asyncio.to_thread(asked)


async def test_every_table_is_written_and_then_acknowledged(
    clickhouse_dsn: str, start: Start
) -> None:
    recorder = start(clickhouse_dsn)
    for table, row in EXAMPLES.items():
        await recorder.add(table, line(row), table.value)
    await recorder.writer.flush()
    assert sorted(recorder.done) == sorted(table.value for table in Table)
    for table in Table:
        assert await ask(clickhouse_dsn, f"SELECT count() FROM {table.value}") == [(1,)]
        assert recorder.writer.counts[table].rows == 1
    assert recorder.writer.waiting_bytes == 0
    assert recorder.refused == []


async def test_rows_leave_by_age_without_a_flush(clickhouse_dsn: str, start: Start) -> None:
    recorder = start(clickhouse_dsn)
    await recorder.add(Table.JOURNEYS, line(journey("A1")), "one")
    await until(lambda: recorder.done == ["one"])
    assert await ask(clickhouse_dsn, "SELECT journey FROM journeys_now") == [("A1",)]


async def test_parts_of_one_table_are_acknowledged_in_order_and_batched(
    clickhouse_dsn: str, start: Start
) -> None:
    recorder = start(clickhouse_dsn, WriterSettings(batch=BatchPolicy(max_rows=100)))
    for number in range(1000):
        await recorder.add(Table.JOURNEYS, line(journey("A1", number + 1)), str(number))
    await recorder.writer.flush()
    assert recorder.done == [str(number) for number in range(1000)]
    assert 10 <= recorder.writer.counts[Table.JOURNEYS].batches < 200
    assert await ask(clickhouse_dsn, "SELECT version FROM journeys_now") == [(1000,)]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b'{"journey":"bad","version":"many"}', "CANNOT_PARSE_INPUT_ASSERTION_FAILED in version"),
        (b'{"journey":"bad","opened_at":"soon"}', "CANNOT_PARSE_DATETIME in opened_at"),
        (b"not json at all", "CANNOT_PARSE_INPUT_ASSERTION_FAILED"),
        (b'{"journey":"bad","version":-1}', "CANNOT_PARSE_NUMBER in version"),
        (b'{"journey":"bad', "CANNOT_PARSE_QUOTED_STRING"),
    ],
)
async def test_a_bad_row_is_found_and_handed_back_and_the_rest_is_written(
    clickhouse_dsn: str, start: Start, bad: bytes, reason: str
) -> None:
    recorder = start(clickhouse_dsn)
    good = [line(journey(f"A{number}")) for number in range(37)]
    await recorder.add(Table.JOURNEYS, b"\n".join([*good[:20], bad, *good[20:]]), "mixed")
    await recorder.add(Table.JOURNEYS, line(journey("after")), "after")
    await recorder.writer.flush()
    ((table, row, why),) = recorder.refused
    assert (table, row) == (Table.JOURNEYS, bad)
    assert why.startswith(reason)
    assert recorder.done == ["mixed", "after"]
    assert await ask(clickhouse_dsn, "SELECT count() FROM journeys_now") == [(38,)]
    assert recorder.writer.counts[Table.JOURNEYS].refused == 1


async def test_the_reason_of_a_refusal_does_not_quote_the_value(
    clickhouse_dsn: str, start: Start
) -> None:
    recorder = start(clickhouse_dsn)
    await recorder.add(Table.JOURNEYS, b'{"journey":"A1","version":"310113199001010018X"}')
    await recorder.writer.flush()
    ((_, _, why),) = recorder.refused
    assert "3101" not in why


async def test_bad_rows_only_are_all_handed_back(clickhouse_dsn: str, start: Start) -> None:
    recorder = start(clickhouse_dsn)
    await recorder.add(Table.ALERTS, b'{"version":"a"}\n{"version":"b"}\n\n{"version":"c"}', "bad")
    await recorder.writer.flush()
    assert [row for _, row, _ in recorder.refused] == [
        b'{"version":"a"}',
        b'{"version":"b"}',
        b'{"version":"c"}',
    ]
    assert recorder.done == ["bad"]


async def test_an_outage_delays_rows_and_loses_none(server: Served, start: Start) -> None:
    dsn = server.dsn("hall")
    recorder = start(dsn)
    await recorder.add(Table.JOURNEYS, line(journey("A1", 1)), "before")
    await recorder.writer.flush()
    server.kill()
    for number in range(50):
        await recorder.add(Table.JOURNEYS, line(journey("A1", number + 2)), f"during {number}")
        await recorder.add(Table.DEAD_LETTERS, line(EXAMPLES[Table.DEAD_LETTERS]), "letter")
    await until(lambda: recorder.writer.counts[Table.JOURNEYS].retries >= 2)
    assert recorder.done == ["before"], "nothing is acknowledged that was not written"
    assert recorder.writer.outage
    await asyncio.to_thread(server.start)
    await recorder.writer.flush()
    assert [name for name in recorder.done if name.startswith("during")] == [
        f"during {number}" for number in range(50)
    ]
    assert recorder.writer.outage == ""
    assert await ask(dsn, "SELECT version FROM journeys_now") == [(51,)]
    assert await ask(dsn, "SELECT count() FROM dead_letters_now") == [(1,)]


async def test_a_writer_may_start_before_the_server(server: Served, start: Start) -> None:
    dsn = server.dsn("hall")
    server.kill()
    recorder = start(dsn)
    await recorder.add(Table.JOURNEYS, line(journey("A1")), "early")
    await until(lambda: recorder.writer.counts[Table.JOURNEYS].retries >= 1)
    await asyncio.to_thread(server.start)
    await recorder.writer.flush()
    assert recorder.done == ["early"]
    assert await ask(dsn, "SELECT journey FROM journeys_now") == [("A1",)]


async def test_a_missing_table_is_an_outage_and_not_a_loss(
    clickhouse_dsn: str, start: Start, opened: Callable[[str], Client]
) -> None:
    recorder = start(clickhouse_dsn)
    await recorder.add(Table.JOURNEYS, line(journey("A1")))
    await recorder.writer.flush()
    client = await asyncio.to_thread(opened, clickhouse_dsn)
    await asyncio.to_thread(client.command, "RENAME TABLE journeys TO away")
    await recorder.add(Table.JOURNEYS, line(journey("A2")), "kept")
    await until(lambda: recorder.writer.counts[Table.JOURNEYS].retries >= 2)
    assert "UNKNOWN_TABLE" in recorder.writer.outage
    await asyncio.to_thread(client.command, "RENAME TABLE away TO journeys")
    await recorder.writer.flush()
    assert recorder.done[-1] == "kept"
    assert recorder.refused == []


async def test_memory_stays_bounded_while_the_server_is_away(server: Served, start: Start) -> None:
    bound = 50_000
    dsn = server.dsn("hall")
    server.kill()
    recorder = start(
        dsn,
        WriterSettings(batch=QUICK.batch, back_off=QUICK.back_off, max_waiting_bytes=bound),
    )
    most = 0

    async def pour() -> None:
        nonlocal most
        for number in range(2000):
            rows = line(journey(f"A{number}"))
            await recorder.add(Table.JOURNEYS, rows, str(number))
            most = max(most, recorder.writer.waiting_bytes)

    pouring = asyncio.create_task(pour())
    await until(lambda: recorder.writer.waiting_bytes > bound - 500)
    await until(lambda: recorder.writer.counts[Table.JOURNEYS].retries >= 2)
    assert not pouring.done(), "add waits"
    await asyncio.to_thread(server.start)
    await pouring
    await recorder.writer.flush()
    assert most <= bound
    assert recorder.done == [str(number) for number in range(2000)]
    assert await ask(dsn, "SELECT count() FROM journeys_now") == [(2000,)]


async def test_rows_larger_than_the_bound_are_let_in_alone(
    clickhouse_dsn: str, start: Start
) -> None:
    recorder = start(
        clickhouse_dsn,
        WriterSettings(batch=QUICK.batch, back_off=QUICK.back_off, max_waiting_bytes=100),
    )
    large = b"\n".join(line(journey(f"A{number}")) for number in range(10))
    await recorder.add(Table.JOURNEYS, large, "large")
    await recorder.add(Table.JOURNEYS, line(journey("B")), "next")
    await recorder.writer.flush()
    assert recorder.done == ["large", "next"]


async def test_closing_while_the_server_is_away_says_what_is_left(
    server: Served, start: Start
) -> None:
    dsn = server.dsn("hall")
    server.kill()
    recorder = start(dsn, IMPATIENT)
    await recorder.add(Table.JOURNEYS, line(journey("A1")), "never")
    assert await recorder.writer.close() == 1
    assert recorder.done == []


async def test_closing_writes_what_waits(clickhouse_dsn: str, start: Start) -> None:
    patient = WriterSettings(
        batch=BatchPolicy(max_age=timedelta(hours=1)), closing=timedelta(minutes=2)
    )
    recorder = start(clickhouse_dsn, patient)
    await recorder.add(Table.JOURNEYS, line(journey("A1")), "last")
    assert await recorder.writer.close() == 0
    assert recorder.done == ["last"]


async def test_a_schema_that_does_not_fit_stops_the_writer_with_the_cure(
    clickhouse_dsn: str, start: Start, clickhouse: Client
) -> None:
    recorder = start(clickhouse_dsn, QUICK, TableSettings(time_zone="UTC"))
    await recorder.add(Table.JOURNEYS, line(journey("A1")), "never")
    with pytest.raises(SchemaConflictError, match="set it back"):
        await recorder.writer.flush()
    with pytest.raises(SchemaConflictError):
        await recorder.add(Table.JOURNEYS, line(journey("A2")))
    assert recorder.done == []
