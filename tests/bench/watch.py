"""From the first event decided to the last row recorded: time and processor.

Owns asking a measured program how far it is. Called by the runs. Invariant: what was
decided before the first sighting is not counted, the time it still takes to record it is.
"""

import json
import time
import urllib.request
from collections.abc import Callable

from msgspec import Struct

from tests.bench.beside import cpu_seconds_beside
from tests.bench.pinned import Pinned

_EVERY_S = 0.1
_STALLED_AFTER_S = 120.0
_LONGEST_S = 900.0


class Progress(Struct, frozen=True):
    """How far a program is. `state`: whatever must change now and then if it is alive."""

    decided: int
    finished: bool  #: all decided, and all rows acknowledged by ClickHouse
    state: tuple[int, ...]


class Measured(Struct, frozen=True):
    """One run of one program."""

    events: int
    seconds: float
    cpu_seconds: float
    start_seconds: float = 0.0  #: from the start of the process to the first event decided
    beside: dict[str, float] = {}  #: CPU seconds meanwhile of the broker and of ClickHouse

    @property
    def per_second(self) -> float:
        return self.events / self.seconds if self.seconds else 0.0

    @property
    def share(self) -> float:
        """Of one core: well under 1, something else was in the way."""
        return self.cpu_seconds / self.seconds if self.seconds else 0.0

    @property
    def cpu_per_million(self) -> float:
        """Seconds of processor per million events."""
        return self.cpu_seconds / self.events * 1e6 if self.events else 0.0


def watch(
    program: Pinned,
    started: float,
    events: int,
    ask: Callable[[], Progress | None],
    warm_up: int = 0,
) -> Measured:
    """`ask` answers None while the program cannot be asked yet. `started`: monotonic.
    `warm_up`: so many of the events come before it is measured."""
    begun: tuple[float, float, int] | None = None
    beside: dict[str, float] = {}
    last: Progress | None = None
    changed_at = time.monotonic()
    while True:
        # Before it is asked: a program that ends when it has finished has said so by then.
        over = program.over
        asked_at, cpu = time.monotonic(), program.cpu_seconds
        progress = ask()
        if progress is not None and progress.decided > warm_up and begun is None:
            begun = asked_at, cpu, progress.decided
            beside = cpu_seconds_beside()
        if progress is not None and progress.finished and begun is not None:
            since, cpu_before, before = begun
            return Measured(
                events - before,
                time.monotonic() - since,
                program.cpu_seconds - cpu_before,
                since - started,
                {name: now - beside.get(name, 0.0) for name, now in cpu_seconds_beside().items()},
            )
        if over:
            raise program.trouble("ended before it was finished")
        if progress != last:
            last, changed_at = progress, asked_at
        elif asked_at - changed_at > _STALLED_AFTER_S:
            raise program.trouble(f"no progress for {_STALLED_AFTER_S:.0f} s at {last}")
        if asked_at - started > _LONGEST_S:
            raise program.trouble(f"not finished after {_LONGEST_S:.0f} s, at {last}")
        time.sleep(_EVERY_S)


def fetched(url: str) -> str | None:
    """The page's text; None while nobody listens."""
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            body: bytes = answer.read()
    except OSError:
        return None
    return body.decode()


def fetched_json(url: str) -> dict[str, int] | None:
    text = fetched(url)
    return None if text is None else json.loads(text)
