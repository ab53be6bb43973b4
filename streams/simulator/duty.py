"""Who is at the counters: signed on for a half day, seen every minute, paused, gone, back.

Reads the floor's counters and listens to calls; never changes them. Invariant: nobody is paused
or gone while a visit is at his counter: a call brings him back first.
"""

from functools import partial
from random import Random

from msgspec import Struct

from schemas import duty
from schemas.decode import Event
from schemas.ticket import TicketCalled
from streams.simulator.floor import Line
from streams.simulator.hall import Duty, Hall
from streams.simulator.rhythm import LUNCH, MINUTE, Rhythm, source
from streams.simulator.visit import Counter
from streams.simulator.voice import Stage, Voice

DUTY_SYSTEM = "/hall/duty"

#: Where nobody stands in at lunch the half days meet, minutes of the day.
_NOON = 12 * 60 + 30

#: A day of work, minutes.
_DAY = 480

_REASONS = ("toilet", "supervisor-called", "fetching-files", "training")


class _Post(Struct):
    """A counter and its shift: `half` "" while nobody is signed on."""

    counter: Counter
    line: Line
    random: Random
    half: str = ""
    shifts: int = 0
    voice: Voice | None = None
    paused: bool = False
    away_until: int = 0  #: paused or gone without a word


class DutyRoster:
    """All counters' shifts."""

    def __init__(self, hall: Hall, stage: Stage, rhythm: Rhythm) -> None:
        self._rates: Duty = hall.duty
        self._stage = stage
        self._rhythm = rhythm
        self._posts: dict[str, _Post] = {}

    def open(self, at: int, lines: list[Line]) -> None:
        self._stage.agenda.hear(self._hear)
        for line in lines:
            for counter in line.counters:
                random = source(self._stage.seed, "duty", counter.code)
                post = _Post(counter, line, random)
                self._posts[counter.code] = post
                self._stage.agenda.at(at, partial(self._sign_on_first, post))

    def _sign_on_first(self, post: _Post, at: int) -> None:
        self._change_shift(post, at)
        self._stage.agenda.at(at + post.random.randrange(MINUTE), partial(self._look, post))

    def _look(self, post: _Post, at: int) -> None:
        """Once a minute, and one thing is said at most of a shift: times tell their order."""
        self._stage.agenda.at(at + MINUTE, partial(self._look, post))
        if self._change_shift(post, at) or not post.half or post.away_until > at:
            return
        if post.paused:
            self._come_back(post, at)
        elif post.counter.busy or not self._goes(post, at):
            self._say(post, at, duty.DutySeen)

    def _change_shift(self, post: _Post, at: int) -> bool:
        half = self._half(post, at)
        # The clerk finishes the visit he is at before he leaves.
        if half == post.half or (post.half and post.counter.busy):
            return False
        self._begin_shift(post, at, half)
        return True

    def _begin_shift(self, post: _Post, at: int, half: str) -> None:
        """`half` "": the one on duty goes, and nobody comes."""
        if post.half:
            self._say(post, at, duty.DutySignedOff)
        post.half, post.voice = half, None
        post.paused, post.away_until = False, 0
        if half:
            post.shifts += 1
            shift = f"{self._stage.run}-{post.counter.code}-{post.shifts}{half}"
            post.voice = Voice(self._stage, shift, DUTY_SYSTEM)
            self._say(post, at, duty.DutySignedOn)

    def _half(self, post: _Post, at: int) -> str:
        """The half day on duty now; "" at lunch and once the hall is closed and empty."""
        counter = post.counter
        if counter.shift is not None and self._rhythm.lunch_ends(at, counter.shift) is not None:
            return ""
        if self._rhythm.arrivals(at) == 0:
            return post.half if post.line.waiting else ""
        ends = LUNCH[counter.shift % len(LUNCH)][1] if counter.shift is not None else _NOON
        return "am" if self._rhythm.minute_of_day(at) < ends else "pm"

    def _goes(self, post: _Post, at: int) -> bool:
        """Whether he pauses, or goes without a word, now that nobody is served here."""
        random, rates = post.random, self._rates
        if post.counter.out_until > at:
            self._pause(post, at, "terminal-out-of-order", post.counter.out_until)
            return True
        luck = random.random() * _DAY
        until = at + int(random.uniform(2, 14) * MINUTE)
        if luck < rates.pauses_per_day:
            without = random.random() < rates.without_reason
            self._pause(post, at, None if without else random.choice(_REASONS), until)
        elif luck < rates.pauses_per_day + rates.vanishes_per_day:
            post.away_until = until
        else:
            return False
        return True

    def _pause(self, post: _Post, at: int, reason: str | None, until: int) -> None:
        post.paused, post.away_until = True, until
        self._say(post, at, duty.DutyPaused, reason)

    def _come_back(self, post: _Post, at: int) -> None:
        post.paused, post.away_until = False, 0
        self._say(post, at, duty.DutyBack)

    def _hear(self, at: int, event: Event) -> None:
        if isinstance(event, TicketCalled) and (post := self._posts.get(event.data.counter)):
            if not post.half:  # he is back a moment before his minute
                self._begin_shift(post, at, self._half(post, at) or "pm")
            elif post.paused:
                self._come_back(post, at)
            post.away_until = 0

    def _say(
        self, post: _Post, at: int, kind: type[duty.DutyEvent], reason: str | None = None
    ) -> None:
        assert post.voice is not None
        section, counter = post.line.section.code, post.counter
        data = duty.DutyData(section=section, counter=counter.code, clerk=counter.clerk)
        if kind is duty.DutyPaused:
            data = duty.PausedData(
                section=section, counter=counter.code, clerk=counter.clerk, reason=reason
            )
        post.voice.say(at, kind, data)
