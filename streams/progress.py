"""How far a partition's batches have had their effect, when effects finish out of order.

Pure. Used by the `record` and `notify` agents to know what may be committed. Invariant:
the offset given out is never past a batch whose effect is still due.
"""

from collections import deque


class Progress:
    """One partition. `begin` a batch, finish each of its parts, read `committable`."""

    def __init__(self) -> None:
        self._batches: deque[list[int]] = deque()  # [next offset, parts still due]
        self.committable: int | None = None  #: commit this; None: nothing yet

    def begin(self, next_offset: int, parts: int) -> list[int]:
        """A batch whose last record is at `next_offset` - 1, with `parts` effects due."""
        batch = [next_offset, parts]
        self._batches.append(batch)
        self._advance()
        return batch

    def finish(self, batch: list[int]) -> None:
        """One effect of `batch` happened."""
        batch[1] -= 1
        self._advance()

    @property
    def pending(self) -> int:
        return len(self._batches)

    def _advance(self) -> None:
        while self._batches and self._batches[0][1] <= 0:
            self.committable = self._batches.popleft()[0]
