"""When rows waiting for one table become a batch: by rows, bytes or age.

Owns the policy and the queue, without clock or I/O. Called by `sinks.writer`. Invariant:
rows leave in the order they came, and whatever waits leaves within `max_age` once
someone asks.
"""

from collections import deque
from collections.abc import Callable
from datetime import timedelta

from msgspec import Struct


class BatchPolicy(Struct, frozen=True, kw_only=True):
    max_rows: int = 50_000
    max_bytes: int = 16 * 1024 * 1024
    max_age: timedelta = timedelta(milliseconds=500)


class Part(Struct, frozen=True):
    """Rows that belong together: one record of the outcomes topic."""

    rows: bytes  #: newline-separated JSON
    count: int
    done: Callable[[], None]  #: called once ClickHouse has these rows
    came_at: float  #: seconds, on the caller's clock


class Pending:
    """Parts of one table that no batch holds yet."""

    def __init__(self, policy: BatchPolicy) -> None:
        self._policy = policy
        self._parts: deque[Part] = deque()
        self._rows = 0
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._parts)

    def add(self, part: Part) -> None:
        self._parts.append(part)
        self._rows += part.count
        self._bytes += len(part.rows)

    def wake_at(self) -> float | None:
        """When the oldest part must leave; None while nothing waits."""
        if not self._parts:
            return None
        return self._parts[0].came_at + self._policy.max_age.total_seconds()

    def is_due(self, now: float) -> bool:
        wake_at = self.wake_at()
        if wake_at is None:
            return False
        full = self._rows >= self._policy.max_rows or self._bytes >= self._policy.max_bytes
        return full or now >= wake_at

    def take(self) -> tuple[Part, ...]:
        """The next batch, oldest parts first. Over the limits only if its first part is."""
        taken: list[Part] = []
        rows = size = 0
        while self._parts:
            part = self._parts[0]
            over = (
                rows + part.count > self._policy.max_rows
                or size + len(part.rows) > self._policy.max_bytes
            )
            if taken and over:
                break
            taken.append(self._parts.popleft())
            rows += part.count
            size += len(part.rows)
        self._rows -= rows
        self._bytes -= size
        return tuple(taken)
