"""What is said of an outage: its beginning, a new reason, a line a minute, its end."""

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from sinks.clickhouse import ClickHouseAwayError, open_client
from sinks.outage import Outage


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    caplog.set_level(logging.INFO)
    return lambda: [record.getMessage() for record in caplog.records]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_ten_minutes_of_one_trouble_are_a_line_a_minute(said: Callable[[], list[str]]) -> None:
    clock = Clock()
    outage = Outage("ClickHouse", lambda: "3 wait", clock)
    for second in range(600):
        clock.now = second
        for table in ("events", "journeys", "verdicts"):
            outage.met(table, "connection refused")
    clock.now = 600
    for table in ("events", "journeys", "verdicts"):
        outage.over(table)
    lines = said()
    assert len(lines) == 1 + 9 + 1
    assert lines[0].startswith("ClickHouse is away (events: connection refused)")
    assert lines[1] == "ClickHouse is away for 60 s now (events: connection refused), 3 wait"
    assert lines[-1] == "ClickHouse is back after 600 s, 3 wait"
    assert outage.why == ""


def test_each_new_reason_is_told_once(said: Callable[[], list[str]]) -> None:
    outage = Outage("ClickHouse", lambda: "3 wait", Clock())
    for why in ("connection refused", "disk full", "connection refused", "disk full"):
        outage.met("events", why)
    assert [line.partition("events: ")[2].partition(")")[0] for line in said()] == [
        "connection refused",
        "disk full",
    ]


def test_one_side_that_stays_away_is_not_over_when_the_others_are(
    said: Callable[[], list[str]],
) -> None:
    outage = Outage("ClickHouse", lambda: "3 wait", Clock())
    outage.met("events", "a table is missing")
    for _ in range(5):
        outage.over("journeys")
    assert outage.why == "events: a table is missing"
    assert len(said()) == 1


@pytest.fixture
def hanging() -> Iterator[int]:
    """A port where connections are taken and nothing is answered."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server.getsockname()[1]


@pytest.fixture
def slamming() -> Iterator[int]:
    """A port where connections are taken and closed at once."""
    server = socket.create_server(("127.0.0.1", 0))

    def slam() -> None:
        while True:
            try:
                taken, _ = server.accept()
            except OSError:
                return
            taken.recv(1)
            taken.close()

    thread = threading.Thread(target=slam)
    thread.start()
    yield server.getsockname()[1]
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()


def why_not(address: str) -> str:
    with pytest.raises(ClickHouseAwayError) as error:
        open_client(f"http://{address}/hall?send_receive_timeout=1", wait=timedelta(0))
    return str(error.value)


def test_what_the_network_did_is_said_in_words_that_do_not_change(
    hanging: int, slamming: int
) -> None:
    assert "(connection refused)" in why_not("127.0.0.1:1")
    assert "(no answer in time)" in why_not(f"127.0.0.1:{hanging}")
    assert "(connection closed)" in why_not(f"127.0.0.1:{slamming}")
    assert "(host name not found)" in why_not("no-such-host.invalid:8123")
    assert why_not("127.0.0.1:1") == why_not("127.0.0.1:1")
