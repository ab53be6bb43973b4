"""A short run of the fuzz in every test run, and its rows given to ClickHouse.

The long one is `make fuzz`.
"""

from collections import defaultdict
from collections.abc import Iterator

import msgspec
import pytest
from clickhouse_connect.driver.client import Client

from schemas.decode import Reason
from schemas.mapping.contract import SHAPES
from schemas.outcomes import Table
from sinks.insert import Inserter, Refused, halve
from sinks.migrate import connector
from sinks.query import run_query
from sinks.tables import TableSettings, declare
from streams.publish import Send
from tests.fuzz.mutate import GOOD, records
from tests.fuzz.run import Tally, rulebook, run_round
from tests.parts import absent
from tests.sinks.served import Served

SEED, ROUNDS = 20221014, 30

#: The rounds are of 2022.
KEPT = TableSettings(keep_days=10_000)


@pytest.fixture(scope="module")
def ran() -> tuple[Tally, dict[Table, list[bytes]]]:
    """What the rounds came to, and every block of rows they would send."""
    total, blocks, book = Tally(), defaultdict[Table, list[bytes]](list), rulebook()

    def keep(send: Send) -> None:
        topic, key, value, _ = send
        if topic == "hall.outcomes":
            blocks[Table((key or b"").decode())].append(value or b"")

    for number in range(ROUNDS):
        total.add(run_round(book, SEED, number, keep))
    return total, blocks


def test_nothing_escapes_and_each_message_is_accounted_for(
    ran: tuple[Tally, dict[Table, list[bytes]]],
) -> None:
    total, _ = ran
    assert total.messages == ROUNDS * 1_000
    assert total.events + total.clocks + total.refused.total() == total.messages


def test_the_run_gets_everywhere(ran: tuple[Tally, dict[Table, list[bytes]]]) -> None:
    """Else that nothing escapes says little."""
    total, blocks = ran
    assert set(total.refused) == {one.value for one in Reason} - {
        Reason.ROW_REFUSED,
        Reason.UNDELIVERED,
    }
    assert set(blocks) == set(Table)
    assert total.events > total.messages / 5
    assert total.clocks
    assert total.alerts


def test_every_type_of_the_contract_is_where_it_starts_from() -> None:
    assert {example["type"] for example in GOOD} == {*SHAPES}


def test_a_round_is_its_seed_and_number() -> None:
    assert records(SEED, 3, 200) == records(SEED, 3, 200)
    assert records(SEED, 3, 200) != records(SEED, 4, 200)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    try:
        import chdb  # noqa: F401
    except ImportError:
        absent("the embedded ClickHouse needs: pip install 'hallwatch[embedded]'")
    server = Served(tmp_path_factory.mktemp("fuzz") / "clickhouse")
    try:
        yield server.start().dsn("fuzz")
    finally:
        server.kill()


def refused(inserter: Inserter, table: Table, block: bytes) -> list[tuple[bytes, str]]:
    """The rows of a block that ClickHouse does not take, and why."""
    answer = inserter.insert(table, [block])
    if not isinstance(answer, Refused):
        return []
    halves = halve(block)
    if halves is None:
        return [(block, answer.reason)]
    return [one for half in halves for one in refused(inserter, table, half)]


@pytest.mark.parametrize("table", [*Table])
def test_clickhouse_takes_every_row_that_comes_out(
    ran: tuple[Tally, dict[Table, list[bytes]]], database: str, table: Table
) -> None:
    connect = connector(database, KEPT)
    inserter = Inserter(connect)
    rows = [row for block in ran[1][table] for row in block.split(b"\n") if row]
    try:
        for start in range(0, len(rows), 5_000):
            block = b"\n".join(rows[start : start + 5_000])
            assert refused(inserter, table, block) == []
        written = _count(connect(), table)
    finally:
        inserter.close()
    identity = declare(table, KEPT).identity
    decoded = [msgspec.json.decode(row) for row in rows]
    # A row leaves out what is at its default; of an identity that is `off_hours` only.
    different = {tuple(row.get(name, False) for name in identity) for row in decoded}
    assert (written, len(rows) > 0) == (len(different), True), "none was taken for another"


def _count(client: Client, table: Table) -> int:
    try:
        return int(run_query(client, f"SELECT count() FROM {table.value} FINAL", "TSV"))
    finally:
        client.close()
