"""A folder of rules of one's own: is what lies in it what it was meant to be?

Owns the names of the files. Files missing there are taken from the shipped ones, so a
misspelt one would silently be the shipped one. Called by `streams.rules.load`. Invariant:
a folder that passes holds at least one file under its right name.
"""

import difflib
import logging
from pathlib import Path

from streams.rules.reading import RulesError

log = logging.getLogger(__name__)

FILES = ("promises.toml", "sections.toml", "calendars.toml", "sources.toml")

#: `promise.toml`, `Promises.toml`, `promises.tml`, `promises.toml.txt`; not `notes.toml`.
_ALIKE = 0.8


def check_folder(directory: Path) -> None:
    """Raises RulesError, with the right name, where a file can only be meant as one of ours."""
    if not directory.is_dir():
        raise RulesError(directory, "", "no such directory (set by HALLWATCH_RULES)")
    there = {path.name for path in directory.iterdir()}
    strange = sorted(there.difference(FILES))
    for missing in (name for name in FILES if name not in there):
        for name in strange:
            if difflib.SequenceMatcher(None, name.lower(), missing).ratio() >= _ALIKE:
                raise RulesError(directory / name, "", f"is not read; is it {missing}?")
    if not there.intersection(FILES):
        raise RulesError(directory, "", f"holds none of {', '.join(FILES)}")
    for name in strange:
        if name.lower().endswith(".toml"):
            log.warning("%s is not read; rules are in %s", directory / name, ", ".join(FILES))
