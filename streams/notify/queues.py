"""What waits for each channel, in the order it came.

Owns an index of what the threads say; nothing in it is saved. Used by
`streams.notify.notifier`. Invariant: an alert with a message that waits for a channel is in
that channel's queue, once.
"""

from collections.abc import Iterator

from streams.notify.thread import Thread

#: Partition and alert.
Place = tuple[int, str]


class Queues:
    def __init__(self) -> None:
        self._places: dict[str, dict[Place, None]] = {}

    def put(self, channel: str, number: int, alert: str) -> None:
        self._places.setdefault(channel, {}).setdefault((number, alert), None)

    def done(self, channel: str, place: Place, thread: Thread) -> None:
        """Something of it was settled."""
        waiting = self._places.get(channel, {})
        if not thread.due(channel):
            waiting.pop(place, None)

    def clear(self) -> None:
        self._places.clear()

    def first(self, channel: str) -> Place | None:
        return next(iter(self._places.get(channel, {})), None)

    def places(self, channel: str) -> Iterator[Place]:
        """Oldest first."""
        yield from list(self._places.get(channel, {}))
