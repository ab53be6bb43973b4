"""Robots of WeCom, DingTalk and Feishu, as their documentation says they answer.

Owns what each vendor checks and its codes, written down from the documents and not from our
adapters: signature, age, key, shape, length. Invariant: they answer 200 whatever is wrong.
"""

import base64
import hashlib
import hmac
import time

import msgspec

from tests.sinks.receivers.http import Answer, Asked, HttpReceiver, said

SECRET = "SECgeheim-geheim"
_HOUR = 3600


def _sha256(key: str, text: str) -> str:
    return base64.b64encode(hmac.digest(key.encode(), text.encode(), hashlib.sha256)).decode()


class WeComReceiver(HttpReceiver):
    path = "/cgi-bin/webhook/send"
    query = "?key=693a91f6-hunter2"
    yes = said({"errcode": 0, "errmsg": "ok"})
    too_fast = said({"errcode": 45009, "errmsg": "api freq out of limit, hint: [1632]"})
    no = said({"errcode": 93000, "errmsg": "invalid webhook url, hint: [1632]"})

    def objection(self, asked: Asked) -> Answer | None:
        if asked.path != self.path or asked.query.get("key") != "693a91f6-hunter2":
            return self.no
        message = asked.json()
        if message.get("msgtype") != "markdown":
            return said({"errcode": 40008, "errmsg": "invalid message type"})
        content = message["markdown"]["content"]
        if not content:
            return said({"errcode": 44004, "errmsg": "empty content"})
        if len(content.encode()) > 4096:
            return said({"errcode": 40058, "errmsg": "markdown.content exceed max length 4096"})
        return None


class DingTalkReceiver(HttpReceiver):
    """One that checks signatures (加签)."""

    path = "/robot/send"
    query = "?access_token=hunter2-566cc69d"
    yes = said({"errcode": 0, "errmsg": "ok"})
    too_fast = said({"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"})
    no = said({"errcode": 310000, "errmsg": "keywords not in content"})

    def objection(self, asked: Asked) -> Answer | None:
        if asked.path != self.path or asked.query.get("access_token") != "hunter2-566cc69d":
            return said({"errcode": 300005, "errmsg": "token is not exist"})
        stamp = asked.query.get("timestamp", "")
        if not stamp.isdecimal() or abs(time.time() - int(stamp) / 1000) > _HOUR:
            return said({"errcode": 310000, "errmsg": "invalid timestamp"})
        if asked.query.get("sign") != _sha256(SECRET, f"{stamp}\n{SECRET}"):
            return said({"errcode": 310000, "errmsg": "sign not match"})
        message = asked.json()
        if message.get("msgtype") != "markdown":
            return said({"errcode": 400105, "errmsg": "unsupported msgtype"})
        if not message["markdown"].get("title") or not message["markdown"].get("text"):
            return said({"errcode": 40035, "errmsg": "缺少参数 json"})
        if len(asked.body) > 20_000:
            return said({"errcode": 460101, "errmsg": "message too long, exceed 20000 bytes"})
        return None


class FeishuReceiver(HttpReceiver):
    """One that checks signatures (签名校验)."""

    path = "/open-apis/bot/v2/hook/hunter2-7f3c"
    query = ""
    yes = said({"code": 0, "msg": "success", "data": {}, "StatusCode": 0})
    too_fast = said({"code": 11232, "data": {}, "msg": "frequency limited psm[lark]appID[1500]"})
    no = said({"code": 19024, "msg": "Key Words Not Found"})
    bad = said({"code": 9499, "msg": "Bad Request", "data": {}})

    def objection(self, asked: Asked) -> Answer | None:
        if asked.path != self.path:
            return said(
                {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}
            )
        if len(asked.body) > 20 * 1024:
            return self.bad
        message = asked.json()
        stamp = message.get("timestamp", "")
        signed = _sha256(f"{stamp}\n{SECRET}", "")
        fresh = isinstance(stamp, str) and abs(time.time() - int(stamp or 0)) < _HOUR
        if not fresh or message.get("sign") != signed:
            words = "sign match fail or timestamp is not within one hour from current time"
            return said({"code": 19021, "msg": words})
        try:
            msgspec.convert(message, _CardMessage)
        except msgspec.ValidationError:
            return self.bad
        return None


class _Title(msgspec.Struct, tag_field="tag", tag="plain_text"):
    content: str


class _Header(msgspec.Struct):
    title: _Title
    template: str


class _Markdown(msgspec.Struct, tag_field="tag", tag="markdown"):
    content: str


class _Card(msgspec.Struct):
    header: _Header
    elements: list[_Markdown]


class _CardMessage(msgspec.Struct, tag_field="msg_type", tag="interactive"):
    card: _Card
