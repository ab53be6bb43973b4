"""The load: assistance chats as they happen, and what they come to, known without hallwatch.

Owns making events and the truth about them. Called by the runs. Invariant: the promise is
kept by every chat but the slow ones, and those are answered after they were paged for.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from heapq import heappop, heappush
from typing import Any

import msgspec
from msgspec import Struct

#: The limit the hall promises here, and when a human answers after the request.
LIMIT_S = 2.0
_ANSWERED_S, _ANSWERED_LATE_S = 0.4, 4.0

#: Of one chat.
EVENTS_PER_CHAT, EVENTS_PER_LONG_CHAT = 20, 200

#: Between two lines of a chat that goes on.
_PAUSE_S = 0.2


class Line(Struct, frozen=True):
    """One event as it is sent. Partitions are ours to choose: one for all of a chat."""

    chat: str
    partition: int
    id: str
    value: bytes


class Truth(Struct):
    """What was sent so far."""

    events: dict[str, int]  #: of each chat, how many
    answered_ms: dict[str, int]  #: of each chat that was answered
    late: set[str]


class Chats:
    """`slow_every`: one chat in so many is answered late; 0: none is."""

    def __init__(self, partitions: int, slow_every: int) -> None:
        self.truth = Truth({}, {}, set())
        self._partitions = partitions
        self.slow_every = slow_every
        self._count = 0
        #: When, which chat (its number, name, slowness), which of its events is next, when asked.
        self._due: list[tuple[float, int, str, bool, int, float]] = []

    def begin(self, at: float) -> None:
        """A citizen asks at `at` (seconds)."""
        self._count += 1
        slow = self.slow_every > 0 and self._count % self.slow_every == 0
        name = f"{'slow' if slow else 'chat'}-{self._count}"
        heappush(self._due, (at, self._count, name, slow, 0, round(at, 3)))

    @property
    def next_at(self) -> float | None:
        return self._due[0][0] if self._due else None

    @property
    def under_way(self) -> int:
        return len(self._due)

    def until(self, now: float) -> Iterator[Line]:
        """What happens now, since its time has come. It bears the time it is told at: a
        machine that is too slow must not tell of answers late that were given in time."""
        while self._due and self._due[0][0] <= now:
            _, number, name, slow, step, asked = heappop(self._due)
            at = round(now, 3)
            asked = at if step == 0 else asked
            yield self._line(name, number, step, at, asked)
            if step + 1 < EVENTS_PER_CHAT:
                following = at + (self._answer_after(slow) if step == 0 else _PAUSE_S)
                heappush(self._due, (following, number, name, slow, step + 1, asked))

    def at_once(self) -> Iterator[Line]:
        """A whole chat, its events a millisecond apart: what a backlog is made of.

        A long one: chats are kept in memory for two days, and it is not their memory that
        an outage is about."""
        self._count += 1
        asked = round(time.time(), 3)
        for step in range(EVENTS_PER_LONG_CHAT):
            yield self._line(f"long-{self._count}", self._count, step, asked + step / 1000, asked)

    def _answer_after(self, slow: bool) -> float:
        return _ANSWERED_LATE_S if slow else _ANSWERED_S

    def _line(self, name: str, number: int, step: int, at: float, asked: float) -> Line:
        at = round(at, 3)
        last = (EVENTS_PER_LONG_CHAT if name.startswith("long") else EVENTS_PER_CHAT) - 1
        kind, data = _event(step, last)
        id_ = f"{name}/{step}"
        self.truth.events[name] = step + 1
        if step == 1:
            self.truth.answered_ms[name] = round((at - asked) * 1000)
            if at - asked > LIMIT_S:
                self.truth.late.add(name)
        moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
        value = (
            f'{{"specversion":"1.0","id":"{id_}","source":"/test/chats","type":"{kind}",'
            f'"subject":"{name}","time":"{moment}","data":'
        )
        return Line(name, number % self._partitions, id_, value.encode() + data + b"}")


def _event(step: int, last: int) -> tuple[str, bytes]:
    """Asked, answered, talked about, resolved, closed."""
    section: dict[str, Any] = {"section": "S03"}
    match step:
        case 0:
            return "assist.requested", msgspec.json.encode({**section, "service": "permit"})
        case _ if step == last - 1:
            return "assist.resolved", msgspec.json.encode({**section, "resolved": True})
        case _ if step == last:
            return "assist.closed", msgspec.json.encode({**section, "by": "citizen"})
        case _:
            author = "human" if step % 2 else "citizen"
            return "assist.message", msgspec.json.encode({**section, "author": author})
