"""The door of the deciding core: one partition's journeys, windows and deadlines.

`take` events, then `settle` at a moment: rows, messages and what to save come out.
Pure: `now` and ingest times are arguments. The worker's lanes call it, and so does
anything that wants to run the pipeline over a list. Invariant: what `settle` returns to
be saved, together with `position`, is all a restart needs.
"""

from collections.abc import Generator
from sys import intern

from schemas.decode import Event, Reason, Rejected
from schemas.frame import milliseconds
from schemas.outcomes import Table
from schemas.queue import QueueCounted, QueueData
from streams.core.agenda import Agenda
from streams.core.alerts import FREE, Held
from streams.core.broadcast import hear
from streams.core.counting import Counting, contributions
from streams.core.finding import Settlement
from streams.core.journey import Journey, belongs, join, open_journey
from streams.core.log_clock import Limits, come_to
from streams.core.lookups import Lookups
from streams.core.outlooks import Outlooks
from streams.core.queues import QueueName, Queues
from streams.core.resting import Journeys
from streams.core.rules import Rulebook
from streams.core.settle import Terms, settle
from streams.core.silence import Sources
from streams.core.silencing import drop_over
from streams.core.state import Position, Restored, Saved, decode_journey
from streams.core.takeover import take_over
from streams.core.telling import Outcomes, Telling
from streams.core.tracked import Tracked

__all__ = ["EPOCH_SHIFT", "Limits", "Outcomes", "Partition"]

#: Rows of a later epoch beat rows of an earlier one; within it, later beats earlier.
EPOCH_SHIFT = 40

#: Journeys settled between two pauses: a few milliseconds of work.
_STEP = 200


