"""What happens in the simulated hall beside its queues: duty, systems, things done wrongly.

Rows as the pipeline would have written them by a moment. Called by `hall_rows`. Invariant: the
same hall and moment give the same rows.
"""

from collections.abc import Iterator
from datetime import datetime

from schemas.outcomes import AlertRow, AlertState, End, EventRow, JourneyRow, Kind, Row
from schemas.queue import ForecastRow
from tests.dashboards.hall import ZONE, Hall

#: System, its source, a type it sends, how long ago it was last heard of.
SYSTEMS: tuple[tuple[str, str, str, float], ...] = (
    ("ticket", "/queue", "ticket.called", 0.4),
    ("terminal", "/terminal/1", "terminal.heartbeat", 2.0),
    ("terminal", "/terminal/2", "terminal.signed", 31.0),
    ("assist", "/assist", "assist.message", 1.2),
    ("case", "/case", "case.received", 44.0),
    ("rating", "/rating", "rating.rated", 8.0),
    ("hotline", "/hotline", "hotline.received", 1500.0),
    ("duty", "/duty", "duty.seen", 3.0),
)

#: Promise, section, how long ago it was broken; acknowledged or not.
STANDING: tuple[tuple[str, str, float, str], ...] = (
    ("exempt-materials", "bdcdj", 1800, ""),
    ("exempt-materials", "shuiwu", 900, "chief-6"),
    ("session-recorded", "bdcdj", 3000, ""),
    ("session-recorded", "zhck", 600, ""),
    ("session-recorded", "zhck", 60, ""),
    ("counter-not-department", "ghzy", 5000, ""),
    ("rating-invited", "mzsw", 120, ""),
    ("hotline-close-general", "scjg", 90_000, "chief-17"),
)


def office_rows(hall: Hall, now: float) -> Iterator[Row]:
    version = round(now * 1000)
    for code, _, _, counters, _, _ in hall.sections:
        for number in range(1, counters + 1):
            yield shift(f"{code.upper()}-{number:02d}", code, hall.opens, version)
    for _, source, type_, ago in SYSTEMS:
        yield event(source, type_, now - ago, version)
    codes = {section[0] for section in hall.sections}
    for number, (promise, section, ago, by) in enumerate(STANDING):
        if section not in codes:
            continue
        yield standing(promise, section, (now - ago, version), number, by)


def shift(counter: str, section: str, opens: float, version: int) -> JourneyRow:
    return JourneyRow(
        journey=f"shift-{counter}",
        kind=Kind.SHIFT,
        section=section,
        service="",
        complexity="",
        channel="",
        counter=counter,
        end=End.OPEN,
        opened_at=opens - 600,
        partition=0,
        version=version,
    )


def event(source: str, type_: str, at: float, version: int) -> EventRow:
    return EventRow(
        source=source,
        id=f"{type_}-{version}",
        type=type_,
        subject="t",
        time=datetime.fromtimestamp(at, ZONE).isoformat(timespec="milliseconds"),
        ingest_at=round(at, 3),
        partition=0,
        offset=version,
        data="{}",
    )


def standing(promise: str, section: str, seen: tuple[float, int], number: int, by: str) -> AlertRow:
    """`seen`: when it was broken, and the row's version."""
    broken_at, version = seen
    in_days = promise.startswith("hotline")
    return AlertRow(
        alert=f"{promise}/K{number}/1",
        promise=promise,
        journey=f"K{number}",
        cycle=1,
        section=section,
        service="general",
        complexity="",
        channel="",
        state=AlertState.BREACHED,
        clause="四（二）1",
        rule_version="2022-10",
        limit_ms=0,
        started_at=round(broken_at - (8 * 86_400 if in_days else 0), 3),
        breached_at=round(broken_at, 3),
        acknowledged_at=round(broken_at + 30, 3) if by else None,
        acknowledged_by=by,
        partition=0,
        version=version,
    )


def forecast_at(now: float, version: int) -> ForecastRow:
    return ForecastRow(
        section="shebao",
        service="general",
        looked_at=now,
        known="known",
        waiting=9,
        promised=7,
        will_miss=4,
        counters_open=3,
        counters_needed=5,
        warned=True,
        rule_version="2022-10-14",
        partition=0,
        version=version,
    )
