"""Signed links: what a message lets somebody do, and for how long.

Owns the token and its signature. Pure: `now` is an argument. Made by the wiring of notices, read by
`register`, and at the wall's door. Invariant: a token names everything it allows, and nobody
without the key makes one; how long a comparison takes says nothing about what was compared.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TypeVar

import msgspec
from msgspec import Struct

from schemas.acting import ActKind, Refusal, Refused

#: Of the token's form; another one is another version, and old links stay what they are.
_VERSION = "1"

#: Of more, no link was ever made here.
_LONGEST = 2_000


class Token(Struct, frozen=True, array_like=True):
    """One act on one alert by one person, or by one of those who read a channel. Section and
    partition are the alert's, so that the act can be entered while ClickHouse is away."""

    kind: ActKind
    alert: str
    by: str  #: "": whoever reads `channel` says who he is
    expires: int  #: seconds since the epoch
    section: str
    partition: int
    channel: str = ""


class ListToken(Struct, frozen=True, array_like=True):
    """To see what is not over in some sections, and to act on it as `Token` says."""

    sections: tuple[str, ...]
    by: str
    expires: int  #: seconds since the epoch
    channel: str = ""


class DetailsToken(Struct, frozen=True, array_like=True):
    """To see how one alert came about, where the wall asks who you are."""

    alert: str
    expires: int  #: seconds since the epoch


_Leads = TypeVar("_Leads", Token, ListToken, DetailsToken)

#: The first part of a token, so that none is taken for one of the other kind.
_VERSIONS = {Token: _VERSION, ListToken: f"{_VERSION}L", DetailsToken: f"{_VERSION}D"}


def sign(key: bytes, token: Token | ListToken | DetailsToken) -> str:
    """`1.<what is allowed>.<signature>`, fit for a URL's path; `1L.…` of a list,
    `1D.…` of details."""
    body = f"{_VERSIONS[type(token)]}.{_encoded(msgspec.json.encode(token))}"
    return f"{body}.{_encoded(_signature(key, body))}"


def read_token(key: bytes, text: str, now: float) -> Token | Refused:
    return _read(Token, key, text, now)


def read_list_token(key: bytes, text: str, now: float) -> ListToken | Refused:
    return _read(ListToken, key, text, now)


def read_details_token(key: bytes, text: str, now: float) -> DetailsToken | Refused:
    return _read(DetailsToken, key, text, now)


def _read(kind: type[_Leads], key: bytes, text: str, now: float) -> _Leads | Refused:
    if len(text) > _LONGEST or not text.isascii():
        return _forged()
    body, _, signature = text.rpartition(".")
    version, _, content = body.partition(".")
    if not hmac.compare_digest(_encoded(_signature(key, body)), signature):
        return _forged()
    if version != _VERSIONS[kind]:
        return _forged()
    try:
        content_bytes = urlsafe_b64decode(content + "=" * (-len(content) % 4))
        token = msgspec.json.decode(content_bytes, type=kind)
    except (msgspec.MsgspecError, ValueError):
        return _forged()
    if now >= token.expires:
        return Refused(why=Refusal.EXPIRED, field="token", detail="the link is no longer valid")
    return token


def _forged() -> Refused:
    return Refused(
        why=Refusal.FORGED, field="token", detail="no link that was made here, or not all of it"
    )


def _signature(key: bytes, body: str) -> bytes:
    return hmac.digest(key, b"hallwatch act " + body.encode(), hashlib.sha256)


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")
