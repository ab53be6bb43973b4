"""What there is to say of one alert, fact by fact, in the words of the hall.

Owns how a row's columns read; which of them are said when is `alert_body`'s. Pure. Called by the
bodies. Invariant: every name, moment and span is of the alert's own section.
"""

from collections.abc import Sequence

from schemas.channel import CHANNEL_FAILED
from schemas.deadletters import INTAKE_STOPPED
from schemas.outcomes import AlertRow, AlertState
from schemas.queue import WAIT_FORECAST
from schemas.source import SOURCE_SILENT
from sinks import alert_phrases as say
from sinks import time_words as times
from sinks.cause_words import TODO_BY_CAUSE, cause_words
from sinks.key_words import nth_of, ratio_key, short_key
from sinks.names import Counted, Language, Names, Phrase
from sinks.promise_words import PromiseWords, Shape, promise_words

#: Alerts of no one citizen: their journey is a source, a partition, a channel, a queue.
SPECIAL = frozenset({SOURCE_SILENT, INTAKE_STOPPED, CHANNEL_FAILED, WAIT_FORECAST})

#: Clocks of less are told to the second.
_BY_THE_SECOND_MS = 300_000


class Facts:
    """`now`: of the message, seconds since the epoch."""

    def __init__(self, alert: AlertRow, names: Names, language: Language, now: float) -> None:
        self.alert = alert
        self.names = names
        self.language = language
        self._now = now
        self.words: PromiseWords = promise_words(alert.promise)

    def say(self, phrase: Phrase, **facts: object) -> str:
        return phrase.said(self.language, **facts)

    def clock(self, at: float) -> str:
        seconds = 0 < self.alert.limit_ms < _BY_THE_SECOND_MS
        return times.clock(at, self._now, self._zone, self.language, seconds)

    def person(self, code: str) -> str:
        return self.names.people.get(code, code)

    def listed(self, words: Sequence[str]) -> str:
        return ("、" if self.language is Language.CHINESE else ", ").join(words)

    @property
    def _zone(self) -> str:
        return self.names.zone(self.alert.section)

    @property
    def promise(self) -> str:
        return self.names.promises.get(self.alert.promise, self.alert.promise)

    @property
    def section(self) -> str:
        return self.names.sections.get(self.alert.section, self.alert.section)

    @property
    def counter(self) -> str:
        code = self.alert.counter
        if not code:
            return ""
        return self.names.counters.get(code) or self.say(say.WHERE_COUNTER, code=code)

    @property
    def where(self) -> str:
        clerk = self.alert.clerk
        by = self.say(say.WHERE_CLERK, clerk=self.person(clerk)) if clerk else ""
        return self.joined(self.section, self.counter, by)

    def joined(self, *parts: str) -> str:
        """Those there are."""
        comma = "，" if self.language is Language.CHINESE else ", "
        return comma.join(part for part in parts if part)

    @property
    def only_warned(self) -> bool:
        """It never was a breach."""
        alert = self.alert
        if alert.state is AlertState.CLOSED:
            return alert.breached_at is None
        return alert.state is AlertState.WARNED

    @property
    def key(self) -> str:
        return short_key(self.alert.journey, times.day_of(self.alert.started_at, self._zone))

    @property
    def journey(self) -> str:
        """Its number, and when its clock started."""
        words, at = self.words, self.clock(self.alert.started_at)
        if words.shape is Shape.RATIO:
            return ""
        began = self.say(words.began)
        if not self.number:
            since = self.say(say.UNNUMBERED, began=began, at=at)
            return since[:1].upper() + since[1:]
        return self.say(say.NUMBERED, number=self.number, began=began, at=at)

    @property
    def number(self) -> str:
        """号码 S03-0127; "" of what has none that people know."""
        words, promise = self.words, self.alert.promise
        if words.shape is Shape.RATIO or promise == "counter-staffed" or promise in SPECIAL:
            return ""
        return self.say(say.NUMBER, number=self.say(words.number), key=self.key)

    @property
    def material(self) -> str:
        code = nth_of(self.alert.journey)
        return self.names.materials.get(code, code)

    @property
    def material_line(self) -> str:
        found = self.words.found
        if self.alert.promise != "exempt-materials" or found is None:
            return ""
        return self.say(found, what=self.material)

    @property
    def share(self) -> str:
        return times.percent(self.alert.kept * 1000 / max(1, self.alert.judged))

    @property
    def target(self) -> str:
        return times.percent(self.alert.target_permille)

    @property
    def count(self) -> str:
        """Of a section's day: how many there were, and how many were missed."""
        alert, words = self.alert, self.words
        if words.shape is not Shape.RATIO:
            return ""
        key = ratio_key(alert.journey)
        day = key.day if key else times.day_of(alert.started_at, self._zone)
        return self.say(
            say.DAY_COUNT,
            day=times.day(day, self.language),
            judged=alert.judged,
            met=self.say(words.met),
            kept=alert.kept,
            never=self.say(words.never),
            missed=alert.judged - alert.kept,
        )

    @property
    def cause(self) -> str | None:
        words = cause_words(self.alert.cause, self.language)
        return self.say(say.CAUSE, cause=words) if words else None

    @property
    def todo(self) -> str:
        """What to do about a breach."""
        return self.say(TODO_BY_CAUSE.get(self.alert.cause, self.words.breached))

    @property
    def never(self) -> str:
        return self.say(self.words.never, what=self.material)

    @property
    def clause(self) -> str:
        alert, titled = self.alert, self.words.shape is not Shape.CONDITION
        if titled or self.alert.state is AlertState.CLOSED:
            return self.say(say.CLAUSE, clause=alert.clause)
        return self.say(say.CLAUSE_PROMISE, clause=alert.clause, promise=self.promise)

    @property
    def limit_words(self) -> str:
        alert = self.alert
        days = self.names.workdays.get((alert.promise, alert.rule_version))
        if days is not None:
            return times.workdays(days, self.language)
        return times.limit_span(alert.limit_ms, self.language) if alert.limit_ms else ""

    @property
    def limit(self) -> str | None:
        """What was promised; of a ratio, how many may be missed."""
        if self.words.shape is Shape.RATIO:
            return self._allowed
        words = self.limit_words
        return self.say(say.LIMIT, limit=words) if words else None

    @property
    def limit_and_past(self) -> str | None:
        """For a body whose title does not say how long over."""
        past, limit = self.past, self.limit_words
        if self.words.shape is Shape.DEADLINE and past and limit:
            return self.say(say.LIMIT_OVER, limit=limit, over=past)
        return self.limit

    @property
    def _allowed(self) -> str:
        alert = self.alert
        allowed = alert.judged * (1000 - alert.target_permille) // 1000
        if not allowed:
            return self.say(say.DAY_NONE_ALLOWED)
        return self.say(say.DAY_ALLOWED, allowed=allowed, never=self.say(self.words.never))

    @property
    def past(self) -> str:
        """How long over; "" while it is not worth a word."""
        alert = self.alert
        if alert.over_ms:
            return times.span(alert.over_ms, self.language) if alert.over_ms >= 1000 else ""
        until = self._now if alert.closed_at is None else alert.closed_at
        ran = self._ran(until)
        days = self.names.workdays.get((alert.promise, alert.rule_version))
        if days is not None:
            over = (ran.workdays or 0) - days
            return times.workdays(over, self.language) if over > 0 else ""
        over_ms = ran.milliseconds - alert.limit_ms
        return times.span(over_ms, self.language) if over_ms >= 1000 else ""

    @property
    def left(self) -> str:
        alert, ran = self.alert, self._ran(self._now)
        days = self.names.workdays.get((alert.promise, alert.rule_version))
        if days is not None:
            left = days - (ran.workdays or 0)
            return times.workdays(left, self.language) if left > 0 else ""
        # Rounded: it was to be said at a round figure, and was a moment later.
        left_ms = round((alert.limit_ms - ran.milliseconds) / 1000) * 1000
        return times.span(left_ms, self.language) if left_ms > 0 else ""

    def _ran(self, until: float) -> Counted:
        alert = self.alert
        return self.names.counted(alert.promise, alert.section, alert.started_at, until)
