"""The file of users: names, and what their passwords are known by.

Owns the form of the file, hashing and checking. Written by `user_desk`, read by `door`. Invariant:
no password can be had from the file, and how long a check takes does not say whose it is.
"""

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

#: What scrypt costs: 32 MiB and about a twentieth of a second.
_N, _R, _P = 2**15, 8, 1
_MEMORY = 64 * 1024 * 1024


class UserFileError(Exception):
    """The file cannot be used. The text says which one, where and why."""


class User(Struct, frozen=True, forbid_unknown_fields=True):
    #: HTTP's basic authentication splits at the first colon.
    name: Annotated[str, Meta(pattern=r"^[^\s:\x00-\x1f]{1,64}$")]
    salt: str  #: base64
    scrypt: str  #: base64


class UserFile(Struct, frozen=True, forbid_unknown_fields=True):
    users: list[User] = []


def make_user(name: str, password: str) -> User:
    """Raises msgspec.ValidationError for a name that cannot be one."""
    salt = secrets.token_bytes(16)
    told = {
        "name": name,
        "salt": b64encode(salt).decode(),
        "scrypt": b64encode(_hash(password, salt)).decode(),
    }
    return msgspec.convert(told, User)


def knows(user: User, password: str) -> bool:
    """Takes what scrypt costs: call it from a thread."""
    return hmac.compare_digest(_hash(password, b64decode(user.salt)), b64decode(user.scrypt))


@cache
def nobody() -> User:
    """Stands for those who are not in the file; nobody has its password."""
    return make_user("nobody", secrets.token_urlsafe(32))


def read_users(path: Path) -> dict[str, User]:
    """By name; raises UserFileError."""
    try:
        file = msgspec.json.decode(path.read_bytes(), type=UserFile)
        for user in file.users:
            b64decode(user.salt, validate=True), b64decode(user.scrypt, validate=True)
    except OSError as error:
        raise UserFileError(f"{path}: cannot be read ({error.strerror})") from None
    except msgspec.ValidationError as error:
        raise UserFileError(f"{path}: {error}") from None
    except (msgspec.DecodeError, ValueError):
        raise UserFileError(f"{path}: not as `hallwatch wall-users` writes it") from None
    return {user.name: user for user in file.users}


def _hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=_N, r=_R, p=_P, maxmem=_MEMORY)
