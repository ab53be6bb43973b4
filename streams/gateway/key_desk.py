"""Keys made and revoked.

Owns writing the file of keys. Called by `hallwatch gateway-keys`. Invariants: the file is replaced
as a whole and is its owner's alone to read; two at work on it come one after the other; a secret is
returned once and never written.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec.structs import replace

from streams.gateway.keyring import read_key_file
from streams.gateway.senders import (
    MOST_KEYS,
    SENDABLE_TYPES,
    KeyFile,
    Sender,
    make_key,
    matches,
)
from streams.private_file import alone_with, replace_whole


class KeyRefusedError(Exception):
    """What was asked for does not hold. The text says why, and the cure."""


def new_key(
    path: Path,
    name: str,
    now: datetime,
    *,
    sources: Sequence[str] = (),
    types: Sequence[str] = (),
    per_second: int | None = None,
) -> tuple[Sender, str]:
    """A key for a new sender, or one more for a known one, whose scope is then set anew where
    it is given. Returns the sender and the token. Raises KeyRefusedError and KeyFileError."""
    for kind in types:
        if not any(matches(kind, known) for known in SENDABLE_TYPES):
            raise KeyRefusedError(
                f"--type {kind}: no system sends such events; for example ticket.called or ticket.*"
            )
    key, token = make_key(now)
    with _written(path) as senders:
        before = senders.get(name)
        if before is None and not (sources and types):
            raise KeyRefusedError(f"{name} is new: say --source and --type, what it may send")
        if before is not None and len(before.keys) >= MOST_KEYS:
            old, newer = before.keys
            raise KeyRefusedError(
                f"{name} has {MOST_KEYS} keys already, {old.id} of {old.made:%Y-%m-%d} and"
                f" {newer.id} of {newer.made:%Y-%m-%d}; revoke one first"
            )
        asked = {
            "name": name,
            "sources": list(sources) or (before.sources if before else []),
            "types": list(types) or (before.types if before else []),
            "keys": [*(before.keys if before else []), key],
            "per_second": per_second or (before.per_second if before else None),
        }
        try:
            sender = msgspec.convert(asked, Sender, from_attributes=True)
        except msgspec.ValidationError as error:
            raise KeyRefusedError(_in_words(name, str(error))) from None
        senders[name] = sender
    return sender, token


def revoke_key(path: Path, identity: str) -> tuple[Sender, int]:
    """Its sender, and how many keys that one has left. Raises KeyRefusedError, KeyFileError."""
    with _written(path) as senders:
        for name, sender in senders.items():
            kept = [key for key in sender.keys if key.id != identity]
            if len(kept) < len(sender.keys):
                senders[name] = replace(sender, keys=kept)
                return sender, len(kept)
    raise KeyRefusedError(f"no key {identity}; `hallwatch gateway-keys list` shows them")


def _in_words(name: str, sentence: str) -> str:
    where = sentence.rpartition("$.")[2]
    if where.startswith("name"):
        return f"{name!r} is no name for a sender: small letters, digits and .-_ only"
    if where.startswith("per_second"):
        return "--per-second must be 1 or more"
    what = "--source" if where.startswith("sources") else "--type"
    return f"{what}: printable ASCII without spaces, and a star at its end only"


@contextmanager
def _written(path: Path) -> Iterator[dict[str, Sender]]:
    """The senders, to be changed in the block; written if it ends well."""
    with alone_with(path):
        file = read_key_file(path)
        senders = {sender.name: sender for sender in file.senders}
        yield senders
        replace_whole(path, KeyFile(senders=list(senders.values())))
