"""Commands of ours as processes that serve pages: what they said, and where they listen.

Called by the tests of this folder. Invariant: none of them outlives its block.
"""

import re
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from streams.broker.child import Child
from tests.pipeline.command import environment
from tests.pipeline.waiting import eventually

_AT = re.compile(r"(?:wall|gateway): (https?://\S+/)")


class Page:
    """`hallwatch <command>`."""

    def __init__(self, child: Child) -> None:
        self._child = child

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def said(self) -> str:
        return self._child.log.read_text(errors="replace")

    @property
    def url(self) -> str:
        found = _AT.search(self.said)
        return found[1] if found else ""

    async def listens(self) -> None:
        await eventually(lambda: self.url or self._child.exit_code is not None, "it listens")
        assert self.url, self.said

    async def ends(self) -> int | None:
        """As a service manager has it; its exit code."""
        self._child.signal(signal.SIGTERM)
        await eventually(lambda: self._child.exit_code is not None, "it ends")
        return self._child.exit_code


@contextmanager
def run(command: str, log: Path, settings: Mapping[str, object]) -> Iterator[Page]:
    words = [sys.executable, "-m", "streams.cli", *command.split()]
    child = Child(words, log, environment(settings))
    try:
        yield Page(child)
    finally:
        child.kill()
