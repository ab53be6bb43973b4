"""A generic webhook: alerts as CloudEvents, signed.

Owns the body and the signature. Trying again is the courier's. Built by
`sinks.channel_kinds`. Invariant: whatever a notice holds, the receiver can tell a repetition
of it by `Idempotency-Key`, which is the notice's id percent-encoded.

One alert: `application/cloudevents+json`, the alert's message as it is on the alerts topic,
with three attributes more: `alerttext`, the words of the notice; `noticeid` and
`noticekind`, what it is that is told of the alert ("escalated", say).

Several: `application/cloudevents-batch+json` (CloudEvents 1.0, HTTP binding §3.3), an array
of such events. `alerttext` speaks of all of them and stands with the first only, so that who
passes every event on says it once.

A test is one alert like any other, an invented one: what takes it takes alerts. Only `noticekind`
is "test", and no closing follows.

None (a digest): one event of type `hall.notice.<kind>`, whose data is the notice's title, text and
links; its words stand in `alerttext`, too.

With a secret, `X-Hallwatch-Signature: t=<seconds>,v1=<hex>` is the HMAC-SHA256 of
`<seconds>.<body>`; a receiver should refuse an old `t`.
"""

import hashlib
import hmac
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import aiohttp
import msgspec
from msgspec import Struct

from schemas.outcomes import AlertMessage
from sinks.courier import Attempt, Passing
from sinks.http_post import by_status, host_of, post
from sinks.notice import Notice, in_full

ONE = "application/cloudevents+json; charset=utf-8"
SEVERAL = "application/cloudevents-batch+json; charset=utf-8"

_VISIBLE = "".join(map(chr, range(0x21, 0x7F))).replace("%", "")


class WebhookSettings(Struct, frozen=True, kw_only=True):
    url: str
    secret: str = ""  #: signs the requests; "" leaves them unsigned
    timeout: timedelta = timedelta(seconds=10)

    def __repr__(self) -> str:
        return f"WebhookSettings({host_of(self.url)})"  # URL and secret may both be secret


class Webhook:
    def __init__(
        self,
        settings: WebhookSettings,
        session: aiohttp.ClientSession,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._session = session
        self._clock = clock
        self.name = f"webhook {host_of(settings.url)}"

    async def attempt(self, notice: Notice) -> Attempt:
        kind, body = encode(notice)
        headers = {"Content-Type": kind, "Idempotency-Key": _header_safe(notice.id)}
        if self._settings.secret:
            headers["X-Hallwatch-Signature"] = sign(self._settings.secret, int(self._clock()), body)
        settings = self._settings
        reply = await post(self._session, settings.url, body, headers, settings.timeout)
        return reply if isinstance(reply, Passing) else by_status(reply)


def encode(notice: Notice) -> tuple[str, bytes]:
    """Content type and body."""
    match notice.alerts:
        case ():
            return ONE, msgspec.json.encode(_without_alerts(notice))
        case (alert,):
            return ONE, msgspec.json.encode({**_event(notice, alert), "alerttext": in_full(notice)})
        case alerts:
            events = [_event(notice, alert) for alert in alerts]
            events[0]["alerttext"] = in_full(notice)
            return SEVERAL, msgspec.json.encode(events)


def _event(notice: Notice, alert: AlertMessage) -> dict[str, Any]:
    event: dict[str, Any] = msgspec.to_builtins(alert)
    return {**event, "noticeid": notice.id, "noticekind": notice.kind.value}


def _without_alerts(notice: Notice) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": notice.id,
        "source": "hallwatch",
        "type": f"hall.notice.{notice.kind.value}",
        "datacontenttype": "application/json",
        "noticeid": notice.id,
        "noticekind": notice.kind.value,
        "alerttext": in_full(notice),
        "data": {"title": notice.title, "text": notice.text, "links": notice.links},
    }


def sign(secret: str, seconds: int, body: bytes) -> str:
    signed = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256)
    return f"t={seconds},v1={signed.hexdigest()}"


def _header_safe(id_: str) -> str:
    """Ids hold journeys, which may be Chinese or hold a line's end; a header may not."""
    return quote(id_, safe=_VISIBLE)
