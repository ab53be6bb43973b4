"""Which files of the folder are finished.

Owns which names are looked at, and how long a file has to be left alone. Called by the command,
now and then. Invariant: a file that is still being written to is not taken, as long as its writer
pauses for less than that time; one renamed into place whole never is half there.
"""

from pathlib import Path

from streams.file_stamp import Stamp, stamp_of

_ENDINGS = (".csv", ".csv.gz", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls")

#: Of what other programs have open, or have not finished.
_UNFINISHED = (".", "~$")


class Watching:
    """Remembers since when each file looks as it does."""

    def __init__(self, folder: Path, left_alone_s: float) -> None:
        self._folder = folder
        self._left_alone_s = left_alone_s
        self._since: dict[Path, tuple[Stamp, float]] = {}

    def finished(self, now: float) -> list[Path]:
        """By name; `now` in seconds of a clock that only goes forward."""
        seen = {path: stamp for path in self._files() if (stamp := stamp_of(path))}
        before, self._since = self._since, {}
        for path, stamp in seen.items():
            known = before.get(path)
            self._since[path] = known if known and known[0] == stamp else (stamp, now)
        return sorted(
            path for path, (_, since) in self._since.items() if now - since >= self._left_alone_s
        )

    @property
    def waiting(self) -> int:
        """Files there were at the last `finished`."""
        return len(self._since)

    def look(self) -> int:
        """Files there are now."""
        return len(self._files())

    def _files(self) -> list[Path]:
        return [
            path
            for path in self._folder.iterdir()
            if path.name.lower().endswith(_ENDINGS)
            and not path.name.startswith(_UNFINISHED)
            and path.is_file()
        ]
