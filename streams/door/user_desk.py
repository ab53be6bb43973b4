"""Users added and removed.

Owns what is too weak, and writing the file. Called by `hallwatch wall-users`. Invariant: a
password is hashed before anything is written, and is in no message.
"""

from pathlib import Path

import msgspec

from streams.door.users import User, UserFile, make_user, read_users
from streams.private_file import alone_with, replace_whole

#: Of characters; fewer are soon guessed by whoever has the file.
SHORTEST_PASSWORD = 12


class UserRefusedError(Exception):
    """What was asked for does not hold. The text says why, and the cure."""


def add_user(path: Path, name: str, password: str) -> bool:
    """Or gives a known one another password; whether it was known. Raises UserRefusedError and
    UserFileError."""
    if len(password) < SHORTEST_PASSWORD:
        raise UserRefusedError(f"the password has fewer than {SHORTEST_PASSWORD} characters")
    try:
        user = make_user(name, password)
    except msgspec.ValidationError:
        raise UserRefusedError(
            f"{name!r} is no name for a user: no spaces and no colon, 64 characters at most"
        ) from None
    with alone_with(path):
        users = _at(path)
        known = name in users
        replace_whole(path, UserFile(list({**users, name: user}.values())))
    return known


def remove_user(path: Path, name: str) -> None:
    """Raises UserRefusedError and UserFileError."""
    with alone_with(path):
        users = _at(path)
        if users.pop(name, None) is None:
            raise UserRefusedError(f"no user {name!r}; `hallwatch wall-users list` shows them")
        replace_whole(path, UserFile(list(users.values())))


def _at(path: Path) -> dict[str, User]:
    return read_users(path) if path.exists() else {}
