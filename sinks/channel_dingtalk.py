"""钉钉自定义机器人: a robot in a DingTalk group.

Owns the form of its message, its signature, and the meaning of its codes. Trying again is
the courier's. Built by `sinks.channel_kinds`. Invariant: each attempt is signed anew, with
the time it is made at; DingTalk takes none that is an hour off.

Rules from 自定义机器人接入 and 自定义机器人安全设置 (open.dingtalk.com/document/robots/
custom-robot-access, …/customize-robot-security-settings): markdown with a title, which is
what the list of chats shows; `timestamp` in milliseconds and `sign` in the query, the
Base64 of HMAC-SHA256 over "timestamp\\nsecret", keyed with the secret; at most 20 messages a
minute, or the robot is shut up for ten minutes. "send too fast" comes as errcode 130101 and,
in the newer table of codes, as 410100; a message over 20,000 bytes as 460101.
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

import aiohttp
import msgspec
from msgspec import Struct

from sinks.courier import Attempt, Passing
from sinks.fitting import body_within, bold_title, markdown_within, title_within
from sinks.http_post import host_of, post
from sinks.notice import Notice
from sinks.pace import Limit
from sinks.robot_answer import Codes, robot_answer, secrets_of

LIMITS = (Limit(20, 60.0),)

#: Of the whole request: whether text or request is meant is not said.
_MOST_BYTES = 20_000
_CODES = Codes(
    key="errcode",
    words="errmsg",
    # System busy; sent too fast, by its older and its newer number.
    passing=frozenset({-1, 130101, 410100}),
    wish=60.0,  # it may last ten minutes: no use in asking every second
)


class DingTalkSettings(Struct, frozen=True, kw_only=True):
    url: str  #: with the robot's access token
    secret: str = ""  #: SEC…, of a robot that checks signatures (加签)
    timeout: timedelta = timedelta(seconds=10)

    def __repr__(self) -> str:
        return f"DingTalkSettings({host_of(self.url)})"


class DingTalk:
    def __init__(
        self,
        settings: DingTalkSettings,
        session: aiohttp.ClientSession,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._session = session
        self._clock = clock
        self._secrets = secrets_of(settings.url, settings.secret)
        self.name = f"dingtalk {host_of(settings.url)}"

    async def attempt(self, notice: Notice) -> Attempt:
        reply = await post(
            self._session,
            self._signed_url(),
            body_within(_MOST_BYTES, lambda room: _body(notice, room)),
            {"Content-Type": "application/json; charset=utf-8"},
            self._settings.timeout,
        )
        if isinstance(reply, Passing):
            return reply
        return robot_answer(reply, _CODES, self._secrets)

    def _signed_url(self) -> str:
        url, secret = self._settings.url, self._settings.secret
        if not secret:
            return url
        milliseconds = round(self._clock() * 1000)
        query = urlencode({"timestamp": milliseconds, "sign": sign(secret, milliseconds)})
        return f"{url}{'&' if urlsplit(url).query else '?'}{query}"


def _body(notice: Notice, room: int) -> bytes:
    text = markdown_within(
        room,
        head=bold_title(notice.title),
        body=notice.markdown,
        links=notice.links,
        line_end="\n\n",  # a single one does not end a line here
    )
    message = {"title": title_within(notice.title), "text": text}
    return msgspec.json.encode({"msgtype": "markdown", "markdown": message})


def sign(secret: str, milliseconds: int) -> str:
    signed = hmac.new(secret.encode(), f"{milliseconds}\n{secret}".encode(), hashlib.sha256)
    return base64.b64encode(signed.digest()).decode()
