"""AsyncAPI's own parser (npm: @asyncapi/parser), installed once and kept.

Owns the folder .cache/asyncapi-<version>/ in the repository: node/ beside this file, with what its
lock file names. Called by `test_asyncapi`. Invariant: a folder of that name is complete; two test
runs at the same time do not disturb each other.
"""

import fcntl
import json
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

from tests.parts import absent

_NODE = Path(__file__).parent / "node"
_CACHE = Path(__file__).parents[2] / ".cache"

INSTALL_TIMEOUT_S = 300

#: Of a diagnostic: 0 is an error, the others are advice.
ERROR = 0


class Diagnostic(Struct, frozen=True):
    severity: int
    code: str
    message: str
    path: str


class Parsed(Struct, frozen=True):
    """`messages`: channel and message of each."""

    messages: list[tuple[str, str]]
    diagnostics: list[Diagnostic]

    @property
    def errors(self) -> list[Diagnostic]:
        return [one for one in self.diagnostics if one.severity == ERROR]


def parsed(document: bytes) -> Parsed:
    """What the parser makes of a document."""
    done = subprocess.run(
        [_command("node", "nodejs"), str(_folder() / "parse.js")],
        input=document,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return msgspec.json.decode(done.stdout, type=Parsed)


@cache
def _folder() -> Path:
    version = json.loads((_NODE / "package.json").read_text())["dependencies"]["@asyncapi/parser"]
    folder = _CACHE / f"asyncapi-{version}"
    _CACHE.mkdir(exist_ok=True)
    with (_CACHE / "asyncapi.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _install(folder)
    return folder


def _install(folder: Path) -> None:
    npm = _command("npm", "npm")
    with tempfile.TemporaryDirectory(dir=_CACHE) as scratch:
        unfinished = Path(scratch) / "node"
        shutil.copytree(_NODE, unfinished)
        done = subprocess.run(
            [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
            cwd=unfinished,
            capture_output=True,
            text=True,
            timeout=INSTALL_TIMEOUT_S,
            check=False,
        )
        if done.returncode != 0:
            absent(
                f"AsyncAPI's parser could not be installed: {(done.stdout + done.stderr)[-800:]}"
            )
        unfinished.rename(folder)


def _command(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        absent(f"AsyncAPI's parser needs {name} (Debian: {package})")
    return found
