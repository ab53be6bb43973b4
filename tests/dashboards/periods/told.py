"""The rows the pipeline would have stored about a truth, older versions among them.

Owns a plain second writing of the rows, apart from the core's own. Invariant: of every identity
the row with the highest version is the truth; the older ones say something else.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from dashboards.words import PROMISES
from schemas.outcomes import (
    AlertRow,
    AlertState,
    ClosedAs,
    End,
    JourneyRow,
    Kind,
    Status,
    VerdictRow,
    WindowRow,
)
from tests.dashboards.hall_rows import bucket
from tests.dashboards.periods.truths import Case, Clock, Raised, Truth

_CLAUSES = {promise.id: promise.clause for promise in PROMISES}
_LONG_AGO = timedelta(days=37)

#: Versions of rows that are true.
NEWEST = (5, 6, 9)


Versioned = VerdictRow | WindowRow | JourneyRow | AlertRow


def rows_of(truth: Truth) -> Iterator[Versioned]:
    for number, clock in enumerate(truth.clocks):
        yield from _verdicts(clock, number)
    yield from _windows(truth.clocks)
    for number, case in enumerate(truth.cases):
        yield from _journeys(case, number)
    for number, alert in enumerate(truth.alerts):
        yield from _alerts(alert, number)
    yield from _shares_of_days(truth.clocks)


def _verdicts(clock: Clock, number: int) -> Iterator[VerdictRow]:
    row = VerdictRow(
        promise=clock.promise,
        journey=clock.journey,
        section=clock.section,
        service=clock.service,
        complexity="general",
        channel="counter",
        status=clock.status,
        clause=_CLAUSES[clock.promise] or "-",
        rule_version="1",
        started_at=clock.started.timestamp(),
        off_hours=clock.off_hours,
        estimated=clock.estimated,
        cause=clock.cause,
        excused=clock.excused,
        duration_ms=clock.took_ms,
        partition=number % 2,
        version=5,
    )
    yield row
    match number % 5:
        case 0:
            yield replace(row, version=4, status=Status.WAITING, excused=False)
        case 1:
            # Evidence that came late moved it by weeks.
            then = (clock.started - _LONG_AGO).timestamp()
            yield replace(row, version=3, status=Status.MISSED, started_at=then, cause="system")
        case 2:
            gone = replace(row, journey=f"{row.journey}x", status=Status.MISSED, version=1)
            yield from (gone, replace(gone, status=Status.WITHDRAWN, version=6))


def _windows(clocks: list[Clock]) -> Iterator[WindowRow]:
    found: dict[tuple[Any, ...], list[Clock]] = defaultdict(list)
    for number, clock in enumerate(clocks):
        minute = clock.started.replace(second=0, microsecond=0)
        key = (clock.promise, minute, clock.section, clock.service, clock.off_hours, number % 2)
        found[key].append(clock)
    for number, (key, theirs) in enumerate(found.items()):
        promise, minute, section, service, off_hours, partition = key
        took = [clock.took_ms for clock in theirs if clock.took_ms is not None]
        counts: dict[str, Any] = Counter(clock.status.replace("-", "_") for clock in theirs)
        row = WindowRow(
            promise=promise,
            minute_at=minute.timestamp(),
            section=section,
            service=service,
            complexity="general",
            channel="counter",
            off_hours=off_hours,
            started=len(theirs),
            excused=sum(clock.excused for clock in theirs),
            estimated=sum(clock.estimated for clock in theirs),
            answered_sum_ms=sum(took),
            answered_max_ms=max(took, default=0),
            answered_histogram=dict(Counter(map(bucket, took))),
            partition=partition,
            version=9,
            **counts,
        )
        yield row
        if number % 3 == 0:
            yield replace(
                row, version=8, kept=row.kept + 3, late=row.late + 1, excused=2, estimated=7
            )


def _journeys(case: Case, number: int) -> Iterator[JourneyRow]:
    row = JourneyRow(
        journey=case.journey,
        kind=Kind.CASE if case.accepted else Kind.VISIT,
        section=case.section,
        service=case.item,
        complexity="general",
        channel=case.channel,
        end=End.FINISHED if case.accepted else End.SERVED,
        opened_at=_seconds(case.accepted or case.asked),
        accepted_at=case.accepted.timestamp() if case.accepted else None,
        tickets=[f"T{number}-{visit}" for visit in range(case.visits)],
        supplements=case.supplements,
        receiver=case.receiver,
        approver=case.approver,
        invited_at=case.asked.timestamp() if case.asked and number % 4 else None,
        rated_at=case.asked.timestamp() if case.asked and not number % 4 else None,
        stars=case.stars,
        rating_declined=case.declined,
        partition=number % 2,
        version=5,
    )
    yield row
    if number % 3 == 0:
        moved = _LONG_AGO.total_seconds()
        yield replace(
            row,
            version=2,
            accepted_at=row.accepted_at - moved if row.accepted_at else None,
            invited_at=row.invited_at - moved if row.invited_at else None,
            stars=1,
            tickets=[],
        )


def _seconds(moment: datetime | None) -> float:
    assert moment is not None
    return moment.timestamp()


def _alerts(raised: Raised, number: int) -> Iterator[AlertRow]:
    promise, journey, _ = raised.alert.split("/")
    row = AlertRow(
        alert=raised.alert,
        promise=promise,
        journey=journey,
        cycle=1,
        section=raised.section,
        service="general",
        complexity="general",
        channel="counter",
        state=AlertState.BREACHED if raised.still_open else AlertState.CLOSED,
        closed_as=ClosedAs.RETRACTED if raised.retracted else ClosedAs.MET_LATE,
        clause=_CLAUSES[promise] or "-",
        rule_version="1",
        limit_ms=600_000,
        started_at=raised.breached.timestamp() - 600,
        breached_at=raised.breached.timestamp(),
        historical=raised.held == "historical",
        suspected=raised.held == "suspected",
        silenced=raised.held == "silenced",
        acknowledged_at=raised.acknowledged.timestamp() if raised.acknowledged else None,
        escalation_level=raised.escalated,
        excused_at=raised.breached.timestamp() + 60 if raised.excused else None,
        partition=number % 2,
        version=5,
    )
    yield row
    if number % 2:
        yield replace(row, version=4, state=AlertState.BREACHED, acknowledged_at=None)


def _shares_of_days(clocks: list[Clock]) -> Iterator[VerdictRow]:
    """A section's day under a ratio is a journey of its own, and no case."""
    days = {
        (clock.promise, clock.section, clock.started.replace(hour=0, minute=0, second=0))
        for clock in clocks
        if clock.promise in ("one-visit", "rating-invited")
    }
    for promise, section, day in sorted(days):
        yield VerdictRow(
            promise=promise,
            journey=f"{promise}/{section}/{day:%Y-%m-%d}",
            section=section,
            service="",
            complexity="",
            channel="",
            status=Status.LATE,
            clause=_CLAUSES[promise],
            rule_version="1",
            started_at=day.replace(microsecond=0).timestamp(),
            partition=0,
            version=5,
        )
