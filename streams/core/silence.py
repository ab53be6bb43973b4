"""Sources that have gone quiet, as one partition sees it (semantics §3, Silent source).

Owns when a silence begins and ends, and what is said of it; what it means for journeys is
`partition`'s. Pure. Invariant: what was said is a function of the log and of the moments
looked at, so that a replay says the same again.

Each partition sees its own share of a source's events, and partitions know nothing of each
other (design, I3 and I7). So a source sends its heartbeats into *every* partition, and one
is watched where a heartbeat of it was seen: there, and on that partition's clock, its
silence means something. All partitions mark its journeys; by convention partition 0 alone
speaks of it, since every watched source is watched there, so that the hall gets one alert.

Whoever comes back sends what it had kept, often behind its first heartbeat. A silence
therefore ends only when for `SETTLED_MS` nothing more came in that had happened during it:
else every citizen served in the meantime would be paged for.
"""

from collections.abc import Iterator

from msgspec import Struct

from schemas.clock import ClockAdvanced
from schemas.decode import Event
from schemas.source import SourceHeartbeat
from streams.core.alerts import Said
from streams.core.rules import Rulebook, SourceRule

#: How long nothing from the time of silence may have come in before it is over.
SETTLED_MS = 10_000

#: The partition that speaks of silences.
SPEAKER = 0


class Silence(Struct, array_like=True, gc=False):
    """One time of silence. Moments are log times, in milliseconds."""

    rule: SourceRule  #: in force when it began
    cycle: int  #: the how-manieth of this source
    since: int  #: the last sign of life before it ...
    event: str  #: ... and the event that was
    limit_at: int  #: until then it was no fault
    historical: bool = False  #: found while catching up, or when it was over: paged nobody
    back_at: int = 0  #: the first sign of life after it; 0: none yet
    back_event: str = ""
    stirred_at: int = 0  #: when something that had happened during it last came in

    @property
    def settled_at(self) -> int | None:
        return self.stirred_at + SETTLED_MS if self.back_at else None


class Watched(Struct, array_like=True, gc=False):
    """One source; saved with the position."""

    seen: int  #: log time of its last sign of life
    event: str
    cycles: int = 0  #: silences so far
    silence: Silence | None = None


class News(Struct, gc=False):
    """A silence that began, ended or has to be told now."""

    source: str
    silence: Silence
    said: list[Said]


class Sources:
    """The sources watched in one partition."""

    def __init__(self, book: Rulebook, watched: dict[str, Watched]) -> None:
        self._book = book
        self._shortest = min((rule.silent_ms for rule in book.sources), default=0)
        self._news: dict[tuple[str, int], News] = {}
        self.watched = watched  #: of the position: what happens here is saved with it
        self.silent: set[str] = set()

    def take_over(self, watched: dict[str, Watched], now: int) -> None:
        """What was saved. A source the site no longer lists ends its silence and goes."""
        self.watched = watched
        for name in list(watched):
            silence = watched[name].silence
            if self._book.source(name) is None:
                if silence is not None:
                    silence.back_at = silence.back_at or now
                    self._end(name, watched[name], silence)
                del watched[name]
            elif silence is not None:
                self.silent.add(name)

    def heard(self, event: Event, at: int, log_time: int) -> None:
        """Any event of any source, which happened `at`, when the log had reached `log_time`."""
        watched = self.watched.get(event.source)
        if watched is None:
            kind = type(event)
            if kind is SourceHeartbeat and self._book.source(event.source):
                self.watched[event.source] = Watched(log_time, event.id)
            elif kind is ClockAdvanced:
                # Whoever replays vouches for all: nobody was silent behind the last event.
                for each in self.watched.values():
                    each.seen = max(each.seen, log_time)
            return
        if watched.silence is not None or log_time - watched.seen > self._shortest:
            self._speaks_again(event, at, log_time, watched)
        watched.seen = log_time
        watched.event = event.id

    def _speaks_again(self, event: Event, at: int, log_time: int, watched: Watched) -> None:
        silence = watched.silence
        if silence is not None and (silence.settled_at or log_time + 1) <= log_time:
            self._end(event.source, watched, silence)
            silence = None
        if silence is None:
            # Nobody has looked since the limit passed: it is over when it is found.
            silence = self._begin(event.source, watched, log_time, True)
        if silence is None:
            return
        if not silence.back_at:
            silence.back_at, silence.back_event = log_time, event.id
            silence.stirred_at = log_time
        elif at < silence.back_at:
            silence.stirred_at = log_time

    def look(self, now: int, catching_up: bool) -> list[News]:
        """Silences that began or ended up to `now`, each once, and what is to be said."""
        for name, watched in self.watched.items():
            silence = watched.silence
            if silence is not None and (silence.settled_at or now + 1) <= now:
                self._end(name, watched, silence)
                silence = None
            if silence is None:
                self._begin(name, watched, now, catching_up)
            elif silence.historical and not silence.back_at and not catching_up:
                silence.historical = False  # silent to this moment: now it matters
                self._tell(name, silence, Said.BREACHED)
        news = list(self._news.values())
        self._news.clear()
        return news

    def next_due(self) -> int | None:
        """When `look` has something new to see; None: never, as far as is known."""
        return min(self._dues(), default=None)

    def _dues(self) -> Iterator[int]:
        for name, watched in self.watched.items():
            silence = watched.silence
            if silence is None:
                rule = self._book.source(name)
                if rule is not None:
                    yield self._limit(rule, watched.seen) + 1
            elif silence.settled_at is not None:
                yield silence.settled_at
            elif silence.historical:
                yield silence.limit_at  # to be told as soon as the log is read to its end
        if self._news:
            yield 0

    def _limit(self, rule: SourceRule, seen: int) -> int:
        return self._book.section(rule.section).calendar.add(seen, rule.silent_ms)

    def _begin(self, name: str, watched: Watched, now: int, historical: bool) -> Silence | None:
        rule = self._book.source(name)
        if rule is None or now - watched.seen <= rule.silent_ms:
            return None
        limit_at = self._limit(rule, watched.seen)
        if now <= limit_at:
            return None
        watched.cycles += 1
        watched.silence = Silence(
            rule, watched.cycles, watched.seen, watched.event, limit_at, historical
        )
        self.silent.add(name)
        self._tell(name, watched.silence, Said.BREACHED)
        return watched.silence

    def _end(self, name: str, watched: Watched, silence: Silence) -> None:
        watched.silence = None
        self.silent.discard(name)
        self._tell(name, silence, Said.CLOSED)

    def _tell(self, name: str, silence: Silence, said: Said) -> None:
        news = self._news.setdefault((name, silence.cycle), News(name, silence, []))
        if not silence.historical:
            news.said.append(said)
