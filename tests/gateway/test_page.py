"""docs/gateway.md, word by word: its commands are run as they stand, and do what it says."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec

from schemas.decode import LONGEST_BYTES
from streams.broker.embedded import EmbeddedBroker
from streams.gateway.keyring import Keyring
from streams.gateway.openapi import SPECIFIED_STATUSES
from streams.gateway.problem import Problem, Trouble, problem_of
from streams.settings import Settings
from tests.gateway.running import ready_gateway
from tests.parts import absent
from tests.pipeline.command import ROOT, environment

PAGE = (ROOT / "docs" / "gateway.md").read_text(encoding="utf-8")

#: A block to be run, and what the page says it prints, if it says so.
_RUN = re.compile(
    r"^<!-- run(?P<note>: \w+)? -->\n```(?P<language>sh|python)\n(?P<text>.*?)^```\n"
    r"(?:\n```(?:json)?\n(?P<prints>.*?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)
BLOCKS = list(_RUN.finditer(PAGE))


async def test_what_the_page_says_works_as_it_stands(
    embedded_broker: EmbeddedBroker, topic_prefix: str, tmp_path: Path
) -> None:
    if shutil.which("curl") is None:
        absent("the examples of docs/gateway.md need curl")
    key_block, *blocks = BLOCKS
    assert key_block["note"] == ": key"
    assert [block["language"] for block in blocks] == ["sh", "sh", "sh", "python"]
    key = (await run(key_block, {"HALLWATCH_DATA": str(tmp_path)}, tmp_path)).strip()
    settings = Settings(data=tmp_path)
    sender = Keyring(settings.gateway_keys).holder(key)
    assert sender is not None
    assert sender.types == ["ticket.*", "source.heartbeat"]

    (tmp_path / "other").mkdir()
    async with ready_gateway(
        embedded_broker.bootstrap,
        topic_prefix,
        tmp_path / "other",
        gateway_keys_file=settings.gateway_keys,
    ) as place:
        place_is = {"GATEWAY": place.url.rstrip("/"), "KEY": key}
        for block in blocks:
            printed = await run(block, place_is, tmp_path)
            if block["prints"]:
                assert printed.strip() == block["prints"].strip()
        sent = []
        for record in await place.records():
            headers = dict(record.headers)
            framed = "ce_type" in headers
            sent.append(
                headers["ce_type"].decode() if framed else msgspec.json.decode(record.value)["type"]
            )
    five = re.findall(r"^\| .*? \| `(ticket\.[a-z-]+)` \|", PAGE, re.MULTILINE)
    assert len(five) == 5
    assert sorted(sent) == sorted(five), "these five, and you are live"


async def run(block: re.Match[str], variables: dict[str, str], folder: Path) -> str:
    """What it printed; it must end well."""
    binary = folder / "bin"
    binary.mkdir(exist_ok=True)
    command = binary / "hallwatch"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m streams.cli "$@"\n')
    command.chmod(0o755)
    path = f"{binary}{os.pathsep}{os.environ['PATH']}"
    argv = ["bash", "-euc"] if block["language"] == "sh" else [sys.executable, "-c"]
    done = await asyncio.to_thread(
        subprocess.run,
        [*argv, block["text"]],
        env={**environment({}), **variables, "PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{block['text']}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_a_problem_looks_as_the_page_shows_it() -> None:
    (shown,) = re.findall(r"^```json\n(\{\"type\".*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    told = msgspec.json.decode(shown, type=Problem)
    assert isinstance(told.errors, list)
    assert told == problem_of(Trouble.REFUSED, told.errors, of=2)


def test_every_status_is_explained() -> None:
    told = {
        int(status)
        for cells in re.findall(r"^\| ([0-9, a-z]+) \|", PAGE, re.MULTILINE)
        for status in re.findall(r"\d{3}", cells)
    }
    assert told == SPECIFIED_STATUSES - {408}


def test_the_limits_are_those_of_the_settings() -> None:
    settings = Settings()
    for said in (
        f"{settings.gateway_per_second} events a second",
        f"{settings.gateway_at_once:,} at once",
        f"{LONGEST_BYTES // 1024} KiB",
        f"{settings.gateway_batch_bytes // 1024**2} MiB",
        f"{settings.gateway_batch_events:,} events",
    ):
        assert said in PAGE, said
