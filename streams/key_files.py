"""Keys that stand in files of their own.

Owns reading them and what is too weak. Called by the wiring. Invariant: a key is in no message and
no log; a file that cannot be used is told with the variable that names it.
"""

from pathlib import Path

from streams.settings import PREFIX, SettingsError

#: Of random characters; fewer could be guessed.
SHORTEST_KEY = 32


def read_key(path: Path | None, name: str) -> bytes:
    """b"" where none is set. `name`: of the setting. Raises SettingsError."""
    if path is None:
        return b""
    variable = f"{PREFIX}{name}={path}"
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise SettingsError(f"{variable}: cannot be read ({error.strerror})") from None
    if len(key) < SHORTEST_KEY:
        raise SettingsError(
            f"{variable}: holds fewer than {SHORTEST_KEY} characters; make one by"
            f" `openssl rand -hex 32 > {path}`"
        )
    return key
