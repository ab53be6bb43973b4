"""docs/connect.md, and what docs/gateway.md adds, word by word: the commands are run as they stand,
and do what the pages say. The Chinese page has the same commands."""

import re
import shutil
from asyncio import to_thread
from pathlib import Path

import msgspec
import pytest

from schemas.decode import LONGEST_BYTES, Rejected, decode
from schemas.source import SourceHeartbeat
from streams.broker.brokers import Brokers
from streams.broker.embedded import EmbeddedBroker
from streams.broker.topics import ensure_topics
from streams.gateway.keyring import Keyring
from streams.gateway.openapi import SPECIFIED_STATUSES
from streams.gateway.problem import Problem, Trouble, problem_of
from streams.settings import Settings
from tests.gateway.running import Place, ready_gateway
from tests.pages.blocks import blocks_of, noted, page, run, shown
from tests.parts import absent
from tests.pipeline.command import ROOT

PAGE, OURS, CHINESE = map(page, ("docs/connect.md", "docs/gateway.md", "docs/connect.zh-CN.md"))
HTTP = [block for block in blocks_of(PAGE) if not block.note]


async def test_what_the_page_says_works_as_it_stands(
    embedded_broker: EmbeddedBroker, topic_prefix: str, tmp_path: Path
) -> None:
    if shutil.which("curl") is None:
        absent("the examples of docs/connect.md need curl")
    assert [block.language for block in HTTP] == ["sh", "sh", "sh", "python"]
    key = (
        await to_thread(run, noted(OURS, "key"), {"HALLWATCH_DATA": str(tmp_path)}, tmp_path)
    ).strip()
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
        for block in HTTP:
            printed = await to_thread(run, block, place_is, tmp_path)
            if block.prints:
                assert printed.strip() == block.prints.strip()
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


async def test_a_producer_that_writes_to_kafka_itself(
    embedded_broker: EmbeddedBroker, topic_prefix: str, tmp_path: Path
) -> None:
    settings = Settings(broker=embedded_broker.bootstrap, topic_prefix=topic_prefix)
    place = Place(url="", settings=settings, key="", keys=tmp_path)
    await to_thread(
        ensure_topics, Brokers(settings.broker), topic_prefix, settings.partitions, replication=1
    )
    variables = {"BROKER": settings.broker, "TOPIC": place.topic}
    await to_thread(run, noted(PAGE, "kafka"), variables, tmp_path)
    beats, kinds = set(), []
    for record in await place.records():
        event = decode(record.value, record.headers, record.key)
        assert not isinstance(event, Rejected), event
        match event:
            case SourceHeartbeat():
                beats.add(record.partition)
            case _:
                kinds.append(str(event.__struct_config__.tag))
    assert beats == set(range(settings.partitions))
    assert sorted(kinds) == ["ticket.called", "ticket.checked-in", "ticket.issued", "ticket.served"]


async def test_the_schemas_tell_what_the_page_says(tmp_path: Path) -> None:
    block = noted(PAGE, "check")
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    printed = await to_thread(run, block, {}, tmp_path)
    assert sorted(printed.split()) == sorted(block.prints.split())


def test_the_chinese_page_has_the_same_commands() -> None:
    def commands(text: str) -> list[str]:
        return [re.sub(r"(?m)\s*#.*$", "", block) for block in shown(text)]

    assert commands(CHINESE) == commands(PAGE)


def test_a_problem_looks_as_the_page_shows_it() -> None:
    (shown,) = re.findall(r"^```json\n(\{\"type\".*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    told = msgspec.json.decode(shown, type=Problem)
    assert isinstance(told.errors, list)
    assert told == problem_of(Trouble.REFUSED, told.errors, of=2)


@pytest.mark.parametrize("text", [PAGE, CHINESE], ids=["en", "zh"])
def test_every_status_is_explained(text: str) -> None:
    told = {
        int(status)
        for cells in re.findall(r"^\| (\d{3}[^|]*) \|", text, re.MULTILINE)
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
