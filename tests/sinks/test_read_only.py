"""A read-only server writes nothing and reads nothing but the database."""

from collections.abc import Callable, Iterator

import aiohttp
import clickhouse_connect
import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

from tests.sinks.served import OUTFILE, Served, url


@pytest.fixture(scope="module")
def reader(embedded_engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A read-only server on a folder that holds one table with one row."""
    folder = tmp_path_factory.mktemp("reader")
    writer = Served(folder).start()
    with clickhouse_connect.get_client(host="127.0.0.1", port=writer.port) as made:
        made.command("CREATE TABLE t (a Int64) ENGINE = MergeTree ORDER BY a")
        made.command("INSERT INTO t VALUES (1)")
    writer.kill()
    server = Served(folder, "--read-only").start()
    yield server
    server.kill()


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO t VALUES (2)",
        "INSERT INTO t SELECT 2",
        "WITH 2 AS x INSERT INTO t SELECT x",
        "/* SELECT */ INSERT INTO t VALUES (2)",
        "CREATE TABLE u (a Int8) ENGINE = Memory",
        "CREATE TEMPORARY TABLE u (a Int8)",
        "ALTER TABLE t DELETE WHERE 1",
        "TRUNCATE TABLE t",
        "DROP TABLE t",
        "RENAME TABLE t TO u",
        "OPTIMIZE TABLE t",
        "SYSTEM FLUSH LOGS",
        "SET readonly = 0",
        "KILL QUERY WHERE 1",
        "SELECT 1 SETTINGS readonly = 0",
        "SELECT * FROM file('/etc/hostname', 'LineAsString')",
        "DESCRIBE TABLE file('/etc/hostname', 'CSV')",
        "DESC\u00a0`file`('/etc/hostname', 'CSV')",
        "SELECT file('/etc/hostname')",
        "SELECT `file` ('/etc/hostname')",
        "SELECT \"file\"/**/('/etc/hostname')",
        "SELECT `fil\\x65`('/etc/hostname')",
        "SELECT arrayMap(file, ['/etc/hostname'])",
        "SELECT * APPLY(file) FROM (SELECT '/etc/hostname')",
        "SELECT * FROM eval('SELECT file(\\'/etc/hostname\\')')",
        "EXPLAIN QUERY TREE SELECT file('/etc/hostname')",
        "SELECT * FROM `/etc/hostname`",
        "SELECT * FROM python(request)",
        "SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a String')",
        "EXPLAIN SELECT 1; DROP TABLE t",
        "SELECT ‘ ' ’ INTO OUTFILE '/tmp/hallwatch-test-outfile' --'",
        "SELECT $$'$$ INTO OUTFILE '/tmp/hallwatch-test-outfile' --'",
        "SELECT 1 INTO\u00a0OUTFILE '/tmp/hallwatch-test-outfile'",
        "SELECT 1 INTO OUTFILE '/tmp/hallwatch-test-outfile'",
    ],
)
async def test_a_read_only_server_refuses(
    reader: Served, session: aiohttp.ClientSession, sql: str
) -> None:
    """Refused as such: not failed for some other reason."""
    for params in ({}, {"readonly": "0"}):
        async with session.post(url(reader, **params), data=sql.encode()) as response:
            code = response.headers.get("X-ClickHouse-Exception-Code")
            assert code in {"164", "48", "62"}, await response.text()
    assert not OUTFILE.exists()
    async with session.post(url(reader), data=b"SELECT a FROM t") as response:
        assert await response.read() == b"1\n"


def test_a_read_only_server_reads_for_the_normal_client(
    reader: Served, opened: Callable[[str], Client]
) -> None:
    client = opened(reader.dsn())
    with pytest.raises(DatabaseError, match="readonly"):
        client.insert("t", [[2]])
    with pytest.raises(DatabaseError, match="readonly"):
        client.raw_insert("t", insert_block=b'{"a":2}', fmt="JSONEachRow")
    for sql in ("SELECT a FROM t", "WITH 1 AS x SELECT a FROM t WHERE a = x", "(SELECT 1)"):
        assert client.query(sql).result_rows == [(1,)]
    assert client.command("SHOW TABLES") == "t"
