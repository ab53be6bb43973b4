"""The options of a channel, as a data file has them, read one by one.

Owns what is wrong with them, in sentences that say the cure. Which options a kind has is
`sinks.channel_kinds`, its only caller. Invariants: a secret stands in a file of its own
and is in no sentence; what no kind asked for is wrong, so a slip of the pen is not ignored.
"""

import difflib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

#: Somebody may think of these; they would lie open in the data file. So would a robot's
#: `url`: whoever has it can write to the group.
_SECRETS = {
    "url": "url-file",
    "secret": "secret-file",
    "token": "url-file",
    "key": "url-file",
    "password": "password-file",
}


class Options:
    """`folder`: where relative paths begin. What cannot be read is noted in `wrong` and
    answered with something harmless."""

    def __init__(self, kind: str, given: Mapping[str, object], folder: Path) -> None:
        self._kind = kind
        self._given = given
        self._folder = folder
        self._asked: set[str] = set()
        self.wrong: list[tuple[str, str]] = []

    def refuse(self, key: str, sentence: str) -> None:
        self.wrong.append((key, sentence))

    def has(self, key: str) -> bool:
        self._asked.add(key)
        return key in self._given

    def text(self, key: str, default: str | None = None) -> str:
        """`default` None: it must be given."""
        if not self.has(key):
            if default is None:
                self.refuse(key, f'is missing; a {self._kind} channel needs it: {key} = "…"')
            return default or ""
        value = self._given[key]
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.refuse(key, f'must be a text in quotes that is not empty: {key} = "…"')
        return default or ""

    def texts(self, key: str) -> tuple[str, ...]:
        """At least one; a single one may stand without brackets."""
        value = self._given[key] if self.has(key) else None
        if not isinstance(value, list):
            return (self.text(key),)
        if value and all(isinstance(each, str) and each.strip() for each in value):
            return tuple(each.strip() for each in value)
        self.refuse(key, f'must be a list of at least one text: {key} = ["…", "…"]')
        return ()

    def number(self, key: str, default: int, most: int) -> int:
        """From 1; the data file may have it as a number or in quotes."""
        if not self.has(key):
            return default
        value = self._given[key]
        if isinstance(value, str) and value.isascii() and value.isdecimal():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most:
            return value
        self.refuse(key, f"must be a whole number from 1 to {most}: {key} = {default}")
        return default

    def one_of(self, key: str, choices: list[str], default: str) -> str:
        value = self.text(key, default)
        if value in choices:
            return value
        meant = difflib.get_close_matches(value, choices, n=1) or choices
        self.refuse(key, f"must be one of {', '.join(choices)}; is it {key} = {meant[0]!r}?")
        return default

    def file(self, key: str) -> str:
        """The first line of a file named by `key`; "" if there is no such option."""
        if not self.has(key):
            return ""
        path = self.path(key)
        try:
            said = path.read_text(encoding="utf-8").strip()
        except UnicodeDecodeError:
            self.refuse(key, f"{path} is not text; put the value alone on its first line")
            return ""
        except OSError as error:
            why = error.strerror or type(error).__name__
            self.refuse(key, f"{path} cannot be read ({why}); create it, readable for hallwatch")
            return ""
        if not said or len(said.splitlines()) > 1:
            self.refuse(key, f"{path} must hold one line, the value alone")
            return ""
        return said

    def path(self, key: str) -> Path:
        return (self._folder / self.text(key)).absolute()

    def secret_address(self) -> str:
        """The URL in the file `url-file` names."""
        if not self.has("url-file") and "url" not in self._given:
            self.refuse("url-file", 'is missing; name the file with the address: url-file = "…"')
        return self.file("url-file")

    def http_address(self, url: str, key: str = "url-file") -> str:
        """`url`, refused under `key` if it is none; "" was refused before."""
        try:
            parts = urlsplit(url)
            sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            sound = False
        if url and not sound:
            self.refuse(key, "must be a whole address that begins with https:// or http://")
        return url

    def open_address(self) -> str:
        """An HTTP address from `url`, or from the file `url-file` names if it is secret."""
        if not self.has("url"):
            if self.has("url-file"):
                return self.http_address(self.file("url-file"))
            self.refuse("url", 'is missing; url = "https://…", or url-file = "…" if it is secret')
            return ""
        if self.has("url-file"):
            self.refuse("url", "stands beside `url-file`; keep one, the file if it is secret")
        return self.http_address(self.text("url"), "url")

    def unknown(self) -> None:
        """To be called last: whatever was not asked for is refused."""
        for key in self._given:
            if key in self._asked:
                continue
            instead = _SECRETS.get(key, "")
            if instead in self._asked:
                self.refuse(
                    key,
                    "has no place in a data file, which many can read; write it into a file of"
                    f' its own and name that: {instead} = "…"',
                )
                continue
            known = sorted(self._asked)
            nearest = difflib.get_close_matches(key, known, n=1)
            others = f"there are: {', '.join(known)}" if known else "it has none"
            cure = f"is it `{nearest[0]}`?" if nearest else others
            self.refuse(key, f"is no option of a {self._kind} channel; {cure}")
