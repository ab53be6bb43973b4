"""`hallwatch try`, as a vendor who has nothing else: what it prints is pasted into a shell, every
example of docs/connect.md is run against it, and the ticket is there to be asked for."""

import json
import re
import shutil
import signal
import sys
from asyncio import to_thread
from datetime import datetime
from pathlib import Path

from aiohttp import ClientSession

from streams.broker.child import Child
from tests.gateway.test_page import HTTP
from tests.pages.blocks import run
from tests.parts import absent
from tests.pipeline.command import done, environment, hallwatch
from tests.pipeline.waiting import eventually

_LINE = re.compile(r"^export GATEWAY=(\S+) KEY=(\S+)$", re.MULTILINE)


async def test_a_vendor_s_examples_work_against_it_at_once(tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        absent("the examples of docs/connect.md need curl")
    data, kept = tmp_path / "data", tmp_path / "kept"
    log = tmp_path / "try.log"
    words = ["try", "--port=0", "--gateway-port=0", f"--keep-in={kept}"]
    told = {"data": data, "broker_security": "SASL_SSL", "status_port": 0, "language": "en"}
    trial = Child([sys.executable, "-m", "streams.cli", *words], log, environment(told))
    try:

        def printed() -> str:
            assert trial.exit_code is None, log.read_text()
            return log.read_text()

        await eventually(lambda: _LINE.search(printed()), "it says how to send")
        line = _LINE.search(printed())
        assert line
        for block in HTTP:
            await to_thread(run, block, {"GATEWAY": line[1], "KEY": line[2]}, tmp_path)

        ticket = f"{datetime.now().astimezone():%Y%m%d}-A0123"

        def journey() -> str:
            return hallwatch("trace", ticket, data=data, language="en").stdout

        await eventually(lambda: "C102" in journey(), "the ticket's journey is recorded")
        counted = "SELECT uniqExact(id) FROM events WHERE type LIKE 'ticket.%' FORMAT TSV"
        assert done(hallwatch("query", counted, data=data)).split() == ["5"], "none is invented"
        wall = re.search(r"wall: (\S+)", printed())
        assert wall
        async with ClientSession() as session, session.get(f"{wall[1]}readyz") as answer:
            assert answer.status == 200
        second = hallwatch("try", data=data)
        assert second.returncode == 2
        assert "is running" in second.stderr
        trial.signal(signal.SIGTERM)
        assert trial.wait(60)
        assert trial.exit_code == 0, log.read_text()
    finally:
        trial.kill()
    keys = (kept / "gateway-keys.json").read_text()
    assert [sender["name"] for sender in json.loads(keys)["senders"]] == ["trial"]
    assert line[2] not in keys
    assert (kept / "clickhouse").is_dir()
    assert not (data / "running.json").exists()
