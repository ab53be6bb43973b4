"""What people do about alerts, whole: a breach, the link in its message, the button, and what the
worker makes of it; the API; the command line; a silence in every partition."""

import asyncio
import re
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import ClientSession
from msgspec.structs import replace

from schemas.outcomes import AlertMessage
from schemas.topics import ALERTS, EVENTS
from streams.worker import Worker
from tests.conftest import Broker
from tests.kafka.apache import ApacheKafka
from tests.pipeline.chats import requested
from tests.pipeline.command import hallwatch
from tests.pipeline.database import Database
from tests.pipeline.hall import Hall, rules_with, send
from tests.pipeline.waiting import eventually
from tests.sinks.receivers.webhook import WebhookReceiver

pytestmark = pytest.mark.kafka

API_KEY = "f" * 40
FIRST, SECOND = "online-first-response/chat-1/1", "online-first-response/chat-2/1"

SECTIONS = """
[elsewhere]
code = "elsewhere"
name-zh = "其他"
name-en = "Elsewhere"
calendar = "always"
chiefs = ["chief-1"]
[[elsewhere.escalation]]
after = "12 s"
people = ["deputy-1"]
"""
PEOPLE = """
[[person]]
code = "chief-1"
name-zh = "科长"
name-en = "Chief"
channels = ["log"]
[[person]]
code = "deputy-1"
name-zh = "副主任"
name-en = "Deputy"
channels = ["log"]
"""


def hall_of(
    apache: ApacheKafka, database: Database, folder: Path, port: int, staffed: bool, **given: Any
) -> Hall:
    rules = rules_with(folder / "rules", online_first_response=("1 s", ""))
    if staffed:
        (rules / "sections.toml").write_text(SECTIONS, encoding="utf-8")
        (rules / "people.toml").write_text(PEOPLE, encoding="utf-8")
    for name, key in (("links", "e" * 64), ("api", API_KEY)):
        (folder / name).write_text(key, encoding="utf-8")
    return Hall(
        Broker("apache", apache.bootstrap),
        database,
        folder,
        rules=rules,
        wall_port=port,
        public_url=f"http://127.0.0.1:{port}/",
        link_key_file=folder / "links",
        api_key_file=folder / "api",
        **given,
    )


async def ask_for_help(hall: Hall, chat: str) -> None:
    async with hall.producing() as producer:
        await send(hall, producer, [requested(chat, time.time())])


async def row_of(hall: Hall, worker: Worker, alert: str, holds: str) -> dict[str, Any]:
    """The alert's row, once `holds` (SQL) is true of it."""

    def found() -> list[dict[str, Any]]:
        return hall.database.ask(f"SELECT * FROM alerts_now WHERE alert = '{alert}' AND {holds}")

    await eventually(found, f"{alert} {holds}")
    (row,) = found()
    return row


async def test_the_button_behind_a_messages_link_acknowledges_and_looking_does_not(
    apache_kafka: ApacheKafka, database: Database, tmp_path: Path, unused_tcp_port: int
) -> None:
    webhook = await WebhookReceiver().start()
    hall = hall_of(apache_kafka, database, tmp_path, unused_tcp_port, False, webhook=webhook.url)
    try:
        async with hall.working() as worker, ClientSession() as phone:
            await ask_for_help(hall, "chat-1")
            await eventually(lambda: webhook.events, "the breach is told")
            text = webhook.events[0]["alerttext"]
            found = re.search(r"^I look after it: (\S+)$", text, re.MULTILINE)
            assert found, text
            link = found[1]
            before = await row_of(hall, worker, FIRST, "state = 'breached'")
            for _ in range(3):
                async with phone.get(link) as answer:
                    assert answer.status == 200
                    assert "chat-1" in await answer.text()
            assert len(await hall.read(EVENTS, 1)) == 1, "looking sends nothing"
            for _ in range(2):
                async with phone.post(link) as answer:
                    assert answer.status == 200
            row = await row_of(hall, worker, FIRST, "acknowledged_by != ''")
            assert row["acknowledged_by"] == "anyone"
            assert (before["acknowledged_at"], row["state"]) == (None, "breached")
            # What the first press began, the second does not begin anew.
            assert [one["type"] for one in acts(database)] == ["alert.acknowledged"]
    finally:
        await webhook.stop()


async def test_who_acknowledges_is_followed_by_nobody_and_who_does_not_by_his_deputy(
    apache_kafka: ApacheKafka, database: Database, tmp_path: Path, unused_tcp_port: int
) -> None:
    hall = hall_of(apache_kafka, database, tmp_path, unused_tcp_port, True)
    api = f"http://127.0.0.1:{unused_tcp_port}/api/"
    headers = {"Authorization": f"Bearer {API_KEY}"}
    async with hall.working() as worker, ClientSession(headers=headers) as session:
        await ask_for_help(hall, "chat-1")
        await row_of(hall, worker, FIRST, "state = 'breached'")
        async with session.post(
            f"{api}alerts/{FIRST}/acknowledge", json={"by": "chief-1"}
        ) as answer:
            assert answer.status == 200
        row = await row_of(hall, worker, FIRST, "acknowledged_by = 'chief-1'")
        assert row["escalation_level"] == 0, "the machine was too slow for this test"
        await ask_for_help(hall, "chat-2")
        # The second breach is later than the first: when it climbs, the first would have.
        await row_of(hall, worker, SECOND, "escalation_level = 1")
        async with session.post(
            f"{api}alerts/{SECOND}/excuse", json={"by": "deputy-1", "reason": "停电"}
        ) as answer:
            assert answer.status == 200
        excused = await row_of(hall, worker, SECOND, "closed_as = 'excused'")
        assert (excused["excused_by"], excused["excused_reason"]) == ("deputy-1", "停电")
        async with session.get(f"{api}alerts?open=1") as answer:
            listed = await answer.json()
        assert [each["alert"] for each in listed["alerts"]] == [FIRST]
        said = [
            msgspec.json.decode(record.value or b"", type=AlertMessage)
            for record in await hall.read(ALERTS, 4)
        ]
    assert sorted(f"{one.data.journey} {one.type}" for one in said) == [
        "chat-1 hall.alert.breached",
        "chat-2 hall.alert.breached",
        "chat-2 hall.alert.closed",
        "chat-2 hall.alert.escalated",
    ]


