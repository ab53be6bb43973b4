"""The engine behind ClickHouse's HTTP interface, asked by its normal client and by hand."""

import asyncio
import base64
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import aiohttp
import clickhouse_connect
import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

from sinks.clickhouse_http import ClickHouseHttp, ServeSettings
from sinks.compression import BadBodyError, BodyTooLargeError, pack, unpack
from tests.sinks.served import OUTFILE, Served, url


@pytest.fixture
def client(served: Served, opened: Callable[[str], Client]) -> Client:
    return opened(served.dsn())


@pytest.mark.parametrize("compress", ["lz4", "zstd", "gzip", False])
def test_rows_go_in_and_out_by_the_normal_client(served: Served, compress: str | bool) -> None:
    table = f"io_{compress or 'plain'}".lower()
    rows = [[number, f"大厅 {number} '\\\n\t;"] for number in range(70_000)]
    with clickhouse_connect.get_client(
        host="127.0.0.1", port=served.port, compress=compress
    ) as client:
        client.command(f"CREATE TABLE {table} (a Int64, s String) ENGINE = MergeTree ORDER BY a")
        summary = client.insert(table, rows, column_names=["a", "s"])
        assert summary.written_rows == 70_000
        found = client.query(f"SELECT a, s FROM {table} ORDER BY a").result_rows
        assert [list(row) for row in found] == rows
        with client.query_rows_stream(f"SELECT a FROM {table} ORDER BY a") as stream:
            assert sum(1 for _ in stream) == 70_000


@pytest.mark.parametrize("compression", ["lz4", "zstd", "gzip", None])
def test_raw_inserts_compressed_or_not(client: Client, compression: str | None) -> None:
    client.command("CREATE OR REPLACE TABLE raw (a Int64, s String) ENGINE = MergeTree ORDER BY a")
    block = b'{"a":1,"s":"FORMAT CSV; \xe5\xa4\xa7"}\n{"a":2,"s":"\xff"}'
    packed = pack(block, compression) if compression else block
    client.raw_insert("raw", insert_block=packed, fmt="JSONEachRow", compression=compression)
    raw = client.raw_query("SELECT s FROM raw ORDER BY a", fmt="TSVRaw")
    assert raw == b"FORMAT CSV; \xe5\xa4\xa7\n\xff\n"


def test_commands_ping_parameters_and_settings(client: Client) -> None:
    assert client.ping()
    assert client.command("SELECT 7") == 7
    hard = "a'b\\c\td"
    assert client.query("SELECT {x:String}", parameters={"x": hard}).result_rows == [(hard,)]
    threads = client.query("SELECT getSetting('max_threads')", settings={"max_threads": 3})
    assert threads.result_rows == [(3,)]
    assert client.query("SELECT 1 WHERE 0").result_rows == []
    assert client.query("SELECT a FROM (SELECT 1 AS a) LIMIT 0").column_names == ("a",)


def test_settings_of_one_query_do_not_reach_the_next(client: Client) -> None:
    before = client.command("SELECT getSetting('max_block_size')")
    client.query("SELECT 1", settings={"max_block_size": 17})
    assert client.command("SELECT getSetting('max_block_size')") == before


def test_databases_are_per_request(served: Served, opened: Callable[[str], Client]) -> None:
    one, other = opened(served.dsn("one_db")), opened(served.dsn("other_db"))
    one.command("CREATE TABLE t (a Int8) ENGINE = Memory")
    assert one.command("EXISTS TABLE t") == 1
    assert other.command("EXISTS TABLE t") == 0


@pytest.mark.parametrize(
    ("sql", "status", "code"),
    [
        ("SELECT * FROM nowhere", 404, 60),
        ("SELEC 1", 400, 62),
        ("SELECT nothing", 404, 47),
        ("SELECT 1 SETTINGS no_such_setting = 1", 404, 115),
        ("SELECT toInt8('x')", 400, 6),
        ("SELECT throwIf(1)", 500, 395),
        ("SELECT 1; SELECT 2", 400, 62),
        ("SELECT 1 INTO OUTFILE '/tmp/hallwatch-test-outfile'", 501, 48),
        ("INSERT INTO FUNCTION null('a Int8') FROM INFILE '/etc/hostname' FORMAT CSV", 501, 48),
    ],
)
async def test_errors_have_the_status_and_the_code_of_clickhouse(
    served: Served, session: aiohttp.ClientSession, sql: str, status: int, code: int
) -> None:
    async with session.post(url(served), data=sql.encode()) as response:
        assert response.status == status
        assert response.headers["X-ClickHouse-Exception-Code"] == str(code)
        assert (await response.text()).startswith(f"Code: {code}. DB::Exception: ")
    assert not OUTFILE.exists()


def test_the_normal_client_sees_the_code_and_the_name(client: Client) -> None:
    with pytest.raises(DatabaseError) as caught:
        client.query("SELECT * FROM nowhere")
    assert caught.value.code == 60
    assert caught.value.name == "UNKNOWN_TABLE"
    assert "/tmp" not in str(caught.value)


