"""A small disk that can be filled and freed while a server has its data on it.

A tmpfs where mounting is allowed; elsewhere the server's own writes are made to fail by a
limit on the size of its files. Called by the tests of full disks. Invariant: nothing of it
is left when the block is over.
"""

import errno
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class Disk:
    """`folder` is on it."""

    def __init__(self, folder: Path, mounted: bool) -> None:
        self.folder = folder
        self._mounted = mounted
        self._ballast = folder / "ballast"
        self._limit = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(self, pid: int) -> None:
        """Nothing more can be written, by the server `pid` at least."""
        if not self._mounted:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, self._limit[1]))
            return
        piece = bytes(64 * 1024)
        with self._ballast.open("ab", buffering=0) as file:
            while True:
                try:
                    file.write(piece)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    if len(piece) == 1:
                        return
                    piece = piece[: len(piece) // 16] or b"\0"

    def free(self, pid: int | None = None) -> None:
        self._ballast.unlink(missing_ok=True)
        if not self._mounted and pid is not None:
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, self._limit)


@contextmanager
def small_disk(folder: Path, mebibytes: int) -> Iterator[Disk]:
    folder.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield Disk(folder, mounted)
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
