"""The journeys of one partition: some at hand, and beyond so many the others at rest.

Owns which is where. Called by `partition` and `agenda`. A journey at rest is the bytes a
restart would find of it, and coming back it is taken over as at a restart, at a moment at which
nothing of it had changed by itself. Invariant: nobody can tell from the outcomes where one was.
"""

from collections.abc import Collection, Generator, Iterator
from itertools import islice

from streams.core.case import Case
from streams.core.journey import Journey
from streams.core.lookups import Lookups
from streams.core.rules import Rulebook
from streams.core.settle import Terms
from streams.core.state import Position, decode_journey, encode_journey
from streams.core.takeover import take_over
from streams.core.tracked import Resting, Tracked
from streams.core.visit import Visit

#: Journeys laid to rest between two pauses: a millisecond of work.
_STEP = 200


class Journeys:
    """`most`: how many are kept at hand, those that something happened to last."""

    def __init__(self, book: Rulebook, position: Position, most: int) -> None:
        self.position = position
        self.at_hand: dict[str, Tracked] = {}
        self.at_rest: dict[str, Resting] = {}
        self._asked: dict[str, None] = {}  # those at rest that look-ups have a say in
        self._book = book
        self._most = most

    def __len__(self) -> int:
        return len(self.at_hand) + len(self.at_rest)

    def get(self, key: str) -> Tracked | Resting | None:
        return self.at_hand.get(key) or self.at_rest.get(key)

    def journey(self, key: str) -> Journey | None:
        match self.get(key):
            case Tracked(journey=journey):
                return journey
            case Resting(record=record):
                return decode_journey(record).journey
        return None

    def take_up(self, key: str) -> Tracked:
        """From where it rests. Raises KeyError."""
        resting = self.at_rest.pop(key)
        self._asked.pop(key, None)
        position = self.position
        terms = Terms(self._book, resting.at, position.closed_to, Lookups(position.lookups))
        tracked, found, stands = take_over(decode_journey(resting.record), terms)
        if stands:
            tracked.findings = found.findings
        tracked.place = found.reading.place
        tracked.wake_at = resting.wake_at
        self.at_hand[tracked.journey.key] = tracked
        return tracked

    def forget(self, key: str) -> None:
        """One at hand."""
        del self.at_hand[key]

    def open_of(self, sources: Collection[str]) -> Iterator[str]:
        """Those that are open and were last heard of from one of these."""
        for key, tracked in self.at_hand.items():
            if tracked.heard[1] in sources and tracked.is_open:
                yield key
        for key, resting in self.at_rest.items():
            if resting.source in sources:
                yield key

    def asked(self) -> list[str]:
        """Those in which a material was asked for, all at hand now: what they come to may change
        with what is known of the look-ups, and how they stood has to be known by then."""
        for key in [*self._asked]:
            self.take_up(key)
        return [key for key, tracked in self.at_hand.items() if _asked(tracked)]

    # -- to rest ---------------------------------------------------------------------------

    def restored(self, tracked: Tracked, record: bytes | None) -> None:
        """One taken over at the position's `now`; `record`: it can rest as these bytes."""
        key = tracked.journey.key
        if record is None:
            self.at_hand[key] = tracked
        else:
            self._lay(key, tracked, record)

    def rest(self, touched: Collection[str]) -> Generator[None]:
        """After a settlement of those `touched`, all at hand: others make room for them. In
        steps of a few each."""
        at_hand = self.at_hand
        if len(at_hand) * 2 <= self._most:
            return  # far from full, it does not matter who was there last
        for key in touched:
            at_hand[key] = at_hand.pop(key)
        over = len(at_hand) - self._most
        # Some cannot rest: were they many, each settlement would look at all of them.
        for number, key in enumerate([*islice(at_hand, max(0, min(over, 2 * len(touched))))], 1):
            tracked = at_hand.pop(key)
            if _can_rest(tracked, self.position.now):
                self._lay(key, tracked, encode_journey(tracked.record))
            else:
                at_hand[key] = tracked
            if number % _STEP == 0:
                yield

    def _lay(self, key: str, tracked: Tracked, record: bytes) -> None:
        source = tracked.heard[1]
        if source and not tracked.is_open:
            source = ""
        self.at_rest[key] = Resting(record, self.position.now, tracked.wake_at, source)
        if _asked(tracked):
            self._asked[key] = None


def _can_rest(tracked: Tracked, now: int) -> bool:
    """Whether it would be found again as it is."""
    if tracked.wake_at is not None and tracked.wake_at <= now:
        return False  # it is due
    for one in tracked.findings:
        # When it is told after all may hang on who has it silenced, and no record knows.
        if one.verdict is None or (one.standing.unpaged and not one.standing.closed_as):
            return False
    return True


def _asked(tracked: Tracked) -> bool:
    journey = tracked.journey
    return isinstance(journey, Visit | Case) and bool(journey.asked)
