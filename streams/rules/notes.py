"""What is wrong with the data files, noted as it is found, so that all of it can be told.

Owns which mistakes are worth a sentence; the sentences are `reading`'s and the loaders'.
Called by the loaders. Invariant: a thing with a mistake is told once: not again for a part
of it or for what it is part of. Values that stand in for wrong ones never leave a loader's
caller: whoever has notes with mistakes throws the values away.
"""

import difflib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Generic, TypeVar

from streams.rules.reading import SHIPPED, Mistake, RulesError

_Text = TypeVar("_Text")
_Value = TypeVar("_Value")

#: So many names are listed; of more, only what the wrong one resembles.
_MOST_LISTED = 12


class Notes:
    """The mistakes of one file, and what is only doubtful in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.mistakes: list[Mistake] = []
        self.warnings: list[Mistake] = []
        self._told: list[str] = []

    def wrong(self, key: str, what: str) -> None:
        if not any(_related(key, told) for told in self._told):
            self.mistakes.append(Mistake(self.path, key, what))
            self._told.append(key)

    def doubtful(self, key: str, what: str) -> None:
        """Works, and is most likely not what was meant. Shipped files are as they should be."""
        if self.path.parent != SHIPPED:
            self.warnings.append(Mistake(self.path, key, what))

    def told(self, key: str) -> None:
        """There is a sentence about `key` already, under another key."""
        self._told.append(key)

    def of(
        self,
        reader: Callable[[Path, str, _Text], _Value],
        key: str,
        text: _Text,
        otherwise: _Value,
    ) -> _Value:
        """What `reader` makes of a text; `otherwise` if that is a mistake, noted then."""
        return self.attempt(lambda: reader(self.path, key, text), otherwise)

    def attempt(self, reading: Callable[[], _Value], otherwise: _Value) -> _Value:
        try:
            return reading()
        except RulesError as error:
            for mistake in error.mistakes:
                self.wrong(mistake.key, mistake.what)
            return otherwise

    def refuse_twice(self, key: str, names: Iterable[str], why: str = "") -> None:
        """`key` has a `{}` where the number of the name goes."""
        seen: set[str] = set()
        for number, name in enumerate(names):
            if name in seen:
                told = f"{name!r} is given twice"
                self.wrong(key.format(number), f"{told}; {why}" if why else told)
            seen.add(name)

    def named(self, field: str, things: Mapping[str, _Value]) -> "Named[_Value]":
        """What this file names by its `field`s, for those that refer to it."""
        certain = not any("." not in told or told.endswith(f".{field}") for told in self._told)
        return Named(self.path.name, things, certain)


class Named(Generic[_Value]):
    """What a file names. `certain`: all of its names could be read; if not, a name nobody
    knows may be one of those, and is not told."""

    def __init__(self, file: str, things: Mapping[str, _Value], certain: bool) -> None:
        self.things = things
        self._file = file
        self._certain = certain

    def find(self, notes: Notes, key: str, name: str) -> _Value | None:
        """None, noted at `key` of the file that refers to it, where there is none."""
        found = self.things.get(name)
        if found is None and self._certain:
            notes.wrong(key, f"no {name!r}{self._cure(name)}")
        return found

    def _cure(self, name: str) -> str:
        if not self.things:
            return f"; {self._file} names none"
        if len(self.things) <= _MOST_LISTED:
            return f"; one of {', '.join(sorted(self.things))}"
        alike = difflib.get_close_matches(name, self.things, n=1, cutoff=0.5)
        return f" in {self._file}" + (f"; is it {alike[0]!r}?" if alike else "; add it there")


def _related(one: str, two: str) -> bool:
    """Whether one key is the other, or a part of it."""
    short, long = sorted((one, two), key=len)
    return short == long or not short or long.startswith((f"{short}.", f"{short}["))
