"""飞书自定义机器人: a robot in a Feishu group.

Owns the form of its card, its signature, and the meaning of its codes. Trying again is the
courier's. Built by `sinks.channel_kinds`. Invariant: no request is over 20 KB, which
Feishu refuses whole.

Rules from 自定义机器人使用指南 (open.feishu.cn/document/client-docs/bot-v3/add-custom-bot):
`timestamp` in seconds and `sign` in the body, the Base64 of HMAC-SHA256 over nothing, keyed
with "timestamp\\nsecret"; 100 requests a minute and 5 a second; 11232 when there were too
many, also others' at the full hour; 20 KB a request. From 频控策略 (…/server-docs/
api-call-guide/frequency-control): 99991400 with `x-ogw-ratelimit-reset`, the seconds to
wait. 9499 is both "Bad Request" there and "too many request" in the field: its words decide.
The card is of JSON 1.0 (…/feishu-cards/card-json-structure): clients before 7.20 show no 2.0.
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import aiohttp
import msgspec
from msgspec import Struct

from sinks.courier import Attempt, Passing
from sinks.fitting import body_within, markdown_within, title_within
from sinks.http_post import Reply, host_of, post
from sinks.notice import Notice, NoticeKind
from sinks.pace import Limit
from sinks.robot_answer import Codes, answer_of, robot_answer, secrets_of

LIMITS = (Limit(100, 60.0), Limit(5, 1.0))

_MOST_BYTES = 20_000
_CODES = Codes(
    key="code",
    words="msg",
    passing=frozenset({11232, 99991400}),
    wish=30.0,  # of a limit that is counted by the minute, half of it is over by then
)
_AMBIGUOUS = 9499
_TOO_MANY = ("too many", "frequency")

#: The colour of a card's head says at a glance how bad it is.
_COLOURS = {
    NoticeKind.WARNED: "orange",
    NoticeKind.BREACHED: "red",
    NoticeKind.ESCALATED: "carmine",
    NoticeKind.CLOSED: "green",
    NoticeKind.RETRACTED: "grey",
    NoticeKind.DIGEST: "blue",
    NoticeKind.TEST: "blue",
}


class FeishuSettings(Struct, frozen=True, kw_only=True):
    url: str  #: with the robot's token
    secret: str = ""  #: of a robot that checks signatures (签名校验)
    timeout: timedelta = timedelta(seconds=10)

    def __repr__(self) -> str:
        return f"FeishuSettings({host_of(self.url)})"


class Feishu:
    def __init__(
        self,
        settings: FeishuSettings,
        session: aiohttp.ClientSession,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._session = session
        self._clock = clock
        self._secrets = secrets_of(settings.url, settings.secret)
        self.name = f"feishu {host_of(settings.url)}"

    async def attempt(self, notice: Notice) -> Attempt:
        reply = await post(
            self._session,
            self._settings.url,
            self._body(notice),
            {"Content-Type": "application/json; charset=utf-8"},
            self._settings.timeout,
        )
        if isinstance(reply, Passing):
            return reply
        return robot_answer(reply, _codes_for(reply), self._secrets)

    def _body(self, notice: Notice) -> bytes:
        message: dict[str, Any] = {"msg_type": "interactive"}
        if self._settings.secret:
            seconds = int(self._clock())
            message["timestamp"] = str(seconds)
            message["sign"] = sign(self._settings.secret, seconds)
        return body_within(
            _MOST_BYTES,
            lambda room: msgspec.json.encode({**message, "card": _card(notice, room)}),
        )


def _card(notice: Notice, most: int) -> dict[str, Any]:
    content = markdown_within(most, head="", body=notice.markdown, links=notice.links)
    return {
        "header": {
            "title": {"tag": "plain_text", "content": title_within(notice.title)},
            "template": _COLOURS[notice.kind],
        },
        "elements": [{"tag": "markdown", "content": content}],
    }


def _codes_for(reply: Reply) -> Codes:
    answer = answer_of(reply)
    reset = reply.headers.get("x-ogw-ratelimit-reset", "")
    wish = float(reset) if reset.isascii() and reset.isdecimal() else _CODES.wish
    said = str(answer.get("msg", "")).lower()
    limited = answer.get("code") == _AMBIGUOUS and any(each in said for each in _TOO_MANY)
    passing = _CODES.passing | {_AMBIGUOUS} if limited else _CODES.passing
    codes = msgspec.structs.replace(_CODES, passing=passing, wish=wish)
    if "code" in answer:
        return codes
    # Robots of the first version have only what the second keeps for their sake.
    return msgspec.structs.replace(codes, key="StatusCode", words="StatusMessage")


def sign(secret: str, seconds: int) -> str:
    signed = hmac.new(f"{seconds}\n{secret}".encode(), b"", hashlib.sha256)
    return base64.b64encode(signed.digest()).decode()
