"""Channels by description: each kind opens and delivers; a wrong option gets its sentence."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

import sinks
from sinks.backoff import BackOff
from sinks.channel_kinds import KINDS, ChannelOptionError, check_options, open_channel
from sinks.channels import Channel
from sinks.courier import Courier, Patience
from sinks.notice import Notice, NoticeKind
from sinks.outbox import Outbox
from tests.sinks.receivers import (
    AlertmanagerReceiver,
    DingTalkReceiver,
    FeishuReceiver,
    HttpReceiver,
    MailReceiver,
    WebhookReceiver,
    WeComReceiver,
)
from tests.sinks.receivers.robots import SECRET
from tests.sinks.samples import notice

QUICK = Patience(
    back_off=BackOff(first=timedelta(milliseconds=2), cap=timedelta(milliseconds=10)),
    longest_wish=timedelta(milliseconds=10),
)
Open = Callable[..., Channel]


@pytest.fixture
async def open_one(tmp_path: Path) -> AsyncIterator[Open]:
    (tmp_path / "secret").write_text(f"{SECRET}\n", encoding="utf-8")
    async with aiohttp.ClientSession() as session:

        def opened(kind: str, **options: Any) -> Channel:
            given = {key.replace("_", "-").rstrip("-"): value for key, value in options.items()}
            assert check_options(kind, given, folder=tmp_path) == []
            return open_channel("科长", kind, given, session, folder=tmp_path, patience=QUICK)

        yield opened


@pytest.mark.parametrize(
    ("kind", "receiver", "secret"),
    [
        ("wecom", WeComReceiver(), {}),
        ("dingtalk", DingTalkReceiver(), {"secret_file": "secret"}),
        ("feishu", FeishuReceiver(), {"secret_file": "secret"}),
        ("webhook", WebhookReceiver(secret=SECRET), {"secret_file": "secret"}),
        ("alertmanager", AlertmanagerReceiver(), {}),
    ],
)
async def test_a_channel_over_http_delivers_from_its_files(
    open_one: Open, tmp_path: Path, kind: str, receiver: HttpReceiver, secret: dict[str, str]
) -> None:
    await receiver.start()
    (tmp_path / "url").write_text(receiver.url, encoding="utf-8")
    receiver.misbehave(receiver.too_fast)
    channel = open_one(kind, url_file="url", per_minute="600", timeout_seconds=30, **secret)
    await channel.send(notice())
    await receiver.stop()
    assert (len(receiver.asked), len(receiver.taken)) == (2, 1)
    assert channel.name == f"科长 ({kind} 127.0.0.1)"
    assert channel.trouble == ""


async def test_a_mail_channel_delivers(open_one: Open) -> None:
    receiver = await MailReceiver().start()
    options = {"host": "127.0.0.1", "port": receiver.port, "tls": "none", "to": "chief@hall.test"}
    channel = open_one("mail", from_="大厅 <alert@hall.test>", **options)
    await channel.send(notice())
    await receiver.stop()
    assert [letter.to for letter in receiver.letters] == [["chief@hall.test"]]


@pytest.mark.usefixtures("apprise_installed")
async def test_an_apprise_channel_delivers(open_one: Open, tmp_path: Path) -> None:
    receiver = await HttpReceiver().start()
    (tmp_path / "url").write_text(f"json://127.0.0.1:{receiver.port}{receiver.path}")
    channel = open_one("apprise", url_file="url")
    await channel.send(notice())
    await receiver.stop()
    assert len(receiver.taken) == 1


async def test_the_log_is_a_channel(open_one: Open, caplog: pytest.LogCaptureFixture) -> None:
    await open_one("log").send(notice(kind=NoticeKind.ESCALATED))
    assert "超时" in caplog.text


async def test_what_a_robot_refuses_is_told_to_who_asked_and_the_next_goes_on(
    open_one: Open, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    robot = await WeComReceiver().start()
    (tmp_path / "url").write_text(robot.url)
    robot.misbehave(robot.no)
    told: list[tuple[str, str]] = []
    done: list[str] = []

    async def tell(given_up: Notice, why: str) -> None:
        told.append((given_up.id, why))

    outbox = Outbox(open_one("wecom", url_file="url"), gave_up=tell)
    both = asyncio.Event()
    await outbox.put(notice("first"), lambda: done.append("first"))
    await outbox.put(notice("second"), both.set)
    await asyncio.wait_for(both.wait(), 30)
    await robot.stop()
    assert (done, len(robot.taken)) == (["first"], 1)
    ((id_, why),) = told
    assert id_ == "first"
    assert why.startswith("科长 (wecom 127.0.0.1): refused with errcode 93000: invalid webhook url")
    assert "hunter2" not in why + caplog.text


URL = "https://robot.test/hook?key=hunter2"
MAIL = {"host": "mail.test", "from": "alert@hall.test", "to": ["chief@hall.test"]}
NO_FILE = "cannot be read (No such file or directory); create it, readable for hallwatch"


@pytest.mark.parametrize(
    ("kind", "options", "key", "sentence"),
    [
        ("weecom", {}, "kind", "'weecom' is no kind of channel; is it 'wecom'?"),
        ("pigeon", {}, "kind", "'pigeon' is no kind of channel; there are: log, wecom"),
        ("wecom", {}, "url-file", 'is missing; name the file with the address: url-file = "…"'),
        ("wecom", {"url": URL}, "url", 'name that: url-file = "…"'),
        ("apprise", {"url": URL}, "url", 'name that: url-file = "…"'),
        ("webhook", {}, "url", 'is missing; url = "https://…", or url-file = "…" if it is secret'),
        ("webhook", {"url": URL, "url-file": "url"}, "url", "stands beside `url-file`; keep one"),
        ("webhook", {"url": ""}, "url", 'must be a text in quotes that is not empty: url = "…"'),
        ("webhook", {"url": 7}, "url", "must be a text in quotes that is not empty"),
        ("webhook", {"url": "robot.test/x"}, "url", "begins with https:// or http://"),
        ("webhook", {"url": "https://"}, "url", "begins with https:// or http://"),
        ("webhook", {"url": "https://[::1/x"}, "url", "begins with https:// or http://"),
        ("webhook", {"url": "https://x:port/"}, "url", "begins with https:// or http://"),
        ("wecom", {"url-file": "none"}, "url-file", NO_FILE),
        ("wecom", {"url-file": "empty"}, "url-file", "must hold one line, the value alone"),
        ("wecom", {"url-file": "two"}, "url-file", "must hold one line, the value alone"),
        ("wecom", {"url-file": "binary"}, "url-file", "is not text; put the value alone"),
        ("wecom", {"url-file": "words"}, "url-file", "begins with https:// or http://"),
        (
            "wecom",
            {"url-file": "url", "per-minute": 0},
            "per-minute",
            "a whole number from 1 to 6000",
        ),
        ("wecom", {"url-file": "url", "per-minute": True}, "per-minute", "a whole number from 1"),
        ("wecom", {"url-file": "url", "per-minute": "²"}, "per-minute", "a whole number from 1"),
        ("wecom", {"url-file": "url", "per-minut": 7}, "per-minut", "is it `per-minute`?"),
        (
            "wecom",
            {"url-file": "url", "colour": "red"},
            "colour",
            "there are: per-minute, timeout-",
        ),
        ("wecom", {"url-file": "url", "timeout-seconds": 301}, "timeout-seconds", "from 1 to 300"),
        (
            "dingtalk",
            {"url-file": "url", "secret": "hunter2"},
            "secret",
            'name that: secret-file = "…"',
        ),
        ("feishu", {"url-file": "url", "secret-file": "none"}, "secret-file", NO_FILE),
        ("webhook", {"url": URL, "token": "hunter2"}, "token", 'name that: url-file = "…"'),
        ("log", {"level": "high"}, "level", "is no option of a log channel; it has none"),
        ("mail", {**MAIL, "to": []}, "to", "must be a list of at least one text"),
        ("mail", {**MAIL, "to": ["chief"]}, "to", "'chief' is no mail address"),
        ("mail", {**MAIL, "to": ["科长@hall.test"]}, "to", "is no mail address"),
        ("mail", {**MAIL, "to": ["a@b\r\nBcc: x@y"]}, "to", "is no mail address"),
        ("mail", {**MAIL, "from": "hall@"}, "from", "'hall@' is no mail address"),
        ("mail", {k: v for k, v in MAIL.items() if k != "to"}, "to", "is missing; a mail channel"),
        ("mail", {k: v for k, v in MAIL.items() if k != "host"}, "host", "is missing; a mail"),
        ("mail", {**MAIL, "tls": "startls"}, "tls", "is it tls = 'starttls'?"),
        ("mail", {**MAIL, "port": 70_000}, "port", "must be a whole number from 1 to 65535"),
        ("mail", {**MAIL, "user": "hall"}, "password-file", "`user` and `password-file` go"),
        ("mail", {**MAIL, "password-file": "words"}, "user", "`user` and `password-file` go"),
        ("mail", {**MAIL, "password": "hunter2"}, "password", "name that: password-file"),
        (
            "mail",
            {**MAIL, "tls": "none", "user": "hall", "password-file": "words"},
            "tls",
            "would send the password readable for all",
        ),
        ("mail", {**MAIL, "ca-file": "none"}, "ca-file", "is no file; name the certificates"),
    ],
)
async def test_a_wrong_option_gets_a_sentence_with_the_cure(
    tmp_path: Path, kind: str, options: dict[str, object], key: str, sentence: str
) -> None:
    (tmp_path / "url").write_text(URL)
    (tmp_path / "empty").write_bytes(b" \n")
    (tmp_path / "two").write_bytes(b"hunter2\nhunter2\n")
    (tmp_path / "binary").write_bytes(b"hunter2\xff")
    (tmp_path / "words").write_bytes(b"hunter2")
    ((found, said),) = check_options(kind, options, folder=tmp_path)
    assert (found, sentence in said) == (key, True), said
    assert "hunter2" not in said
    async with aiohttp.ClientSession() as session:
        with pytest.raises(ChannelOptionError) as caught:
            open_channel("科长", kind, options, session, folder=tmp_path)
    assert (caught.value.key, caught.value.sentence) == (key, said)


@pytest.mark.usefixtures("apprise_installed")
def test_an_address_apprise_does_not_know_is_refused_unsaid(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("hunter2://x")
    ((key, said),) = check_options("apprise", {"url-file": "url"}, folder=tmp_path)
    assert (key, "is no address apprise knows" in said) == ("url-file", True)
    assert "hunter2" not in said


def test_without_apprise_the_cure_is_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "url").write_text("json://hall.test")
    monkeypatch.setitem(sys.modules, "apprise", None)
    monkeypatch.delitem(sys.modules, "sinks.channel_apprise", raising=False)
    monkeypatch.delattr(sinks, "channel_apprise", raising=False)
    assert check_options("apprise", {"url-file": "url"}, folder=tmp_path) == [
        ("kind", "needs apprise: pip install 'hallwatch[apprise]'")
    ]


@pytest.mark.parametrize(
    ("kind", "per_minute", "limits"),
    [
        ("wecom", {}, [(20, 60.0)]),
        ("dingtalk", {}, [(20, 60.0)]),
        ("feishu", {}, [(100, 60.0), (5, 1.0)]),
        ("feishu", {"per-minute": 50}, [(50, 60.0), (5, 1.0)]),
        ("webhook", {}, []),
        ("webhook", {"per-minute": "7"}, [(7, 60.0)]),
    ],
)
async def test_a_kind_has_its_vendors_pace_unless_it_is_given_one(
    tmp_path: Path, kind: str, per_minute: dict[str, object], limits: list[tuple[int, float]]
) -> None:
    (tmp_path / "url").write_text(URL)
    options = {"url-file": "url", **per_minute}
    async with aiohttp.ClientSession() as session:
        channel = open_channel("x", kind, options, session, folder=tmp_path)
    assert isinstance(channel, Courier)
    assert [(limit.count, limit.seconds) for limit in channel.limits] == limits


def test_everything_wrong_is_said_at_once() -> None:
    wrong = check_options("mail", {"prot": 25, "tls": "no", "to": "x"})
    assert [key for key, _ in wrong] == ["tls", "host", "from", "to", "prot"]


def test_there_are_the_kinds_the_data_file_may_name() -> None:
    assert set(KINDS) == {
        *("log", "wecom", "dingtalk", "feishu", "mail", "webhook", "alertmanager", "apprise")
    }
