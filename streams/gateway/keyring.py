"""The file of keys, read: at the start, and again whenever it has changed.

Owns reading and what is wrong with a file. Written by `key_desk`. Invariant: a key that was revoked
opens nothing from the next request on; a file that cannot be read takes no key away and gives none,
and `trouble` says so.
"""

import logging
from pathlib import Path

import msgspec

from streams.file_stamp import stamp_of
from streams.gateway.senders import MOST_KEYS, Key, KeyFile, Sender, opens, token_id

log = logging.getLogger(__name__)


class KeyFileError(Exception):
    """The file cannot be used. The text says which one, where and why."""


class Keyring:
    """The keys of `path`. A file that is not there yet holds none."""

    def __init__(self, path: Path) -> None:
        """Raises KeyFileError."""
        self._path = path
        self._stamp = stamp_of(path)
        self._holders = _holders(read_key_file(path))
        self.trouble = ""

    @property
    def empty(self) -> bool:
        return not self._holders

    def holder(self, token: str) -> Sender | None:
        """Whose key it is."""
        self._look_again()
        found = self._holders.get(token_id(token))
        if found is None:
            return None
        sender, key = found
        return sender if opens(token, key) else None

    def _look_again(self) -> None:
        stamp = stamp_of(self._path)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._holders = _holders(read_key_file(self._path))
        except KeyFileError as error:
            self.trouble = f"the keys are those of before: {error}"
            log.error(self.trouble)
        else:
            self.trouble = ""
            log.info("keys: %s read again, %d in force", self._path, len(self._holders))


def read_key_file(path: Path) -> KeyFile:
    """Raises KeyFileError."""
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return KeyFile()
    except OSError as error:
        raise KeyFileError(f"{path}: cannot be read ({error.strerror})") from None
    try:
        file = msgspec.json.decode(text, type=KeyFile)
    except msgspec.ValidationError as error:
        raise KeyFileError(f"{path}: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise KeyFileError(f"{path}: no JSON; `hallwatch gateway-keys` writes it") from None
    _check(path, file)
    return file


def _check(path: Path, file: KeyFile) -> None:
    names, identities = set[str](), set[str]()
    for sender in file.senders:
        if sender.name in names:
            raise KeyFileError(f"{path}: the sender {sender.name!r} is there twice")
        names.add(sender.name)
        if len(sender.keys) > MOST_KEYS:
            raise KeyFileError(f"{path}: {sender.name} has more than {MOST_KEYS} keys")
        for key in sender.keys:
            if key.id in identities:
                raise KeyFileError(f"{path}: the key {key.id} is there twice")
            identities.add(key.id)


def _holders(file: KeyFile) -> dict[str, tuple[Sender, Key]]:
    return {key.id: (sender, key) for sender in file.senders for key in sender.keys}
