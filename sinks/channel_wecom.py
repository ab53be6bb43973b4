"""企业微信群机器人: a robot in a WeCom group.

Owns the form of its message and the meaning of its codes. Trying again is the courier's.
Built by `sinks.channel_kinds`. Invariant: no message is longer than WeCom takes, since it
refuses a longer one whole (errcode 40058).

Rules from 群机器人配置说明 (developer.work.weixin.qq.com/document/path/91770): the markdown
type, `content` of at most 4096 bytes of UTF-8, at most 20 messages a minute from a robot,
and that the address is to be kept secret; codes from 全局错误码 (…/document/path/90313).
"""

from datetime import timedelta

import aiohttp
import msgspec
from msgspec import Struct

from sinks.courier import Attempt, Passing
from sinks.fitting import bold_title, markdown_within
from sinks.http_post import host_of, post
from sinks.notice import Notice
from sinks.pace import Limit
from sinks.robot_answer import Codes, robot_answer, secrets_of

LIMITS = (Limit(20, 60.0),)

_MOST_BYTES = 4096
_CODES = Codes(
    key="errcode",
    words="errmsg",
    # System busy; called too often; too many calls at once.
    passing=frozenset({-1, 45009, 45033}),
    wish=30.0,  # of a limit that is counted by the minute, half of it is over by then
)


class WeComSettings(Struct, frozen=True, kw_only=True):
    url: str  #: with the robot's key
    timeout: timedelta = timedelta(seconds=10)

    def __repr__(self) -> str:
        return f"WeComSettings({host_of(self.url)})"


class WeCom:
    def __init__(self, settings: WeComSettings, session: aiohttp.ClientSession) -> None:
        self._settings = settings
        self._session = session
        self._secrets = secrets_of(settings.url)
        self.name = f"wecom {host_of(settings.url)}"

    async def attempt(self, notice: Notice) -> Attempt:
        content = markdown_within(
            _MOST_BYTES,
            head=bold_title(notice.title),
            body=notice.markdown,
            links=notice.links,
        )
        reply = await post(
            self._session,
            self._settings.url,
            msgspec.json.encode({"msgtype": "markdown", "markdown": {"content": content}}),
            {"Content-Type": "application/json; charset=utf-8"},
            self._settings.timeout,
        )
        if isinstance(reply, Passing):
            return reply
        return robot_answer(reply, _CODES, self._secrets)
