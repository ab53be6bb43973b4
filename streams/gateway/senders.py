"""Who may send over HTTP, and what: the shape of the file of keys.

Owns the file's structs, how a key is put down and what a scope takes. Does not read or write the
file (`keyring`, `key_desk`). Invariant: of a secret only its hash is kept.
"""

import hashlib
import hmac
import re
import secrets
from datetime import datetime
from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

from schemas.decode import Told
from schemas.frame import Frame
from schemas.lookup import LookupChanged
from schemas.source import SourceHeartbeat

#: What a hall's systems say. People's acts, findings and what workers tell each other have
#: their own ways in, with their own checks.
Sendable = Told | SourceHeartbeat | LookupChanged

SENDABLE: tuple[type[Frame], ...] = get_args(Sendable)

SENDABLE_TYPES = frozenset(str(event.__struct_config__.tag) for event in SENDABLE)

#: Old and new, while a system is given the new one.
MOST_KEYS = 2

#: Exact, or with a star at its end for any ending.
Pattern = Annotated[str, Meta(pattern=r"^(?:[!-)+-~]{1,256}|[!-)+-~]{0,255}\*)$")]

SenderName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]

_SECRET_BYTES = 32
_TOKEN = re.compile(r"hw_(?P<id>[0-9a-f]{8})_(?P<secret>[A-Za-z0-9_-]{20,100})")


class Key(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One key. `hash` is SHA-256 over id and secret: of 256 random bits nothing can be guessed,
    so a slow hash would only slow down the gateway."""

    id: Annotated[str, Meta(pattern=r"^[0-9a-f]{8}$")]
    hash: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    made: Annotated[datetime, Meta(tz=True)]


class Sender(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A system that may send: for which CloudEvents sources, which types, how much."""

    name: SenderName
    sources: Annotated[list[Pattern], Meta(min_length=1)]
    types: Annotated[list[Pattern], Meta(min_length=1)]
    keys: list[Key] = []
    per_second: Annotated[int, Meta(ge=1)] | None = None  #: events; None: as the settings say

    def may_be(self, source: str) -> bool:
        return any(matches(pattern, source) for pattern in self.sources)

    def may_say(self, kind: str) -> bool:
        return kind in SENDABLE_TYPES and any(matches(pattern, kind) for pattern in self.types)


class KeyFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    version: Literal[1] = 1
    senders: list[Sender] = []


def matches(pattern: str, text: str) -> bool:
    if pattern.endswith("*"):
        return text.startswith(pattern[:-1])
    return text == pattern


def make_key(made: datetime) -> tuple[Key, str]:
    """A new key, and the token its holder shows: it is nowhere else."""
    identity, secret = secrets.token_hex(4), secrets.token_urlsafe(_SECRET_BYTES)
    return Key(id=identity, hash=_hash(identity, secret), made=made), f"hw_{identity}_{secret}"


def token_id(token: str) -> str:
    """Which key a token says it is; "" if it is none."""
    found = _TOKEN.fullmatch(token)
    return found["id"] if found else ""


def opens(token: str, key: Key) -> bool:
    """Whether the token is of this key."""
    found = _TOKEN.fullmatch(token)
    return found is not None and hmac.compare_digest(_hash(found["id"], found["secret"]), key.hash)


def _hash(identity: str, secret: str) -> str:
    return hashlib.sha256(f"{identity}:{secret}".encode()).hexdigest()