class Partition:
    """The state of one partition. Not thread-safe: one lane owns it."""

    def __init__(self, number: int, book: Rulebook, limits: Limits, epoch: int = 1) -> None:
        self.number = number
        self.position = Position(epoch=epoch)
        self._book = book
        self._limits = limits
        self._stale_ms = 0 if limits.event_clock else limits.stale_ms
        self._journeys = Journeys(book, self.position, limits.at_hand)
        self._at_hand = self._journeys.at_hand
        self._counting = Counting(book)
        self._agenda = Agenda(self._journeys, limits.horizon_ms)
        self._sources = Sources(book, self.position.sources)
        self._lookups = Lookups(self.position.lookups)
        self._queues = Queues(book.forecasting, not limits.event_clock)
        self._outlooks = Outlooks(book.forecasting)
        self._listens = bool(book.sources)
        self._changed: dict[str, None] = {}
        self._unpaged: set[str] = set()

    @property
    def journeys(self) -> int:
        return len(self._journeys)

    @property
    def windows(self) -> int:
        return len(self._counting)

    @property
    def version(self) -> int:
        """Of what the last settlement said."""
        return (self.position.epoch << EPOCH_SHIFT) + self.position.sequence

    @property
    def log_time(self) -> int:
        """The time the log has reached: "now" while the partition is behind."""
        return self.position.log_time

    def journey(self, key: str) -> Journey | None:
        return self._journeys.journey(key)

    def queues(self) -> dict[QueueName, QueueData]:
        """Its part of each queue, as of the last settlement."""
        return self._queues.parts(self.position.now)

    def next_due(self) -> int | None:
        """When `settle` has to be called although no event came; None: never."""
        if self._changed or self._unpaged:
            return self.position.now
        dues = (
            self._agenda.next_due(),
            self._sources.next_due(),
            self._queues.next_due(),
            self._outlooks.next_due(),
        )
        return min((due for due in dues if due is not None), default=None)

    # -- events in -------------------------------------------------------------------------

    def take(self, event: Event, offset: int, ingest: int) -> Rejected | None:
        """Joins one event, read at `offset`, into its journey.

        `ingest` is the broker's time of the record. A `Rejected` changes nothing but the
        position: the event belongs to the dead letters.
        """
        position = self.position
        position.next_offset = offset + 1
        at = milliseconds(event.time)
        limits = self._limits
        refused = come_to(position, event, at, ingest, limits)
        if refused is not None:
            return refused
        listens = self._listens
        if listens:
            self._sources.heard(event, at, position.log_time)
        if not belongs(event):
            if isinstance(event, QueueCounted):
                self._outlooks.take(event, at)
                return None
            again = hear(event, at, self._lookups, position.silences, self._journeys)
            self._changed.update(dict.fromkeys(again))
            return None
        tracked = self._at_hand.get(event.subject)
        if tracked is None and event.subject in self._journeys.at_rest:
            tracked = self._journeys.take_up(event.subject)
        if tracked is None:
            if not limits.event_clock and at < ingest - limits.horizon_ms:
                return Rejected(
                    Reason.TOO_LATE, "time", "older than the correction horizon; journey unknown"
                )
            journey = open_journey(event, at)
            if journey is None:
                return None  # an act on what is over: recorded, and shown beside the alert
            tracked = self._at_hand[event.subject] = Tracked(journey, (), ingest)
        if not join(tracked.journey, event, at):
            return Rejected(
                Reason.OUT_OF_RANGE, "subject", "subject names a journey of another kind elsewhere"
            )
        if ingest > tracked.ingest:
            tracked.ingest = ingest
        if listens:
            heard = tracked.heard
            if at > heard[0] or (at == heard[0] and event.source > heard[1]):
                tracked.heard = (at, intern(event.source))
        self._changed[event.subject] = None
        return None

    def skip(self, offset: int, ingest: int) -> None:
        """Moves past a record that was refused before it was an event."""
        position = self.position
        position.next_offset = offset + 1
        position.ingest = max(position.ingest, ingest)
        if not self._limits.event_clock:
            position.log_time = max(position.log_time, ingest)

    # -- outcomes out ----------------------------------------------------------------------

    def settle(self, now: int, catching_up: bool = False, most: int = 2_000) -> Outcomes:
        """Everything that changed or fell due up to `now`, at most `most` due journeys.

        `now` never goes back: an earlier one than before counts as the last.
        """
        steps = self.settling(now, catching_up, most)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                settled: Outcomes = end.value
                return settled

    def settling(
        self, now: int, catching_up: bool = False, most: int = 2_000
    ) -> Generator[Outcomes, None, Outcomes]:
        """`settle` with a pause after every few journeys, for one who has other things to
        do as well. No event may be taken before it has ended. At a pause it shows what it
        has come to so far; what is taken out of it then is not in the result."""
        position, book = self.position, self._book
        now = position.now = max(position.now, now)
        outcomes = Outcomes({}, [], Saved())
        version = self.version + 1
        telling = Telling(book, self.number, now, version, outcomes)
        if self._listens:
            self._look_at_sources(now, catching_up, telling)
        for news in self._outlooks.look(now, catching_up, position.silences):
            telling.outlook(news)
        outcomes.saved.lines = self._outlooks.changed()
        outcomes.more = self._agenda.collect_due(now, most, self._changed)
        if self._unpaged and not catching_up:
            self._changed.update(dict.fromkeys(self._unpaged))
            self._unpaged.clear()
        if self._changed or outcomes.rows:
            position.sequence += 1
            terms = Terms(
                book, now, position.closed_to, self._lookups, position.silences, self._stale_ms
            )
            free = not (catching_up or self._sources.silent)
            at_hand, journeys = self._at_hand, self._journeys
            for number, key in enumerate(self._changed, 1):
                tracked = at_hand[key] if key in at_hand else journeys.take_up(key)
                held = FREE if free else self._held(tracked, catching_up)
                found = self._look_at(tracked, terms, held)
                if telling.journey(key, tracked, found, held):
                    self._unpaged.add(key)
                if number % _STEP == 0:
                    yield outcomes
            for _ in journeys.rest(self._changed):
                yield outcomes
            self._changed.clear()
            rows = self._counting.rows(self.number, version)
            if rows:
                outcomes.rows[Table.WINDOWS] = [*rows]
        outcomes.totals = self._counting.shares(outcomes.saved)
        outcomes.queues = self._queues.tell(
            now, catching_up, self._sources.silent, self.number, self.version
        )
        self._retire(outcomes.saved)
        return outcomes

    def _look_at_sources(self, now: int, catching_up: bool, telling: Telling) -> None:
        """Tells of silences, and has every open journey of their sources settled again."""
        news = self._sources.look(now, catching_up)
        if not news:
            return
        sources = {each.source for each in news}
        self._changed.update(dict.fromkeys(self._journeys.open_of(sources)))
        telling.silences(news)

    def _held(self, tracked: Tracked, catching_up: bool) -> Held:
        silent = tracked.heard[1] in self._sources.silent
        return Held(catching_up, silent) if catching_up or silent else FREE

    def _look_at(self, tracked: Tracked, terms: Terms, held: Held) -> Settlement:
        """Settles one journey and takes over what follows for windows and deadlines."""
        found = settle(tracked.journey, tracked.findings, tracked.place, terms, held)
        self._counting.count(found.news)
        self._keep(tracked, found)
        return found

    def _keep(self, tracked: Tracked, found: Settlement) -> None:
        self._queues.follow(tracked, found)
        tracked.findings = found.findings
        tracked.place = found.reading.place
        self._agenda.arm(tracked, found.wake_at, found.ended)

    def _retire(self, saved: Saved) -> None:
        for key, tracked in self._agenda.retire(self.position.ingest):
            self._unpaged.discard(key)
            saved.journeys[key] = None
            self._queues.forget(tracked)
            self._counting.forget(tracked.findings, saved)
        position = self.position
        drop_over(position.silences, position.log_time)
        closed_to = self._counting.close(position.log_time, self._limits.horizon_ms, saved)
        position.closed_to = max(position.closed_to, closed_to)

    # -- restart ---------------------------------------------------------------------------

    def restore(self, saved: Restored) -> None:
        """Takes over what an earlier worker saved; the epoch goes up by one.

        Journeys whose verdicts would differ by now are settled at the next `settle`.
        """
        for _ in self.restoring(saved):
            pass

    def restoring(self, saved: Restored) -> Generator[None, None, None]:
        """`restore` with pauses, as `settling`; nothing may be asked before it has ended."""
        position = self.position = saved.position
        position.epoch += 1
        self._listens = self._listens or bool(position.sources)
        self._sources.take_over(position.sources, position.now)
        self._lookups = Lookups(position.lookups)
        self._journeys.position = position
        counting = self._counting
        terms = Terms(self._book, position.now, position.closed_to, self._lookups)
        full = len(saved.journeys) > self._limits.at_hand
        for number, saved_as in enumerate(saved.journeys, 1):
            if number % _STEP == 0:
                yield
            record = decode_journey(saved_as)
            tracked, found, stands = take_over(record, terms)
            if stands:
                counting.put_back([*contributions(found.findings)], stale=False)
                self._keep(tracked, found)
            else:
                # What was said of it is of before: its windows are said anew as well.
                self._changed[record.journey.key] = None
                counting.put_back([*contributions(tracked.findings)], stale=True)
            silent = record.heard[1] in self._sources.silent
            if not silent and any(one.unpaged and not one.closed_as for one in record.standings):
                self._unpaged.add(record.journey.key)
            self._journeys.restored(tracked, saved_as if full and stands else None)
        counting.restored(saved.windows, saved.totals)
        self._outlooks.restore(saved.lines)
