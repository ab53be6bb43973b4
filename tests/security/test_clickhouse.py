"""ClickHouse over TLS: its certificate is checked, and what does not fit is told with the cure."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sinks.clickhouse import ClickHouseAwayError, open_client
from sinks.dsn import DsnError, parse_dsn
from sinks.query import run_query
from tests.pipeline.command import done, hallwatch
from tests.security.front import ENGINE_PASSWORD, Signed, tls_before
from tests.sinks.served import Served


@pytest.fixture(scope="module")
def port(engine: Served, signed: Signed) -> Iterator[int]:
    with tls_before(engine.port, signed) as found:
        yield found


def dsn(port: int, host: str = "127.0.0.1", options: str = "") -> str:
    return f"clickhouses://default:{ENGINE_PASSWORD}@{host}:{port}/default{options}"


def test_rows_are_read_and_written_over_tls(port: int, signed: Signed) -> None:
    with open_client(dsn(port, options=f"?ca_cert={signed.ca}")) as client:
        client.command("CREATE TABLE seen (`n` UInt32) ENGINE = MergeTree ORDER BY n")
        client.insert("seen", [[1], [2]], column_names=["n"])
        assert run_query(client, "SELECT sum(n) FROM seen", "TabSeparated") == "3\n"


def test_the_command_asks_over_tls(port: int, signed: Signed) -> None:
    asked = hallwatch(
        "query", "SELECT 6 * 7", clickhouse=dsn(port, options=f"?ca_cert={signed.ca}")
    )
    assert "42" in done(asked)


def refused(asked: str) -> str:
    with pytest.raises(ClickHouseAwayError) as told:
        # A certificate is nothing that waiting mends: told at the first try.
        open_client(asked, wait=timedelta(seconds=30), sleep=lambda _: pytest.fail("it waits"))
    sentence = str(told.value)
    assert "\n" not in sentence
    assert ENGINE_PASSWORD not in sentence
    return sentence


def test_a_certificate_nobody_signed_is_not_trusted(port: int, stranger: Path) -> None:
    for options in ("", f"?ca_cert={stranger}"):
        told = refused(dsn(port, options=options))
        assert "its certificate is not trusted" in told
        assert "?ca_cert=" in told


def test_a_certificate_for_another_name_is_not_trusted(port: int, signed: Signed) -> None:
    told = refused(dsn(port, host="localhost", options=f"?ca_cert={signed.ca}"))
    assert "'localhost'" in told


def test_tls_to_a_port_without_is_told(engine: Served, signed: Signed) -> None:
    with pytest.raises(ClickHouseAwayError, match="it speaks no TLS at that port"):
        open_client(dsn(engine.port, options=f"?ca_cert={signed.ca}"), wait=timedelta(0))


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("clickhouse://h?ca_cert=ca.pem", "'ca_cert' is of TLS, which clickhouses://"),
        ("clickhouse://h?verify=true", "'verify' is of TLS"),
        ("clickhouses://h?ca_cert=gone.pem", "'ca_cert': gone.pem cannot be read"),
        ("clickhouses://h?verify=no", "'verify': must be true or false"),
    ],
)
def test_what_cannot_be_meant_is_refused(asked: str, sentence: str) -> None:
    with pytest.raises(DsnError) as told:
        parse_dsn(asked)
    assert sentence in str(told.value)
