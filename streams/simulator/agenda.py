"""What happens next: a heap of moments and actions, and the events that were said.

The engine of the simulation; knows neither halls nor visits. Invariant: events come out
in the order of their times, and among equals in the order in which they were said.
"""

import heapq
from collections.abc import Callable, Iterator

from schemas.decode import Event

#: Called with the moment it was put down for, epoch milliseconds.
Action = Callable[[int], None]

#: Called with each event and its moment as it is said, which may be before it happens.
Ear = Callable[[int, Event], None]


class Agenda:
    """Actions to come and events not yet given out."""

    def __init__(self) -> None:
        self._actions: list[tuple[int, int, Action]] = []
        self._said: list[tuple[int, int, Event]] = []
        self._ears: list[Ear] = []
        self._count = 0

    def hear(self, ear: Ear) -> None:
        """From now on; what is heard may be answered by saying or putting down more."""
        self._ears.append(ear)

    def at(self, moment: int, action: Action) -> None:
        self._count += 1
        heapq.heappush(self._actions, (moment, self._count, action))

    def say(self, moment: int, event: Event) -> None:
        """The event happened, or will for certain, at `moment` (not before now)."""
        self._count += 1
        heapq.heappush(self._said, (moment, self._count, event))
        for ear in self._ears:
            ear(moment, event)

    def run(self, end: int) -> Iterator[tuple[int, Event]]:
        """Lazily: all events before `end`."""
        while self._actions and self._actions[0][0] < end:
            moment, _, action = heapq.heappop(self._actions)
            while self._said and self._said[0][0] < moment:
                said, _, event = heapq.heappop(self._said)
                yield said, event
            action(moment)
        while self._said and self._said[0][0] < end:
            said, _, event = heapq.heappop(self._said)
            yield said, event
