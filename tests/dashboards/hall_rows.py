"""The rows the pipeline would have written about a simulated hall by a moment.

Owns a plain second reading of the outcome rows, apart from the core's own. Called by the
tests of the wall. Invariant: the same hall and moment give the same rows.
"""

import math
from collections import Counter

import msgspec
from msgspec.structs import replace

from dashboards.words import (
    FILING,
    FIRST_RESPONSE,
    RESOLUTION,
    WAIT_COMPLEX,
    WAIT_GENERAL,
    WALK_IN_WAIT,
)
from schemas.outcomes import (
    AlertRow,
    AlertState,
    ClosedAs,
    End,
    JourneyRow,
    Kind,
    Row,
    Status,
    VerdictRow,
    WindowRow,
)
from tests.dashboards.hall import UNSEEN_CALLS, Chat, Hall, Visit
from tests.dashboards.hall_office import forecast_at, office_rows

LIMIT_MS = {
    WAIT_GENERAL: 600_000,
    WAIT_COMPLEX: 1_800_000,
    FILING: 1_200_000,
    FIRST_RESPONSE: 60_000,
}
WARN_MS = {WAIT_GENERAL: 420_000, WAIT_COMPLEX: 1_440_000, FILING: 900_000, FIRST_RESPONSE: 40_000}


def rows_at(hall: Hall, now: float) -> list[Row]:
    version = round(now * 1000)
    rows: list[Row] = []
    verdicts: list[VerdictRow] = []
    for visit in hall.visits:
        if visit.arrived <= now:
            rows.append(_journey_of_visit(visit, now, version))
            verdicts += _verdicts_of_visit(visit, now, version)
    for chat in hall.chats:
        if chat.requested <= now:
            rows.append(_journey_of_chat(chat, now, version))
            verdicts.append(_verdict_of_chat(chat, now, version))
        if chat.closed <= now:
            verdicts.append(_resolution_of_chat(chat, version))
    rows += verdicts
    rows += windows_of(verdicts, version)
    rows += [alert for v in verdicts if (alert := alert_of(v, now, version))]
    rows += office_rows(hall, now)
    rows.append(forecast_at(now, version))
    return rows


def _by(moment: float, now: float) -> float | None:
    return moment if moment <= now else None


def _journey_of_visit(visit: Visit, now: float, version: int) -> JourneyRow:
    end = End.OPEN
    if visit.served <= now:
        end = End.SERVED
    elif visit.left <= now:
        end = End.LEFT
    called = visit.called <= now
    return JourneyRow(
        journey=visit.journey,
        kind=Kind.VISIT,
        section=visit.section,
        service="general",
        complexity="complex" if visit.promise == WAIT_COMPLEX else "general",
        channel="walk-in" if visit.promise == WALK_IN_WAIT else "appointment",
        counter=visit.counter if called else "",
        end=end,
        opened_at=visit.arrived,
        issued_at=visit.arrived,
        checked_in_at=visit.arrived,
        first_called_at=_by(visit.called, now),
        last_called_at=_by(visit.called, now),
        identity_check_started_at=_by(visit.filed_from, now),
        materials_submitted_at=_by(visit.filed_to, now),
        served_at=_by(visit.served, now),
        left_at=_by(visit.left, now),
        partition=0,
        version=version,
    )


def _journey_of_chat(chat: Chat, now: float, version: int) -> JourneyRow:
    closed = chat.closed <= now
    return JourneyRow(
        journey=chat.journey,
        kind=Kind.CHAT,
        section=chat.section,
        service="general",
        complexity="",
        channel="online",
        end=End.CLOSED if closed else End.OPEN,
        opened_at=chat.requested,
        requested_at=chat.requested,
        first_reply_at=_by(chat.replied, now),
        resolved=chat.resolved if closed else None,
        closed_at=_by(chat.closed, now),
        partition=0,
        version=version,
    )


def _verdicts_of_visit(visit: Visit, now: float, version: int) -> list[VerdictRow]:
    counter = visit.counter if visit.called <= now else ""
    found = [
        verdict(
            visit.promise,
            visit.journey,
            visit.section,
            (visit.arrived, visit.called, visit.left),
            (now, version),
            counter,
        )
    ]
    if visit.section in UNSEEN_CALLS and visit.called <= now:
        found = [replace(found[0], estimated=True)]
    if not visit.at_terminal and visit.served <= now:
        clock = (visit.called, visit.served, math.inf)
        filed = verdict(FILING, visit.journey, visit.section, clock, (now, version), counter)
        found.append(replace(filed, estimated=True))
    if visit.filed_from <= now:
        clock = (visit.filed_from, visit.filed_to, math.inf)
        found.append(verdict(FILING, visit.journey, visit.section, clock, (now, version), counter))
    return found


