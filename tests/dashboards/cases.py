"""What the panels are asked about in the tests, and how.

The hall's clock stands at 10:00:00; the rolling window is the 30 minutes before it.
"""

from datetime import timedelta
from typing import Any

from dashboards.panel import Panel, Span, fill, span_at
from schemas.outcomes import AlertState, Row, Status
from tests.dashboards.hall import ZONE
from tests.dashboards.rows import alert, at, verdict, window
from tests.dashboards.stores import Store

GENERAL = "appointment-wait-general"
COMPLEX = "appointment-wait-complex"
WALK_IN = "walk-in-wait"
REPLY = "online-first-response"
FILING = "counter-filing"

SPAN = span_at(at("10:00"), zone=ZONE, window=timedelta(minutes=30), horizon=timedelta(days=2))


def asked(store: Store, panel: Panel, span: Span = SPAN) -> list[dict[str, Any]]:
    return store.ask(fill(panel, span))


#: At 10:00: two appointments (12 and 5 minutes), a walk-in (20 minutes), one whose
#: appointment is at 10:05; and one who was called meanwhile.
QUEUE: list[Row] = [
    verdict(GENERAL, "A1", "shebao", Status.WAITING_LATE, started_at="09:48", deadline_at="09:58"),
    verdict(GENERAL, "A2", "shebao", Status.WAITING, started_at="09:55", deadline_at="10:05"),
    verdict(WALK_IN, "A3", "shebao", Status.WAITING, started_at="09:40"),
    verdict(GENERAL, "A4", "shebao", Status.WAITING, started_at="09:30", deadline_at="09:40"),
    verdict(GENERAL, "A4", "shebao", Status.KEPT, started_at="09:30", version=2),
    verdict(COMPLEX, "B1", "yibao", Status.WAITING, started_at="10:05", limit_ms=1_800_000),
    verdict(GENERAL, "B2", "yibao", Status.CANCELLED, started_at="09:00"),
    verdict(REPLY, "C1", "yibao", Status.WAITING, started_at="09:59"),
]


#: ceil(ln v / ln(1.02/0.98)): 60,000 ms → 276, 300,000 ms → 316.
MINUTE, FIVE_MINUTES = 276, 316

WINDOWS: list[Row] = [
    window(GENERAL, "09:45", "shebao", kept=4, answered_histogram={MINUTE: 4}),
    window(
        GENERAL,
        "09:45",
        "shebao",
        version=2,
        kept=5,
        estimated=1,
        waiting_late=1,
        answered_histogram={MINUTE: 5},
    ),
    window(
        GENERAL,
        "09:46",
        "shebao",
        partition=1,
        kept=2,
        late=1,
        estimated=2,
        left_late=1,
        answered_histogram={MINUTE: 2, FIVE_MINUTES: 1},
    ),
    window(WALK_IN, "09:20", "shebao", measured=50, answered_histogram={MINUTE: 50}),
    window(FILING, "09:50", "shebao", kept=9, estimated=4, answered_histogram={MINUTE: 9}),
    window(GENERAL, "09:50", "gjj", kept=10, answered_histogram={MINUTE: 10}),
    window(GENERAL, "09:50", "gjj", off_hours=True, late=7),
    window(GENERAL, "09:50", "gjj", minute_at=at("09:50", days=-1), late=8),
]


#: Breached for two minutes, ten seconds, half an hour, three seconds; one closed; one warned.
ALERTS: list[Row] = [
    alert("appointment-wait-general/A1/1", "shebao", AlertState.WARNED, started_at="09:48"),
    alert(
        "appointment-wait-general/A1/1",
        "shebao",
        AlertState.BREACHED,
        started_at="09:48",
        breached_at="09:58",
        version=2,
    ),
    alert(
        "appointment-wait-general/A2/1",
        "yibao",
        AlertState.BREACHED,
        started_at="09:49:50",
        breached_at="09:59:50",
        counter="03",
    ),
    alert(
        "appointment-wait-general/A3/1",
        "yibao",
        AlertState.BREACHED,
        started_at="09:20",
        breached_at="09:30",
    ),
    alert(
        "appointment-wait-general/A6/1",
        "gjj",
        AlertState.BREACHED,
        started_at="09:49:57",
        breached_at="09:59:57",
    ),
    alert(
        "appointment-wait-general/A4/1",
        "yibao",
        AlertState.CLOSED,
        started_at="09:20",
        breached_at="09:30",
    ),
    alert("appointment-wait-general/A5/1", "yibao", AlertState.WARNED, started_at="09:52"),
]
