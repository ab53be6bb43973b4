"""Verdicts and alerts → the rows and messages that say so.

Pure translation, no decisions. Called by `telling`. Invariant: a row is a function of the
journey and its verdict alone, but for `version`, `historical` and `correction`.
"""

from datetime import UTC, datetime
from functools import lru_cache

from msgspec.structs import replace

from schemas.outcomes import (
    AlertMessage,
    AlertRow,
    AlertState,
    ClosedAs,
    MessageType,
    VerdictRow,
)
from streams.core.alerts import Said, Standing, clock_of
from streams.core.finding import News
from streams.core.judge import Verdict
from streams.core.measure import Place
from streams.core.rules import PromiseRules

_MESSAGE_TYPES: dict[Said, MessageType] = {
    Said.WARNED: "hall.alert.warned",
    Said.BREACHED: "hall.alert.breached",
    Said.ESCALATED: "hall.alert.escalated",
    Said.CLOSED: "hall.alert.closed",
    Said.RETRACTED: "hall.alert.retracted",
}


def verdict_row(
    news: News,
    journey: str,
    place: Place,
    rules: PromiseRules,
    partition: int,
    version: int,
) -> VerdictRow:
    verdict = news.verdict
    clock, rule, deadline = verdict.clock, verdict.rule, verdict.deadline
    stop, by = clock.stop, clock.stop or clock
    return VerdictRow(
        promise=clock.promise,
        journey=clock_of(journey, clock.nth),
        section=place.section,
        service=place.service,
        complexity=place.complexity,
        channel=place.channel,
        counter=by.counter,
        clerk=by.clerk,
        status=verdict.status,
        clause=rules.clause,
        rule_version=rule.version,
        limit_ms=rule.limit_ms,
        started_at=clock.start[0] / 1000,
        deadline_at=None if deadline is None else deadline / 1000,
        ended_at=stop.at / 1000 if stop else None,
        duration_ms=verdict.duration,
        over_ms=over(verdict),
        estimated=clock.estimated,
        off_hours=verdict.off_hours,
        cause=clock.cause,
        excused=news.finding.handled.excused is not None,
        evidence=evidence(verdict),
        partition=partition,
        version=version,
    )


def alert_row(
    news: News,
    journey: str,
    place: Place,
    rules: PromiseRules,
    partition: int,
    version: int,
) -> AlertRow:
    verdict, standing, done = news.verdict, news.finding.standing, news.finding.handled
    clock, stop, deadline = verdict.clock, verdict.clock.stop, verdict.deadline
    ratio = clock.ratio
    late = standing.state is AlertState.BREACHED
    if deadline is not None and stop is not None:
        late = stop.at > deadline and not standing.warned_only
    elif standing.state is AlertState.CLOSED:
        # Excused, or a condition that nothing answers; retracted, it was never broken.
        late = not standing.warned_only and standing.closed_as is not ClosedAs.RETRACTED
    return AlertRow(
        alert=standing.alert(journey),
        promise=standing.promise,
        journey=clock_of(journey, standing.nth),
        cycle=standing.cycle,
        section=place.section,
        service=place.service,
        complexity=place.complexity,
        channel=place.channel,
        counter=stop.counter if stop else clock.counter,
        clerk=stop.clerk if stop else clock.clerk,
        state=standing.state or AlertState.WARNED,
        closed_as=standing.closed_as,
        clause=rules.clause,
        rule_version=verdict.rule.version,
        limit_ms=verdict.rule.limit_ms or 0,
        started_at=verdict.clock.start[0] / 1000,
        warned_at=None if verdict.warn_at is None else verdict.warn_at / 1000,
        breached_at=_breached_at(standing, verdict, late),
        closed_at=_closed_at(standing, verdict),
        over_ms=over(verdict),
        historical=standing.historical,
        suspected=standing.suspected,
        silenced=standing.silenced,
        correction=standing.correction,
        cause=clock.cause,
        kept=ratio.kept if ratio else 0,
        judged=ratio.judged if ratio else 0,
        target_permille=round(ratio.target * 1000) if ratio else 0,
        escalated_at=standing.escalated_at / 1000 if standing.escalated_at else None,
        escalation_level=standing.level,
        acknowledged_at=done.acknowledged.at / 1000 if done.acknowledged else None,
        acknowledged_by=done.acknowledged.by if done.acknowledged else "",
        excused_at=done.excused.at / 1000 if done.excused else None,
        excused_by=done.excused.by if done.excused else "",
        excused_reason=done.excused.reason if done.excused else "",
        evidence=evidence(verdict),
        partition=partition,
        version=version,
    )


def alert_message(
    row: AlertRow, said: Said, now: int, section: str = "", told_at: int = 0
) -> AlertMessage:
    """The message about an alert; its id tells a second delivery from a second alert.
    `section`: in which it was opened, if it may be another than the row's. `told_at`: when
    people were told that it is a breach, ms; 0: they were not."""
    if row.breached_at is None and told_at:
        # There was none, says the row. Whoever takes it back has to know what was told.
        row = replace(row, breached_at=told_at / 1000)
    phase = "retracted" if row.closed_as.value == "retracted" else said.value
    if said is Said.ESCALATED:
        phase = f"escalated-{row.escalation_level}"
    return AlertMessage(
        id=f"{row.alert}/{phase}",
        type=_MESSAGE_TYPES[said],
        subject=row.alert,
        time=_written(now),
        partitionkey=section or row.section,
        data=row,
    )


@lru_cache(maxsize=4)  # all messages of a settlement have one time
def _written(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="milliseconds")


def _breached_at(standing: Standing, verdict: Verdict, late: bool) -> float | None:
    """The moment the limit passed; of a ratio, when it was told."""
    if verdict.clock.ratio is not None:
        return standing.told_at / 1000 if standing.told_at else None
    return verdict.deadline / 1000 if verdict.deadline is not None and late else None


def _closed_at(standing: Standing, verdict: Verdict) -> float | None:
    if standing.state is not AlertState.CLOSED:
        return None
    if standing.closed_at:
        return standing.closed_at / 1000
    stop = verdict.clock.stop
    return stop.at / 1000 if stop else None


def over(verdict: Verdict) -> int:
    """Milliseconds past the limit when the clock stopped; 0 while it runs."""
    limit, duration = verdict.rule.limit_ms, verdict.duration
    if limit is None or duration is None:
        return 0
    return duration - limit if duration > limit else 0


def evidence(verdict: Verdict) -> list[str]:
    """The events behind a verdict: what started the clock, what stopped it."""
    stop = verdict.clock.stop
    found = [verdict.clock.start[1]]
    if stop and stop.event:
        found.append(stop.event)
    return found
