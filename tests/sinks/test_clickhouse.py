"""Opening a client: where to, and what is said when it does not open."""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from clickhouse_connect.driver.client import Client

from sinks.clickhouse import ClickHouseAwayError, open_client
from sinks.dsn import DsnError, Embedded, Server, parse_dsn
from tests.sinks.served import Served

SECRET = "p%40ss-w0rd"


def server(**given: object) -> Server:
    whole: dict[str, object] = {
        "secure": False, "host": "h", "port": 8123, "user": "default",
        "password": "", "database": "default", "options": {},
    }  # fmt: skip
    return Server(**{**whole, **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("dsn", "place"),
    [
        ("chdb:///var/hall", Embedded(Path("/var/hall"))),
        ("chdb:///var/my%20hall/", Embedded(Path("/var/my hall"))),
        ("clickhouse://h", server()),
        ("clickhouse://h:9000/hall", server(port=9000, database="hall")),
        ("http://u:a%3Ab@h/hall", server(user="u", password="a:b", database="hall")),
        ("https://h", server(secure=True, port=8443)),
        ("http://[::1]:8123/", server(host="::1")),
        ("https://h?verify=false", server(secure=True, port=8443, options={"verify": "false"})),
        ("http://h?connect_timeout=3", server(options={"connect_timeout": 3})),
    ],
)
def test_a_dsn_is_read(dsn: str, place: Embedded | Server) -> None:
    assert parse_dsn(dsn) == place


@pytest.mark.parametrize(
    ("dsn", "words"),
    [
        ("", "has no scheme"),
        ("/var/hall", "has no scheme"),
        ("mysql://h/hall", "unknown scheme 'mysql'"),
        ("chdb://", "full path of a folder"),
        ("chdb://var/hall", "full path of a folder"),
        ("chdb:///", "full path of a folder"),
        ("chdb:///x?a=1", "no options"),
        ("clickhouse:///hall", "no host"),
        (f"http://u:{SECRET}@h:port/x", "port is not a number"),
        (f"http://u:{SECRET}@h:99999/x", "port is not a number"),
        (f"http://u:{SECRET}@[h/x", "not a URL"),
        ("http://h/a/b", "not a database name"),
        ("http://h/a`b", "not a database name"),
        ("http://h?zip=1", "unknown option 'zip'"),
        ("http://h?connect_timeout=soon", "must be a whole number"),
    ],
)
def test_a_bad_dsn_is_refused_with_its_key_and_the_cure(dsn: str, words: str) -> None:
    with pytest.raises(DsnError) as caught:
        parse_dsn(dsn)
    message = str(caught.value)
    assert words in message
    assert message.startswith("HALLWATCH_CLICKHOUSE: ")
    assert "clickhouse://user:password@host:8123/database" in message
    assert SECRET not in message


def test_a_place_shows_no_password() -> None:
    place = parse_dsn(f"http://u:{SECRET}@h/hall")
    assert "ss-w0rd" not in f"{place} {place!r}"


def test_a_folder_is_made(
    embedded_engine: None, tmp_path: Path, opened: Callable[[str], Client]
) -> None:
    client = opened(f"chdb://{tmp_path}/not/there%20yet")
    assert client.command("SELECT 1") == 1
    assert (tmp_path / "not" / "there yet").is_dir()


def test_a_folder_that_cannot_be_made_is_said(embedded_engine: None, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ClickHouseAwayError, match="cannot be made"):
        open_client(f"chdb://{tmp_path}/file/folder")


def test_a_folder_in_use_by_another_process_is_said(
    embedded_engine: None,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    opened: Callable[[str], Client],
) -> None:
    holder = Served(tmp_path / "held").start()
    try:
        for _ in range(2):  # as a writer that tries again
            with pytest.raises(
                ClickHouseAwayError, match=rf"in use by another process \(PID: {holder.child.pid}\)"
            ):
                open_client(f"chdb://{tmp_path}/held")
        assert capfd.readouterr().err == "", "the engine, which tries for long, was not asked"
    finally:
        holder.kill()
    for _ in range(2):  # the second shares our own engine, whose lock is ours
        assert opened(f"chdb://{tmp_path}/held").command("SELECT 1") == 1


def test_a_second_folder_in_one_process_is_said(
    embedded_engine: None, tmp_path: Path, opened: Callable[[str], Client]
) -> None:
    opened(f"chdb://{tmp_path}/first")
    with pytest.raises(ClickHouseAwayError, match="already has an embedded engine"):
        open_client(f"chdb://{tmp_path}/second")


def test_a_missing_extra_is_said_with_the_command_that_installs_it(tmp_path: Path) -> None:
    """In a process of its own, where chdb cannot be imported."""
    program = (
        "import sys; sys.modules['chdb'] = None\n"
        "from sinks.clickhouse import open_client, ClickHouseAwayError\n"
        f"try: open_client('chdb://{tmp_path}/x')\n"
        "except ClickHouseAwayError as error: print(error)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert "pip install 'hallwatch[embedded]'" in said


def test_a_missing_database_is_made(served: Served, opened: Callable[[str], Client]) -> None:
    client = opened(served.dsn("made_on_demand"))
    assert client.command("SELECT currentDatabase()") == "made_on_demand"


def test_a_server_that_is_not_up_yet_is_waited_for(embedded_engine: None, tmp_path: Path) -> None:
    late = Served(tmp_path / "late").start()
    late.kill()
    waits: list[float] = []
    starting = threading.Thread(target=late.start)

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 1:
            starting.start()
        starting.join()

    try:
        with open_client(late.dsn(), sleep=sleep) as client:
            assert client.command("SELECT 1") == 1
        assert len(waits) >= 1
    finally:
        starting.join()
        late.kill()


def test_a_server_that_never_comes_is_said_without_the_password() -> None:
    pauses: list[float] = []
    with pytest.raises(ClickHouseAwayError) as caught:
        open_client(f"clickhouse://u:{SECRET}@127.0.0.1:1/hall", sleep=pauses.append)
    message = str(caught.value)
    assert "no answer from http://127.0.0.1:1/hall" in message
    assert "HALLWATCH_CLICKHOUSE" in message
    assert "ss-w0rd" not in message
    assert 60 <= sum(pauses) < 80


def test_a_wrong_password_is_said_at_once_and_not_repeated(
    embedded_engine: None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    guarded = Served(tmp_path / "guarded", "--password", "right").start()
    try:
        with pytest.raises(ClickHouseAwayError, match=r"refuses user 'u' \(code 516\)") as caught:
            open_client(guarded.dsn(user=f"u:{SECRET}@"))
        assert "ss-w0rd" not in str(caught.value) + caplog.text
        with open_client(guarded.dsn(user="u:right@")) as client:
            assert client.command("SELECT 1") == 1
    finally:
        guarded.kill()
