"""WeCom, DingTalk and Feishu robots against receivers that check as the vendors do."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from sinks.channel_dingtalk import DingTalk, DingTalkSettings
from sinks.channel_feishu import Feishu, FeishuSettings
from sinks.channel_wecom import WeCom, WeComSettings
from sinks.channels import UndeliverableError
from sinks.courier import Attempt, Passing, Refused, Taken, Way
from sinks.notice import Link
from tests.sinks.courier_parts import SleptTime
from tests.sinks.receivers import (
    Answer,
    DingTalkReceiver,
    FeishuReceiver,
    HttpReceiver,
    WeComReceiver,
)
from tests.sinks.receivers.http import said
from tests.sinks.receivers.robots import SECRET
from tests.sinks.samples import notice


class Pair:
    """A robot and our way to it."""

    def __init__(self, kind: str, receiver: HttpReceiver, session: aiohttp.ClientSession) -> None:
        self.receiver = receiver
        self._kind = kind
        self.session = session

    def way(self, **given: Any) -> Way:
        given = {"url": self.receiver.url, **given}
        match self._kind:
            case "wecom":
                given.pop("secret", None)
                return WeCom(WeComSettings(**given), self.session)
            case "dingtalk":
                return DingTalk(DingTalkSettings(**{"secret": SECRET, **given}), self.session)
            case _:
                return Feishu(FeishuSettings(**{"secret": SECRET, **given}), self.session)

    def content(self) -> str:
        """What the robot shows of the last message it took."""
        message = self.receiver.taken[-1].json()
        match self._kind:
            case "wecom":
                text = message["markdown"]["content"]
            case "dingtalk":
                text = message["markdown"]["text"]
            case _:
                card = message["card"]
                text = f"{card['header']['title']['content']}\n{card['elements'][0]['content']}"
        return str(text)


RECEIVERS: dict[str, Callable[[], HttpReceiver]] = {
    "wecom": WeComReceiver,
    "dingtalk": DingTalkReceiver,
    "feishu": FeishuReceiver,
}


@asynccontextmanager
async def pair_of(kind: str) -> AsyncIterator[Pair]:
    receiver = await RECEIVERS[kind]().start()
    try:
        async with aiohttp.ClientSession() as session:
            yield Pair(kind, receiver, session)
    finally:
        await receiver.stop()


each = pytest.mark.parametrize("kind", RECEIVERS)


@each
async def test_a_notice_arrives_signed_and_whole(kind: str) -> None:
    async with pair_of(kind) as pair:
        assert await pair.way().attempt(notice()) == Taken()
        content = pair.content()
    lines = [line for line in content.splitlines() if line]
    assert lines == [
        "【超时】复杂事项预约等候已超 30秒"
        if kind == "feishu"
        else "**【超时】复杂事项预约等候已超 30秒**",
        "**户籍科** 12号窗口",
        "请尽快叫号",
        "[我知道了](https://hall.test/act?sig=open-sesame)",
    ]


@each
async def test_a_code_in_a_200_answer_is_an_error(kind: str) -> None:
    async with pair_of(kind) as pair:
        pair.receiver.misbehave(pair.receiver.no)
        end = await pair.way().attempt(notice())
    code = {"wecom": "errcode 93000", "dingtalk": "errcode 310000", "feishu": "code 19024"}[kind]
    assert isinstance(end, Refused)
    assert end.problem.startswith(f"refused with {code}: ")


@each
async def test_a_rate_limit_is_waited_for(kind: str) -> None:
    async with pair_of(kind) as pair:
        pair.receiver.misbehave(pair.receiver.too_fast, times=2)
        slept = SleptTime()
        await slept.courier(pair.way()).send(notice())
        assert len(pair.receiver.asked) == 3
        assert len(pair.receiver.taken) == 1
    assert min(slept.pauses) >= 30.0


@each
@pytest.mark.parametrize(
    ("answer", "end"),
    [
        (Answer(502, {}, b"<html>Bad Gateway"), Passing("HTTP 502")),
        (Answer(429, {"Retry-After": "9"}), Passing("HTTP 429", 9.0)),
        (Answer(200, {}, b"<html>login"), Passing("an answer that is not a robot's")),
        (Answer(200), Passing("an answer that is not a robot's")),
        (Answer(200, {}, b'"ok"'), Passing("an answer that is not a robot's")),
        (Answer(200, {}, b"\xff"), Passing("an answer that is not a robot's")),
        (Answer(404), Refused("refused with HTTP 404")),
        (Answer(302, {"Location": "/"}), Refused("refused with HTTP 302")),
    ],
)
async def test_an_answer_without_a_code_is_judged_by_its_status(
    kind: str, answer: Answer, end: Attempt
) -> None:
    async with pair_of(kind) as pair:
        pair.receiver.misbehave(answer)
        assert await pair.way().attempt(notice()) == end


@each
async def test_an_error_of_theirs_is_tried_again_whatever_its_code(kind: str) -> None:
    async with pair_of(kind) as pair:
        pair.receiver.misbehave(said({"errcode": 7, "code": 7, "errmsg": "x", "msg": "x"}, 500))
        end = await pair.way().attempt(notice())
    assert end == Passing("code 7: x" if kind == "feishu" else "errcode 7: x")


@each
async def test_a_hang_passes_and_a_robot_that_is_back_gets_it_once(kind: str) -> None:
    async with pair_of(kind) as pair:
        pair.receiver.misbehave(Answer(hangs=True))
        courier = SleptTime().courier(pair.way(timeout=timedelta(milliseconds=200)))
        await courier.send(notice())
        assert len(pair.receiver.taken) == 1


@each
async def test_a_message_too_long_is_cut_and_still_has_its_links(kind: str) -> None:
    lines = [f"**户籍科** {number}号窗口 “A{number:04}” 已超 3分" for number in range(2_000)]
    long = notice(markdown="\n".join(lines))
    async with pair_of(kind) as pair:
        assert await pair.way().attempt(long) == Taken()
        shown = [line for line in pair.content().splitlines() if line]
    assert shown[-2:] == ["…", "[我知道了](https://hall.test/act?sig=open-sesame)"]
    assert shown[1:-2] == lines[: len(shown) - 3]
    assert len(shown) > 50


@each
async def test_a_message_of_quotes_and_control_characters_fits_as_well(kind: str) -> None:
    nasty = notice(title='"\x01' * 3_000, markdown='"\x01\\\n' * 30_000)
    async with pair_of(kind) as pair:
        assert await pair.way().attempt(nasty) == Taken()


@each
async def test_links_without_end_leave_room_for_the_words(kind: str) -> None:
    links = tuple(Link(f"办理 {n}", f"https://hall.test/{n}/{'x' * 300}") for n in range(100))
    async with pair_of(kind) as pair:
        assert await pair.way().attempt(notice(links=links)) == Taken()
        assert "请尽快叫号" in pair.content()
        assert "[办理 0]" in pair.content()


@pytest.mark.parametrize("kind", ["dingtalk", "feishu"])
async def test_a_wrong_secret_is_refused(kind: str) -> None:
    async with pair_of(kind) as pair:
        for secret in ("SECother", ""):
            end = await pair.way(secret=secret).attempt(notice())
            assert isinstance(end, Refused)
        assert pair.receiver.taken == []


@each
async def test_no_secret_is_said(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    async with pair_of(kind) as pair:
        known = "" if kind == "wecom" else SECRET
        echo = f"no such robot: {pair.receiver.url} {known}"
        pair.receiver.misbehave(said({"errcode": -1, "code": 11232, "errmsg": echo, "msg": echo}))
        pair.receiver.misbehave(said({"errcode": 4, "code": 4, "errmsg": echo, "msg": echo}))
        way = pair.way()
        courier = SleptTime().courier(way)
        with pytest.raises(UndeliverableError) as caught:
            await courier.send(notice())
        settings = getattr(way, "_settings")  # noqa: B009 - a way need not have any
        told = f"{caught.value} {caplog.text} {courier.name} {settings!r} {way!r}"
    assert "127.0.0.1" in told
    assert "no such robot" in told
    assert "hunter2" not in told
    assert "geheim" not in told


async def test_dingtalk_reads_the_signature_whatever_characters_it_has() -> None:
    async with pair_of("dingtalk") as pair:
        settings = DingTalkSettings(url=pair.receiver.url, secret=SECRET)
        now, signed = time.time(), ""
        for second in range(40):
            way = DingTalk(settings, pair.session, lambda second=second: now - second)  # type: ignore[misc]
            assert await way.attempt(notice()) == Taken()
            signed += pair.receiver.taken[-1].query["sign"]
        assert set("+/=") <= set(signed), "all that a query must not hold as it is"


@pytest.mark.parametrize(
    ("words", "end"),
    [
        ("too many request", Passing("code 9499: too many request", 30.0)),
        ("Frequency Limited", Passing("code 9499: Frequency Limited", 30.0)),
        ("Bad Request", Refused("refused with code 9499: Bad Request")),
    ],
)
async def test_feishus_9499_is_read_by_its_words(words: str, end: Attempt) -> None:
    async with pair_of("feishu") as pair:
        pair.receiver.misbehave(said({"code": 9499, "msg": words, "data": {}}, 400))
        assert await pair.way().attempt(notice()) == end


@pytest.mark.parametrize(
    ("code", "end"),
    [(0, Taken()), (19007, Refused("refused with StatusCode 19007: Bot Not Enabled"))],
)
async def test_feishus_first_robots_have_another_key(code: int, end: Attempt) -> None:
    async with pair_of("feishu") as pair:
        pair.receiver.misbehave(said({"StatusCode": code, "StatusMessage": "Bot Not Enabled"}))
        assert await pair.way().attempt(notice()) == end


async def test_feishu_says_in_a_header_how_long_to_wait() -> None:
    async with pair_of("feishu") as pair:
        body = {"code": 99991400, "msg": "request trigger frequency limit"}
        pair.receiver.misbehave(said(body, 429, **{"x-ogw-ratelimit-reset": "52"}))
        end = await pair.way().attempt(notice())
    assert end == Passing("code 99991400: request trigger frequency limit", 52.0)


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize("code", [130101, 410100])
async def test_dingtalk_is_too_fast_by_either_number(code: int, status: int) -> None:
    async with pair_of("dingtalk") as pair:
        pair.receiver.misbehave(said({"errcode": code, "errmsg": "send too fast"}, status))
        end = await pair.way().attempt(notice())
    assert end == Passing(f"errcode {code}: send too fast", 60.0)
