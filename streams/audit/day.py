"""One day's audit: the findings about its cases, and what is said of them.

Owns how the looks at cases and items come together, and when something is said anew. Pure;
called by the wiring. Invariant: what was said already, and still stands, is not said again;
and the trace is the same in every event about one case.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from schemas.audit import CaseFacts, Confidence, ItemDay, Sign, Statement, VisitFacts
from schemas.case import CaseChannel, CaseReconciled, ReconciledData
from streams.audit.items import ItemFinding, look_at_items
from streams.audit.rules import AuditRules
from streams.audit.source import SOURCE
from streams.audit.traces import TraceFinding, find_traces


class DayFacts(Struct, frozen=True, kw_only=True):
    """What ClickHouse knows of one day."""

    day: date
    cases: Sequence[CaseFacts]  #: accepted on it
    visits: Sequence[VisitFacts]  #: around it, and those the cases name
    items: Sequence[ItemDay]  #: of the days before it, too
    statements: Sequence[Statement]  #: of earlier audits


class DayFindings(Struct, frozen=True, kw_only=True):
    """What one day's audit came to."""

    day: date
    silent: bool  #: no visit of the whole hall is known: nothing is said about cases
    traces: list[TraceFinding]
    items: list[ItemFinding]


def look_at_day(facts: DayFacts, rules: AuditRules) -> DayFindings:
    silent = not facts.visits
    return DayFindings(
        day=facts.day,
        silent=silent,
        traces=[] if silent else find_traces(facts.cases, facts.visits, rules),
        items=look_at_items(facts.items, facts.day, rules),
    )


def signs_of(found: DayFindings, trace: TraceFinding) -> dict[Sign, Confidence]:
    """The signs one case carries: its own, and its item's where the department took it."""
    signs: dict[Sign, Confidence] = {"no-trace": trace.confidence}
    if trace.case.channel is CaseChannel.DEPARTMENT:
        signs |= {one.sign: one.confidence for one in found.items if one.item == trace.case.item}
    return signs


def events_of(
    found: DayFindings, statements: Sequence[Statement], now: datetime
) -> list[CaseReconciled]:
    """What has to be said at `now`: everything new, and everything that turned out otherwise.

    The n-th statement about a case and sign is the n-th whoever makes it, so two audits of
    one state make the same events. It is n - 1 seconds later than `now`: in event time, where
    `now` is the audited day's end, the last one said is the last one all the same.
    """
    said: dict[str, dict[Sign, Statement]] = {}
    for one in statements:
        said.setdefault(one.case, {})[one.sign] = one
    events: list[CaseReconciled] = []
    for trace in found.traces:
        known = said.get(trace.case.case, {})
        # A sign once said keeps telling the trace, or it would go on denying it.
        signs = {sign: one.confidence for sign, one in known.items()} | signs_of(found, trace)
        for sign, confidence in sorted(signs.items()):
            before = known.get(sign)
            if before and (before.trace, before.confidence) == (trace.trace, confidence):
                continue
            events.append(_statement(trace, sign, confidence, before.said if before else 0, now))
    return events


def _statement(
    trace: TraceFinding, sign: Sign, confidence: Confidence, said: int, now: datetime
) -> CaseReconciled:
    case = trace.case
    return CaseReconciled(
        specversion="1.0",
        id=f"reconciled/{case.case}/{sign}/{said + 1}",
        source=SOURCE,
        subject=case.case,
        time=now + timedelta(seconds=said),
        data=ReconciledData(
            section=case.section, trace=trace.trace, confidence=confidence, sign=sign
        ),
    )
