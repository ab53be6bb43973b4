"""The users, as the file has them now.

Owns reading it again when it has changed. Called by `door`. Invariant: who was removed is out from
the next request on; a file that cannot be read lets nobody new in and puts nobody out.
"""

import logging
from pathlib import Path

from streams.door.users import UserFileError, read_users
from streams.file_stamp import stamp_of

log = logging.getLogger(__name__)


class Roll:
    def __init__(self, path: Path) -> None:
        """Raises UserFileError."""
        self._path = path
        self._stamp = stamp_of(path)
        self.users = read_users(path)

    def changed(self) -> bool:
        """Since it was last asked; then `users` are those of now."""
        stamp = stamp_of(self._path)
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            self.users = read_users(self._path)
        except UserFileError as error:
            log.error("the wall's users are those of before: %s", error)
            return False
        log.info("the wall's users: %s read again, %d of them", self._path, len(self.users))
        return True
