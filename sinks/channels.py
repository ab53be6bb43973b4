"""Ways to tell people of an alert: the log, and a generic webhook.

Owns delivering one message over one channel: signing, retrying, giving up. Does not
choose channels or drop repetitions (the `notify` agent) and does not queue
(`sinks.outbox`). Invariant: a returned `send` means the other side took the message.
"""

import asyncio
import hashlib
import hmac
import logging
import random
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol
from urllib.parse import quote, urlsplit

import aiohttp
import msgspec
from msgspec import Struct

from schemas.outcomes import AlertMessage
from sinks.backoff import BackOff, delay_seconds
from sinks.outage import Outage

log = logging.getLogger(__name__)

#: Client errors that may pass: timeout, too early, too many requests.
_PASSING = frozenset({408, 425, 429})


_SENDING = "sending"

_VISIBLE = "".join(map(chr, range(0x21, 0x7F))).replace("%", "")


class UndeliverableError(Exception):
    """This message will not arrive over this channel; the reason, without secrets."""


class Channel(Protocol):
    """Where alerts go."""

    @property
    def name(self) -> str: ...

    @property
    def trouble(self) -> str:
        """Why messages do not get through just now; "" when all is well."""
        ...

    async def send(self, message: AlertMessage, text: str) -> None:
        """Returns once the message was taken. Raises UndeliverableError."""


_GOOD_NEWS = frozenset({"hall.alert.closed", "hall.alert.retracted"})


class LogChannel:
    """One clear line in the program's log."""

    name = "log"
    trouble = ""

    async def send(self, message: AlertMessage, text: str) -> None:
        level = logging.INFO if message.type in _GOOD_NEWS else logging.WARNING
        log.log(level, "%s", " ".join(text.split()))


class WebhookSettings(Struct, frozen=True, kw_only=True):
    url: str
    secret: str = ""  #: signs the requests; "" leaves them unsigned
    timeout: timedelta = timedelta(seconds=10)
    back_off: BackOff = BackOff(first=timedelta(seconds=1), cap=timedelta(minutes=1))
    give_up_after: timedelta = timedelta(hours=1)  #: of trying; old alerts help nobody
    longest_retry_after: timedelta = timedelta(minutes=10)  #: a larger wish is cut to this

    def __repr__(self) -> str:
        return f"WebhookSettings({_place(self.url)})"  # URL and secret may both be secret


class WebhookChannel:
    """POSTs the alert as a CloudEvent in structured JSON, at least once.

    The receiver recognises a repetition by the event's `id`, which is also the
    `Idempotency-Key`. With a secret, `X-Hallwatch-Signature: t=<seconds>,v1=<hex>` is the
    HMAC-SHA256 of `<seconds>.<body>`; a receiver should refuse an old `t`.
    """

    def __init__(
        self,
        settings: WebhookSettings,
        session: aiohttp.ClientSession,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._settings = settings
        self._session = session
        self._clock = clock
        self._sleep = sleep
        self.name = f"webhook {_place(settings.url)}"
        self._outage = Outage(self.name, lambda: "its messages wait")

    @property
    def trouble(self) -> str:
        return self._outage.why

    async def send(self, message: AlertMessage, text: str) -> None:
        body = encode(message, text)
        started, attempt = time.monotonic(), 0
        while True:
            attempt += 1
            problem, wish = await self._post(message.id, body)
            if not problem:
                self._outage.over(_SENDING)
                return
            pause = delay_seconds(self._settings.back_off, attempt, random.random())
            pause = max(pause, min(wish, self._settings.longest_retry_after.total_seconds()))
            if time.monotonic() + pause - started > self._settings.give_up_after.total_seconds():
                raise UndeliverableError(f"{self.name}: {problem}, given up after {attempt} tries")
            self._outage.met(_SENDING, problem)
            await self._sleep(pause)

    async def _post(self, id_: str, body: bytes) -> tuple[str, float]:
        """("", 0) when taken, else what went wrong and the wait the receiver asked for."""
        headers = {
            "Content-Type": "application/cloudevents+json; charset=utf-8",
            "Idempotency-Key": _header_safe(id_),
        }
        if self._settings.secret:
            headers["X-Hallwatch-Signature"] = sign(self._settings.secret, int(self._clock()), body)
        timeout = aiohttp.ClientTimeout(total=self._settings.timeout.total_seconds())
        try:
            # A redirect is not followed: it could carry the signed alert anywhere.
            async with self._session.post(
                self._settings.url,
                data=body,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                status = response.status
                wish = retry_after(response.headers.get("Retry-After", ""), self._clock())
        except TimeoutError:
            return "no answer in time", 0.0
        except aiohttp.ClientError as error:
            # Its text may hold the URL, and the URL a token.
            return f"unreachable ({type(error).__name__})", 0.0
        if 200 <= status < 300:
            return "", 0.0
        if status < 500 and status not in _PASSING:
            self._outage.over(_SENDING)  # it answers, if only to say no to this one
            raise UndeliverableError(f"{self.name}: refused with HTTP {status}")
        return f"HTTP {status}", wish


def encode(message: AlertMessage, text: str) -> bytes:
    """The CloudEvent, with the words beside it as the extension `alerttext`."""
    return msgspec.json.encode({**msgspec.to_builtins(message), "alerttext": text})


def sign(secret: str, seconds: int, body: bytes) -> str:
    signed = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256)
    return f"t={seconds},v1={signed.hexdigest()}"


def retry_after(header: str, now: float) -> float:
    """Seconds a Retry-After header asks for, be it a number or a date; 0 if neither."""
    if header.strip().isdecimal():
        return float(header)
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        return 0.0
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.fromtimestamp(now, UTC)).total_seconds())


def _header_safe(id_: str) -> str:
    """Ids hold journeys, which may be Chinese or hold a line's end; a header may not."""
    return quote(id_, safe=_VISIBLE)


def _place(url: str) -> str:
    """Host only: path and query of a robot's URL are its password."""
    return urlsplit(url).hostname or "?"
