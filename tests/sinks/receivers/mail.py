"""A mail server: takes letters over SMTP, plain, after STARTTLS or inside TLS.

Owns the server and its misbehaviour. Invariant: a letter is in `letters` once for every time
it was taken, with those recipients only that were accepted.
"""

import asyncio
import email
import email.policy
import ssl
from collections import deque
from email.message import EmailMessage
from typing import Any, Self, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from msgspec import Struct

USER, PASSWORD = "hall", "hunter2-hunter2"


class Letter(Struct, frozen=True):
    sender: str
    to: list[str]
    mail: EmailMessage

    def part(self, kind: str) -> str:
        part = self.mail.get_body((kind,))
        assert part is not None
        return str(cast(EmailMessage, part).get_content())


class MailReceiver:
    """`answers`: given in place of the yes to a letter, in order. `refuses`: what is said to a
    recipient, in order, before he is accepted. `hangs`: says nothing to a letter."""

    def __init__(
        self,
        *answers: str,
        starttls: ssl.SSLContext | None = None,
        tls: ssl.SSLContext | None = None,
        asks_password: bool = False,
    ) -> None:
        self.answers = deque(answers)
        self.refuses: dict[str, list[str]] = {}
        self.hangs = False
        self.letters: list[Letter] = []
        self.tried = 0
        self.port = 0
        self._starttls = starttls
        self._tls = tls
        self._asks_password = asks_password
        self._server: asyncio.Server | None = None

    async def start(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            self._open, "127.0.0.1", self.port, ssl=self._tls, reuse_address=True
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    def _open(self) -> SMTP:
        return SMTP(
            self,
            hostname="receiver.test",
            tls_context=self._starttls,
            require_starttls=self._starttls is not None,
            auth_required=self._asks_password,
            auth_require_tls=False,
            authenticator=self._authenticate,
        )

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any
    ) -> AuthResult:
        known = LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=given == known, handled=False)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks it up by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusals = self.refuses.get(address)
        if refusals:
            return refusals.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.tried += 1
        if self.hangs:
            await asyncio.Event().wait()  # until the sender hangs up
        if self.answers:
            return self.answers.popleft()
        content = envelope.content
        assert isinstance(content, bytes)
        mail = email.message_from_bytes(content, policy=email.policy.default)
        self.letters.append(Letter(envelope.mail_from or "", list(envelope.rcpt_tos), mail))
        return "250 OK"
