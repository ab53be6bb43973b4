"""The moments of an alert's clock: started, to be warned, run out, stopped.

Owns their order and words. Pure; called by `explain`. Invariant: the deadline shown is the
verdict's own, never worked out anew.
"""

from msgspec import Struct
from msgspec.structs import replace

from dashboards.stories.clock_run import ClockRun, past, run_clock
from dashboards.stories.clock_words import clock_words
from dashboards.stories.found import AlertFound, Heard
from dashboards.stories.steps import steps_of
from dashboards.stories.story import Chapter, Fact, Item, Level
from dashboards.stories.telling import Teller
from dashboards.words import Words
from schemas.outcomes import AlertRow, AlertState, ClosedAs, Status, VerdictRow

_HEADING = Words("计时", "The clock")
_START = Words("开始计时：{what}", "Started: {what}")
_WARN = Words("预警时刻", "Warning due")
_DEADLINE = Words("时限到", "Limit passed")
_STOP = Words("停止计时：{what}", "Stopped: {what}")
_ENDED = Words("停止计时：{what}前已结束", 'Stopped: over before "{what}"')
_RUNNING = Words("仍在计时", "Still running")
_BY = Words("触发记录", "by")
_COUNTED = Words("已计", "counted")
_OVER = Words("超出", "over")

#: A clock that an event started at another moment than its own says by which.
_SAME_S = 0.001


class Clock(Struct, frozen=True, kw_only=True):
    """An alert's clock as far as it is known. Seconds since the epoch."""

    start: float
    deadline: float | None
    stop: float | None
    answered: bool  #: stopped by what was promised, not by an end without it
    run: ClockRun
    over_ms: int


def clock_of(found: AlertFound, teller: Teller, now: float) -> Clock:
    """From the verdict where there is one, else from the alert's own row."""
    alert, verdict = found.alert, found.verdict
    # What nothing answers is over when its alert is closed, by time or by somebody.
    stop = verdict.ended_at if verdict and verdict.ended_at is not None else alert.closed_at
    deadline = alert.breached_at if verdict is None else verdict.deadline_at
    run = run_clock(teller, alert.promise, alert.section, alert.started_at, stop or now)
    return Clock(
        start=alert.started_at,
        deadline=deadline,
        stop=stop,
        answered=_answered(alert, verdict),
        run=run,
        over_ms=alert.over_ms or past(teller, alert.promise, alert.section, deadline, stop or now),
    )


def _answered(alert: AlertRow, verdict: VerdictRow | None) -> bool:
    if verdict is not None:
        return verdict.status in (Status.KEPT, Status.LATE, Status.MEASURED)
    return alert.closed_as in (ClosedAs.MET, ClosedAs.MET_LATE)


def clock_chapter(clock: Clock, found: AlertFound, teller: Teller, now: float) -> Chapter:
    alert = found.alert
    section, words = alert.section, clock_words(alert.promise)
    first = found.evidence[0] if found.evidence else None
    points = [
        _point(
            "start", clock.start, teller.say(_START, what=teller.say(words.start)), section, teller
        )
    ]
    if first is not None:
        points[0] = _by(points[0], first, clock.start, teller)
    if alert.warned_at is not None:
        warned = _point("warn", alert.warned_at, teller.say(_WARN), section, teller, Level.NEAR)
        points.append(_counted(warned, clock, alert.warned_at, alert, teller))
    if clock.deadline is not None:
        limit = _point("deadline", clock.deadline, teller.say(_DEADLINE), section, teller)
        points.append(_counted(limit, clock, clock.deadline, alert, teller))
    points.append(_last(clock, alert, teller, now))
    points.sort(key=lambda point: point.when.at if point.when else "")
    return Chapter(name="clock", heading=teller.say(_HEADING), items=tuple(points))


def _last(clock: Clock, alert: AlertRow, teller: Teller, now: float) -> Item:
    stopped = teller.say(clock_words(alert.promise).stop)
    facts: list[Fact] = []
    counted = clock.run.counted_ms
    facts.append(teller.fact("counted_ms", _COUNTED, teller.span(counted), counted))
    if clock.over_ms:
        facts.append(teller.fact("over_ms", _OVER, teller.span(clock.over_ms), clock.over_ms))
    level = Level.BAD if clock.over_ms else Level.GOOD
    at = clock.stop
    if at is None and alert.state is not AlertState.CLOSED:
        return Item(
            name="running",
            words=teller.say(_RUNNING),
            when=teller.when(max(now, clock.start), alert.section),
            level=level if clock.over_ms else Level.NEAR,
            facts=tuple(facts),
        )
    return Item(
        name="stop",
        words=teller.say(_STOP if clock.answered else _ENDED, what=stopped),
        when=teller.when(clock.start if at is None else at, alert.section),
        level=level,
        facts=tuple(facts),
    )


def _point(
    name: str, at: float, words: str, section: str, teller: Teller, level: Level = Level.PLAIN
) -> Item:
    return Item(name=name, words=words, when=teller.when(at, section), level=level)


def _by(start: Item, event: Heard, at: float, teller: Teller) -> Item:
    """Which record started it; with its own moment where the clock starts at another."""
    (step,) = steps_of([event], teller, event.subject)
    told = step.words
    if abs(event.at - at) > _SAME_S and step.when is not None:
        told += f"（{step.when.clock}）" if teller.language == "zh" else f" ({step.when.clock})"
    return replace(start, facts=(teller.fact("event", _BY, told, event.id),))


def _counted(point: Item, clock: Clock, at: float, alert: AlertRow, teller: Teller) -> Item:
    """What had counted by then."""
    counted = run_clock(teller, alert.promise, alert.section, clock.start, at).counted_ms
    fact = teller.fact("counted_ms", _COUNTED, teller.span(counted), counted)
    return replace(point, facts=(fact,))
