"""`hallwatch sections test S`: a trial message reaches everybody of a section, over the real
protocols, once over each channel; whoever is not reached is named."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import jsonschema_rs
import msgspec
import pytest

from sinks.channel_webhook import encode
from tests.pipeline.command import ROOT, hallwatch
from tests.rules.org import CHANNELS, SECTIONS, write_hall
from tests.sinks.receivers import MailReceiver, WebhookReceiver, WeComReceiver
from tests.sinks.samples import notice


class Hall:
    """A folder of rules whose channels end at receivers here."""

    def __init__(self, group: WeComReceiver, post: MailReceiver, folder: Path) -> None:
        self.group = group
        self.post = post
        self.folder = folder

    async def test(self, section: str, **settings: object) -> subprocess.CompletedProcess[str]:
        command = ("sections", "test", section, "--rules", self.folder)
        return await asyncio.to_thread(lambda: hallwatch(*command, **settings))


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    group, post = await WeComReceiver().start(), await MailReceiver().start()
    channels = CHANNELS.replace('"mail.example"', '"127.0.0.1"').replace('"tls"', '"none"')
    folder = write_hall(tmp_path, channels=channels.replace("465", str(post.port)))
    (folder / "group-url").write_text(group.url, encoding="utf-8")
    yield Hall(group, post, folder)
    await group.stop()
    await post.stop()


async def test_everybody_of_a_section_is_reached_once_over_each_channel(hall: Hall) -> None:
    done = await hall.test("S01")
    assert done.returncode == 0, done.stderr
    (message,) = hall.group.taken
    said = message.json()["markdown"]["content"]
    assert "【测试】税务告警渠道测试" in said
    assert "这是一条测试消息，无需处理" in said
    assert "应收到的人：值班台（示例）、税务科科长（示例）" in said
    (letter,) = hall.post.letters
    assert letter.to == ["desk@hall.example", "chief@hall.example"]
    assert "税务科科长（示例）、分管副主任（示例）" in letter.part("plain")
    told = sorted(done.stdout.splitlines())
    assert told[0].startswith("delivered to 值班台（示例）、税务科科长（示例）: group ")
    assert told[1].startswith("delivered to 税务科科长（示例）、分管副主任（示例）: post ")
    assert "hunter2" not in done.stdout + done.stderr


async def test_a_program_that_takes_the_trial_takes_alerts(hall: Hall) -> None:
    """It is what a webhook is sent of a breach, attribute by attribute, and by the schema."""
    webhook = await WebhookReceiver().start()
    try:
        channels = (hall.folder / "channels.toml").read_text(encoding="utf-8")
        (hall.folder / "channels.toml").write_text(channels.replace("wecom", "webhook"))
        (hall.folder / "group-url").write_text(webhook.url, encoding="utf-8")
        done = await hall.test("S01")
        assert done.returncode == 0, done.stderr
        (trial,) = webhook.events
    finally:
        await webhook.stop()
    breach = msgspec.json.decode(encode(notice())[1])
    assert set(trial) == set(breach)
    assert set(trial["data"]) <= set(breach["data"])
    assert (trial["type"], trial["noticekind"]) == ("hall.alert.breached", "test")
    assert (trial["partitionkey"], trial["data"]["section"]) == ("S01", "S01")
    assert "【测试】" in trial["alerttext"]
    schema = json.loads((ROOT / "docs/schemas/hall.alert.json").read_bytes())
    assert [str(error) for error in jsonschema_rs.validator_for(schema).iter_errors(trial)] == []


async def test_whoever_is_not_reached_is_named_and_the_others_are_reached(hall: Hall) -> None:
    hall.group.misbehave(WeComReceiver.no)
    done = await hall.test("S01", language="en")
    assert done.returncode == 1
    assert hall.group.taken == []
    assert len(hall.post.letters) == 1
    (not_reached,) = [line for line in done.stdout.splitlines() if line.startswith("NOT")]
    assert not_reached.startswith(
        "NOT delivered to Duty desk (example), Chief, taxation (example): group "
    )
    assert "93000" in not_reached
    assert "hunter2" not in done.stdout + done.stderr


async def test_who_stands_in_for_a_section_is_tried_too(hall: Hall) -> None:
    done = await hall.test("S02")
    assert done.returncode == 0, done.stderr
    assert "应收到的人：值班台（示例）" in hall.group.taken[0].json()["markdown"]["content"]
    assert "分管副主任（示例）" in hall.post.letters[0].part("plain")
    assert (await hall.test("elsewhere")).returncode == 0


async def test_a_section_there_is_not_is_told_and_nothing_sent(hall: Hall) -> None:
    done = await hall.test("S1")
    assert done.returncode == 1
    assert done.stderr == ("hallwatch sections: no section 'S1'; `hallwatch sections` lists them\n")
    assert (hall.group.asked, hall.post.tried) == ([], 0)


async def test_a_section_of_nobody_is_told(hall: Hall) -> None:
    nobody = SECTIONS.replace('desk = ["desk-1"]\nchiefs = ["deputy-1"]\n', "")
    (hall.folder / "sections.toml").write_text(nobody, encoding="utf-8")
    done = await hall.test("S02")
    assert done.returncode == 1
    assert "nobody is told of anything in 'S02'; sections.toml says who is" in done.stderr


async def test_a_channel_that_cannot_be_opened_is_told_before_anything_is_sent(
    hall: Hall,
) -> None:
    (hall.folder / "group-url").unlink()
    done = await hall.test("S01")
    assert done.returncode == 2
    said = f"hallwatch sections: {hall.folder / 'channels.toml'}: channel[0].url-file: "
    assert done.stderr.startswith(said)
    assert str(hall.folder / "group-url") in done.stderr
    assert hall.post.tried == 0
