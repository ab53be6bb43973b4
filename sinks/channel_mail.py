"""E-mail over SMTP.

Owns the connection, the envelope and what the server's codes mean; the letter itself is
`sinks.mail_letter`. Trying again is the courier's. Built by `sinks.channel_kinds`.
Invariant: a recipient whose server took the mail is not sent it again because another's did
not; one who is refused for good makes the whole notice refused, at the end, so that
somebody hears of it.

RFC 5321 §4.2.1: codes 4xx are for now, 5xx for good.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

import aiosmtplib
from msgspec import Struct

from sinks.courier import Attempt, Passing, Refused, Taken
from sinks.mail_letter import address_of, letter
from sinks.notice import Notice
from sinks.pace import Limit

#: No server's rule, but more is a storm in any mailbox.
LIMITS = (Limit(60, 60.0),)


class Tls(StrEnum):
    STARTTLS = "starttls"  #: demanded: a server that offers none gets no mail
    TLS = "tls"
    NONE = "none"


class MailSettings(Struct, frozen=True, kw_only=True):
    host: str
    port: int
    sender: str  #: an address, or a name and an address: 大厅预警 <hall@example.org>
    to: tuple[str, ...]  #: the same
    tls: Tls = Tls.STARTTLS
    user: str = ""  #: "": no authentication
    password: str = ""
    ca_file: str = ""  #: of a server with a certificate of the house; "": the system's
    timeout: timedelta = timedelta(seconds=30)  #: for the whole of one mail

    def __repr__(self) -> str:
        return f"MailSettings({self.host}:{self.port})"


class _Round(Struct):
    """Whom one notice has still to reach, and who was refused."""

    notice: str
    left: list[str]
    refused: dict[str, int]


class Mail:
    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._round = _Round("", [], {})
        self.name = f"mail {settings.host}"

    async def attempt(self, notice: Notice) -> Attempt:
        if self._round.notice != notice.id:
            self._round = _Round(notice.id, [address_of(each) for each in self._settings.to], {})
        answer = await self._send(notice, self._round.left)
        if not isinstance(answer, dict):
            if not isinstance(answer, Passing):
                self._round = _Round("", [], {})
            return answer
        self._round.left = [each for each, code in answer.items() if code < 500]
        self._round.refused |= {each: code for each, code in answer.items() if code >= 500}
        if self._round.left:
            codes = _codes(answer[each] for each in self._round.left)
            return Passing(f"SMTP {codes} for {len(self._round.left)} recipients")
        refused, self._round = self._round.refused, _Round("", [], {})
        if not refused:
            return Taken()
        everybody = len(self._settings.to)
        codes = _codes(refused.values())
        return Refused(f"{len(refused)} of {everybody} recipients refused with SMTP {codes}")

    async def _send(self, notice: Notice, to: list[str]) -> dict[str, int] | Attempt:
        """The codes of the recipients that were refused, or why it got to none of them."""
        settings = self._settings
        options: dict[str, Any] = {}
        if settings.user:
            options |= {"username": settings.user, "password": settings.password}
        if settings.ca_file:
            options["cert_bundle"] = settings.ca_file
        try:
            async with asyncio.timeout(settings.timeout.total_seconds()):
                answers, _ = await aiosmtplib.send(
                    letter(notice, settings.sender, settings.to),
                    sender=address_of(settings.sender),
                    recipients=to,
                    hostname=settings.host,
                    port=settings.port,
                    use_tls=settings.tls is Tls.TLS,
                    start_tls=settings.tls is Tls.STARTTLS,
                    timeout=settings.timeout.total_seconds(),
                    **options,
                )
        except aiosmtplib.SMTPRecipientsRefused as error:
            return {each.recipient: each.code for each in error.recipients}
        except aiosmtplib.SMTPResponseException as error:
            # Not its text: a server may repeat in it what it was told.
            if error.code < 500:
                return Passing(f"SMTP {error.code}")
            return Refused(f"refused with SMTP {error.code} ({_STEPS.get(type(error), 'answer')})")
        except TimeoutError:
            return Passing("no answer in time")
        except (aiosmtplib.SMTPException, OSError) as error:
            if type(error) in _LACKING:
                return Refused("refused: the server offers no STARTTLS, or no way to authenticate")
            return Passing(f"unreachable ({type(error).__name__})")
        return {each: answer.code for each, answer in answers.items()}


#: What the library raises, and not a subclass of it, when the server has not what we demand.
_LACKING = (aiosmtplib.SMTPException, aiosmtplib.SMTPNotSupported)

_STEPS: Mapping[type[aiosmtplib.SMTPException], str] = {
    aiosmtplib.SMTPAuthenticationError: "user or password",
    aiosmtplib.SMTPSenderRefused: "sender",
    aiosmtplib.SMTPDataError: "content",
}


def _codes(codes: Any) -> str:
    return ", ".join(map(str, sorted(set(codes))))
