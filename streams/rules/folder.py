"""A folder of rules of one's own: which files are in it, and are they what they were meant to
be?

Owns the names of the files and what is noted about each. Files missing there are taken from
the shipped ones, so a misspelt one would silently be the shipped one. Called by `load`.
Invariant: a folder that passes holds at least one file under its right name.
"""

import difflib
from pathlib import Path

from streams.rules.notes import Notes
from streams.rules.reading import Mistake, RulesError, find

FILES = (
    "promises.toml",
    "sections.toml",
    "calendars.toml",
    "sources.toml",
    "people.toml",
    "channels.toml",
    "materials.toml",
    "audit.toml",
    "notify.toml",
    "forecast.toml",
)

#: `promise.toml`, `Promises.toml`, `promises.tml`, `promises.toml.txt`; not `notes.toml`.
_ALIKE = 0.8


class Folder:
    """The files of `directory`, the shipped ones where it has none, with notes on each."""

    def __init__(self, directory: Path | None) -> None:
        """Raises RulesError when there is nothing to read at all."""
        if directory is not None and not directory.is_dir():
            raise RulesError(directory, "", "no such directory (set by HALLWATCH_RULES)")
        self._directory = directory
        self._notes: list[Notes] = []
        if directory is not None:
            self._check_names(directory)

    def notes(self, name: str) -> Notes:
        """For what is going to be read of file `name`."""
        notes = Notes(find(self._directory, name))
        self._notes.append(notes)
        return notes

    def mistakes(self) -> list[Mistake]:
        return [mistake for notes in self._notes for mistake in notes.mistakes]

    def warnings(self) -> list[Mistake]:
        return [warning for notes in self._notes for warning in notes.warnings]

    def _check_names(self, directory: Path) -> None:
        there = {path.name for path in directory.iterdir()}
        missing = [name for name in FILES if name not in there]
        misspelt = False
        for strange in sorted(there.difference(FILES)):
            notes = Notes(directory / strange)
            self._notes.append(notes)
            meant = max(missing, key=lambda name: _likeness(strange, name), default="")
            if _likeness(strange, meant) >= _ALIKE:
                notes.wrong("", f"is not read; is it {meant}?")
                misspelt = True
            elif strange.lower().endswith(".toml"):
                notes.doubtful("", f"is not read; rules are in {', '.join(FILES)}")
        if not misspelt and not there.intersection(FILES):
            notes = Notes(directory)
            self._notes.append(notes)
            notes.wrong("", f"holds none of {', '.join(FILES)}")


def _likeness(name: str, meant: str) -> float:
    return difflib.SequenceMatcher(None, name.lower(), meant).ratio()
