"""`hallwatch trace` and `hallwatch explain`, as they are called, over an engine behind HTTP."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from aiohttp import ClientSession, web
from yarl import URL

from dashboards.stories.links import path_of
from dashboards.stories.story import Page, Story
from schemas.outcomes import Row
from sinks.clickhouse import open_client
from sinks.migrate import migrate
from sinks.tables import TableSettings
from streams.settings import Settings
from streams.worker_wall import wall_of
from tests.core import hall
from tests.dashboards.stores import Store, put_rows
from tests.dashboards.stories.day import WAIT_ALERT, told, whole_day
from tests.sinks.served import Served

RULES = Path(hall.__file__).parent / "rules"


@pytest.fixture(scope="module")
def server(engine: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The DSN of a ClickHouse over HTTP that holds the day."""
    served = Served(tmp_path_factory.mktemp("served") / "engine")
    try:
        dsn = served.start().dsn()
        client = open_client(dsn)
        migrate(client, TableSettings(keep_days=10_000))
        put_rows(client, list[Row](whole_day()))
        client.close()
        yield dsn
    finally:
        served.kill()


def hallwatch(dsn: str, *arguments: str, language: str = "zh") -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "HALLWATCH_CLICKHOUSE": dsn,
        "HALLWATCH_RULES": str(RULES),
        "HALLWATCH_CLOCK": "event",
        "HALLWATCH_LANGUAGE": language,
    }
    return subprocess.run(
        [sys.executable, "-m", "streams.cli", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_journey_is_told_on_a_terminal(server: str) -> None:
    done = hallwatch(server, "trace", "A1")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "现场办事 A1"
    assert "    09:42:10 叫号  (在 W1号窗口; 工作人员 clerk-1)" in lines
    assert f"             → hallwatch explain {WAIT_ALERT}" in lines


def test_english_by_the_setting(server: str) -> None:
    done = hallwatch(server, "explain", WAIT_ALERT, language="en")
    assert done.stdout.startswith("Appointment wait, general matters · met, but late\n")


@pytest.mark.parametrize(
    ("page", "key"), [(Page.TRACE, "B1"), (Page.EXPLAIN, WAIT_ALERT)], ids=["trace", "explain"]
)
def test_a_server_and_the_embedded_engine_tell_the_same(
    server: str, store: Store, page: Page, key: str
) -> None:
    """As JSON, down to the last value. Under the event clock, "now" is the day's last event."""
    done = hallwatch(server, page.value, key, "--format", "json")
    assert done.returncode == 0, done.stderr
    store.put(whole_day())
    assert msgspec.json.decode(done.stdout, type=Story) == told(store, page, key)


UNKNOWN = {
    "trace": ("trace", "no-such-ticket", "没有找到“no-such-ticket”"),
    "explain": ("explain", "no/such/1", "没有找到告警“no/such/1”"),
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_an_unknown_key_is_one_sentence_and_exit_1(server: str, case: str) -> None:
    command, key, sentence = UNKNOWN[case]
    done = hallwatch(server, command, key)
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == sentence
    assert done.stdout == ""


def test_a_database_without_tables_is_told_without_a_traceback(tmp_path: Path) -> None:
    done = hallwatch(f"chdb://{tmp_path / 'empty'}", "trace", "A1")
    assert done.returncode == 1
    assert done.stderr.startswith("hallwatch trace: ClickHouse: ")
    assert "Traceback" not in done.stderr


async def test_a_worker_serves_the_pages_beside_its_wall(server: str) -> None:
    """Wired as the worker has it: by the setting, by the rulebook."""
    settings = Settings(clickhouse=server, rules=RULES, clock="event")
    runner = web.AppRunner(wall_of(settings, hall.BOOK))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        root = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        async with ClientSession() as session:
            for page, key in ((Page.EXPLAIN, WAIT_ALERT), (Page.TRACE, "A1")):
                url = URL(root + path_of(page, key), encoded=True)
                async with session.get(url) as response:
                    assert response.status == 200
                    assert "预约等候（一般事项）" in await response.text()
            async with session.get(f"{root}page/story.css") as style:
                assert style.status == 200
    finally:
        await runner.cleanup()