def _verdict_of_chat(chat: Chat, now: float, version: int) -> VerdictRow:
    clock = (chat.requested, chat.replied, math.inf)
    return verdict(FIRST_RESPONSE, chat.journey, chat.section, clock, (now, version))


def _resolution_of_chat(chat: Chat, version: int) -> VerdictRow:
    kept = Status.KEPT if chat.resolved else Status.MISSED
    return VerdictRow(
        promise=RESOLUTION,
        journey=chat.journey,
        section=chat.section,
        service="general",
        complexity="general",
        channel="online",
        status=kept,
        clause="四（二）1",
        rule_version="2022-10",
        started_at=chat.closed,
        ended_at=chat.closed,
        partition=0,
        version=version,
    )


def verdict(
    promise: str,
    journey: str,
    section: str,
    clock: tuple[float, float, float],
    seen: tuple[float, int],
    counter: str = "",
) -> VerdictRow:
    """`clock`: started, answered, left; `seen`: now and the row's version."""
    started, answered, left = clock
    now, version = seen
    limit = LIMIT_MS.get(promise)
    deadline = None if limit is None else started + limit / 1000
    late_at = math.inf if deadline is None else deadline
    ended = min(answered, left)
    if ended > now:
        status = Status.WAITING_LATE if now > late_at else Status.WAITING
    elif left < answered:
        status = Status.LEFT_LATE if left > late_at else Status.LEFT_IN_TIME
    elif limit is None:
        status = Status.MEASURED
    else:
        status = Status.LATE if answered > late_at else Status.KEPT
    return VerdictRow(
        promise=promise,
        journey=journey,
        section=section,
        service="general",
        complexity="general",
        channel="online" if promise == FIRST_RESPONSE else "appointment",
        counter=counter,
        status=status,
        clause="四（二）1",
        rule_version="2022-10",
        limit_ms=limit,
        started_at=started,
        deadline_at=None if deadline is None else round(deadline, 3),
        ended_at=ended if ended <= now else None,
        duration_ms=round((ended - started) * 1000) if ended <= now else None,
        partition=0,
        version=version,
    )


def alert_of(verdict: VerdictRow, now: float, version: int) -> AlertRow | None:
    """The alert the core would have opened for this verdict by now, if any."""
    if verdict.limit_ms is None or verdict.deadline_at is None or verdict.estimated:
        return None
    warn_at = verdict.started_at + WARN_MS[verdict.promise] / 1000
    reached = now if verdict.ended_at is None else verdict.ended_at
    if reached <= warn_at:
        return None
    breached = reached > verdict.deadline_at
    state = AlertState.BREACHED if breached else AlertState.WARNED
    closed_as = ClosedAs.NOT_YET
    if verdict.ended_at is not None:
        state = AlertState.CLOSED
        closed_as = ClosedAs.MET_LATE if breached else ClosedAs.MET
    return AlertRow(
        alert=f"{verdict.promise}/{verdict.journey}/1",
        promise=verdict.promise,
        journey=verdict.journey,
        cycle=1,
        section=verdict.section,
        service=verdict.service,
        complexity=verdict.complexity,
        channel=verdict.channel,
        counter=verdict.counter,
        state=state,
        closed_as=closed_as,
        clause=verdict.clause,
        rule_version=verdict.rule_version,
        limit_ms=verdict.limit_ms,
        started_at=verdict.started_at,
        warned_at=round(warn_at, 3),
        breached_at=verdict.deadline_at if breached else None,
        closed_at=verdict.ended_at,
        partition=0,
        version=version,
    )


def windows_of(verdicts: list[VerdictRow], version: int) -> list[WindowRow]:
    """The minute windows of these verdicts, as the core counts them."""
    counts: dict[tuple[str, float, str], Counter[Status]] = {}
    histograms: dict[tuple[str, float, str], Counter[int]] = {}
    estimated: Counter[tuple[str, float, str]] = Counter()
    for row in verdicts:
        key = (row.promise, row.started_at // 60 * 60, row.section)
        counts.setdefault(key, Counter())[row.status] += 1
        estimated[key] += row.estimated
        answered = row.status in (Status.KEPT, Status.LATE, Status.MEASURED)
        if answered and row.duration_ms is not None:
            histograms.setdefault(key, Counter())[bucket(row.duration_ms)] += 1
    return [
        msgspec.convert(
            {
                "promise": key[0],
                "minute_at": key[1],
                "section": key[2],
                "service": "general",
                "complexity": "general",
                "channel": "",
                "started": found.total(),
                "estimated": estimated[key],
                "answered_histogram": dict(histograms.get(key, {})),
                "partition": 0,
                "version": version,
            }
            | {status.replace("-", "_"): count for status, count in found.items()},
            WindowRow,
        )
        for key, found in counts.items()
    ]


def bucket(milliseconds: int) -> int:
    return 0 if milliseconds <= 1 else math.ceil(math.log(milliseconds) / math.log(1.02 / 0.98))
