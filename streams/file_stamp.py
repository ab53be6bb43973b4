"""Whether a file is still the one it was.

Called by whoever looks at a file again and again: the gateway at its keys, the watched folder at
what was dropped. Invariant: a file written to or replaced has another stamp.
"""

from pathlib import Path

from msgspec import Struct


class Stamp(Struct, frozen=True):
    """Equal while nobody wrote to the file, or put another in its place."""

    inode: int
    size: int
    written_ns: int


def stamp_of(path: Path) -> Stamp | None:
    """None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return Stamp(found.st_ino, found.st_size, found.st_mtime_ns)
