"""Verdicts and alerts as lines of a list: what was promised, how it came out, where to read on.

Owns the words beside the codes' own (`row_words`). Pure; called by `trace` and `explain`.
Invariant: a verdict names its clause and the version of the rule it was judged by.
"""

from collections.abc import Iterable, Iterator

from dashboards.stories.clock_run import past, run_clock
from dashboards.stories.clock_words import limit_words
from dashboards.stories.found import Heard
from dashboards.stories.life import life_of, marks_of
from dashboards.stories.outcome import outcome_words
from dashboards.stories.row_words import (
    STATUS_LEVEL,
    STATUS_WORDS,
    cause_words,
)
from dashboards.stories.share_key import subjects_of
from dashboards.stories.story import Fact, Item, Level, Mark, Page, Ref
from dashboards.stories.telling import Teller
from dashboards.words import Words
from schemas.outcomes import AlertRow, AlertState, Status, VerdictRow

_CLAUSE = Words("依据", "clause")
_LIMIT = Words("时限", "limit")
_NO_LIMIT = Words("不设时限", "none")
_START = Words("起算", "from")
_DEADLINE = Words("截止", "deadline")
_STOPPED = Words("停止", "stopped")
_SO_FAR = Words("已用时", "so far")
_OVER = Words("超出", "over")
_RULE = Words("规则版本", "rule version")
_EXCUSED = Words("已登记免责", "excused")
CAUSE = Words("原因", "cause")
_WHY = Words("查看说明", "Explained")
_OFF_HOURS = Words("非服务时间提出，单独统计", "asked outside service hours: counted apart")
TOOK = Words("用时", "took")
ESTIMATED = Words("估算：缺少终端记录", "estimated: no terminal events")


def verdict_item(row: VerdictRow, teller: Teller, now: float, key: str) -> Item:
    """One promise judged, with its clause."""
    section = row.section
    limit = limit_words(teller, row.promise, row.rule_version, row.limit_ms)
    facts = [
        teller.fact("clause", _CLAUSE, row.clause, row.clause),
        teller.fact("limit_ms", _LIMIT, limit or teller.say(_NO_LIMIT), row.limit_ms),
        teller.fact("started_at", _START, teller.moment(row.started_at, section), row.started_at),
        *(_run_facts(row, teller, now) if limit or row.deadline_at is None else ()),
    ]
    facts.append(teller.fact("rule_version", _RULE, row.rule_version, row.rule_version))
    marks = [
        Mark(name, teller.say(words))
        for name, words in (
            ("estimated", ESTIMATED),
            ("off_hours", _OFF_HOURS),
            ("excused", _EXCUSED),
        )
        if getattr(row, name)
    ]
    if row.cause:
        facts.append(teller.fact("cause", CAUSE, teller.say(cause_words(row.cause)), row.cause))
    return Item(
        name=row.promise,
        words=f"{teller.promise(row.promise)} · {teller.say(STATUS_WORDS[row.status])}",
        level=STATUS_LEVEL.get(row.status, Level.PLAIN),
        of="" if key in subjects_of(row.journey) else row.journey,
        facts=tuple(facts),
        marks=tuple(marks),
    )


def _run_facts(row: VerdictRow, teller: Teller, now: float) -> Iterator[Fact]:
    """How its clock ran. What nothing will keep any more has none that runs on."""
    section = row.section
    for name, label, at in (
        ("deadline_at", _DEADLINE, row.deadline_at),
        ("ended_at", _STOPPED, row.ended_at),
    ):
        if at is not None:
            yield teller.fact(name, label, teller.moment(at, section, row.started_at), at)
    if row.status is Status.MISSED:
        return
    if row.duration_ms is not None:
        took = teller.span(row.duration_ms)
        yield teller.fact("duration_ms", TOOK, took, row.duration_ms)
    elif row.ended_at is None:
        so_far = run_clock(teller, row.promise, section, row.started_at, now).counted_ms
        yield teller.fact("so_far_ms", _SO_FAR, teller.span(so_far), so_far)
    until = now if row.ended_at is None else row.ended_at
    over = row.over_ms or past(teller, row.promise, section, row.deadline_at, until)
    if over:
        yield teller.fact("over_ms", _OVER, teller.span(over), over)


def alert_item(row: AlertRow, events: Iterable[Heard], teller: Teller, key: str) -> Item:
    """One alert in a list, with its life on one line and the link that explains it."""
    promise = teller.promise(row.promise)
    how = outcome_words(row, teller)
    level = Level.BAD if row.state is AlertState.BREACHED else Level.PLAIN
    return Item(
        name=row.alert,
        words=f"{promise} · {teller.say(how)}",
        level=Level.NEAR if row.state is AlertState.WARNED else level,
        of="" if key in subjects_of(row.journey) else row.journey,
        facts=tuple(_life_facts(life_of(row, events, teller))),
        marks=tuple(Mark("note", sentence) for sentence in marks_of(row, teller)),
        refs=(Ref(Page.EXPLAIN, row.alert, teller.say(_WHY)),),
    )


def _life_facts(steps: Iterable[Item]) -> Iterator[Fact]:
    """On one line: the day once, then only the time."""
    day = ""
    for step in steps:
        words, at = "", None
        if step.when is not None:
            at, words = step.when.at, step.when.clock
            if step.when.day != day:
                day = step.when.day
                words = f"{day} {words}"
        yield Fact(name=step.name, label=step.words, words=words, value=at)