async def test_the_command_line_acts_and_tells_what_may_have_been_meant(
    apache_kafka: ApacheKafka, database: Database, tmp_path: Path, unused_tcp_port: int
) -> None:
    hall = hall_of(apache_kafka, database, tmp_path, unused_tcp_port, True)
    settings = hall.settings
    given = {
        name: getattr(settings, name)
        for name in ("broker", "clickhouse", "topic_prefix", "rules", "language")
    }
    async with hall.working() as worker:
        await ask_for_help(hall, "chat-1")
        await row_of(hall, worker, FIRST, "state = 'breached'")

        async def run(*arguments: str) -> tuple[int, str]:
            finished = await asyncio.to_thread(hallwatch, *arguments, **given)
            return finished.returncode, finished.stdout + finished.stderr

        code, said = await run("ack", "chat-1", "--by", "chief-1")
        assert (code, f"is it {FIRST}?" in said) == (1, True), said
        code, said = await run("ack", FIRST, "--by", "chef-1")
        assert (code, "is it chief-1" in said) == (1, True), said
        code, said = await run("excuse", FIRST, "--by", "chief-1", "--reason", "打 13912345678")
        assert (code, "13912345678" in said) == (1, False), said
        code, said = await run("ack", FIRST, "--by", "chief-1")
        assert (code, "acknowledged by chief-1\n" in said) == (0, True), said
        await row_of(hall, worker, FIRST, "acknowledged_by = 'chief-1'")
        code, said = await run("alerts", "--open")
        assert code == 0
        assert re.search(rf"Chief +{re.escape(FIRST)}$", said, re.MULTILINE), said
        code, said = await run("alerts", "--section", "S99")
        assert (code, "no section 'S99'" in said) == (1, True)
        silence = ("--by", "chief-1", "--reason", "drill")
        code, said = await run("silence", "elsewhere", "--until", "2020-01-01 12:00", *silence)
        assert (code, "in the past" in said) == (1, True), said
        code, said = await run("silence", "elsewhere", "--until", "soon", *silence)
        assert (code, "is no time" in said) == (1, True), said
        until = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() + 3_600))
        code, said = await run("silence", "elsewhere", "--until", until, *silence)
        assert (code, said.startswith("silenced until ")) == (0, True), said
        count = settings.partitions
        records = await hall.read(EVENTS, 2 + count)
        partitions = sorted(one.partition for one in records if b"alert.silenced" in one.value)
        assert partitions == list(range(count))
        (silenced,) = database.ask("SELECT count() AS rows FROM events_now"
                                   " WHERE type = 'alert.silenced'")  # fmt: skip
        assert int(silenced["rows"]) <= 1, "one silence, whichever partition was read first"


async def test_what_nobody_remembers_any_more_is_excused_beside_the_raw_figure(
    apache_kafka: ApacheKafka, database: Database, tmp_path: Path, unused_tcp_port: int
) -> None:
    hall = hall_of(apache_kafka, database, tmp_path, unused_tcp_port, True)
    async with hall.working() as worker:
        await ask_for_help(hall, "chat-1")
        await row_of(hall, worker, FIRST, "state = 'breached'")
    # The same tables and another log: what decides has never heard of the chat.
    other = replace(hall.settings, topic_prefix=f"{hall.settings.topic_prefix}x", group="other")
    api = f"http://127.0.0.1:{unused_tcp_port}/api/alerts/{FIRST}/excuse"
    headers = {"Authorization": f"Bearer {API_KEY}"}
    async with Worker(other) as worker, ClientSession(headers=headers) as session:
        async with session.post(api, json={"by": "chief-1", "reason": "停电"}) as answer:
            assert answer.status == 200
        await eventually(
            lambda: database.ask("SELECT 1 FROM alerts_handled WHERE excused_by = 'chief-1'"),
            "the late excuse shows",
        )
        row = database.one("SELECT * FROM alerts_now")
        assert (row["excused_by"], row["state"]) == ("", "breached")
        figures = database.one("SELECT * FROM figures_excused")
        assert (int(figures["broken"]), int(figures["excused"])) == (1, 1)
        worker.stop()
        await worker.stopped()


def acts(database: Database) -> list[dict[str, Any]]:
    return database.ask("SELECT type FROM events_now WHERE source = 'hallwatch/acts'")
