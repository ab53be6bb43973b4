"""What is given to settings, and where: the environment over the settings file over nothing.

Owns the file of `HALLWATCH_SETTINGS`, and reading a secret from a file of its own (`…_FILE`). What
a value means is `streams.settings`'. Invariants: of one setting the environment's word counts
whole, whichever of its two forms it has; a secret's value is in no message.
"""

import difflib
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path

from msgspec import Struct

PREFIX = "HALLWATCH_"

#: Names the file; so it cannot stand in it.
FILE_VARIABLE = f"{PREFIX}SETTINGS"

#: After the name of a secret: the file that holds it.
IN_FILE = "_file"


class SettingsError(ValueError):
    """A setting is wrong. The text names it and says what would be right."""


class Given(Struct, frozen=True):
    """`key`: as its writer named it. `origin`: what says so, without the value."""

    value: object
    key: str
    origin: str


class _Layer(Struct, frozen=True):
    """What one place says, by the names of settings in lower case."""

    values: dict[str, object]
    place: str  #: "" for the environment, else the settings file

    def key(self, name: str) -> str:
        return f"{self.place}: {name}" if self.place else PREFIX + name.upper()


def given(
    environment: Mapping[str, str], names: Collection[str], secrets: Collection[str]
) -> dict[str, Given]:
    """By name, what is set anywhere. Raises SettingsError."""
    found: dict[str, Given] = {}
    for layer in (_file(environment, names, secrets), _environment(environment)):
        for name in names:
            given_here = _from(layer, name, name in secrets)
            if given_here is not None:
                found[name] = given_here
    return found


def _environment(environment: Mapping[str, str]) -> _Layer:
    return _Layer(
        {
            variable.removeprefix(PREFIX).lower(): text
            for variable, text in environment.items()
            if variable.startswith(PREFIX)
        },
        "",
    )


def _file(
    environment: Mapping[str, str], names: Collection[str], secrets: Collection[str]
) -> _Layer:
    path = environment.get(FILE_VARIABLE, "").strip()
    if not path:
        return _Layer({}, "")
    try:
        values = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        why = error.strerror or str(error)
        raise SettingsError(f"{FILE_VARIABLE}={path}: cannot be read ({why})") from None
    except ValueError as error:  # of the encoding, or of TOML
        raise SettingsError(f"{FILE_VARIABLE}={path}: is not TOML ({error})") from None
    known = [*names, *(name + IN_FILE for name in secrets)]
    for key in values:
        if key not in known:
            nearest = difflib.get_close_matches(key, known, n=1)
            meant = f"; is it {nearest[0]}?" if nearest else "; `hallwatch settings` lists them"
            raise SettingsError(f"{path}: {key} is no setting{meant}")
    return _Layer(values, path)


def _from(layer: _Layer, name: str, secret: bool) -> Given | None:
    values, key = layer.values, layer.key(name)
    origin = layer.place or "environment"
    value, path = values.get(name), values.get(name + IN_FILE) if secret else None
    if path is None or not str(path).strip():
        return None if value is None else Given(value, key, origin)
    if value is not None and str(value).strip():
        raise SettingsError(f"{key} and {layer.key(name + IN_FILE)} are both set: leave one")
    return Given(_secret_in(Path(str(path)), layer.key(name + IN_FILE)), key, f"{path} ({origin})")


def _secret_in(path: Path, key: str) -> str:
    told = f"{key}={path}"
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{told}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{told}: holds no secret, but other bytes") from None
    if not secret:
        raise SettingsError(f"{told}: is empty")
    if len(secret.splitlines()) > 1:
        raise SettingsError(f"{told}: holds more than one line")
    return secret