async def test_a_get_changes_nothing(served: Served, session: aiohttp.ClientSession) -> None:
    async with session.get(url(served, query="SELECT 1")) as response:
        assert (response.status, await response.read()) == (200, b"1\n")
        assert response.headers["X-ClickHouse-Format"] == "TabSeparated"
    async with session.get(url(served, query="CREATE DATABASE by_get")) as response:
        assert response.headers["X-ClickHouse-Exception-Code"] == "164"
    async with session.get(url(served, query="EXISTS DATABASE by_get")) as response:
        assert await response.read() == b"0\n"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example"},
    ],
)
async def test_a_web_page_cannot_reach_the_engine(
    served: Served, session: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    async with session.post(url(served), data=b"SELECT 1", headers=headers) as response:
        assert response.status == 403


async def test_forms_carry_the_query_and_its_parameters(
    served: Served, session: aiohttp.ClientSession
) -> None:
    form = aiohttp.FormData()
    form.add_field("query", "SELECT {x:Int8} + 1", content_type="text/plain")
    form.add_field("param_x", "4")
    async with session.post(url(served), data=form) as response:
        assert await response.read() == b"5\n"


async def test_what_it_answers_to_bad_bodies(
    served: Served, session: aiohttp.ClientSession
) -> None:
    for encoding, body, code in (
        ("lz4", b"this is not lz4 at all", "117"),
        ("snappy", b"SELECT 1", "117"),
        ("zstd", pack(b" " * (80 * 1024 * 1024), "zstd"), "307"),
    ):
        async with session.post(
            url(served), data=body, headers={"Content-Encoding": encoding}
        ) as response:
            assert response.headers["X-ClickHouse-Exception-Code"] == code, encoding
    async with session.get(f"http://127.0.0.1:{served.port}/ping") as response:
        assert await response.text() == "Ok.\n"


async def test_a_password_is_asked_for_in_every_way_clickhouse_knows(
    embedded_engine: None, tmp_path: Path, session: aiohttp.ClientSession
) -> None:
    server = ClickHouseHttp(tmp_path / "guarded", ServeSettings(password="geheim"))
    await server.start()
    try:
        address = f"http://127.0.0.1:{server.port}/?query=SELECT+1"
        basic = base64.b64encode(b"u:geheim").decode()
        wrong = base64.b64encode(b"u:offen").decode()
        for headers, suffix, status in (
            ({}, "", 403),
            ({"Authorization": f"Basic {wrong}"}, "", 403),
            ({"Authorization": "Basic !!!"}, "", 403),
            ({"Authorization": f"Basic {basic}"}, "", 200),
            ({"X-ClickHouse-Key": "geheim"}, "", 200),
            ({}, "&password=geheim", 200),
        ):
            async with session.get(address + suffix, headers=headers) as response:
                assert response.status == status, (headers, suffix)
    finally:
        await server.stop()


async def test_a_taken_port_is_an_error_and_leaves_the_engine_free(
    embedded_engine: None, tmp_path: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            await ClickHouseHttp(tmp_path / "a", ServeSettings(port=port)).start()
    again = ClickHouseHttp(tmp_path / "b")
    await again.start()
    await again.stop()


async def test_the_process_that_serves_may_use_the_engine_itself(
    embedded_engine: None, tmp_path: Path
) -> None:
    """As `hallwatch demo` does: the worker writes in process, others ask over HTTP."""
    server = ClickHouseHttp(tmp_path / "shared")
    await server.start()

    def write_here() -> None:
        with clickhouse_connect.get_client(dsn=f"chdb://{tmp_path}/shared") as here:
            here.command("CREATE TABLE t (a Int8) ENGINE = MergeTree ORDER BY a")
            here.insert("t", [[4]])

    def read_there() -> object:
        with clickhouse_connect.get_client(host="127.0.0.1", port=server.port) as there:
            return there.command("SELECT a FROM t")

    try:
        await asyncio.to_thread(write_here)
        assert await asyncio.to_thread(read_there) == 4
    finally:
        await server.stop()


def test_many_ask_and_insert_at_once(served: Served, opened: Callable[[str], Client]) -> None:
    clients = [opened(served.dsn("busy")) for _ in range(8)]
    clients[0].command("CREATE TABLE t (k Int8, a Int64) ENGINE = MergeTree ORDER BY a")

    def work(k: int) -> int:
        for number in range(20):
            row = b'{"k":%d,"a":%d}' % (k, number)
            clients[k].raw_insert("t", insert_block=row, fmt="JSONEachRow")
            mine = clients[k].query(f"SELECT count() FROM t WHERE k = {k}").result_rows
            assert mine == [(number + 1,)]
        return 20

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(8))) == 160
    assert clients[0].command("SELECT count() FROM t") == 160


@pytest.mark.parametrize("encoding", ["lz4", "zstd", "gzip"])
def test_a_body_of_many_frames_is_unpacked_whole_and_within_its_limit(encoding: str) -> None:
    body = b"".join(pack(b"block %d " % number, encoding) for number in range(100))
    whole = b"".join(b"block %d " % number for number in range(100))
    assert unpack(body, encoding, len(whole)) == whole
    with pytest.raises(BodyTooLargeError):
        unpack(body, encoding, len(whole) - 1)
    with pytest.raises(BodyTooLargeError):
        unpack(pack(b"\0" * 10_000_000, encoding), encoding, 1000)
    with pytest.raises(BadBodyError):
        unpack(body[:-3], encoding, 10_000)
    with pytest.raises(BadBodyError):
        unpack(body + b"rubbish rubbish rubbish", encoding, 10_000)
